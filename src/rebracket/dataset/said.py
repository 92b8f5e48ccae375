"""The table of what people said of segments."""

from __future__ import annotations

from rebracket.dataset.schema import REAL, TEXT, TEXTS, Column
from rebracket.labels import ANNOTATION_COLUMNS, SCALAR_COLUMNS

__all__ = ["annotation_columns"]


def annotation_columns() -> tuple[Column, ...]:
    """The columns of ``annotations.parquet``, in their order."""
    real = {"start_s", "end_s", *SCALAR_COLUMNS.values()}
    return tuple(
        Column(name, TEXTS if name == "types" else REAL if name in real else TEXT, "annotation", meaning)
        for name, meaning in ANNOTATION_COLUMNS.items()
    )
