"""How often the 95 % intervals hold the truth, on catalogues whose songs can be drawn without end.

The truth is the mean score of the same procedure, fitted to catalogues of the same size, on fresh songs of
the same albums. The story draws the songs: three strengths of the color, three more targets, labels shuffled.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Any

import numpy as np

from benchmarks.known_truth_scores import features_of, labels_of, linear, of_songs, songs_split
from benchmarks.record import write_record
from rebracket.core import Interval
from rebracket.demo.story import CHANNELS, COLORS, Knobs, draw_catalogue, table
from rebracket.evaluation.metrics import metrics_of, song_weights
from rebracket.evaluation.protocols import Labels, cross_predict
from rebracket.evaluation.statistics import paired_difference

CATALOGUES, SIZES, WORKERS = 400, (40, 88), 2
STRENGTHS = {"weak": 0.4, "default": 1.0, "strong": 1.7}
# name -> strength, target, whether labels are shuffled; pairs are compared where the name is in PAIRED
SETTINGS: dict[str, tuple[str, str, bool]] = {
    "weak_color": ("weak", "color", False),
    "default_color": ("default", "color", False),
    "strong_color": ("strong", "color", False),
    "default_side": ("default", "side", False),
    "default_moved": ("default", "moved", False),
    "default_type": ("default", "type", False),
    "shuffled_color": ("default", "color", True),
    "shuffled_side": ("default", "side", True),
}
PAIRED = ("weak_color", "default_color", "strong_color")
FITS, FRESH = 40, 80  # catalogues that the truth is fitted to, and that are fresh
FEWER = ("midi",)  # what the second procedure of a pair sees
_TURNED = [f"{group}.{channel}" for group in ("effects", "types") for channel in CHANNELS]


@dataclass(frozen=True, eq=False)
class Task:
    """Features [N, F] of all channels, which of them the smaller model sees, and labels."""

    values: np.ndarray
    fewer: np.ndarray
    labels: Labels


@dataclass(frozen=True)
class Found:
    """The intervals of one catalogue: the score's, and of the difference to the smaller model."""

    score: Interval
    gain: Interval | None


def draw(strength: str, seed: int) -> dict[str, Any]:
    """Segments of a catalogue of the largest size."""
    knobs = Knobs(seed=seed).with_(**{"sizes.songs": max(SIZES) // len(COLORS)})
    turned = {path: getattr(getattr(knobs, path.split(".")[0]), path.split(".")[1]) for path in _TURNED}
    factor = STRENGTHS[strength]
    rows = table(draw_catalogue(knobs.with_(**{path: factor * value for path, value in turned.items()})))
    track = np.array([int(song.split("_")[1]) for song in rows.song])
    kept = {name: getattr(rows, name) for name in ("song", "album", "color", "type")}
    widths = [rows.features[channel].shape[1] for channel in CHANNELS]
    fewer = np.repeat([channel in FEWER for channel in CHANNELS], widths)
    return {
        **kept,
        "track": track,
        "values": features_of(rows, CHANNELS).astype(np.float32),
        "fewer": fewer,
    }


def task(drawn: dict[str, Any], n_songs: int, target: str, shuffled: bool, seed: int) -> Task:
    """A target of the first tracks of each album."""
    keep = drawn["track"] <= n_songs // len(COLORS)
    song, album, color, type_ = (drawn[name][keep] for name in ("song", "album", "color", "type"))
    values = drawn["values"][keep]
    if target in ("color", "side"):
        values, first = of_songs(values, song)
        names = color[first] if target == "color" else np.isin(color[first], COLORS[: len(COLORS) // 2])
        names = np.random.default_rng(seed).permutation(names) if shuffled else names
        return Task(values, drawn["fewer"], labels_of(names.astype(str), song[first], album[first]))
    moved = type_ != "none"
    if target == "moved":
        return Task(values, drawn["fewer"], labels_of(np.where(moved, "some", "none"), song, album))
    return Task(values[moved], drawn["fewer"], labels_of(type_[moved], song[moved], album[moved]))


def intervals(drawn: dict[str, Any], seed: int, n_songs: int, setting: str) -> Found:
    """What the evaluation would say of this catalogue."""
    asked = task(drawn, n_songs, *SETTINGS[setting][1:], seed)
    split = songs_split(asked.labels)
    full = cross_predict(linear(asked.labels, asked.values), asked.labels, split)
    if setting not in PAIRED:
        return Found(full.interval("accuracy"), None)
    small = cross_predict(linear(asked.labels, asked.values[:, asked.fewer]), asked.labels, split)
    return Found(full.interval("accuracy"), paired_difference(full, small))


def truths(
    pool: Executor, drawn: Sequence[dict[str, Any]], n_songs: int, setting: str
) -> tuple[float, float]:
    """The mean score of both procedures on fresh songs."""
    asked = SETTINGS[setting][1:]
    fresh = [task(one, max(SIZES), *asked, seed) for seed, one in enumerate(drawn[-FRESH:])]
    fitted = [task(one, n_songs, *asked, seed) for seed, one in enumerate(drawn[:FITS])]
    half = FITS // WORKERS
    parts = pool.map(partial(on_fresh, fresh), [fitted[at : at + half] for at in range(0, FITS, half)])
    full, small = np.concatenate(list(parts)).mean(axis=0)
    return float(full), float(small)


def on_fresh(fresh: Sequence[Task], fitted: Sequence[Task]) -> np.ndarray:
    """[n, 2] accuracy on fresh songs of both procedures, each fitted to all songs of one catalogue."""
    scores = []
    for one in fitted:
        parts = [one, *fresh]
        songs = np.concatenate([[f"{n}/{song}" for song in p.labels.songs] for n, p in enumerate(parts)])
        labels = Labels(one.labels.classes, np.concatenate([p.labels.numbers for p in parts]), songs, songs)
        n, accuracy = len(one.values), metrics_of(labels)["accuracy"]
        train, test = np.arange(n), np.arange(n, len(songs))
        for columns in (np.full(len(one.fewer), True), one.fewer):
            predicted = linear(labels, np.concatenate([p.values[:, columns] for p in parts]))(train, test, 0)
            scores.append(accuracy(labels.numbers[test], predicted, song_weights(songs[test])))
    return np.reshape(scores, (-1, 2))


def covered(found: Sequence[Interval], truth: float) -> dict[str, Any]:
    """The share of intervals that hold the truth, with its own interval, and how wide they are."""
    held = float(np.mean([one.low <= truth <= one.high for one in found]))
    error = 1.96 * float(np.sqrt(held * (1 - held) / len(found)))
    return {
        "value": held,
        "low": max(0.0, held - error),
        "high": min(1.0, held + error),
        "median_width": float(np.median([one.high - one.low for one in found])),
        "mean_estimate": float(np.mean([one.value for one in found])),
        "truth": truth,
    }


Measured = dict[int, dict[str, dict[str, Any]]]


def measured(catalogues: int) -> Measured:
    """By size: coverage of the intervals of scores and of differences, by setting."""
    found: Measured = {n: {"score": {}, "difference": {}} for n in SIZES}
    with ProcessPoolExecutor(WORKERS) as pool:
        for strength in STRENGTHS:
            drawn = list(pool.map(partial(draw, strength), range(catalogues), chunksize=8))
            own = [name for name, (of, *_) in SETTINGS.items() if of == strength]
            for n_songs, name in product(SIZES, own):
                full, small = truths(pool, drawn, n_songs, name)
                each = partial(intervals, n_songs=n_songs, setting=name)
                all_ = list(pool.map(each, drawn, range(catalogues), chunksize=8))
                found[n_songs]["score"][name] = covered([one.score for one in all_], full)
                gains = [one.gain for one in all_ if one.gain is not None]
                if gains:
                    found[n_songs]["difference"][name] = covered(gains, full - small)
                print(n_songs, name, found[n_songs]["score"][name], flush=True)
    return found


def pooled(entries: dict[str, dict[str, Any]], catalogues: int) -> dict[str, Any]:
    """The mean over the settings; they share catalogues, so the interval is that of one setting's number."""
    held = float(np.mean([entry["value"] for entry in entries.values()]))
    error = 1.96 * float(np.sqrt(held * (1 - held) / catalogues))
    return {
        "value": held,
        "low": held - error,
        "high": min(1.0, held + error),
        "median_width": float(np.median([entry["median_width"] for entry in entries.values()])),
        "lowest": min(entry["value"] for entry in entries.values()),
        "highest": max(entry["value"] for entry in entries.values()),
    }


def main(catalogues: int = CATALOGUES) -> None:
    for n_songs, kinds in measured(catalogues).items():
        for kind, entries in kinds.items():
            what = "score" if kind == "score" else "difference of two scores"
            write_record(
                f"{'interval' if kind == 'score' else 'difference'}_coverage_{n_songs}",
                {
                    "figure": f"share of 95 % intervals that hold the {what} on fresh songs",
                    "value": {"all": pooled(entries, catalogues), **entries},
                    "songs": n_songs,
                    "n": catalogues,
                    "unit": "feature-level catalogue",
                    "strengths": STRENGTHS,
                    "truth": f"{FITS} fits to {n_songs} songs each, on {FRESH * max(SIZES)} fresh songs",
                    "seeds": f"0..{catalogues - 1}",
                },
            )


if __name__ == "__main__":
    main()
