"""All that is said of the confidence of one procedure under one protocol."""

from __future__ import annotations

from typing import Any

import numpy as np

from rebracket.evaluation.calibration.abstention import abstention_curve, confidences, thresholds
from rebracket.evaluation.calibration.error import calibration_error
from rebracket.evaluation.calibration.judged import judged
from rebracket.evaluation.calibration.temperature import from_other_folds
from rebracket.evaluation.protocols import OutOfFold

__all__ = ["calibration_entry"]


def calibration_entry(found: OutOfFold, seed: int = 0) -> dict[str, Any]:
    """Calibration, confidence and abstention of out-of-fold predictions, as plain data.

    Args:
        found: predictions of at least one row.
        seed: of the draws that say what a calibrated model would show.

    Returns:
        `as_predicted` and `at_temperature` {log_loss, brier, ece, if_calibrated, ...}, `temperature`
        {median, low, high, fitted_on}, `abstention` {curve, thresholds} and `confidences`, the last two
        of the predictions as they are.
    """
    cooled, temperatures = from_other_folds(found)
    choices = judged(found)
    return {
        "as_predicted": {**_losses(found), **calibration_error(choices, seed)},
        "at_temperature": {**_losses(cooled), **calibration_error(judged(cooled), seed)},
        "temperature": {
            "median": float(np.median(temperatures)),
            "low": float(np.min(temperatures)),
            "high": float(np.max(temperatures)),
            "fitted_on": "the out-of-fold predictions of the other folds",
        },
        "abstention": {"curve": abstention_curve(choices), "thresholds": thresholds(choices)},
        "confidences": confidences(choices),
    }


def _losses(found: OutOfFold) -> dict[str, float]:
    return {name: found.value(name) for name in ("log_loss", "brier")}
