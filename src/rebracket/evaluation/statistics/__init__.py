"""Intervals, tests and what a number of songs can show at all."""

from rebracket.evaluation.statistics.differences import (
    paired_difference,
    paired_half_width,
    weighed_difference,
)
from rebracket.evaluation.statistics.exchange import distinct_relabelings, label_level
from rebracket.evaluation.statistics.intervals import (
    around,
    fold_half_width,
    score_interval,
    song_half_width,
)
from rebracket.evaluation.statistics.permutation import PermutationResult, holm, permutation_test
from rebracket.evaluation.statistics.power import effective_units, smallest_difference, songs_needed
from rebracket.evaluation.statistics.ridge import ridge_permutation

__all__ = [
    "PermutationResult",
    "around",
    "distinct_relabelings",
    "effective_units",
    "fold_half_width",
    "holm",
    "label_level",
    "paired_difference",
    "paired_half_width",
    "permutation_test",
    "ridge_permutation",
    "score_interval",
    "smallest_difference",
    "song_half_width",
    "songs_needed",
    "weighed_difference",
]
