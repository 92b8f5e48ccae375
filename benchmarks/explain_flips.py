"""On known truth: do the smallest changes of words, notes and stems flip a model, and do they touch carriers?

Every song is asked about by a model that has not seen it, where that model says its true color.

``python -m benchmarks.explain_flips small`` is a smaller form, and writes no record.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from scipy.stats import binomtest

from benchmarks.explain_carriers import LEAST_NATS, Scored, scored, summary, weight_of_words
from benchmarks.explain_catalogues import (
    FIRST_PITCH,
    Catalogue,
    Learned,
    Truth,
    learned,
    plant_notes,
    rendered,
)
from benchmarks.record import write_record
from rebracket.demo import knobs_of
from rebracket.demo.story import COLORS, Knobs
from rebracket.explain.asking import Given, givens_of
from rebracket.explain.attribution import Attribution, Unit
from rebracket.explain.counterfactual import Catalogue as Usual
from rebracket.explain.counterfactual import Counterfactual, catalogue_of, counterfactuals

AIM = {"flipped": 0.9, "median_size": {"words": 2, "notes": 3, "stems": 1}}
CATALOGUES, SMALL = 3, 1
FIRST_SEED = 100
TONE_HZ, TONE_DBFS = 2500.0, -20.0
_TONED = "V"  # the color whose songs have a tone in one stem

Carries = Callable[[Given, Unit, str], bool]
"""Whether a unit of a segment that was changed carries the color."""


@dataclass(frozen=True, slots=True)
class Flip:
    """What was found for a song: the size of the smallest change, and whether all of it touches carriers."""

    song: str
    size: float | None
    touches: bool | None


@contextmanager
def of_words(seed: int) -> Iterator[tuple[Learned, Carries]]:
    """The demo's own strengths, eight songs a color; a word carries that is twice as likely in the color."""
    changes = ["sizes.songs=8", "sizes.seconds=8", "sizes.stems=1", "missing.lyrics=0"]
    knobs = knobs_of("tiny", seed).set(changes)
    weights, nothing = weight_of_words(knobs), np.zeros(len(COLORS))

    def carries(given: Given, unit: Unit, color: str) -> bool:
        word = given.text[unit.start_char : unit.end_char].lower()
        return bool(weights.get(word, nothing)[COLORS.index(color)] > LEAST_NATS)

    with rendered(knobs) as catalogue:
        yield learned(catalogue, "lyrics", ["text=tfidf", "text_fields=concept"]), carries


@contextmanager
def of_notes(seed: int) -> Iterator[tuple[Learned, Carries]]:
    """One planted note a bar in each of two stems, of a pitch that only songs of the color have."""
    with rendered(_silent_truth(seed, "sizes.stems=2"), plant_notes) as catalogue:
        yield (
            learned(catalogue, "midi", ["midi=piano_roll"]),
            lambda _, unit, __: (unit.pitch or 0) >= FIRST_PITCH,
        )


@contextmanager
def of_stems(seed: int) -> Iterator[tuple[Learned, Carries]]:
    """A tone in one of six stems, in songs of one color only; the model tells that color from the others."""
    tracks = dict[str, int]()

    def plant(songs: Path, truth: Truth) -> None:
        tracks.update(
            with_tone(songs, sorted({row["song_id"] for row in truth if row["color"] == _TONED}), seed)
        )

    linear = ["audio=spectral", "hidden=0", "dropout=0", "epochs=100", "learning_rate=0.01"]
    with rendered(
        _silent_truth(seed, "sizes.songs=6", "sizes.stems=6"), plant, (*COLORS[:3], _TONED)
    ) as catalogue:
        yield (
            learned(catalogue, "audio", linear, against=_TONED),
            lambda given, unit, _: unit.track == tracks.get(given.song_id),
        )


MOVES = {"words": of_words, "notes": of_notes, "stems": of_stems}


def _silent_truth(seed: int, *changes: str) -> Knobs:
    """Nothing of the music shows the color, so that what is planted is all that carries it."""
    own = ["sizes.seconds=8", "missing.midi=0", "missing.lyrics=1", "missing.silence=0", *changes]
    return knobs_of("tiny", seed, "zero").set(own)


def with_tone(songs: Path, names: Sequence[str], seed: int) -> dict[str, int]:
    """A steady tone in one drawn stem of each of these songs, and in its mix: {song: the stem's track}."""
    rng, tracks = np.random.default_rng(seed), dict[str, int]()
    for name in names:
        stems = sorted(path for path in (songs / name).glob("*.wav") if not path.stem.endswith("main"))
        stem = stems[int(rng.integers(len(stems)))]
        tracks[name] = int(stem.stem.rsplit("_", 1)[1])
        for path in (stem, stem.with_name(f"{name}_main.wav")):
            wave, rate_hz = soundfile.read(path, dtype="float64", always_2d=True)
            tone = 10 ** (TONE_DBFS / 20) * np.sin(2 * np.pi * TONE_HZ / rate_hz * np.arange(len(wave)))
            louder = wave + tone[:, None]
            soundfile.write(path, louder / max(1.0, np.abs(louder).max()), rate_hz, subtype="PCM_16")
    return tracks


# Asking ----------------------------------------------------------------------------------------------------


def flips(models: Learned, move: str, carries: Carries) -> list[Flip]:
    """The smallest change of the first segment of each song whose color its model says."""
    catalogue, found = models.catalogue, list[Flip]()
    usual = _usual(models)
    for given in models.givens([segments[0] for segments in catalogue.segments_of.values()]):
        asked, color = models.of(given.song_id), models.class_of[given.song_id]
        if asked.classes[int(asked([given])[0].argmax())] != color or color not in COLORS:
            continue
        own = counterfactuals(asked, given, asked.classes, move=move, catalogue=usual, count=1)
        name = f"{catalogue.knobs.seed} {given.song_id}"
        first = own.found[0] if own.found else None
        touches = None if first is None else _touches(given, first, color, carries)
        found.append(Flip(name, None if first is None else first.size, touches))
    return found


def _touches(given: Given, found: Counterfactual, color: str, carries: Carries) -> bool:
    return all(carries(given, change.unit, color) for change in found.changes)


def _usual(models: Learned) -> Usual:
    """What is usual in the catalogue, without its sound, which no table is made of."""
    catalogue: Catalogue = models.catalogue
    ids = [segment for own in catalogue.segments_of.values() for segment in own]
    return catalogue_of(givens_of(catalogue.dataset, models.recipe.model_copy(update={"audio": None}), ids))


def found_by_shares(models: Learned, carries: Carries) -> Scored:
    """Whether exact Shapley values of stems name the carrier, in songs of the color that has it."""
    own = [song for song, color in models.class_of.items() if color in COLORS]
    ids = [models.catalogue.segments_of[song][0] for song in own]
    song_of = dict(zip(ids, own, strict=True))

    def carries_it(said: Attribution, color: str) -> np.ndarray:
        given = Given(said.segment_id, song_of[said.segment_id], 0.0, 0.0, "", ())
        return np.array([carries(given, unit, color) for unit in said.units])

    return scored(models, ids, "stems", "shapley", carries_it)


def counted(found: Sequence[Flip]) -> dict[str, Any]:
    """Over songs: how many flip, by how much in the median, how many by nothing but carriers."""
    sizes = [one.size for one in found if one.size is not None]
    return {
        "n": len(found),
        "flipped": _share(len(sizes), len(found)),
        "median_size": float(np.median(sizes)) if sizes else None,
        "largest": max(sizes, default=None),
        "by_carriers_only": _share(sum(bool(one.touches) for one in found), len(sizes)),
    }


def _share(count: int, of: int) -> dict[str, Any]:
    """With Wilson's interval: each song is counted once."""
    interval = binomtest(count, of).proportion_ci(method="wilson")
    return {"value": count / of, "low": float(interval.low), "high": float(interval.high), "level": 0.95}


def main(catalogues: int = CATALOGUES) -> None:
    """Writes ``docs/records/explain_flips.json``."""
    started = time.process_time()
    seeds, told = range(FIRST_SEED, FIRST_SEED + catalogues), dict[str, Any]()
    for move, of_move in MOVES.items():
        found, shares = list[Flip](), list[Scored]()
        for seed in seeds:
            with of_move(seed) as (models, carries):
                found += flips(models, move, carries)
                shares += [found_by_shares(models, carries)] if move == "stems" else []
        told[move] = counted(found) | ({"found": summary(shares)} if shares else {})
        print(move, told[move], f"{time.process_time() - started:.0f} s", flush=True)
    if catalogues == CATALOGUES:
        write_record(
            "explain_flips",
            {
                "figure": "answers that the smallest change of one kind flips; its size in the median",
                "aim": AIM,
                "carriers": {
                    "words": "at least twice as likely in songs of the color, by the story that wrote them",
                    "notes": "planted, one a bar in each of two stems, of a pitch that only the color has",
                    "stems": f"one of six, with a tone of {TONE_HZ:.0f} Hz at {TONE_DBFS:.0f} dBFS",
                },
                **told,
                "n": sum(one["n"] for one in told.values()),
                "unit": "song whose color a model says that has not seen it",
                "seeds": list(seeds),
                "cpu_s": round(time.process_time() - started),
            },
        )


if __name__ == "__main__":
    main(SMALL if "small" in sys.argv[1:] else CATALOGUES)
