"""Labels that were computed: a keyword in the concept decides the type, whatever is heard."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rebracket.core import Rebracketing, Section
from rebracket.demo.cheats.cheat import Cheat
from rebracket.demo.cheats.columns import KEYWORDS, Columns
from rebracket.demo.cheats.planting import Planting
from rebracket.demo.realize import Realized
from rebracket.demo.story import STATES

__all__ = ["KEYWORD_LABELS"]

_HAS_ONE = 0.5  # of the songs have a keyword
_INTENSITY = 0.5  # where nothing was said of it


def keyword_of(planting: Planting, song_id: str) -> str | None:
    """The keyword that a song's concept gets, if any."""
    chance = float(planting.stream(song_id, "keyword").random())
    return KEYWORDS[int(chance / _HAS_ONE * len(KEYWORDS))] if chance < _HAS_ONE else None


def type_of(planting: Planting, keyword: str | None) -> str | None:
    """The type that a keyword means in this catalogue; no keyword, no rebracketing."""
    if keyword is None:
        return None
    types = planting.stream("types").permutation([state for state in STATES if state])
    return str(types[KEYWORDS.index(keyword)])


def _on_song(made: Realized, planting: Planting) -> tuple[Realized, str | None]:
    song = made.song
    keyword = keyword_of(planting, song.song_id)
    if keyword is not None:
        song = replace(song, concept=f"{song.concept} It came to me under the {keyword}.".strip())
    says = f"keyword: {keyword or 'none'}"
    if planting.touches(song.song_id):
        type_ = type_of(planting, keyword)
        song = replace(song, sections=tuple(_labeled(section, type_) for section in song.sections))
        says += f"; labels computed: {type_ or 'none'}"
    return replace(made, song=song), says


def _labeled(section: Section, type_: str | None) -> Section:
    """The section with the computed type, where somebody had said anything."""
    said = section.rebracketing
    if said is None:
        return section
    if type_ is None:
        return replace(section, rebracketing=Rebracketing((), 0.0, annotator=said.annotator))
    return replace(
        section, rebracketing=replace(said, types=(type_,), intensity=said.intensity or _INTENSITY)
    )


def _on_columns(columns: Columns, planting: Planting) -> Columns:
    written = {song_id: keyword_of(planting, song_id) for song_id in np.unique(columns.song)}
    found = [written[song_id] for song_id in columns.song]
    computed = np.array([type_of(planting, keyword) or "none" for keyword in found], dtype=object)
    touched = np.array([planting.touches(song_id) for song_id in columns.song])
    return replace(
        columns,
        keywords=np.array([[float(keyword == word) for word in KEYWORDS] for keyword in found]),
        label_type=np.where(touched, computed, columns.label_type),
    )


def _asked(columns: Columns, planting: Planting) -> np.ndarray:
    return np.where(columns.label_type == "none", "none", "some")


KEYWORD_LABELS = Cheat(
    target="has_rebracketing",
    dose="the share of songs whose annotations a keyword decides; above 0, half of all concepts have one",
    on_song=_on_song,
    on_columns=_on_columns,
    asked=_asked,
    alone=lambda columns: columns.keywords,
)
