"""What a taxonomy of styles is: colors, axes of modes, and types of rebracketing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass

from rebracket.core.errors import InputError, UsageError

__all__ = ["Color", "Ontology", "RebracketingType"]


@dataclass(frozen=True, slots=True)
class Color:
    """One class of the taxonomy; an album, a style, a period.

    ``modes`` holds for each axis the modes this color has: none, one or several. ``open`` marks a
    color whose album is still being made. ``transmigration`` names axes in the order passed.
    """

    id: str
    name: str
    hex: str
    modes: dict[str, tuple[str, ...]]
    album: str | None = None
    released: int | None = None
    open: bool = False
    transmigration: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RebracketingType:
    """A way of moving boundaries: which boundary moves, and the words that speak of it."""

    name: str
    boundary: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ontology:
    """A whole taxonomy.

    Raises:
        InputError: where there is no color, an axis has no mode or one twice, or a color uses an axis
            or mode that does not exist, or one twice.
    """

    name: str
    credit: str
    axes: dict[str, tuple[str, ...]]
    colors: dict[str, Color]
    types: dict[str, RebracketingType]
    other_type: str
    markers: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.colors:
            raise InputError("found no colors, expected at least one")
        for axis, modes in self.axes.items():
            if not modes or len(set(modes)) < len(modes):
                raise InputError(f"axes.{axis}: found {list(modes)}, expected modes, each once")
        for id_, color in self.colors.items():
            _check_names("axis", color.modes, self.axes, f"colors.{id_}.modes")
            _check_names("axis", color.transmigration, self.axes, f"colors.{id_}.transmigration")
            for axis, modes in color.modes.items():
                _check_names("mode", modes, self.axes[axis], f"colors.{id_}.modes.{axis}")

    @property
    def hash(self) -> str:
        """First 16 hex digits of the SHA-256 of the content."""
        content = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    @property
    def targets(self) -> tuple[str, ...]:
        """The classification targets this ontology gives every segment."""
        modes = tuple(f"{axis}_mode" for axis in self.axes)
        return ("color", *modes)

    def mode(self, color_id: str, axis: str) -> str | None:
        """The one mode of a color on an axis; None where it has none or several."""
        modes = self.colors[color_id].modes.get(axis, ())
        return modes[0] if len(modes) == 1 else None

    def soft_mode(self, color_id: str, axis: str, own: float = 0.8) -> tuple[float, ...] | None:
        """The mode as a distribution over the axis; None, a masked target, without any mode.

        One mode gets ``own`` and the others share the rest. Several share ``own`` plus one of the
        equal parts of that rest, so that two of three modes get 0.45 each and the third 0.1.

        Raises:
            UsageError: unless ``own`` is in [0, 1].
        """
        if not 0 <= own <= 1:
            raise UsageError(f"found {own} for a color's own mode, expected a share in [0, 1]")
        names, modes = self.axes[axis], self.colors[color_id].modes.get(axis, ())
        if not modes:
            return None
        rest = (1 - own) / (len(names) - 1) if len(names) > 1 else 0.0
        mine = (1 - rest * (len(names) - len(modes))) / len(modes)
        return tuple(mine if name in modes else rest for name in names)


def _check_names(what: str, names: Iterable[str], known: Collection[str], place: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name not in known:
            raise InputError(f"{place}: found the {what} {name!r}, expected one of {list(known)}")
        if name in seen:
            raise InputError(f"{place}: found the {what} {name!r} twice, expected it once")
        seen.add(name)
