"""Each tier of media: its size, how fast it is written and read, and what it costs a model downstream."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.material import Material, write_material
from benchmarks.record import write_record
from rebracket.catalogue import decode_audio, read_catalogue
from rebracket.dataset import Dataset, build, open_dataset
from rebracket.dataset.media import AUDIO_TIERS, TIERS, Clip
from rebracket.dataset.media.features import decode_features
from rebracket.dataset.stems import cut_audio, decode
from rebracket.demo import write_demo
from rebracket.evaluation.baselines import frozen_linear
from rebracket.evaluation.protocols import Labels, cross_predict
from rebracket.features import Bank, audio_bank
from rebracket.segments import cut
from rebracket.training import load_target

_MATERIAL = Material(songs=1, stems=5, seconds=60.0)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = {tier: _cost(clips, tier) for clips in [_clips(Path(folder))] for tier in TIERS}
        accuracy = _accuracies(Path(folder))
    write_record(
        "media_tiers",
        {
            "figure": "share of the samples in size, speed in times real time on a core, accuracy for color",
            "value": {tier: {**found[tier], "accuracy": accuracy[tier]} for tier in TIERS},
            "n": 48,
            "unit": "song",
            "model": "a linear probe on spectral statistics; for features on mean and deviation of the bands",
            "seeds": [0],
        },
    )


def _clips(folder: Path) -> list[Clip]:
    """What sounds of some stems: 16 and 24 bits, one channel and two."""
    write_material(folder / "material", _MATERIAL)
    song = read_catalogue(folder / "material").songs[0]
    files = [song.folder / stem.audio_file for stem in song.stems if stem.audio_file]
    slices = [piece for path in files for piece in cut_audio(decode(path, full=False), cut(song))]
    return [piece.clip for piece in slices if piece is not None]


def _cost(clips: list[Clip], tier: str) -> dict[str, float]:
    seconds = sum(len(clip.samples) / clip.rate_hz for clip in clips)
    encoded, encode_s = _timed(lambda: [TIERS[tier].encode(clip) for clip in clips])
    read: Callable[[bytes], Any] = decode_audio if TIERS[tier].is_audio else decode_features
    _, decode_s = _timed(lambda: [read(data) for data in encoded])
    return {
        "share_of_samples": sum(map(len, encoded)) / sum(_source_bytes(clip) for clip in clips),
        "kbit_per_s": 8e-3 * sum(map(len, encoded)) / seconds,
        "encode_x_real_time": seconds / encode_s,
        "decode_x_real_time": seconds / decode_s,
    }


def _source_bytes(clip: Clip) -> int:
    return clip.samples.size * (3 if clip.subtype == "PCM_24" else 2)


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    began = time.process_time()
    return work(), time.process_time() - began


def _accuracies(folder: Path) -> dict[str, dict[str, float]]:
    """For each tier a dataset of the same songs with nothing else in it."""
    write_demo(folder / "songs", size="small", seed=0)
    content, found = read_catalogue(folder / "songs"), {}
    for tier in TIERS:
        build(content, folder / tier, media=(tier,))
        dataset = open_dataset(folder / tier)
        bank = audio_bank(dataset, "spectral") if tier in AUDIO_TIERS else _log_mel_bank(dataset)
        found[tier] = _accuracy(dataset, bank)
    return found


def _log_mel_bank(dataset: Dataset) -> Bank:
    vectors = {id_: np.concatenate([f.mean(axis=0), f.std(axis=0)]) for id_, f in _frames(dataset)}
    place = {id_: number for number, id_ in enumerate(vectors)}
    index = np.array([place.get(id_, -1) for id_ in dataset.column("row_id")])
    return Bank(np.stack(list(vectors.values())).astype(np.float32), index, "log-mel")


def _frames(dataset: Dataset) -> list[tuple[str, np.ndarray]]:
    return [(id_, frames.astype(np.float32)) for id_, frames in dataset.features()]


def _accuracy(dataset: Dataset, bank: Bank) -> dict[str, float]:
    target = load_target(dataset, "color")
    columns = (np.array(dataset.column(name)) for name in ("song_id", "album_id"))
    labels = Labels(target.classes, target.labels, *columns)
    scored = cross_predict(frozen_linear(labels, bank), labels, dataset.splits("color")["songs"]).metrics()
    interval = scored["accuracy"]
    return {"value": interval.value, "low": interval.low, "high": interval.high}
