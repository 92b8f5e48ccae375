"""Everything about a song that is decided before a note is written: the story's causes, made concrete."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rebracket.core import Meter
from rebracket.core.rebracketing import Rebracketing
from rebracket.demo.cast import Chair
from rebracket.demo.doubling import rested
from rebracket.demo.draws import stream
from rebracket.demo.feel import Feel, Shown
from rebracket.demo.form import Passage, count_bars, form_of, tempo_of
from rebracket.demo.harmony import Tonality, draw_loops
from rebracket.demo.labeling import annotations_of
from rebracket.demo.lyrics import Sung, song_lyrics, song_texts
from rebracket.demo.seating import rest, seat
from rebracket.demo.shapes import Shape, is_single, shape_of
from rebracket.demo.showing import mean_feel, mean_tempo, shown_of, unmoved
from rebracket.demo.sizes import SIZES, Size, SongKey, knobs_of, song_keys
from rebracket.demo.story import COLORS, THEMES, Knobs, SongCauses, draw_song
from rebracket.demo.styles import STYLES, Style, taxonomy
from rebracket.demo.texts import Texts
from rebracket.demo.words import vocabulary

__all__ = ["SIZES", "Feel", "Size", "SongKey", "SongPlan", "plan", "song_keys"]

_HABIT = 0.85  # of the songs are in a key that lies well under the hands
_STRAY = 0.05  # how far a song is from the length that was asked for


@dataclass(frozen=True, slots=True)
class SongPlan:
    """A song before it is composed. ``lines`` are (bar, text); an empty text ends the line before.

    ``shown`` is what each section shows; empty, all show ``feel``. A line is sung ``vocal_offset_s``
    after its stamp. ``causes`` are what the plan was made from, ``sung`` the
    words of each section with what carries their move, ``said`` what an annotator wrote of each
    section (empty: nobody did), ``filed`` the color in the manifest (empty: the song's own).
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
    released: str | None
    shown: tuple[Shown, ...] = ()
    vocal_offset_s: float = 0.04
    causes: SongCauses | None = None
    sung: tuple[Sung, ...] = ()
    said: tuple[Rebracketing | None, ...] = ()
    filed: str = ""

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


def plan(key: SongKey, knobs: Knobs | int = 0) -> SongPlan:
    """A song: its causes drawn from the story, and what its channels show of them made concrete.

    Each decision has a random stream of its own, so that a cause changes only what it causes; and all
    that can be heard or read of the causes goes through the carriers. A number stands for the knobs of
    the key's size with this seed.
    """
    if isinstance(knobs, int):
        knobs = knobs_of(key.size, knobs)
    seed, song_id = knobs.seed, key.song_id
    shape = shape_of(stream(seed, song_id, "shape"), knobs, single=is_single(key.track, knobs))
    drawn = draw_song(key.story, knobs, shape.form)
    causes = unmoved(drawn) if key.still else drawn
    look, palette = (STYLES[COLORS[causes.looks[channel]]] for channel in ("midi", "audio"))
    meter = _draw_meter(stream(seed, song_id, "meter"))
    bpm = tempo_of(meter, mean_tempo(causes))
    bars = _bars(seed, song_id, shape, 240 * meter.beats / meter.unit / bpm)
    feel = mean_feel(causes)
    cast = seat(stream(seed, song_id, "cast"), palette, causes, drive=feel.drive)
    form = _form(seed, song_id, causes, bars, cast)
    cast = rested(cast, form)
    sung = song_lyrics(causes, seed)
    moods, genres = _leanings(seed, song_id, causes)
    return SongPlan(
        key=key,
        seed=seed,
        texts=song_texts(causes, seed),
        bpm=bpm,
        meter=meter,
        tonality=_draw_tonality(stream(seed, song_id, "tonality"), look),
        loops=draw_loops(stream(seed, song_id, "loops"), COLORS[causes.looks["midi"]]),
        feel=feel,
        form=form,
        cast=cast,
        lines=_lines(form, [section.lines for section in sung]),
        moods=moods,
        genres=genres,
        sounds_like=_lean(stream(seed, song_id, "artists"), (), vocabulary()["artists"], 2),
        released=_draw_release(seed, key.color),
        shown=shown_of(causes),
        causes=causes,
        sung=sung,
        said=annotations_of(causes, knobs),
        filed=causes.label_color,
    )


def _draw_meter(rng: np.random.Generator) -> Meter:
    beats, unit = ((4, 4), (3, 4), (6, 8), (5, 4))[int(rng.choice(4, p=(0.76, 0.1, 0.08, 0.06)))]
    return Meter(beats, unit)


def _draw_tonality(rng: np.random.Generator, look: Style) -> Tonality:
    modes = (*look.modes, *look.modes, "ionian", "dorian", "aeolian")
    tonics = look.tonics if rng.random() < _HABIT else tuple(range(12))
    return Tonality(tonics[int(rng.integers(len(tonics)))], modes[int(rng.integers(len(modes)))])


def _bars(seed: int, song_id: str, shape: Shape, bar_s: float) -> int:
    stray = stream(seed, song_id, "length").uniform(-_STRAY, _STRAY)
    return count_bars(shape.seconds * (1 + float(stray)), bar_s, shape.name)


def _form(
    seed: int, song_id: str, causes: SongCauses, bars: int, cast: Sequence[Chair]
) -> tuple[Passage, ...]:
    parts = tuple(dict.fromkeys(chair.part for chair in cast))
    roles = [segment.role for segment in causes.segments]
    form = form_of(stream(seed, song_id, "form"), roles, bars, parts)
    return rest(form, cast, causes)


def _lines(form: Sequence[Passage], written: Sequence[Sequence[str]]) -> tuple[tuple[int, str], ...]:
    """The lines of each section over its bars, as evenly as bar lines allow, and an end after them."""
    lines: list[tuple[int, str]] = []
    for passage, texts in zip(form, written, strict=True):
        kept = texts[: passage.bars]
        lines += [(passage.first_bar + n * passage.bars // len(kept), text) for n, text in enumerate(kept)]
        if kept:
            lines.append((passage.first_bar + passage.bars, ""))
    begun = {bar for bar, text in lines if text}
    return tuple((bar, text) for bar, text in lines if text or bar not in begun)


def _leanings(seed: int, song_id: str, causes: SongCauses) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Moods and genres: some those of the colors whose themes the concept has, so that it tells no more."""
    homes = [_home(theme) for theme in causes.concept.themes]
    told: list[tuple[str, ...]] = []
    for kind, count in (("moods", 3), ("genres", 2)):
        own = [name for style in homes for name in getattr(style, kind)]
        everything = [name for style in STYLES.values() for name in getattr(style, kind)]
        told.append(_lean(stream(seed, song_id, kind), own, everything, count))
    return told[0], told[1]


def _home(theme: int) -> Style:
    """The style in which a theme is at home."""
    return next(style for style in STYLES.values() if THEMES[theme] in style.themes)


def _lean(
    rng: np.random.Generator, own: Sequence[str], everything: Sequence[str], count: int
) -> tuple[str, ...]:
    """Words of which some are the song's own and some are anybody's, each once."""
    drawn: dict[str, None] = {}
    while len(drawn) < count:
        pool = own if own and rng.random() < 0.4 else everything
        drawn[pool[int(rng.integers(len(pool)))]] = None
    return tuple(drawn)


def _draw_release(seed: int, color: str) -> str | None:
    """A day in the year of the color's album, where it is out."""
    rng, held = stream(seed, color, "release"), taxonomy().colors[color]
    if held.open:
        return None
    return f"{held.released}-{rng.integers(1, 13):02d}-{rng.integers(1, 29):02d}"
