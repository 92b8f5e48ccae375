"""Songs that share sound, notes or words: found, shown, and joined into groups."""

from rebracket.evaluation.duplicates.duplicate import KINDS, Duplicate, merged_groups
from rebracket.evaluation.duplicates.find import near_duplicates

__all__ = ["KINDS", "Duplicate", "merged_groups", "near_duplicates"]
