"""Cards: what a model or a dataset is, generated from the records and what the audit found."""

from rebracket.evaluation.cards.data_sheet import data_sheet
from rebracket.evaluation.cards.model_card import model_card
from rebracket.evaluation.cards.write import write_data_sheet, write_model_card

__all__ = ["data_sheet", "model_card", "write_data_sheet", "write_model_card"]
