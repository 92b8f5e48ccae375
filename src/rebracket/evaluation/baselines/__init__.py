"""The cheapest ways to a score, on the same folds as the model, always."""

from rebracket.evaluation.baselines.baseline import Baseline
from rebracket.evaluation.baselines.frozen import frozen_linear
from rebracket.evaluation.baselines.majority import majority
from rebracket.evaluation.baselines.registry import BASELINES
from rebracket.evaluation.baselines.words import tfidf_linear

__all__ = ["BASELINES", "Baseline", "frozen_linear", "majority", "tfidf_linear"]
