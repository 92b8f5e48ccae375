"""Who plays in a song: parts, instruments, places on the desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rebracket.demo.styles import STYLES, Style
from rebracket.demo.words import vocabulary

__all__ = ["HATS", "Chair", "draw_cast", "draw_chair"]

_LEANING = 0.7  # of the instruments are the color's own, the others anybody's
_MIDI, _GUEST, _SPLIT_KIT = 0.67, 0.25, 0.35
HATS = ("closed hat", "open hat", "shaker")
_LEVEL_DB = {"drums": -4.0, "bass": -5.0, "keys": -9.0, "pad": -13.0, "arp": -11.0, "lead": -6.5}
_SEND = {"drums": 0.08, "bass": 0.03, "keys": 0.2, "pad": 0.35, "arp": 0.3, "lead": 0.28}
_SAYS = {
    "bass": ("{} under the roots", "{}", "{}, walking"),
    "keys": ("{} chords", "{}, comping", "{}"),
    "pad": ("{} held in the back", "{}", "{}, long chords"),
    "arp": ("{} arpeggio", "{} figure", "{}"),
    "lead": ("{} melody", "{}", "{} carrying the tune"),
    "drums": ("{}", "{}, played dry", "{} loop"),
}


@dataclass(frozen=True, slots=True)
class Chair:
    """One stem to be: its part, instrument or kit, and how it is written down and mixed.

    ``pieces`` names the drums it holds where a kit is split over stems that share their MIDI. A chair
    with a ``seat`` doubles the line of its part, ``steps`` of the scale away, in sections of its own.
    """

    track: int
    part: str
    instrument: str
    description: str
    level_db: float
    pan: float
    send: float
    has_midi: bool
    group: str | None = None
    player: str | None = None
    pieces: tuple[str, ...] = ()
    seat: str = ""
    steps: int = 0

    @property
    def name(self) -> str:
        """What a section names when this chair plays in it."""
        return self.seat or self.part


def draw_cast(
    rng: np.random.Generator, style: Style, *, drive: float, parts: tuple[int, int]
) -> tuple[Chair, ...]:
    """The stems of a song, ``parts`` (fewest, most) of them, at least one with MIDI."""
    count = int(rng.integers(parts[0], parts[1] + 1))
    chosen = ["bass", "lead", "keys" if rng.random() < 0.6 else "pad"]
    if rng.random() < 0.72 + 0.28 * drive:
        chosen.insert(0, "drums")
    others = [part for part in ("keys", "pad", "arp") if part not in chosen]
    chosen += [str(part) for part in rng.permutation(others)]
    split = chosen[0] == "drums" and count > 4 and rng.random() < _SPLIT_KIT
    chosen = chosen[: count - split]
    chairs: list[Chair] = []
    for part in chosen:
        for pieces in (("kick", "snare", "tom", "rim", "clap"), HATS) if split and part == "drums" else ((),):
            chairs.append(draw_chair(rng, style, part, track=len(chairs) + 2, pieces=pieces))
    return _agree(chairs)


def draw_chair(
    rng: np.random.Generator, style: Style, part: str, *, track: int, pieces: tuple[str, ...]
) -> Chair:
    """One stem of a part, everything of it drawn."""
    instrument = _draw_instrument(rng, style, part)
    saying = _SAYS[part][int(rng.integers(len(_SAYS[part])))].format(instrument.capitalize())
    players: list[str] = vocabulary()["players"]
    wide = {"drums": 0.12, "bass": 0.05, "lead": 0.15}.get(part, 0.6)
    return Chair(
        track=track,
        part=part,
        instrument=instrument,
        description=saying if not pieces else f"{saying}, {'hats' if pieces == HATS else 'low drums'}",
        level_db=_LEVEL_DB[part] + float(rng.normal(0, 1.5)) + (8.0 if pieces == HATS else 0.0),
        pan=float(np.clip(rng.normal(0, wide), -0.85, 0.85)),
        send=_SEND[part],
        has_midi=bool(rng.random() < _MIDI),
        group="Drums" if part == "drums" else None,
        player=players[int(rng.integers(len(players)))] if rng.random() < _GUEST else None,
        pieces=pieces,
    )


def _draw_instrument(rng: np.random.Generator, style: Style, part: str) -> str:
    own, everything = (
        _palette(style, part),
        [name for other in STYLES.values() for name in _palette(other, part)],
    )
    pool: Sequence[str] = own if rng.random() < _LEANING else everything
    return pool[int(rng.integers(len(pool)))]


def _palette(style: Style, part: str) -> tuple[str, ...]:
    return {
        "bass": style.basses,
        "keys": style.keys,
        "pad": style.pads,
        "arp": style.arps,
        "lead": style.leads,
        "drums": (style.kit,),
    }[part]


def _agree(chairs: Sequence[Chair]) -> tuple[Chair, ...]:
    """Two stems of one kit are the same kit with the same MIDI; somebody's part is on MIDI."""
    agreed: list[Chair] = []
    for chair in chairs:
        if chair.pieces and agreed and agreed[-1].pieces:
            chair = replace(chair, instrument=agreed[-1].instrument, has_midi=agreed[-1].has_midi)
        agreed.append(chair)
    if not any(chair.has_midi for chair in agreed):
        agreed[-1] = replace(agreed[-1], has_midi=True)
    return tuple(agreed)
