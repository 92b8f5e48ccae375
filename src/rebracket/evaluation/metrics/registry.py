"""The metrics of a target, by name: one class a row, or several labels."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from rebracket.evaluation.metrics import counts, losses, several
from rebracket.evaluation.metrics.metric import Metric
from rebracket.evaluation.metrics.ranking import area_under_roc, average_precision, macro_of_classes

__all__ = ["Labeled", "metrics_of"]

_RANKING = (
    Metric("macro_auc", macro_of_classes(area_under_roc), ranks=True),
    Metric("macro_average_precision", macro_of_classes(average_precision), ranks=True),
)
_LOG_LOSS = Metric("log_loss", losses.log_loss, (0.0, losses.LARGEST_LOG_LOSS), higher_is_better=False)

_ONE_CLASS = (
    Metric("accuracy", counts.of_choice(counts.right_share_of)),
    Metric("macro_f1", counts.of_choice(counts.f1_of("macro"))),
    Metric("weighted_f1", counts.of_choice(counts.f1_of("weighted"))),
    # With one class a row, every error is one class too many and one too few: micro F1 is accuracy.
    Metric("micro_f1", counts.of_choice(counts.right_share_of)),
    Metric("balanced_accuracy", counts.of_choice(counts.balanced_accuracy_of)),
    Metric("matthews", counts.of_choice(counts.matthews_of), (-1.0, 1.0)),
    _LOG_LOSS,
    Metric("brier", losses.brier, (0.0, 2.0), higher_is_better=False),
    *_RANKING,
)
_SEVERAL_LABELS = (
    # As in scikit-learn, accuracy with several labels is subset accuracy: all of them right.
    Metric("accuracy", several.all_labels_right),
    Metric("macro_f1", several.macro_label_f1),
    Metric("micro_f1", several.micro_label_f1),
    Metric("subset_accuracy", several.all_labels_right),
    Metric("hamming_loss", several.hamming_loss, higher_is_better=False),
    _LOG_LOSS,
    Metric("brier", losses.brier, higher_is_better=False),
    *_RANKING,
)
_TOP = tuple((k, Metric(f"top_{k}_accuracy", losses.top(k))) for k in (2, 3))


class Labeled(Protocol):
    """What says which metrics there are; the labels of a protocol do."""

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes."""

    @property
    def indicators(self) -> np.ndarray | None:
        """[N, C] bool with several labels a row, else None."""


def metrics_of(labels: Labeled) -> dict[str, Metric]:
    """Every metric that a target has, `accuracy` and `macro_f1` first.

    The truth of a metric is `labels.numbers` of the rows, or `labels.indicators` of the rows with
    several labels a row; top-k needs more than k classes.
    """
    if labels.indicators is not None:
        return {metric.name: metric for metric in _SEVERAL_LABELS}
    several_choices = tuple(metric for k, metric in _TOP if len(labels.classes) > k)
    return {metric.name: metric for metric in (*_ONE_CLASS, *several_choices)}
