"""What each modality adds: every subset on the same folds, shares, what is left where one goes missing."""

from rebracket.evaluation.modalities.ceilings import Truth, read_truth
from rebracket.evaluation.modalities.entry import TABLE, Fits, first_repeats, modality_entry
from rebracket.evaluation.modalities.shares import added_to_others, alone, shapley_weights, share_of
from rebracket.evaluation.modalities.subsets import Subset, modalities_of, only_of, subsets
from rebracket.evaluation.modalities.watching import Watched

__all__ = [
    "TABLE",
    "Fits",
    "Subset",
    "Truth",
    "Watched",
    "added_to_others",
    "alone",
    "first_repeats",
    "modalities_of",
    "modality_entry",
    "only_of",
    "read_truth",
    "shapley_weights",
    "share_of",
    "subsets",
]
