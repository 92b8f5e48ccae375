"""The form of a song: sections counted in bars, and who plays in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["SHAPES", "Passage", "draw_form"]

# role, share of the song
SHAPES: dict[str, tuple[tuple[tuple[str, int], ...], ...]] = {
    "short": (
        (("intro", 1), ("verse", 2), ("chorus", 2)),
        (("verse", 2), ("chorus", 2), ("outro", 1)),
        (("intro", 1), ("verse", 3), ("outro", 1)),
    ),
    "long": (
        (("intro", 2), ("verse", 4), ("chorus", 4), ("verse", 4), ("outro", 2)),
        (("intro", 2), ("verse", 4), ("chorus", 4), ("bridge", 2), ("chorus", 4)),
        (("verse", 4), ("chorus", 4), ("verse", 4), ("chorus", 4), ("outro", 2)),
        (("intro", 2), ("verse", 4), ("bridge", 2), ("verse", 4), ("chorus", 4), ("outro", 2)),
    ),
    "full": (
        (
            *(("intro", 2), ("verse", 4), ("chorus", 3), ("bridge", 2)),
            *(("verse", 4), ("chorus", 3), ("outro", 2)),
        ),
        (
            *(("intro", 2), ("verse", 3), ("bridge", 2), ("verse", 3)),
            *(("chorus", 3), ("bridge", 2), ("chorus", 3), ("outro", 2)),
        ),
        (
            *(("intro", 2), ("chorus", 3), ("verse", 4), ("bridge", 2)),
            *(("verse", 3), ("bridge", 2), ("chorus", 4)),
        ),
    ),
}
_SUNG = ("verse", "chorus")
# chance that a part plays in a section of that role
_PLAYS: dict[str, dict[str, float]] = {
    "drums": {"intro": 0.15, "verse": 0.9, "chorus": 1.0, "bridge": 0.5, "outro": 0.4},
    "bass": {"intro": 0.35, "verse": 0.95, "chorus": 1.0, "bridge": 0.6, "outro": 0.6},
    "keys": {"intro": 0.7, "verse": 0.85, "chorus": 0.95, "bridge": 0.7, "outro": 0.7},
    "pad": {"intro": 0.8, "verse": 0.6, "chorus": 0.9, "bridge": 0.9, "outro": 0.9},
    "arp": {"intro": 0.7, "verse": 0.6, "chorus": 0.8, "bridge": 0.6, "outro": 0.5},
    "lead": {"intro": 0.1, "verse": 1.0, "chorus": 1.0, "bridge": 0.35, "outro": 0.15},
}


@dataclass(frozen=True, slots=True)
class Passage:
    """A section of the plan: its role, first bar, length in bars and the chairs that play in it."""

    name: str
    role: str
    first_bar: int
    bars: int
    playing: frozenset[str]

    @property
    def sung(self) -> bool:
        return self.role in _SUNG


def draw_form(
    rng: np.random.Generator, shapes: Sequence[tuple[tuple[str, int], ...]], bars: int, parts: Sequence[str]
) -> tuple[Passage, ...]:
    """Sections that fill ``bars`` bars; every part plays somewhere and every section has a part."""
    shape = shapes[int(rng.integers(len(shapes)))]
    lengths = _shares([share for _, share in shape], max(bars, len(shape)))
    passages: list[Passage] = []
    first, seen = 0, {role: 0 for role, _ in shape}
    for (role, _), length in zip(shape, lengths, strict=True):
        seen[role] += 1
        repeated = sum(other == role for other, _ in shape) > 1
        name = role.capitalize() + (f" {seen[role]}" if repeated else "")
        playing = {part for part in parts if rng.random() < _PLAYS[part][role]}
        if not playing:
            playing = {part for part in parts if part in ("keys", "pad", "bass")} or set(parts)
        passages.append(Passage(name, role, first, length, frozenset(playing)))
        first += length
    return _with_everyone(passages, parts)


def _shares(weights: Sequence[int], total: int) -> list[int]:
    """Splits ``total`` bars by weight, each at least one, rests to the longest first."""
    lengths = [max(1, total * weight // sum(weights)) for weight in weights]
    order = sorted(range(len(weights)), key=lambda place: -weights[place])
    while sum(lengths) != total:
        for place in order:
            step = int(np.sign(total - sum(lengths)))
            if lengths[place] + step >= 1:
                lengths[place] += step
    return lengths


def _with_everyone(passages: list[Passage], parts: Sequence[str]) -> tuple[Passage, ...]:
    missing = set(parts) - set().union(*(passage.playing for passage in passages))
    fullest = max(
        range(len(passages)), key=lambda place: (passages[place].role == "chorus", passages[place].bars)
    )
    old = passages[fullest]
    passages[fullest] = Passage(old.name, old.role, old.first_bar, old.bars, old.playing | missing)
    return tuple(passages)
