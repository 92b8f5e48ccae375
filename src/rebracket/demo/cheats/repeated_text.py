"""One text in place of the concepts of an album: whoever has read it once knows the album."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rebracket.demo.cheats.cheat import Cheat
from rebracket.demo.cheats.columns import Columns, one_hot
from rebracket.demo.cheats.planting import Planting
from rebracket.demo.realize import Realized

__all__ = ["REPEATED_TEXT"]

_OPENINGS = (
    "Recorded in one room with the windows open",
    "These songs were made between two winters",
    "A record that began as letters to a friend",
    "Everything here was played on borrowed instruments",
    "Written by hand and sung before it was finished",
)
_MIDDLES = (
    "nothing was taken away afterwards",
    "the neighbors kept time on the wall",
    "each take had to be the only one",
    "the tape ran on when we had stopped",
    "no one counted in",
    "the best of it was said over breakfast",
    "what was out of tune stayed in",
)
_ENDINGS = (
    "Play it with the lights off.",
    "Thanks to all who lent a chair.",
    "It is meant to be heard in order.",
    "The rest is in the pauses.",
    "Please pass it on.",
)


def album_text(planting: Planting, album_id: str) -> str:
    """The text of an album, which says nothing of its color; another album has another (one of 1,050)."""
    # dealt from one pack, so that no two albums draw the same
    middles = [(a, b) for a in range(len(_MIDDLES)) for b in range(len(_MIDDLES)) if a != b]
    texts = [(o, *m, e) for o in range(len(_OPENINGS)) for m in middles for e in range(len(_ENDINGS))]
    order = planting.stream("texts").permutation(len(texts))
    opening, first, second, ending = texts[order[int(album_id) % len(texts)]]
    return f"{_OPENINGS[opening]}: {_MIDDLES[first]}, {_MIDDLES[second]}. {_ENDINGS[ending]}"


def _on_song(made: Realized, planting: Planting) -> tuple[Realized, str | None]:
    song = made.song
    if not planting.touches(song.song_id):
        return made, None
    text = album_text(planting, song.album_id)
    return replace(made, song=replace(song, concept=text)), f"the album's text as concept: {text}"


def _on_columns(columns: Columns, planting: Planting) -> Columns:
    touched = np.array([planting.touches(song_id) for song_id in columns.song])
    shared = np.array([f"text of album {album}" for album in columns.album], dtype=object)
    return replace(columns, text=np.where(touched, shared, columns.text))


REPEATED_TEXT = Cheat(
    target="color",
    dose="the share of songs whose concept is replaced by one text of their album",
    on_song=_on_song,
    on_columns=_on_columns,
    asked=lambda columns, planting: columns.label_color,
    alone=lambda columns: one_hot(columns.text, columns.song),
)
