"""Ways of holding data out: one procedure over the folds of a split, and what it predicts there."""

from rebracket.evaluation.protocols.cross_predict import cross_predict, predict_held_out
from rebracket.evaluation.protocols.labels import Labels, Procedure
from rebracket.evaluation.protocols.out_of_fold import OutOfFold, interval_dict

__all__ = ["Labels", "OutOfFold", "Procedure", "cross_predict", "interval_dict", "predict_held_out"]
