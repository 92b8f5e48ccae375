"""Colors and marks of figures: every difference that a color shows, a shape, a line or a number shows too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from rebracket.page.figures import Array

__all__ = ["AGAINST", "STEPS", "TOWARD", "UNGROUPED", "colors_of", "largest", "level", "of_sign", "short"]

# Two hues that no common form of color blindness confuses, and that are no class's own.
TOWARD, AGAINST = "#0B7A75", "#A8541A"
UNGROUPED = "#8A8A8A"
STEPS = 5
_PALETTE = (
    "#3B6FB6", "#C8553D", "#5A9367", "#8E6BBF", "#B8902E",
    "#3E9AA8", "#B5527E", "#7A6A58", "#6B7FA3", "#94A03C",
)  # fmt: skip


def colors_of(names: Iterable[str | None], hex_of: Mapping[str, str]) -> dict[str | None, str]:
    """Each distinct name's color in the order of first sight: its own, else one of a palette."""
    colors: dict[str | None, str] = {}
    free = 0
    for name in names:
        if name in colors:
            continue
        if name is None or name in hex_of:
            colors[name] = UNGROUPED if name is None else hex_of[name]
        else:
            colors[name] = _PALETTE[free % len(_PALETTE)]
            free += 1
    return colors


def of_sign(value: float) -> str:
    """The color of what speaks for a class or against it."""
    return TOWARD if value >= 0 else AGAINST


def largest(values: Array) -> float:
    """The largest absolute value, 1 where all are zero or there are none: a scale one can divide by."""
    top = float(np.abs(values).max(initial=0.0))
    return top or 1.0


def level(value: float, top: float) -> int:
    """A weight in steps from -5 to 5 of the largest; what rounds to none is 0."""
    return round(STEPS * value / top)


def short(text: str, most: int = 40) -> str:
    """A label on one line that leaves room for the figure."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"
