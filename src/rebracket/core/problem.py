"""What is wrong with an input file, in the one shape that people and programs get."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum

__all__ = ["Problem", "Severity"]


class Severity(StrEnum):
    """How much a problem costs."""

    ERROR = "error"  # a value had to be thrown away or contradicts another
    WARNING = "warning"  # used under a stated assumption
    NOTE = "note"  # normal here, worth knowing


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem of one file: place, found, expected, what to do.

    ``path`` is relative to the catalogue and written with forward slashes; lines and columns count
    from 1; whatever is not known is None.
    """

    code: str
    severity: Severity
    path: str
    found: str
    expected: str
    fix: str
    song: str | None = None
    line: int | None = None
    column: int | None = None

    def sort_key(self) -> tuple[str, str, int, int, str, str]:
        return (self.song or "", self.path, self.line or 0, self.column or 0, self.code, self.found)

    def as_dict(self) -> dict[str, str | int | None]:
        return {**asdict(self), "severity": self.severity.value}

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)
        return (
            f"{place}: {self.severity.value}: {self.code}: "
            f"found {self.found}, expected {self.expected}; {self.fix}"
        )
