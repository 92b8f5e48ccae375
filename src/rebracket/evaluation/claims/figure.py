"""One figure of a record, and what it is evidence of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rebracket.segments import LEAKY

__all__ = ["UNITS", "Figure", "figure_of", "unit_of"]

UNITS = ("row", "segment", "song", "album", "color", "catalogue")
"""What can be held out or counted, from narrow to wide."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A value, its interval, and the unit behind it.

    Args:
        low, high: ends of the interval; None where the record has none.
        unit: what was held out or drawn, one of `UNITS`; None where the record does not say.
        counts: how many of each unit stand behind the value.
        protocol: the protocol it was made under; None for what is no evaluation.
        leaky: rows of one song were on both sides of the split.
    """

    value: float
    low: float | None = None
    high: float | None = None
    unit: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    protocol: str | None = None
    leaky: bool = False


def figure_of(record: Mapping[str, Any], metric: str) -> Figure:
    """Looks a metric up: a key of ``metrics``, of ``value`` or of the record, dots leading inward.

    Raises:
        LookupError: where the record has no such number or is none; names what it has instead.
    """
    if metric == "value" and _is_number(record.get("value")):
        return _figure([record], ())
    for start in ("metrics", "value", None):
        inner = record if start is None else record.get(start)
        path = _path(inner, tuple(metric.split(".")), [record])
        if path is not None:
            return _figure(*path)
    raise LookupError(", ".join(sorted(_names(record.get("metrics") or record.get("value") or record))[:8]))


def unit_of(text: str) -> str | None:
    """The unit that a record's own words name: ``simulated catalogue`` is a catalogue."""
    words = text.split(";")[0].split()
    return next((word.rstrip("s") for word in reversed(words) if word.rstrip("s") in UNITS), None)


def _path(inner: Any, parts: tuple[str, ...], around: list[Any]) -> tuple[list[Any], tuple[str, ...]] | None:
    """Everything on the way to the number, outermost first; a key may hold dots itself."""
    if not parts:
        found = _is_number(inner) or (isinstance(inner, Mapping) and _is_number(inner.get("value")))
        return ([*around, inner], ()) if found else None
    if not isinstance(inner, Mapping):
        return None
    for length in range(len(parts), 0, -1):
        key = ".".join(parts[:length])
        if key in inner:
            found_path = _path(inner[key], parts[length:], [*around, inner])
            if found_path is not None:
                return found_path[0], (key, *found_path[1])
    return None


def _figure(way: list[Any], keys: tuple[str, ...]) -> Figure:
    leaf = way[-1]
    values = leaf if isinstance(leaf, Mapping) else {"value": leaf}
    said: dict[str, Any] = {}
    for level in way:
        if isinstance(level, Mapping):
            said |= {key: level[key] for key in _SAID if level.get(key) is not None}
    protocol = said.get("protocol") or next((key for key in keys if key in _PROTOCOLS), None)
    if not isinstance(protocol, str | None):
        raise LookupError("a protocol that is a word")
    unit = unit_of(str(said.get("unit", ""))) or _PROTOCOLS.get(protocol or "")
    counts = {name: int(said[f"n_{name}s"]) for name in UNITS if _is_number(said.get(f"n_{name}s"))}
    n = said.get("n_units", said.get("n"))
    if unit and isinstance(n, int):
        counts = {unit: n, **counts}
    leaky = bool(said.get("leaky")) or protocol in LEAKY
    ends = (values.get("low"), values.get("high"))
    if not all(end is None or _is_number(end) for end in ends):
        raise LookupError("an interval of two numbers")
    return Figure(float(values["value"]), *ends, unit, counts, protocol, leaky)


_PROTOCOLS = {
    "rows": "row",
    "segments": "segment",
    "songs": "song",
    "albums": "album",
    "modes": "color",
    "sealed": "song",
}
_MOST = 1e300
_SAID = ("unit", "n", "n_units", "leaky", "protocol", *(f"n_{unit}s" for unit in UNITS))


def _names(inner: Any, before: str = "") -> Iterator[str]:
    if isinstance(inner, Mapping):
        if before and _is_number(inner.get("value")):
            yield before
            return
        for key, value in inner.items():
            yield from _names(value, f"{before}.{key}" if before else str(key))
    elif _is_number(inner) and before:
        yield before


def _is_number(value: Any) -> bool:
    """Finite, and small enough to be written as one."""
    return isinstance(value, int | float) and not isinstance(value, bool) and -_MOST < value < _MOST
