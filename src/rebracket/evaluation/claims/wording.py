"""How a figure is written: ``0.55 [0.44, 0.66], 84 songs held out``, or in percent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rebracket.evaluation.claims.figure import UNITS, Figure

__all__ = ["Stated", "differences", "parse", "write"]

_NUMBER = r"[-−]?\d+(?:,\d{3})*(?:\.\d+)?"
_STATED = re.compile(
    rf"\s*(?P<value>{_NUMBER})(?P<percent>\s*%)?"
    rf"(?:\s*\[\s*(?P<low>{_NUMBER})\s*%?\s*(?:,|to)\s*(?P<high>{_NUMBER})\s*%?\s*\])?(?P<rest>.*)",
    re.DOTALL,
)
_KIND = r"(?:(?:different|distinct|independent|new|fresh|unseen|other|held-out)\s+)?"
_COUNT = re.compile(rf"(?P<n>\d[\d,]*)\s+{_KIND}(?P<unit>{'|'.join(UNITS)})s?\b(?P<held>\s+held\s+out)?")
_NEW = r"(?:new|unseen|unheard|other|another|any|held-out)"
_WIDER = re.compile(
    rf"\b{_NEW}(?:,?\s+[a-z-]+)?\s+(?P<before>{'|'.join(UNITS)})s?\b"
    rf"|\b(?P<after>{'|'.join(UNITS)})s?\s+(?:held\s+out|(?:it\s+has\s+)?(?:not|never)\s+(?:heard|seen))",
    re.IGNORECASE,
)
_CLAIM = re.compile(r"<!-- claim .*?<!-- /claim -->", re.DOTALL)
_DECIMALS = 2


@dataclass(frozen=True, slots=True)
class Stated:
    """A figure as a document states it, digit by digit; ``rest`` is what follows."""

    value: str
    low: str | None
    high: str | None
    percent: str
    rest: str


def parse(text: str) -> Stated | None:
    """What a marker's text states; None where it begins with no number."""
    found = _STATED.fullmatch(text)
    if found is None:
        return None
    return Stated(found["value"], found["low"], found["high"], found["percent"] or "", found["rest"])


def write(figure: Figure, old: str) -> str:
    """The figure in the words of the old text: as many digits, in percent or not, with its counts."""
    stated = parse(old)
    if stated is None:
        leaky = " (leaky)" if figure.leaky else ""
        return _numbers(figure, _DECIMALS, "") + _held_out(figure) + leaky
    rest = _COUNT.sub(lambda found: _with_count(found, figure.counts), stated.rest)
    return _numbers(figure, _decimals(stated.value), stated.percent) + rest


def differences(figure: Figure, text: str, sentence: str) -> Iterator[tuple[str, str, str]]:
    """``(code, found, expected)`` of all that a marker's text states otherwise than the figure.

    Args:
        sentence: what stands around the marker; a wider unit may be named there.
    """
    stated = parse(text)
    if stated is None:
        yield "claim-differs", repr(text.strip()[:60]), write(figure, "")
        return
    decimals = _decimals(stated.value)
    right = parse(_numbers(figure, decimals, stated.percent))
    if right is None:
        raise AssertionError("a figure is written as it is read")
    if _plain(stated.value) != _plain(right.value) or _says_nothing(figure, stated):
        expected = write(figure, "") if _says_nothing(figure, stated) else right.value + right.percent
        yield "claim-differs", stated.value + stated.percent, expected
    ends = [[None if end is None else _plain(end) for end in (one.low, one.high)] for one in (stated, right)]
    if ends[0] != ends[1]:
        yield "claim-interval", _bracket(stated), _bracket(right)
    yield from _unit_differences(figure, stated.rest, sentence)


def _unit_differences(figure: Figure, rest: str, sentence: str) -> Iterator[tuple[str, str, str]]:
    around = (count for count in _COUNT.finditer(_CLAIM.sub(" ", sentence)) if count["held"])
    for count in (*_COUNT.finditer(rest), *around):
        known = figure.counts.get(count["unit"])
        if known != int(count["n"].replace(",", "")):
            behind = (
                ", ".join(f"{n} {unit}s" for unit, n in figure.counts.items()) or "no count in the record"
            )
            yield "claim-count", count[0], behind
    named = next((one for one in _WIDER.finditer(sentence) if _is_wider(one, figure.unit)), None)
    if named is not None:
        yield "claim-unit", repr(" ".join(named[0].split())), f"no wider unit than {figure.unit}s"


def _is_wider(named: re.Match[str], unit: str | None) -> bool:
    return unit is not None and UNITS.index((named["before"] or named["after"]).lower()) > UNITS.index(unit)


def _says_nothing(figure: Figure, stated: Stated) -> bool:
    """A share without digits: 0 or 1, whatever it is."""
    return not _decimals(stated.value) and not stated.percent and 0 < abs(figure.value) < 1


def _numbers(figure: Figure, decimals: int, percent: str) -> str:
    scale = 100 if percent else 1
    # Rounding twice would disagree with tables that round once; adding 0 turns -0 into 0.
    value, low, high = (
        None if one is None else f"{round(one * scale, decimals) + 0:.{decimals}f}"
        for one in (figure.value, figure.low, figure.high)
    )
    ends = f" [{low}, {high}]" if low is not None and high is not None else ""
    return f"{value}{percent}{ends}"


def _with_count(found: re.Match[str], counts: Mapping[str, int]) -> str:
    n = counts.get(found["unit"])
    return found[0] if n is None else f"{n}{found[0][len(found['n']) :]}"


def _held_out(figure: Figure) -> str:
    """``, 84 songs held out`` where the figure is of a protocol."""
    n = figure.counts.get(figure.unit or "")
    return f", {n} {figure.unit}s held out" if figure.protocol and n is not None else ""


def _decimals(number: str) -> int:
    return len(number.partition(".")[2])


def _plain(number: str) -> str:
    return number.replace(",", "").replace("−", "-")


def _bracket(stated: Stated) -> str:
    return "no interval" if stated.low is None else f"[{stated.low}, {stated.high}]"
