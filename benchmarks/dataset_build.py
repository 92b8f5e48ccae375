"""What a build takes, beside the floor that decoding and encoding set on the same machine in the same run."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from benchmarks.material import Material, write_material
from benchmarks.process_tree import Taken, run_python
from benchmarks.record import write_record

_FLOOR = """
import json, sys, time
from pathlib import Path
from rebracket.catalogue import read_audio, read_catalogue
from rebracket.dataset.media import TIERS
from rebracket.dataset.stems import cut_audio, decode
from rebracket.segments import cut
from rebracket.signal.level import short_time_level_dbfs
found, songs = {"D": 0.0, "F": 0.0}, read_catalogue(Path(sys.argv[1])).songs
for path in [song.folder / stem.audio_file for song in songs for stem in song.stems]:
    began = time.process_time()
    wave, info = read_audio(path)
    short_time_level_dbfs(wave, info.sample_rate_hz)
    found["D"] += time.process_time() - began
for song in songs:
    segments = cut(song)
    for stem in song.stems:
        slices = cut_audio(decode(song.folder / stem.audio_file, full=False), segments)
        began = time.process_time()
        for piece in slices:
            if piece is not None:
                TIERS["flac"].encode(piece.clip)
        found["F"] += time.process_time() - began
Path(sys.argv[2]).write_text(json.dumps(found))
"""
_BUILD = """
import json, sys
from dataclasses import replace
from pathlib import Path
from rebracket.catalogue import read_catalogue
from rebracket.dataset import build
catalogue, options = read_catalogue(Path(sys.argv[1])), json.loads(sys.argv[3])
only = replace(catalogue, songs=catalogue.songs[: options.pop("songs", None)])
build(only, Path(sys.argv[2]), **options)
"""
_CASES: dict[str, dict[str, Any]] = {
    "none, basic": {"media": ["none"]},
    "flac, basic": {"media": ["flac"]},
    "flac, full": {"media": ["flac"], "measures": "full"},
}
_MANY = Material(songs=60, stems=8, seconds=30.0)
_ARTIST_BYTES = 873_000_000  # what the artist's own implementation wrote of such material


def main(material: Material | None = None) -> None:
    material = material or Material()
    with tempfile.TemporaryDirectory() as folder:
        songs = Path(folder, "songs")
        write_material(songs, material)
        floor = _floor(songs, Path(folder))
        taken = {name: _build(songs, Path(folder, "d"), options) for name, options in _CASES.items()}
        _build(songs, Path(folder, "d"), {"media": ["opus"], "songs": 1})  # it takes a minute a song
        opus_bytes = material.songs * _media_bytes(Path(folder, "d"), "opus")
        _build(songs, Path(folder, "d"), _CASES["flac, basic"])
        taken["unchanged"] = _build(songs, Path(folder, "d"), _CASES["flac, basic"], fresh=False)
        _change(songs)
        taken["one song changed"] = _build(songs, Path(folder, "d"), _CASES["flac, basic"], fresh=False)
        flac_bytes = _media_bytes(Path(folder, "d"), "flac")
        wav_bytes = sum(path.stat().st_size for path in songs.rglob("*.wav"))
        shutil.rmtree(songs)
        memory = {
            f"{n} songs": _peak(Path(folder), n) for n in (2, 4, _MANY.songs)
        }  # of 2, none is built elsewhere
    write_record(
        "dataset_build",
        {
            "figure": "CPU seconds of a build over its process tree, and limits that follow from the floor",
            "floor_cpu_s": floor,
            "limits_cpu_s": _limits(floor, taken),
            "value": {name: asdict(case) for name, case in taken.items()},
            "flac_bytes": flac_bytes,
            "flac_share_of_wav": flac_bytes / wav_bytes,
            "flac_share_of_873_MB": flac_bytes / _ARTIST_BYTES,
            "opus_share_of_873_MB": opus_bytes / _ARTIST_BYTES,
            "peak_bytes_by_songs": memory,
            "n": material.songs,
            "unit": "song",
            "material": asdict(material),
            "seeds": [0],
        },
    )


def _floor(songs: Path, folder: Path) -> dict[str, float]:
    run_python(_FLOOR, songs, folder / "floor.json")
    return dict(json.loads((folder / "floor.json").read_text()))


def _build(songs: Path, dataset: Path, options: dict[str, Any], *, fresh: bool = True) -> Taken:
    if fresh:
        shutil.rmtree(dataset, ignore_errors=True)
        dataset.with_name(dataset.name + ".sources.json").unlink(missing_ok=True)
    return run_python(_BUILD, songs, dataset, json.dumps(options))


def _limits(floor: dict[str, float], taken: dict[str, Taken]) -> dict[str, float]:
    decode, encode = floor["D"], floor["F"]
    return {
        "none, basic": 1.7 * decode + 2,
        "flac, basic": 1.5 * (decode + encode) + 2,
        "flac, full": taken["flac, basic"].cpu_s + 5 * decode,
        "unchanged": 2.0,
        "one song changed": taken["flac, basic"].cpu_s / 4,
    }


def _change(songs: Path) -> None:
    """Turns one stem upside down."""
    path = next(iter(sorted(songs.rglob("*.wav"))))
    wave, rate_hz = soundfile.read(path, dtype="int16", always_2d=True)
    soundfile.write(path, np.negative(np.maximum(wave, -32767)), rate_hz, subtype="PCM_16")


def _media_bytes(dataset: Path, tier: str) -> int:
    return sum(path.stat().st_size for path in (dataset / "media" / tier).rglob("*") if path.is_file())


def _peak(folder: Path, n_songs: int) -> int:
    songs = folder / "many"
    write_material(songs, Material(n_songs, _MANY.stems, _MANY.seconds))
    taken = _build(songs, folder / "m", {"media": ["flac"], "workers": 2})
    shutil.rmtree(songs)
    return taken.peak_bytes
