"""Where the dots of a map stand in its picture."""

from __future__ import annotations

from dataclasses import dataclass

from rebracket.page.sections import Dot, MapSection

__all__ = ["BOX", "Box", "Place", "placed"]


@dataclass(frozen=True, slots=True)
class Box:
    """The picture's size and the margin that stays free of dots, in its own units."""

    width: float
    height: float
    margin: float


@dataclass(frozen=True, slots=True)
class Place:
    """A dot and its position in the picture."""

    index: int
    dot: Dot
    x: float
    y: float
    hex: str
    class_name: str


BOX = Box(720.0, 520.0, 22.0)
_NO_CLASS_HEX = "#8A8A8A"


def placed(section: MapSection) -> list[Place]:
    """The dots scaled by one factor into the picture, so that distances keep their proportions."""
    if not section.dots:
        return []
    xs, ys = [dot.x for dot in section.dots], [dot.y for dot in section.dots]
    scale = min(
        (BOX.width - 2 * BOX.margin) / ((max(xs) - min(xs)) or 1.0),
        (BOX.height - 2 * BOX.margin) / ((max(ys) - min(ys)) or 1.0),
    )
    middle_x, middle_y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    keys = {key.id: key for key in section.classes}
    places = []
    for index, dot in enumerate(section.dots):
        key = keys.get(dot.moment.class_id or "")
        places.append(
            Place(
                index,
                dot,
                round(BOX.width / 2 + scale * (dot.x - middle_x), 1),
                round(BOX.height / 2 - scale * (dot.y - middle_y), 1),
                key.hex if key else _NO_CLASS_HEX,
                key.name if key else "no class",
            )
        )
    return places
