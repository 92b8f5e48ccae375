"""A small catalogue with sound, a hostile song and an evaluated run, in the shapes the report reads."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import soundfile

from rebracket.ontology import Ontology, rainbow_table

HOSTILE = "<script>alert(1)</script> </script> \"quoted\" 'twice' ]]> --> &amp; \u2028 end"
RATE_HZ = 22_050
LINES = ("slow lanterns over the harbor wall", "a kettle sings in the empty hall", "count the steps twice")


@dataclass
class SmallDataset:
    """The attributes of a dataset that a report reads."""

    rows: pa.Table
    songs: pa.Table
    ontology: Ontology
    mixes: dict[str, bytes]
    stems: dict[str, bytes]
    path: Path = Path("of-no-dataset")

    def mix_audio(self) -> Iterator[tuple[str, bytes]]:
        yield from self.mixes.items()

    def audio(self) -> Iterator[tuple[str, bytes]]:
        yield from self.stems.items()


def tone(frequency_hz: float, seconds: float) -> bytes:
    """A sine of half full scale as FLAC."""
    t = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    buffer = io.BytesIO()
    soundfile.write(
        buffer, 0.5 * np.sin(2 * np.pi * frequency_hz * t), RATE_HZ, format="FLAC", subtype="PCM_16"
    )
    return buffer.getvalue()


def small_dataset(songs_a_class: int = 3, segments_a_song: int = 5, *, sound: bool = True) -> SmallDataset:
    """Eight classes; the first song is hostile; the last song of each class has stems and no mix."""
    ontology = rainbow_table()
    rows: list[dict[str, object]] = []
    songs: list[dict[str, object]] = []
    mixes: dict[str, bytes] = {}
    stems: dict[str, bytes] = {}
    for album, color in enumerate(c for c in ontology.colors.values() if not c.open):
        for number in range(songs_a_class):
            song = f"{album + 1:02d}_{number + 1:02d}"
            title = HOSTILE if not rows else f"Song {song}"
            songs.append(
                {"song_id": song, "album_id": f"{album + 1:02d}", "running_s": 4.0 * segments_a_song}
            )
            for index in range(segments_a_song):
                segment = f"{song}-{4000 * index}-{4000 * index + 4000}"
                for track in (1, 2):
                    rows.append(
                        {
                            "row_id": f"{segment}-{track}",
                            "segment_id": segment,
                            "song_id": song,
                            "album_id": f"{album + 1:02d}",
                            "title": title,
                            "start_s": 4.0 * index,
                            "end_s": 4.0 * index + 4.0,
                            "section_name": "Verse" if index else "Intro",
                            "section": "verse" if index else "intro",
                            "lyrics": HOSTILE if title == HOSTILE else LINES[index % 3] if index else "",
                            "color": color.id,
                            "has_audio": sound,
                            "level_dbfs": -20.0 + track,
                        }
                    )
                    if sound and number == songs_a_class - 1:
                        stems[f"{segment}-{track}"] = tone(110.0 * track + 10 * album, 4.0)
                if sound and number < songs_a_class - 1:
                    mixes[segment] = tone(220.0 + 20 * album + index, 4.0)
    return SmallDataset(pa.Table.from_pylist(rows), pa.Table.from_pylist(songs), ontology, mixes, stems)


def small_blocks(dataset: SmallDataset) -> tuple[list[str], dict[str, tuple[np.ndarray, np.ndarray]]]:
    """Features that lean towards the class, words absent where nothing is sung."""
    rng = np.random.default_rng(0)
    first = {row["segment_id"]: row for row in dataset.rows.to_pylist()}
    classes = sorted({row["color"] for row in first.values()})
    centers = rng.normal(size=(len(classes), 24))
    audio = np.array([centers[classes.index(row["color"])] for row in first.values()])
    audio = audio + rng.normal(size=audio.shape)
    words = rng.normal(size=(len(first), 40))
    sung = np.array([bool(row["lyrics"]) for row in first.values()])
    return list(first), {"audio": (audio, np.ones(len(first), dtype=bool)), "text": (words, sung)}


def evaluation_of(dataset: SmallDataset) -> dict[str, object]:
    """An evaluation document with one answered target and one that the data cannot answer."""
    classes = [color.id for color in dataset.ontology.colors.values() if not color.open]
    counts = (np.eye(len(classes), dtype=int) * 7 + 1).tolist()
    counts[0][3] = 6

    def score(value: float, width: float) -> dict[str, float]:
        return {"value": value, "low": value - width, "high": min(1.0, value + width), "level": 0.95}

    def protocol(leaky: bool, value: float, width: float) -> dict[str, object]:
        figures = [
            {
                "name": c,
                "precision": value,
                "recall": value,
                "f1": value,
                "support_rows": 30,
                "support_songs": 3,
            }
            for c in classes
        ]
        return {
            "leaky": leaky,
            "unit": "row" if leaky else "song",
            "n_units": 240 if leaky else 24,
            "n_rows": 240,
            "n_songs": 24,
            "n_albums": 8,
            "folds": 5,
            "repeats": 2,
            "classes": classes,
            "metrics": {"accuracy": score(value, width), "macro_f1": score(value - 0.02, width)},
            "per_class": figures,
            "confusion": {"labels": classes, "counts": counts},
        }

    def both(value: float, width: float) -> dict[str, object]:
        return {"accuracy": score(value, width), "macro_f1": score(value - 0.01, width)}

    baseline = {
        "majority": {"rows": both(0.12, 0.02), "songs": both(0.11, 0.05)},
        "tfidf": {"rows": both(0.97, 0.02), "songs": both(0.41, 0.1)},
        "spectral": {"rows": both(0.82, 0.03), "songs": {"undefined": "no sound is stored"}},
    }
    color = {
        "skipped": None,
        "provenance": "manifest",
        "distribution": [{"name": c, "rows": 30, "segments": 15, "songs": 3, "albums": 1} for c in classes],
        "set_aside": [{"name": "V", "songs": 1}],
        "protocols": {
            "rows": protocol(True, 0.98, 0.02),
            "songs": protocol(False, 0.47, 0.09),
            "albums": {"undefined": "every class lives on one album"},
        },
        "baselines": baseline,
        "permutation": {"songs": {"p": 0.004, "unit": "song", "distinct": 9999, "smallest_p": 0.0001}},
        "records": [],
        "verdict": [
            "On songs it has not heard, the model is right 47% of the time [38% to 56%; 24 songs, 8 albums].",
            "If rows are split at random the same model scores 98%. Believe the 47%.",
            HOSTILE,
        ],
    }
    why = "found 1 class with songs, expected at least 2"
    return {
        "schema": "rebracket.evaluate/1",
        "run": "multiclass",
        "targets": {"color": color, "temporal_mode": {"skipped": why}},
    }


def write_run(folder: Path, dataset: SmallDataset) -> Path:
    """A run's folder with what a report reads of it."""
    folder.mkdir(parents=True)
    recipe = {"name": folder.name, "targets": ["color"], "text": "minilm", "hidden": 64, "seed": 0}
    (folder / "run.json").write_text(json.dumps({"schema": "rebracket.train/1", "recipe": recipe}), "utf-8")
    (folder / "evaluation.json").write_text(json.dumps(evaluation_of(dataset)), "utf-8")
    return folder
