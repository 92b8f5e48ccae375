"""Asking a model about what it is given of a segment, and about changes of that."""

from rebracket.explain.asking.given import Ask, Given, GivenStem, givens_of, log_odds

__all__ = ["Ask", "Given", "GivenStem", "givens_of", "log_odds"]
