"""What is counted of predictions; every song weighs the same."""

from rebracket.evaluation.metrics.classes import METRICS, accuracy, macro_f1, per_class, song_weights

__all__ = ["METRICS", "accuracy", "macro_f1", "per_class", "song_weights"]
