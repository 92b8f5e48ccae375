"""What is counted of predictions; every song weighs the same."""

from rebracket.evaluation.metrics.class_entries import class_entries, confusion_counts
from rebracket.evaluation.metrics.classes import accuracy, macro_f1, song_weights
from rebracket.evaluation.metrics.metric import Metric, Score, UndefinedScoreError
from rebracket.evaluation.metrics.ranking import area_under_roc, indicators_of
from rebracket.evaluation.metrics.registry import metrics_of

__all__ = [
    "Metric",
    "Score",
    "UndefinedScoreError",
    "accuracy",
    "area_under_roc",
    "class_entries",
    "confusion_counts",
    "indicators_of",
    "macro_f1",
    "metrics_of",
    "song_weights",
]
