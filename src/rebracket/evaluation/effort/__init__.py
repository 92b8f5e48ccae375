"""How much effort pays: a linear probe, a small head, fine-tuning, each on the same folds."""

from rebracket.evaluation.effort.entry import effort_entry
from rebracket.evaluation.effort.smallest import smallest_not_worse

__all__ = ["effort_entry", "smallest_not_worse"]
