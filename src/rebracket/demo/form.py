"""The form of a song: sections counted in bars, how loud each is, and who plays in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rebracket.core import Meter

__all__ = ["ENERGY", "SHAPES", "Passage", "count_bars", "draw_form", "form_of", "tempo_of"]

# role, share of the song
SHAPES: dict[str, tuple[tuple[tuple[str, int], ...], ...]] = {
    "short": (
        (("intro", 1), ("verse", 2), ("chorus", 2)),
        (("verse", 2), ("chorus", 2), ("outro", 1)),
        (("intro", 1), ("verse", 3), ("outro", 1)),
    ),
    "long": (
        (("intro", 2), ("verse", 4), ("chorus", 4), ("verse", 4), ("chorus", 4), ("outro", 2)),
        (("intro", 2), ("verse", 4), ("chorus", 4), ("verse", 4), ("outro", 2)),
        (("intro", 2), ("verse", 4), ("chorus", 4), ("bridge", 2), ("chorus", 4)),
        (("verse", 4), ("chorus", 4), ("verse", 4), ("chorus", 4), ("outro", 2)),
        (("intro", 2), ("verse", 4), ("bridge", 2), ("verse", 4), ("chorus", 4), ("outro", 2)),
    ),
    "single": (
        (
            *(("intro", 4), ("verse", 8), ("chorus", 8), ("verse", 8)),
            *(("chorus", 8), ("bridge", 4), ("chorus", 8), ("outro", 4)),
        ),
    ),
}
# how much of everything a section has; each return of a role has a little more
ENERGY = {"intro": 0.3, "verse": 0.55, "chorus": 0.88, "bridge": 0.48, "outro": 0.25}
_RETURN = 0.08
_LONG_S, _BARS = 40.0, (16, 24)
_LENGTHS = {"intro": 2, "verse": 4, "chorus": 4, "bridge": 2, "outro": 2}
_SUNG = ("verse", "chorus")
_HARMONY = frozenset(("bass", "keys", "pad", "arp"))
# how much a part wants to play in a section of that role
_KEEN: dict[str, dict[str, float]] = {
    "drums": {"intro": 0.15, "verse": 0.75, "chorus": 1.0, "bridge": 0.45, "outro": 0.3},
    "bass": {"intro": 0.3, "verse": 0.9, "chorus": 1.0, "bridge": 0.6, "outro": 0.6},
    "keys": {"intro": 0.7, "verse": 0.7, "chorus": 0.9, "bridge": 0.7, "outro": 0.7},
    "pad": {"intro": 0.8, "verse": 0.5, "chorus": 0.8, "bridge": 0.9, "outro": 0.9},
    "arp": {"intro": 0.7, "verse": 0.5, "chorus": 0.7, "bridge": 0.6, "outro": 0.4},
    "lead": {"intro": 0.35, "verse": 0.8, "chorus": 0.9, "bridge": 0.5, "outro": 0.3},
}


@dataclass(frozen=True, slots=True)
class Passage:
    """A section of the plan: its role, first bar, length in bars and the parts that play in it.

    ``energy`` in [0, 1] is its place in the song's arc, ``turn`` counts returns of its role (from 0).
    """

    name: str
    role: str
    first_bar: int
    bars: int
    playing: frozenset[str]
    energy: float = 0.5
    turn: int = 0

    @property
    def sung(self) -> bool:
        return self.role in _SUNG


def count_bars(seconds: float, bar_s: float, shapes: str) -> int:
    """Bars for a song of about so many seconds; even in long ones and singles, 16 to 24 in long ones."""
    if shapes not in ("long", "single"):
        return max(1, round(seconds / bar_s))
    pairs = 2 * round(seconds / bar_s / 2)
    return pairs if shapes == "single" else min(max(pairs, _BARS[0]), _BARS[1])


def tempo_of(meter: Meter, share: float) -> int:
    """Beats (quarters) a minute: 40 s hold 16 bars at a share of 0 and 24 at 1, in any meter."""
    bar_s = _LONG_S / (_BARS[0] + (_BARS[1] - _BARS[0]) * share)
    return round(240 * meter.beats / meter.unit / bar_s)


def draw_form(
    rng: np.random.Generator, shapes: Sequence[tuple[tuple[str, int], ...]], bars: int, parts: Sequence[str]
) -> tuple[Passage, ...]:
    """One of the shapes, as ``form_of`` fills it."""
    return form_of(rng, shapes[int(rng.integers(len(shapes)))], bars, parts)


def form_of(
    rng: np.random.Generator,
    shape: Sequence[tuple[str, int]] | Sequence[str],
    bars: int,
    parts: Sequence[str],
) -> tuple[Passage, ...]:
    """Sections that fill ``bars`` bars, as an arc; a part enters or leaves at each edge where it can.

    Every part plays somewhere, every section has a part, and one that carries the harmony where there
    is one. ``shape`` names roles, with or without their share of the song.
    """
    weighed = [(role, _LENGTHS[role]) if isinstance(role, str) else role for role in shape]
    lengths = _shares([share for _, share in weighed], max(bars, len(weighed)))
    roles = [role for role, _ in weighed]
    playing = _who_plays(rng, roles, parts)
    passages: list[Passage] = []
    for place, (role, length) in enumerate(zip(roles, lengths, strict=True)):
        turn = roles[:place].count(role)
        name = role.capitalize() + (f" {turn + 1}" if roles.count(role) > 1 else "")
        energy = min(1.0, ENERGY[role] + _RETURN * turn)
        passages.append(Passage(name, role, sum(lengths[:place]), length, playing[place], energy, turn))
    return tuple(passages)


def _shares(weights: Sequence[int], total: int) -> list[int]:
    """Splits ``total`` bars by weight, each at least one, in pairs where all can have a pair."""
    unit = 2 if total % 2 == 0 and total >= 2 * len(weights) else 1
    total //= unit
    lengths = [max(1, total * weight // sum(weights)) for weight in weights]
    order = sorted(range(len(weights)), key=lambda place: -weights[place])
    while sum(lengths) != total:
        for place in order:
            step = int(np.sign(total - sum(lengths)))
            if lengths[place] + step >= 1:
                lengths[place] += step
    return [length * unit for length in lengths]


def _who_plays(rng: np.random.Generator, roles: Sequence[str], parts: Sequence[str]) -> list[frozenset[str]]:
    """Who plays in each section: more where there is more energy, never the same as just before."""
    playing: list[set[str]] = []
    band = [part for part in parts if part != "vocal"]
    for role in roles:
        keen = {part: _KEEN[part][role] + 0.3 * float(rng.random()) for part in band}
        count = max(2, round(len(band) * (0.3 + 0.7 * ENERGY[role])))
        chosen = set(sorted(band, key=lambda part: -keen[part])[:count])
        if not chosen & _HARMONY:
            chosen |= set(sorted(_HARMONY & set(band), key=lambda part: -keen[part])[:1])
        playing.append(chosen | ({"vocal"} & set(parts) if role in _SUNG else set()) or set(parts))
    fullest = max(range(len(roles)), key=lambda place: (roles[place] == "chorus", ENERGY[roles[place]]))
    playing[fullest] |= set(parts) - set().union(*playing)
    for place in range(1, len(roles)):
        _differ(playing, place, band)
    return [frozenset(chosen) for chosen in playing]


def _differ(playing: list[set[str]], place: int, band: Sequence[str]) -> None:
    """Where the same parts play as before, one comes in, or one that plays elsewhere leaves."""
    if playing[place] != playing[place - 1]:
        return
    if missing := [part for part in band if part not in playing[place]]:
        playing[place].add(missing[0])
        return
    for part in reversed(band):
        left = playing[place] - {part}
        elsewhere = any(part in other for index, other in enumerate(playing) if index != place)
        if left and elsewhere and (left & _HARMONY or not playing[place] & _HARMONY):
            playing[place].discard(part)
            return
