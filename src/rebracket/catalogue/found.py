"""Collects the problems of one file while reading goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from rebracket.catalogue.codes import CODES
from rebracket.core.errors import InputError
from rebracket.core.problem import Problem

__all__ = ["Found", "Place", "shown"]

_SHOWN_CHARACTERS = 80
_MOST_OF_A_CODE = 100  # in one file; a file with more is another kind of file


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a text file; both count from 1."""

    line: int
    column: int


@dataclass(slots=True)
class Found:
    """The problems of one file so far.

    ``path`` is relative to the catalogue; ``song`` is None until the id is known.
    """

    path: str
    song: str | None = None
    problems: list[Problem] = field(default_factory=list)
    _counts: Counter[str] = field(default_factory=Counter)

    def add(
        self, code: str, found: str, expected: str, *, at: Place | None = None, fix: str | None = None
    ) -> None:
        """Adds one problem, with the severity and, unless given, the fix of its code.

        After a hundred of a code the next ones are only counted, see ``told``.
        """
        known = CODES[code]
        self._counts[code] += 1
        if self._counts[code] > _MOST_OF_A_CODE:
            return
        self.problems.append(
            Problem(
                code=code,
                severity=known.severity,
                path=self.path,
                found=found,
                expected=expected,
                fix=fix or known.fix,
                song=self.song,
                line=at.line if at else None,
                column=at.column if at else None,
            )
        )

    def add_error(self, code: str, error: InputError, name: str, *, at: Place | None = None) -> None:
        """Adds one problem with what an error about the file ``name`` says was found and expected."""
        said = str(error).removeprefix(f"{name}: ").removeprefix("found ")
        found, _, expected = said.rpartition(", expected ")
        self.add(code, f"{shown(name)}: {found}", expected, at=at)

    def told(self) -> list[Problem]:
        """All problems; the last one of a code says how many more there are like it."""
        more = {code: count - _MOST_OF_A_CODE for code, count in self._counts.items()}
        problems = list(self.problems)
        for code in (code for code, count in more.items() if count > 0):
            last = max(n for n, problem in enumerate(problems) if problem.code == code)
            what = f"{problems[last].found}, and {more[code]} more like it"
            problems[last] = replace(problems[last], found=what)
        return problems

    def take(self, problems: Iterable[Problem]) -> None:
        """Adds problems found elsewhere, in another file of the song."""
        self.problems.extend(problems)


def shown(text: str) -> str:
    """A text of the user's as it appears in a problem: quoted, on one line, not too long."""
    cut = text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…"
    return repr(cut)
