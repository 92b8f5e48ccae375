"""The cheapest ways to a score, on the same folds as the model, always."""

from rebracket.evaluation.baselines.fitted import frozen_linear, majority, tfidf_linear

__all__ = ["frozen_linear", "majority", "tfidf_linear"]
