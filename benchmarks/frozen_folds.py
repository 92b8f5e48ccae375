"""How much work every baseline is over 5 x 5 song folds of 84 songs and 20,000 rows, all inputs distinct."""

from __future__ import annotations

import time

import numpy as np

from benchmarks.record import write_record
from rebracket.evaluation.audit import audit
from rebracket.evaluation.baselines import BASELINES
from rebracket.evaluation.material import Material
from rebracket.evaluation.protocols import Labels, cross_predict
from rebracket.features import Bank
from rebracket.segments import Split

SONGS, ROWS, CLASSES, ALBUMS = 84, 20_160, 9, 9
SEGMENTS, TRACKS = 15, 16  # of a song
FOLDS, REPEATS = 5, 5


def material(rng: np.random.Generator) -> Material:
    """Vectors that differ in every row, with some of the class and more of the song in them."""
    song = np.repeat(np.arange(SONGS), ROWS // SONGS)
    number, row = song % CLASSES, np.arange(ROWS)
    segment = song * SEGMENTS + row // TRACKS % SEGMENTS
    labels = Labels(
        tuple(f"class {n}" for n in range(CLASSES)), number, _named("s", song), _named("a", number % ALBUMS)
    )
    track = row % TRACKS
    return Material(
        target="synthetic",
        labels=labels,
        segments=_named("g", segment),
        provenance="synthetic",
        text_fields=("concept", "lyrics"),
        texts=Bank(_texts(rng), segment, "texts"),
        inputs={
            name: Bank(_vectors(rng, song, number, width), row, "synthetic")
            for name, width in (("spectral", 60), ("histogram", 60))
        },
        columns={
            "names": {"title": _named("title ", song), "stem": _named("part ", song * TRACKS + track)},
            "bookkeeping": {f"count {n}": rng.normal(size=SONGS)[song] for n in range(20)},
            "production": {f"level {n}": _vectors(rng, song, number, 1)[:, 0] for n in range(15)},
            "facts": {"bpm": rng.normal(size=SONGS)[song], "key": _named("key ", song % 12)},
        },
        contents={"text": _named("t", song), "audio": _named("w", row)},
    )


def _named(prefix: str, numbers: np.ndarray) -> np.ndarray:
    return np.array([f"{prefix}{number}" for number in numbers], dtype=object)


def _vectors(rng: np.random.Generator, song: np.ndarray, number: np.ndarray, width: int) -> np.ndarray:
    classes, songs = rng.normal(size=(CLASSES, width)), rng.normal(size=(SONGS, width))
    mixed = rng.normal(size=(width, width)) * 0.3 + np.eye(width)
    values = (0.5 * classes[number] + songs[song] + rng.normal(size=(len(song), width))) @ mixed
    return values.astype(np.float32)


def _texts(rng: np.random.Generator) -> tuple[str, ...]:
    """One of 80 words of its song's own, and as many of its segment's, a text; 5,000 words in all."""
    shared = [" ".join(f"word{n}" for n in rng.zipf(1.3, size=80) % 5000) for _ in range(SONGS)]
    own = [" ".join(f"word{n}" for n in rng.zipf(1.3, size=30) % 5000) for _ in range(SONGS * SEGMENTS)]
    return tuple(f"{shared[place // SEGMENTS]} {text}" for place, text in enumerate(own))


def song_folds(rng: np.random.Generator) -> Split:
    """5 repeats of 5 folds, each with songs of every class."""
    song = np.repeat(np.arange(SONGS), ROWS // SONGS)
    dealt = [rng.permutation(SONGS) for _ in range(REPEATS)]
    of_songs = np.array(
        [np.argsort(np.lexsort((order, np.arange(SONGS) % CLASSES))) % FOLDS for order in dealt]
    )
    return Split("songs", False, FOLDS, of_songs[:, song], unit="song")


def main() -> None:
    """Times each baseline, and an audit of it all, and writes the record."""
    rng = np.random.default_rng(0)
    held, split = material(rng), song_folds(rng)
    seconds, accuracy = {}, {}
    for baseline in BASELINES:
        cpu, wall = time.process_time(), time.monotonic()
        procedure = baseline.make(held)
        if procedure is not None:
            found = cross_predict(procedure, held.labels, split)
            seconds[baseline.name] = _seconds(cpu, wall)
            right = found.probabilities.argmax(2) == held.labels.numbers
            accuracy[baseline.name] = round(float(right.mean()), 3)
    cpu, wall = time.process_time(), time.monotonic()
    audit(held)
    write_record(
        "frozen_folds",
        {
            "figure": "seconds of each baseline over 5 x 5 song folds, and of an audit of it all",
            "songs": SONGS,
            "rows": ROWS,
            "classes": CLASSES,
            "distinct_vectors": ROWS,
            "width": 60,
            "folds": FOLDS * REPEATS,
            "seconds": seconds,
            "audit_seconds": _seconds(cpu, wall),
            "accuracy": accuracy,
        },
    )


def _seconds(cpu: float, wall: float) -> dict[str, float]:
    """Since these readings of the clocks."""
    return {"cpu": round(time.process_time() - cpu, 2), "wall": round(time.monotonic() - wall, 2)}


if __name__ == "__main__":
    main()
