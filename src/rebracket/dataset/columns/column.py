"""What a column is."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

__all__ = ["COUNT", "COUNTS", "FLAG", "REAL", "REALS", "TEXT", "TEXTS", "Column", "group"]

TEXT, REAL, COUNT, FLAG = pa.string(), pa.float64(), pa.int32(), pa.bool_()
TEXTS, REALS, COUNTS = (pa.list_(type_) for type_ in (TEXT, REAL, COUNT))

Entry = tuple[str, pa.DataType, str] | tuple[str, pa.DataType, str, str]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name with the unit in it, its type, its group and what it means.

    ``may_be_constant`` says when all rows of a whole dataset may have one value, which ``meaning`` repeats;
    None means that then something is wrong.
    """

    name: str
    type: pa.DataType
    group: str
    meaning: str
    may_be_constant: str | None = None


def group(name: str, *entries: Entry) -> tuple[Column, ...]:
    """The columns of a group from (name, type, meaning), with the reason why it may be constant, if any."""
    return tuple(_column(name, *entry) for entry in entries)


def _column(
    group_name: str, name: str, type_: pa.DataType, meaning: str, constant: str | None = None
) -> Column:
    told = meaning if constant is None else f"{meaning}; one value everywhere {constant}"
    return Column(name, type_, group_name, told, constant)
