"""From a song to segments, and from labels and groups to splits."""

from rebracket.segments.cut import CutOptions, cut, section_of
from rebracket.segments.roles import ROLES, section_role
from rebracket.segments.splits import Split, make_splits

__all__ = ["ROLES", "CutOptions", "Split", "cut", "make_splits", "section_of", "section_role"]
