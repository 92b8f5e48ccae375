"""Everything about a song that is decided before a note is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rebracket.core import Meter
from rebracket.core.errors import UsageError
from rebracket.demo.cast import Chair, draw_cast
from rebracket.demo.draws import stream
from rebracket.demo.feel import Feel, Shown
from rebracket.demo.form import SHAPES, Passage, count_bars, draw_form, tempo_of
from rebracket.demo.harmony import Tonality, draw_loops
from rebracket.demo.styles import STYLES, Style, taxonomy
from rebracket.demo.texts import Texts, intended_type, write_lines, write_texts
from rebracket.demo.words import vocabulary

__all__ = ["SIZES", "SPREAD", "Feel", "Size", "SongKey", "SongPlan", "plan", "song_keys"]


@dataclass(frozen=True, slots=True)
class Size:
    """How much is written: songs an album, seconds a song, parts a song (fewest, most)."""

    songs: int
    seconds: tuple[float, float]
    parts: tuple[int, int]
    shapes: str


SIZES: dict[str, Size] = {
    "tiny": Size(songs=3, seconds=(15.0, 17.0), parts=(4, 5), shapes="short"),
    "small": Size(songs=6, seconds=(36.0, 40.0), parts=(5, 6), shapes="long"),
}
SPREAD = 0.14  # how far a song strays from the center of its color, in shares
_HABIT = 0.85  # of the songs are in a key that lies well under the hands
_BPM = (68.0, 140.0)  # the slowest and the fastest of what colors lean to
_OWN_LOOP = 0.5  # of the songs go round their color's own chords
_INSTRUMENTAL = 0.125  # of the songs have no words


@dataclass(frozen=True, slots=True)
class SongKey:
    """Which song: its color, album and track (both from 1), and its place in the catalogue (from 0)."""

    color: str
    album: int
    track: int
    index: int
    size: str

    @property
    def song_id(self) -> str:
        return f"{self.album:02d}_{self.track:02d}"


@dataclass(frozen=True, slots=True)
class SongPlan:
    """A song before it is composed. ``lines`` are (bar, text); an empty text ends the line before.

    ``shown`` is what each section shows; empty, all show ``feel``. A line is sung ``vocal_offset_s``
    after its stamp.
    """

    key: SongKey
    seed: int
    texts: Texts
    bpm: int
    meter: Meter
    tonality: Tonality
    loops: dict[str, tuple[int, ...]]
    feel: Feel
    form: tuple[Passage, ...]
    cast: tuple[Chair, ...]
    lines: tuple[tuple[int, str], ...]
    moods: tuple[str, ...]
    genres: tuple[str, ...]
    sounds_like: tuple[str, ...]
    released: str
    shown: tuple[Shown, ...] = ()
    vocal_offset_s: float = 0.04

    @property
    def parts(self) -> tuple[str, ...]:
        """Who is in the cast, each part once."""
        return tuple(dict.fromkeys(chair.part for chair in self.cast))

    @property
    def bar_ticks(self) -> int:
        return 4 * 480 * self.meter.beats // self.meter.unit

    @property
    def bar_s(self) -> float:
        return self.bar_ticks / 480 * 60 / self.bpm

    @property
    def bars(self) -> int:
        return sum(passage.bars for passage in self.form)


def song_keys(size: str) -> tuple[SongKey, ...]:
    """The songs of a catalogue: an album for each color that is not open.

    Raises:
        UsageError: where there is no such size.
    """
    if size not in SIZES:
        raise UsageError(f"found size {size!r}, expected one of {', '.join(SIZES)}")
    count = SIZES[size].songs
    return tuple(
        SongKey(color, album + 1, track + 1, album * count + track, size)
        for album, color in enumerate(STYLES)
        for track in range(count)
    )


def plan(key: SongKey, seed: int) -> SongPlan:
    """Draws a song. Each decision has a random stream of its own, so that one changes only what it causes."""
    style, size, song_id = STYLES[key.color], SIZES[key.size], key.song_id
    types = tuple(taxonomy().types)
    type_ = intended_type(seed, key.index, len(STYLES) * size.songs, types)
    texts = write_texts(seed, song_id, key.color, index=key.index, type_=type_)
    meter = _draw_meter(stream(seed, song_id, "meter"))
    drawn_bpm = style.bpm * np.exp(stream(seed, song_id, "tempo").normal(0, 0.11))
    bpm = tempo_of(meter, float(np.clip((drawn_bpm - _BPM[0]) / (_BPM[1] - _BPM[0]), 0, 1)))
    feel = _draw_feel(stream(seed, song_id, "feel"), style)
    rng = stream(seed, song_id, "length")
    bar_s = 240 * meter.beats / meter.unit / bpm
    bars = count_bars(rng.uniform(*size.seconds), bar_s, size.shapes)
    sung = bool(stream(seed, song_id, "sung").random() >= _INSTRUMENTAL)
    cast = draw_cast(stream(seed, song_id, "cast"), style, drive=feel.drive, parts=size.parts, sung=sung)
    roles = tuple(dict.fromkeys(chair.part for chair in cast))
    form = draw_form(stream(seed, song_id, "form"), SHAPES[size.shapes], bars, roles)
    describe = stream(seed, song_id, "description")
    return SongPlan(
        key=key,
        seed=seed,
        texts=texts,
        bpm=bpm,
        meter=meter,
        tonality=_draw_tonality(stream(seed, song_id, "tonality"), style),
        loops=_draw_loops(seed, key),
        feel=feel,
        form=form,
        cast=cast,
        lines=_draw_lines(seed, key, texts, form, bar_s) if sung else (),
        moods=_lean(describe, style.moods, [mood for other in STYLES.values() for mood in other.moods], 3),
        genres=_lean(describe, style.genres, [name for other in STYLES.values() for name in other.genres], 2),
        sounds_like=_lean(describe, (), vocabulary()["artists"], 2),
        released=_draw_release(seed, key.color),
    )


def _draw_meter(rng: np.random.Generator) -> Meter:
    beats, unit = ((4, 4), (3, 4), (6, 8), (5, 4))[int(rng.choice(4, p=(0.76, 0.1, 0.08, 0.06)))]
    return Meter(beats, unit)


def _draw_tonality(rng: np.random.Generator, style: Style) -> Tonality:
    modes = (*style.modes, *style.modes, "ionian", "dorian", "aeolian")
    tonics = style.tonics if rng.random() < _HABIT else tuple(range(12))
    return Tonality(tonics[int(rng.integers(len(tonics)))], modes[int(rng.integers(len(modes)))])


def _draw_loops(seed: int, key: SongKey) -> dict[str, tuple[int, ...]]:
    own = stream(seed, key.song_id, "own loop").random() < _OWN_LOOP
    return draw_loops(stream(seed, key.song_id, "loops"), key.color if own else None)


def _draw_feel(rng: np.random.Generator, style: Style) -> Feel:
    def around(center: float) -> float:
        return float(np.clip(rng.normal(center, SPREAD), 0, 1))

    return Feel(
        brightness=around(style.brightness),
        density=around(style.density),
        drive=around(style.drive),
        register=around(style.register),
        softness=around(style.softness),
        space=around(style.space),
        grain=around(style.grain),
        body=around(style.body),
        swing=float(max(0.0, rng.normal(0.05, 0.08))),
    )


def _draw_lines(
    seed: int, key: SongKey, texts: Texts, form: Sequence[Passage], bar_s: float
) -> tuple[tuple[int, str], ...]:
    """A line every two bars of the sung sections, every bar where bars are long."""
    step = 1 if bar_s > 2.4 else 2
    sung = [passage for passage in form if passage.sung]
    counts = [(passage.role, -(-passage.bars // step)) for passage in sung]
    lines: list[tuple[int, str]] = []
    for passage, texts_ in zip(sung, write_lines(seed, key.song_id, texts, counts), strict=True):
        lines += [(passage.first_bar + step * place, text) for place, text in enumerate(texts_)]
        lines.append((passage.first_bar + passage.bars, ""))
    begun = {bar for bar, text in lines if text}
    return tuple((bar, text) for bar, text in lines if text or bar not in begun)


def _lean(
    rng: np.random.Generator, own: Sequence[str], everything: Sequence[str], count: int
) -> tuple[str, ...]:
    """Words of which some are the color's own and some are anybody's, each once."""
    drawn: dict[str, None] = {}
    while len(drawn) < count:
        pool = own if own and rng.random() < 0.4 else everything
        drawn[pool[int(rng.integers(len(pool)))]] = None
    return tuple(drawn)


def _draw_release(seed: int, color: str) -> str:
    rng = stream(seed, color, "release")
    return f"{taxonomy().colors[color].released}-{rng.integers(1, 13):02d}-{rng.integers(1, 29):02d}"
