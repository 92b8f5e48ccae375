"""Numbers in documents, held to the records they came from."""

from rebracket.evaluation.claims.check import check_documents, documents_of
from rebracket.evaluation.claims.figure import Figure, figure_of
from rebracket.evaluation.claims.insert import claim_of, insert_claims
from rebracket.evaluation.claims.records import record_id, records_of, write_records
from rebracket.evaluation.claims.shelf import Shelf, shelf_for

__all__ = [
    "Figure",
    "Shelf",
    "check_documents",
    "claim_of",
    "documents_of",
    "figure_of",
    "insert_claims",
    "record_id",
    "records_of",
    "shelf_for",
    "write_records",
]
