"""What an audit looks for, one file a finding."""

from collections.abc import Callable, Iterable

from rebracket.evaluation.audit.case import Case
from rebracket.evaluation.audit.checks import (
    class_is_album,
    constant_within_group,
    duplicate_media,
    encoder_collapsed,
    label_from_input,
    label_noise,
    metadata_predicts,
    names_predict,
    production_predicts,
    recoverable_by_rule,
    same_content,
    same_variable,
    too_few_groups,
    vacuous_sequence,
)
from rebracket.evaluation.audit.finding import Finding

__all__ = ["CHECKS"]

CHECKS: dict[str, Callable[[Case], Iterable[Finding]]] = {
    "label-from-input": label_from_input.check,
    "label-recoverable-by-rule": recoverable_by_rule.check,
    "same-content-across-split": same_content.check,
    "class-is-album": class_is_album.check,
    "same-variable": same_variable.check,
    "constant-within-group": constant_within_group.check,
    "metadata-predicts-label": metadata_predicts.check,
    "names-predict-label": names_predict.check,
    "production-predicts-label": production_predicts.check,
    "duplicate-media": duplicate_media.check,
    "encoder-collapsed": encoder_collapsed.check,
    "label-noise": label_noise.check,
    "too-few-groups": too_few_groups.check,
    "vacuous-sequence": vacuous_sequence.check,
}
"""The codes, whose meaning stays, and what looks for each."""
