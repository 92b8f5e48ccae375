"""Classes by twos and axes by themselves: what can be told apart, and what is taken for what."""

from rebracket.evaluation.contrasts.channels import channel_vectors, contrasts_of
from rebracket.evaluation.contrasts.confusions import confused_pairs
from rebracket.evaluation.contrasts.contrast import (
    Contrast,
    axis_contrasts,
    narrowed,
    narrowed_labels,
    pair_contrasts,
)
from rebracket.evaluation.contrasts.lines import contrast_lines
from rebracket.evaluation.contrasts.weigh import Test, contrast_entries, ridge_test

__all__ = [
    "Contrast",
    "Test",
    "axis_contrasts",
    "channel_vectors",
    "confused_pairs",
    "contrast_entries",
    "contrast_lines",
    "contrasts_of",
    "narrowed",
    "narrowed_labels",
    "pair_contrasts",
    "ridge_test",
]
