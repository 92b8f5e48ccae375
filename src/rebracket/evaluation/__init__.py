"""What a number is worth: protocols, baselines, intervals, verdicts."""

from rebracket.evaluation.evaluate import evaluate, is_evaluated
from rebracket.evaluation.statistics import around, fold_half_width, song_half_width
from rebracket.evaluation.verdict import Facts, verdict

__all__ = ["Facts", "around", "evaluate", "fold_half_width", "is_evaluated", "song_half_width", "verdict"]
