"""Near-duplicates: how many copies are found after what copies go through, and what is found that is none."""

from __future__ import annotations

import io
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import symusic

from benchmarks.record import write_record
from rebracket.catalogue import decode_audio, read_catalogue
from rebracket.catalogue.midi import parse_midi
from rebracket.dataset import Dataset, build, open_dataset
from rebracket.demo import knobs_of, write_demo
from rebracket.evaluation.duplicates import near_duplicates
from rebracket.evaluation.duplicates.patterns import near_notes
from rebracket.evaluation.duplicates.sound import Rows, near_sounds
from rebracket.evaluation.duplicates.words import near_texts
from rebracket.features.fingerprints import Prints, note_prints, sound_prints
from rebracket.signal import landmarks, note_patterns
from rebracket.signal.resample import resampled

SEED = 0
Sound = tuple[np.ndarray, int]
_CHEATS = {"cheats.shared_loops": 0.6, "cheats.drum_sample": 1.0}


def _mp3(wave: np.ndarray, rate_hz: int) -> Sound:
    file = io.BytesIO()
    soundfile.write(file, wave, rate_hz, format="MP3", bitrate_mode="CONSTANT", compression_level=0.7)
    file.seek(0)
    return soundfile.read(file, dtype="float32", always_2d=True)


def _earlier(wave: np.ndarray, rate_hz: int) -> Sound:
    return wave[round(1.777 * rate_hz) :], rate_hz


def _to_16_khz(wave: np.ndarray, rate_hz: int) -> Sound:
    return resampled(wave, rate_hz, 16_000), 16_000


CHANGES: dict[str, Callable[[np.ndarray, int], Sound]] = {
    "none": lambda wave, rate_hz: (wave, rate_hz),
    "gain": lambda wave, rate_hz: (0.1 * wave, rate_hz),
    "polarity": lambda wave, rate_hz: (-wave, rate_hz),
    "offset": _earlier,
    "resampling": _to_16_khz,
    "mp3": _mp3,
    "all": lambda wave, rate_hz: _mp3(*_to_16_khz(*_earlier(-0.3 * wave, rate_hz))),
}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        clean = _demo(Path(folder) / "clean", {})
        planted = _demo(Path(folder) / "planted", _CHEATS)
        began = time.process_time()
        prints = sound_prints(clean)
        read_s = time.process_time() - began
        began = time.process_time()
        found = near_duplicates(clean)
        content = {
            "figure": "share of copies found, by what they went through; pairs found that are none",
            "value": {
                "sound": {name: _copies(clean, prints, change) for name, change in CHANGES.items()},
                "notes": _tunes(clean),
                "words": _texts(clean),
                "found_without_copies": len(found),
                "planted": _planted(planted),
            },
            "fingerprint_x_real_time": sum(clean.column("duration_s")) / read_s,
            "compare_s": time.process_time() - began,
            "n": len(clean.songs),
            "unit": "song",
            "seeds": [SEED],
        }
    write_record("duplicates", content)


def _demo(folder: Path, cheats: dict[str, float]) -> Dataset:
    write_demo(folder / "songs", size="small", knobs=knobs_of("small", SEED).with_(**cheats))
    build(read_catalogue(folder / "songs"), folder / "dataset")
    return open_dataset(folder / "dataset")


def _rows(dataset: Dataset, more: list[str]) -> Rows:
    """The rows of a dataset, and one for each song that is added."""
    names = ("row_id", "song_id", "track", "start_s", "end_s")
    ids, songs, tracks, start_s, end_s = (dataset.column(name) for name in names)
    n = len(more)
    return Rows(
        [*ids, *more],
        np.array([*songs, *more], dtype=object),
        np.array([*tracks, *[1] * n]),
        np.array([*start_s, *[0.0] * n]),
        np.array([*end_s, *[1e3] * n]),
    )


def _added(prints: Prints, copies: list[tuple[np.ndarray, np.ndarray]], first: int) -> Prints:
    sizes = [len(hashes) for hashes, _ in copies]
    return Prints(
        np.concatenate([prints.hashes, *(hashes for hashes, _ in copies)]),
        np.concatenate([prints.frames, *(frames.astype(np.int64) for _, frames in copies)]),
        np.concatenate([prints.rows, np.repeat(first + np.arange(len(copies)), sizes)]),
    )


def _share(found: list[Any], originals: dict[str, str]) -> dict[str, float]:
    pairs = {(one.a, one.b) for one in found}
    right = {tuple(sorted(pair)) for pair in originals.items()}
    return {"found": len(pairs & right) / len(right), "others": len(pairs - right), "copies": len(right)}


def _copies(dataset: Dataset, prints: Prints, change: Callable[[np.ndarray, int], Sound]) -> dict[str, float]:
    """Of each song the row of a stem that lasts longest and has landmarks, under another name."""
    songs, length = dataset.column("song_id"), dataset.column("duration_s")
    has = np.bincount(prints.rows, minlength=len(songs))
    chosen: dict[str, int] = {}
    for row in np.argsort([-s for s in length], kind="stable").tolist():
        if has[row] >= 100:
            chosen.setdefault(songs[row], row)
    ids = dataset.column("row_id")
    wanted = {ids[row]: song for song, row in chosen.items()}
    sound = {wanted[id_]: decode_audio(data) for id_, data in dataset.audio() if id_ in wanted}
    copies = []
    for song in sorted(sound):
        wave, rate_hz = change(sound[song][0], sound[song][1].sample_rate_hz)
        copies.append(landmarks(wave, rate_hz))
    names = [f"copy-{song}" for song in sorted(sound)]
    found = near_sounds(_added(prints, copies, len(ids)), _rows(dataset, names))
    return _share(found, dict(zip(names, sorted(sound), strict=True)))


def _tunes(dataset: Dataset) -> dict[str, float]:
    """Of each song the track with most patterns, five semitones up and a fifth faster."""
    prints = note_prints(dataset)
    songs, tracks = dataset.column("song_id"), np.array(dataset.column("track"))
    most = {}
    for song in sorted(set(songs)):
        own = np.array([one == song for one in songs])[prints.rows]
        if own.any():
            most[song] = int(np.bincount(tracks[prints.rows[own]]).argmax())
    part_of = {
        row_id: song
        for row_id, song, track in zip(dataset.column("row_id"), songs, tracks.tolist(), strict=True)
        if most.get(song) == track
    }
    parts: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {song: [] for song in most}
    for row_id, data in dataset.midi():
        if row_id in part_of:
            parts[part_of[row_id]].append(_moved(data))
    copies = [tuple(np.concatenate(side) for side in zip(*own, strict=True)) for own in parts.values()]
    names = [f"copy-{song}" for song in parts]
    found = near_notes(_added(prints, copies, len(songs)), _rows(dataset, names))
    return _share(found, dict(zip(names, parts, strict=True)))


def _moved(data: bytes) -> tuple[np.ndarray, np.ndarray]:
    score: Any = parse_midi(data, "slice").to(symusic.TimeUnit.second)
    notes = [track.notes.numpy() for track in score.tracks if not track.is_drum]
    onset_s, pitch = (np.concatenate([[], *(own[name] for own in notes)]) for name in ("time", "pitch"))
    return note_patterns(onset_s / 1.2, pitch.astype(np.int64) + 5)


def _texts(dataset: Dataset) -> dict[str, float]:
    """The concept with every tenth word replaced, and all of it in capitals."""
    concepts = dict(zip(dataset.column("song_id"), dataset.column("concept"), strict=True))
    names = [f"copy-{song}" for song in sorted(concepts)]
    edited = [
        " ".join(
            "something" if n % 10 == 9 else word.upper() for n, word in enumerate(concepts[song].split())
        )
        for song in sorted(concepts)
    ]
    texts = {"concept": [*dataset.column("concept"), *edited]}
    found = near_texts(texts, _rows(dataset, names))
    return _share(found, dict(zip(names, sorted(concepts), strict=True)))


def _planted(dataset: Dataset) -> dict[str, Any]:
    """Loops of an album are to be found, each pair of its songs; a drum that comes again is not."""
    columns = (dataset.column(name) for name in ("album_id", "song_id", "stem_description"))
    has = sorted({(album, song) for album, song, told in zip(*columns, strict=True) if told == "Loop"})
    right = {(a, b) for n, (album, a) in enumerate(has) for other, b in has[n + 1 :] if album == other}
    found = {(one.a, one.b) for one in near_duplicates(dataset) if one.kind in ("audio", "loop")}
    return {
        "loop_pairs": len(right),
        "found": len(found & right) / len(right),
        "others": len(found - right),
        "doses": _CHEATS,
    }


if __name__ == "__main__":
    main()
