"""Cards: what a model or a dataset is, generated from the records and what the audit found."""

from rebracket.evaluation.cards.data_sheet import data_sheet
from rebracket.evaluation.cards.model_card import model_card

__all__ = ["data_sheet", "model_card"]
