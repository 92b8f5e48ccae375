"""Whether a model's probabilities mean what they say, and what it gains by abstaining."""

from rebracket.evaluation.calibration.abstention import abstention_curve, confidences, thresholds
from rebracket.evaluation.calibration.entry import calibration_entry
from rebracket.evaluation.calibration.error import calibration_error
from rebracket.evaluation.calibration.judged import Judged, judged
from rebracket.evaluation.calibration.temperature import (
    calibrated,
    fit_temperature,
    from_other_folds,
    tempered,
)

__all__ = [
    "Judged",
    "abstention_curve",
    "calibrated",
    "calibration_entry",
    "calibration_error",
    "confidences",
    "fit_temperature",
    "from_other_folds",
    "judged",
    "tempered",
    "thresholds",
]
