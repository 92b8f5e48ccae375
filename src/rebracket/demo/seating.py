"""Who sits where: the cast of a song from the story's stems, and when each rests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from rebracket.demo.cast import PLAYERS, Chair, draw_cast
from rebracket.demo.doubling import double
from rebracket.demo.form import Passage
from rebracket.demo.story import PLAYERS as PLAYER_IDS
from rebracket.demo.story import SongCauses, StemCauses
from rebracket.demo.styles import Style

__all__ = ["rest", "seat"]

_HARMONY = frozenset(("bass", "keys", "pad", "arp"))


def seat(rng: np.random.Generator, palette: Style, causes: SongCauses, *, drive: float) -> tuple[Chair, ...]:
    """The stems of a song: instruments of the palette, played by the story's players with their habits."""
    count = len(causes.stems)
    cast = draw_cast(rng, palette, drive=drive, parts=(count, count), sung=causes.has_lyrics)
    chairs = double(rng, palette, cast, count)
    seated: list[Chair] = []
    for chair, stem in zip(chairs, causes.stems, strict=False):
        kit = next((other for other in seated if chair.pieces and other.pieces), None)
        seated.append(_sharing(chair, kit) if kit else _played(chair, stem))
    return tuple(seated)


def _played(chair: Chair, stem: StemCauses) -> Chair:
    plays = PLAYER_IDS[stem.player]
    player = None if plays == "artist" else PLAYERS[plays].name
    rests = stem.silent if chair.doubles else chair.rests
    return replace(chair, plays=plays, player=player, habit=stem.habit, has_midi=stem.has_midi, rests=rests)


def _sharing(chair: Chair, kit: Chair) -> Chair:
    """Two stems of one kit are the same hands and the same MIDI."""
    return replace(chair, plays=kit.plays, player=kit.player, habit=kit.habit, has_midi=kit.has_midi)


def rest(form: Sequence[Passage], cast: Sequence[Chair], causes: SongCauses) -> tuple[Passage, ...]:
    """The form with the rests of the story: a part is silent where its stem is, while somebody carries
    the harmony, it plays elsewhere, and the edge before still changes who plays. Voices keep their lines."""
    playing = [set(passage.playing) for passage in form]
    pairs = zip(cast, causes.stems, strict=False)
    stems = {chair.part: stem for chair, stem in reversed(list(pairs))}  # the first of a part decides
    for part, stem in stems.items():
        for place in sorted(stem.silent):
            if part != "vocal" and _may_rest(playing, place, part):
                playing[place].discard(part)
    return tuple(
        replace(passage, playing=frozenset(parts)) for passage, parts in zip(form, playing, strict=True)
    )


def _may_rest(playing: Sequence[set[str]], place: int, part: str) -> bool:
    left = playing[place] - {part}
    around = [playing[other] for other in (place - 1, place + 1) if 0 <= other < len(playing)]
    elsewhere = any(part in parts for other, parts in enumerate(playing) if other != place)
    return bool(left & _HARMONY) and left not in around and elsewhere
