"""All baselines, the cheapest first."""

from __future__ import annotations

from rebracket.evaluation.baselines.baseline import Baseline
from rebracket.evaluation.baselines.columns import beside
from rebracket.evaluation.baselines.frozen import frozen
from rebracket.evaluation.baselines.majority import majority
from rebracket.evaluation.baselines.names import names
from rebracket.evaluation.baselines.nearest import nearest, nearest_text
from rebracket.evaluation.baselines.rule import rule
from rebracket.evaluation.baselines.words import words

__all__ = ["BASELINES"]

BASELINES: tuple[Baseline, ...] = (
    Baseline("majority", "majority", 0, lambda material: majority(material.labels)),
    Baseline("names", "names", 1, names),
    Baseline("bookkeeping", "bookkeeping", 2, beside("bookkeeping")),
    Baseline("production", "production", 3, beside("production")),
    Baseline("rule", "rule", 4, rule),
    Baseline("nearest text", "nearest", 5, nearest_text),
    Baseline("nearest audio", "nearest", 6, nearest("spectral", ("audio", "loop", "one_shot"))),
    Baseline("nearest notes", "nearest", 7, nearest("histogram", ("midi",))),
    Baseline("tfidf", "words", None, words),
    Baseline("spectral", "sound", None, frozen("spectral")),
    Baseline("histogram", "notes", None, frozen("histogram")),
    Baseline("facts", "facts", None, beside("facts")),
)
"""What runs beside every model, on its folds."""
