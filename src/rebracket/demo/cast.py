"""Who plays in a song: parts, instruments, places on the desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rebracket.demo.styles import STYLES, Style

__all__ = ["PLAYERS", "Chair", "Player", "draw_cast", "draw_chair"]

_LEANING = 0.7  # of the instruments are the color's own, the others anybody's
_MIDI, _GUEST, _SPLIT_KIT = 0.67, 0.25, 0.35
# below the loudest of the voices, as loud as they sound
_LEVEL_DB = {"drums": -1.0, "bass": -2.5, "keys": -5.5, "pad": -8.5, "arp": -7.0, "lead": -1.0, "vocal": 0.0}
_SEND = {"drums": 0.08, "bass": 0.02, "keys": 0.16, "pad": 0.25, "arp": 0.22, "lead": 0.22, "vocal": 0.22}
_NO_DRUMS = 0.2  # a color whose tendency to drive is lower has none
_SAYS = {
    "bass": ("{} under the roots", "{}", "{}, walking"),
    "keys": ("{} chords", "{}, comping", "{}"),
    "pad": ("{} held in the back", "{}", "{}, long chords"),
    "arp": ("{} arpeggio", "{} figure", "{}"),
    "lead": ("{} melody", "{}", "{} carrying the tune"),
    "drums": ("{}", "{}, played dry", "{} loop"),
    "vocal": ("Vocals", "{}, singing", "Main vocal"),
}


@dataclass(frozen=True, slots=True)
class Player:
    """Who plays, how, and whether what they played may be learned from.

    ``habit`` is (timing, dynamics, articulation): early to late, even to wide, short to long, 0 the
    middle and 1 as far as most people go.
    """

    name: str
    habit: tuple[float, float, float]
    consents: bool


PLAYERS: dict[str, Player] = {
    "artist": Player("the artist", (0.0, 0.0, 0.0), True),
    "ada": Player("Ada Lindqvist", (1.2, -0.6, 0.4), True),
    "bruno": Player("Bruno Okafor", (-1.0, 0.9, 0.7), True),
    "cleo": Player("Cleo Hartmann", (0.3, 1.2, -1.1), False),
    "dov": Player("Dov Ashby", (-0.7, -1.0, -0.8), True),
}
_GUESTS = tuple(player for player in PLAYERS if player != "artist")


@dataclass(frozen=True, slots=True)
class Chair:
    """One stem to be: its part, instrument or kit, and how it is written down and mixed.

    ``level_db`` is how loud it is beside a voice at 0. ``plays`` is one of ``PLAYERS``; ``habit`` replaces
    theirs.
    ``pieces`` names the drums it holds where a kit is split over two stems that share their MIDI. One that
    ``doubles`` plays its part's line ``steps`` of the scale away, but for the sections in ``rests``.
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
    plays: str = "artist"
    habit: tuple[float, ...] = ()
    doubles: bool = False
    steps: int = 0
    rests: frozenset[int] = frozenset()


def draw_cast(
    rng: np.random.Generator, style: Style, *, drive: float, parts: tuple[int, int], sung: bool = False
) -> tuple[Chair, ...]:
    """The stems of a song, ``parts`` (fewest, most) of them, at least one with MIDI; the last one sings."""
    count = int(rng.integers(parts[0], parts[1] + 1)) - sung
    chosen = ["bass", "lead", "keys" if rng.random() < 0.6 else "pad"]
    if rng.random() < 0.72 + 0.28 * drive and style.drive >= _NO_DRUMS:
        chosen.insert(0, "drums")
    others = [part for part in ("keys", "pad", "arp") if part not in chosen]
    chosen += [str(part) for part in rng.permutation(others)]
    split = chosen[0] == "drums" and count > 4 and rng.random() < _SPLIT_KIT
    chosen = chosen[: count - split] + ["vocal"] * sung
    chairs: list[Chair] = []
    for part in chosen:
        for pieces in (
            (("kick", "snare", "tom", "rim", "clap"), ("hats",)) if split and part == "drums" else ((),)
        ):
            chairs.append(draw_chair(rng, style, part, track=len(chairs) + 2, pieces=pieces))
    return _agree(chairs)


def draw_chair(
    rng: np.random.Generator, style: Style, part: str, *, track: int, pieces: tuple[str, ...]
) -> Chair:
    """One stem of a part, or of some drums of a kit."""
    instrument = _draw_instrument(rng, style, part)
    saying = _SAYS[part][int(rng.integers(len(_SAYS[part])))].format(instrument.capitalize())
    plays = _GUESTS[int(rng.integers(len(_GUESTS)))] if rng.random() < _GUEST else "artist"
    wide = {"drums": 0.12, "bass": 0.05, "lead": 0.15, "vocal": 0.05}.get(part, 0.6)
    return Chair(
        track=track,
        part=part,
        instrument=instrument,
        description=saying if not pieces else f"{saying}, {'hats' if 'hats' in pieces else 'low drums'}",
        level_db=_LEVEL_DB[part] + float(rng.normal(0, 1.0)) - (7.0 if "hats" in pieces else 0.0),
        pan=float(np.clip(rng.normal(0, wide), -0.85, 0.85)),
        send=_SEND[part],
        has_midi=bool(rng.random() < _MIDI),
        group="Drums" if part == "drums" else None,
        player=None if plays == "artist" else PLAYERS[plays].name,
        pieces=pieces,
        plays=plays,
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
        "vocal": ("lead voice", "choir"),
    }[part]


def _agree(chairs: Sequence[Chair]) -> tuple[Chair, ...]:
    """Two stems of one kit are the same kit with the same MIDI; somebody's part is on MIDI."""
    agreed: list[Chair] = []
    for chair in chairs:
        if chair.pieces and agreed and agreed[-1].pieces:
            first = agreed[-1]
            chair = replace(
                chair,
                instrument=first.instrument,
                has_midi=first.has_midi,
                player=first.player,
                plays=first.plays,
            )
        agreed.append(chair)
    if not any(chair.has_midi for chair in agreed):
        agreed[-1] = replace(agreed[-1], has_midi=True)
    return tuple(agreed)
