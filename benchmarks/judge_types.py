"""How ways are read from notes and words, fitted to composed songs; and how well the judge then names types.

Run again whenever the composer, the words or the operations change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from sklearn.linear_model import LogisticRegression

from benchmarks.judge_calibration import composed, sections
from benchmarks.record import write_record
from rebracket.demo.ceiling import observe
from rebracket.demo.judge import (
    MidiPassage,
    WayReading,
    announced,
    beside,
    judge_types,
    moved_way,
    proposition_shares,
    way_shares,
)
from rebracket.demo.lyrics import song_lyrics
from rebracket.demo.shapes import form_of
from rebracket.demo.sizes import knobs_of
from rebracket.demo.story import COLORS, STATES, WAYS, Knobs, SongCauses, SongKey, draw_song

READING = Path(str(files("rebracket.demo.judge") / "ways.yaml"))
FITTED, CONFUSED, FRESH = 600, 200, 200
_PULL = 0.1  # of the logistic model; chosen on songs that neither fit nor judge
_HEAD = """\
# How ways are read, fitted by benchmarks/judge_types.py to composed songs. Rows of weights are the ways of
# midi, columns MARKS, the same beside other sections, and BESIDE; see marks.py. Confusions: [shown, taken].
"""
Array = np.ndarray


@dataclass(frozen=True)
class Played:
    """A composed song: its causes, its sections, and the same before their boundaries moved."""

    causes: SongCauses
    passages: list[MidiPassage]
    before: list[MidiPassage]

    @property
    def ways(self) -> list[int]:
        return [segment.carriers["midi"].way for segment in self.causes.segments]

    @property
    def announces(self) -> list[int]:
        return [STATES.index(segment.announces) for segment in self.causes.segments]

    @property
    def marks(self) -> Array:
        return beside([(p.parts, p.meter) for p in self.passages], [p.role for p in self.passages])


def played(number: int, seed: int, knobs: Knobs, *, with_before: bool = True) -> Played:
    song, made = composed(number, seed, knobs)
    still = replace(made, shown=tuple(replace(shown, type=None, pickup=None) for shown in made.shown))
    return Played(song, sections(made), sections(still) if with_before else [])


def sung(number: int, seed: int, knobs: Knobs) -> tuple[SongCauses, list[Sequence[str]]]:
    """A song of the story and the lines of its sections."""
    color = COLORS[int(np.random.default_rng((seed, number)).integers(len(COLORS)))]
    key = SongKey.pure(color, 3000 + seed, number + 1, number)
    causes = draw_song(key, knobs, form_of(knobs)(key))
    return causes, [section.lines for section in song_lyrics(causes, seed)]


def confusion(pairs: Iterable[tuple[int, int]], size: int) -> Array:
    """P(taken for | shown) of pairs (shown, taken for); each has happened a little."""
    counts = np.full((size, size), 1 / size)
    for shown, taken in pairs:
        counts[shown, taken] += 1
    return counts / counts.sum(axis=1, keepdims=True)


def fitted(knobs: Knobs, words: Knobs) -> WayReading:
    """A reading of ways from composed songs and written lines."""
    songs = [played(n, 20, knobs, with_before=False) for n in range(FITTED)]
    marks, ways = np.vstack([song.marks for song in songs]), np.concatenate([song.ways for song in songs])
    center, scale = np.nanmean(marks, axis=0), np.nanstd(marks, axis=0) + 1e-6
    count, prior = len(WAYS["midi"]), np.bincount(ways) / len(ways)
    reading = WayReading(center, scale, np.zeros((count, len(center))), np.zeros(count), prior, {})
    model = LogisticRegression(C=_PULL, max_iter=1000).fit(reading.standard(marks), ways)
    others = [played(n, 21, knobs) for n in range(CONFUSED)]
    texts = [sung(n, 21, words) for n in range(2 * CONFUSED)]
    confusions = {
        "before": confusion((pair for song in others for pair in _between(song)), len(WAYS["midi"])),
        "pickups": confusion((pair for song in others for pair in _pickups(song)), len(STATES)),
        "words": confusion((pair for text in texts for pair in _said(*text)), len(WAYS["words"])),
    }
    return replace(reading, weights=model.coef_, offset=model.intercept_, confusions=confusions)


def _between(song: Played) -> list[tuple[int, int]]:
    return [
        (way, moved_way(was.parts, passage.parts, passage.meter, passage.length_bars)[0])
        for way, was, passage in zip(song.ways, song.before, song.passages, strict=True)
    ]


def _pickups(song: Played) -> list[tuple[int, int]]:
    heard = [announced(p.parts, p.meter, p.length_bars) for p in song.passages]
    return list(zip(song.announces, heard, strict=True))


def _said(causes: SongCauses, lines: Sequence[Sequence[str]]) -> list[tuple[int, int]]:
    stanzas = zip(causes.segments, lines, strict=True)
    return [(s.carriers["words"].way, int(way_shares(stanza).argmax())) for s, stanza in stanzas if stanza]


def judged(
    found: Iterable[tuple[SongCauses, Sequence[dict[str, float]]]], channel: str, knobs: Knobs
) -> dict[str, Any]:
    """Scores of posteriors over states, by section, beside those of the observer who sees the carriers; where
    the channel is the words, of sections with words."""
    mine, ideal, truth, songs = [], [], [], []
    for song, posteriors in found:
        seen = observe(song, (channel,), knobs).types
        for place, segment in enumerate(song.segments):
            if channel in segment.carriers:
                mine.append(list(posteriors[place].values()))
                ideal.append(seen[place])
                truth.append(STATES.index(segment.type))
                songs.append(song.song_id)
    return {
        "judge": _scores(np.array(mine), np.array(truth), songs),
        "ceiling": _scores(np.array(ideal), np.array(truth), songs),
        "always_commonest": float(np.bincount(truth).max() / len(truth)),
        "n": len(truth),
    }


def _scores(posteriors: Array, truth: Array, songs: Sequence[str]) -> dict[str, float]:
    """Accuracy with its standard error over songs, mean confidence (should equal it), log likelihood."""
    hits = (posteriors.argmax(axis=1) == truth).astype(float)
    _, of = np.unique(songs, return_inverse=True)
    sums = np.bincount(of, hits - hits.mean())
    rows = np.arange(len(truth))
    return {
        "accuracy": float(hits.mean()),
        "se": float(np.sqrt((sums**2).sum()) / len(hits)),
        "mean_confidence": float(posteriors.max(axis=1).mean()),
        "log_likelihood": float(np.log(np.maximum(posteriors[rows, truth], 1e-300)).mean()),
    }


def ways_right(pairs: Iterable[tuple[int, int]]) -> float:
    return float(np.mean([shown == taken for shown, taken in pairs]))


def main() -> None:
    knobs, words = Knobs(), knobs_of("small", 0).with_(**{"sizes.singles": 0, "missing.lyrics": 0.0})
    made = fitted(knobs, words)
    held = {"songs": FITTED, **made.plain()}
    READING.write_text(_HEAD + yaml.safe_dump(held, default_flow_style=None, width=108, sort_keys=False))
    reading = WayReading.of(held)
    fresh = [played(n, 22, knobs) for n in range(FRESH)]
    texts = [sung(n, 22, words) for n in range(FRESH)]
    judge: Callable[..., Any] = lambda *a, **k: judge_types(*a, reading=reading, **k)  # noqa: E731
    write_record(
        "judge_types",
        {
            "figure": "the judge's posterior over types and none on fresh songs, by section, and the ceiling",
            "notes": judged(((s.causes, judge(s.passages, knobs=knobs)) for s in fresh), "midi", knobs),
            "moved": judged(
                ((s.causes, judge(s.passages, before=s.before, knobs=knobs)) for s in fresh), "midi", knobs
            ),
            "words": judged(
                (
                    (song, judge((), lines, roles=[s.role for s in song.segments], knobs=words))
                    for song, lines in texts
                ),
                "words",
                words,
            ),
            "ways": {
                "marks": ways_right(
                    (way, int(row.argmax()))
                    for s in fresh
                    for way, row in zip(
                        s.ways, reading.of_marks(s.marks) + np.log(reading.prior), strict=True
                    )
                ),
                "moved": ways_right(pair for s in fresh for pair in _between(s)),
                "words": ways_right(pair for text in texts for pair in _said(*text)),
                "pickups": ways_right(pair for s in fresh for pair in _pickups(s)),
            },
            "propositions": _propositions(texts),
            "songs": FRESH,
            "unit": "section; standard errors over songs",
            "seeds": "20 and 21 fitted, 22 judged",
        },
    )


def _propositions(texts: Sequence[tuple[SongCauses, Sequence[Sequence[str]]]]) -> float:
    return ways_right(
        (segment.carriers["words"].content % 64, int(proposition_shares(stanza).argmax()))
        for song, lines in texts
        for segment, stanza in zip(song.segments, lines, strict=True)
        if stanza
    )


if __name__ == "__main__":
    main()
