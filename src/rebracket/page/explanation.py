"""One offline page of explanations: a view of the model and one of each song."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from markupsafe import Markup

from rebracket.core.errors import InputError
from rebracket.page.blocks import AttentionMap, Block, Player, Sound, Table, WaveHeat, Words
from rebracket.page.document import as_json, encoded, environment, policy, resource, write_whole
from rebracket.page.figure_colors import largest, level
from rebracket.page.figures import Bars, Curves, Heat, PianoRoll, Plane, Points
from rebracket.page.plotly_figures import plotly_figure, plotly_script, rounded
from rebracket.page.sections import ClassKey, Prose

__all__ = ["ExplanationPage", "SongPage", "render_explanation", "write_explanation"]

BLOCK_TEMPLATES: Mapping[type, str] = {
    **dict.fromkeys((Bars, Heat, Points, Curves, PianoRoll, Plane), "figure.html"),
    Words: "words.html",
    Player: "listening.html",
    WaveHeat: "wave_heat.html",
    AttentionMap: "attention.html",
    Table: "table.html",
    Prose: "prose.html",
}
_MOST_NAMED = 4  # words that the sentence under a text names on each side


@dataclass(frozen=True, slots=True, eq=False)
class SongPage:
    """The view of a song: its class and what the model said, each if known, a sentence, and its blocks.

    Raises:
        InputError: where two players have one id, or a waveform names a player that is not there.
    """

    id: str
    title: str
    blocks: tuple[Block, ...]
    key: ClassKey | None = None
    predicted: ClassKey | None = None
    sentence: str = ""

    def __post_init__(self) -> None:
        _check_players(f"song {self.id}", self.blocks)


@dataclass(frozen=True, slots=True, eq=False)
class ExplanationPage:
    """All views; ``first_sentence`` says it in plain words, ``not_evidence`` what it does not show.

    ``sounds`` holds the sound files that a point of a map plays, by group and moment, as in `Page`.

    Raises:
        InputError: where two songs have one id, or a waveform names a player that is not there.
    """

    title: str
    first_sentence: str
    not_evidence: str
    model: tuple[Block, ...]
    songs: tuple[SongPage, ...] = ()
    sounds: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_players("model", self.model)
        if len({song.id for song in self.songs}) != len(self.songs):
            raise InputError("found two songs with one id, expected a view for each")


def _check_players(place: str, blocks: tuple[Block, ...]) -> None:
    ids = [block.id for block in blocks if isinstance(block, Player)]
    if len(set(ids)) != len(ids):
        raise InputError(f"{place}: found two players with one id in {ids}")
    for block in blocks:
        if isinstance(block, WaveHeat) and block.player and block.player not in ids:
            raise InputError(f"{place}: {block.id} names the player {block.player!r}, expected one of {ids}")


class _View(NamedTuple):
    """What is shown at a time; ``song`` is None for the model."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    song: SongPage | None


def render_explanation(page: ExplanationPage) -> str:
    """The page as HTML text; the same page gives the same text.

    Raises:
        MissingExtraError: where plotly is not installed.
    """
    scripts = [plotly_script(), *map(resource, ("drawings.js", "lanes.js", "explanation.js"))]
    views = [_View("model", "The model", page.model, None)]
    views += [_View(f"song-{song.id}", song.title, song.blocks, song) for song in page.songs]
    sounds, kinds, moments = _sounds(page, views)
    templates = environment(("explanation.html", "captions.html", *sorted({*BLOCK_TEMPLATES.values()})))
    templates.filters.update(cell=_cell, data_of=_data_of, sound_key=_sound_key)
    templates.globals.update(template_of=_template_of, level=level, top_of=_top_of, ends_of=_ends_of)
    return templates.get_template("explanation.html").render(
        page=page,
        views=views,
        # Plotly writes its own style sheet and the places of its marks as styles, so inline styles must be
        # let in; a style fetches nothing here, for every source but data is closed.
        policy=policy(scripts, "'unsafe-inline'"),
        scripts=[Markup(script) for script in scripts],  # noqa: S704  ours and Plotly's, not the user's
        style=Markup(resource("page.css") + resource("explanation.css")),  # noqa: S704
        sounds=encoded(sounds),
        kinds=as_json(kinds),
        moments=as_json(moments),
    )


def write_explanation(page: ExplanationPage, path: Path) -> Path:
    """Writes the page in one step: whoever looks sees the old file or the whole new one.

    Raises:
        InputError: where the file cannot be written.
        MissingExtraError: where plotly is not installed.
    """
    return write_whole(render_explanation(page), path)


def _sounds(
    page: ExplanationPage, views: list[_View]
) -> tuple[dict[str, dict[str, bytes]], dict[str, tuple[str, str]], dict[str, str]]:
    """Each distinct sound once, in the first group that needs it; its group and type; the keys of moments."""
    groups: dict[str, dict[str, bytes]] = {}
    kinds: dict[str, tuple[str, str]] = {}
    moments: dict[str, str] = {}

    def keep(group: str, media_type: str, data: bytes) -> str:
        key = _key_of(data)
        if key not in kinds:
            kinds[key] = (group, media_type)
            groups.setdefault(group, {})[key] = data
        return key

    for view in views:
        for sound in (s for block in view.blocks if isinstance(block, Player) for s in block.files):
            keep(view.id, sound.media_type, sound.data)
    for group, members in sorted(page.sounds.items()):
        for moment, data in sorted(members.items()):
            moments[moment] = keep(f"moments {group}", _media_type(data), data)
    return groups, kinds, moments


def _key_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:20]


def _sound_key(sound: Sound) -> str:
    return _key_of(sound.data)


def _media_type(data: bytes) -> str:
    """The type of a sound file by its first bytes; MP3 has several, and is what reports hold."""
    known = {b"RIFF": "audio/wav", b"OggS": "audio/ogg", b"fLaC": "audio/flac"}
    return known.get(data[:4], "audio/mpeg")


def _template_of(block: object) -> str:
    return BLOCK_TEMPLATES[type(block)]


def _data_of(block: Any) -> Markup:
    """What the script draws a block from."""
    if isinstance(block, WaveHeat):
        names = ("peaks", "scores", "heat")
        arrays = {name: rounded(getattr(block, name)) for name in names}
        span = {"start": block.start_s, "end": block.end_s, "unit": block.unit}
        return as_json({**span, "bands": block.bands, "player": block.player, **arrays})
    if isinstance(block, AttentionMap):
        lanes = ("seconds", "notes", "word_seconds", "word_notes", "second_notes")
        values = {name: getattr(block, name) for name in lanes}
        return as_json({name: None if value is None else rounded(value) for name, value in values.items()})
    return as_json(plotly_figure(block))


def _top_of(words: Words) -> float:
    """The largest weight of a text, either way: the end of its scale."""
    return largest(np.array([weight for _, weight in words.weighed]))


def _ends_of(words: Words) -> tuple[list[tuple[str, float]], list[tuple[str, float]]]:
    """The words that speak most for the class and most against it, for whom hovers are no help."""
    ranked = sorted(((text.strip(), weight) for text, weight in words.weighed), key=lambda pair: -pair[1])
    toward = [pair for pair in ranked[:_MOST_NAMED] if pair[1] > 0]
    return toward, [pair for pair in reversed(ranked[-_MOST_NAMED:]) if pair[1] < 0]


def _cell(value: str | float | None) -> str:
    """A table's cell: counts whole, other numbers with three digits, nothing as a dash."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    return f"{value:,}" if isinstance(value, int) else f"{value:.3g}"
