"""How fast models of text, sound and notes learn and answer from cached features, in how much memory."""

from __future__ import annotations

import os
import resource
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.one_thread import in_one_thread, three_digits
from benchmarks.record import write_record
from rebracket.features import AUDIO, MIDI, Bank, Sequences, make_encoder, pooled
from rebracket.training import Fitted, Inputs, Recipe, Target, load_recipe, run_trial
from rebracket.training.loop import How

ARTIST_SAMPLES_S, ARTIST_MS, CANDIDATES = 11.0, 191.0, 50
SONGS, SEGMENTS, STEMS, SECONDS, TEXT_WIDTH = 88, 10, 4, 20, 384
ROWS = 20_000
_SPREAD, _TIMES = 20, 3
_HERE = "benchmarks.fusion_speed"
_LENGTHS = {"cnn": 50 * SECONDS, "piano_roll": 20 * SECONDS, "events": 400, "bars": 100}
"""Frames of 20 s; tokens of 100 notes."""
_WIDE = {
    "cross_attention_632": ("fusion=cross_attention", "hidden=632", "epochs=2"),
    "late_piano_roll_544": ("midi=piano_roll", "hidden=544", "stems=rows", "batch_size=64", "epochs=1"),
}
"""The recipe at the artist's size: as it is, and with a network that learns to read piano rolls."""


def main() -> None:
    """Writes ``docs/records/fusion_speed.json``; each figure in a new process with one thread."""
    trained = {
        "default": in_one_thread(_HERE, "of_training"),
        **{name: in_one_thread(_HERE, "of_training", name) for name in _WIDE},
    }
    branches = {name: in_one_thread(_HERE, "of_branch", name) for name in _LENGTHS}
    asked = {
        "default": in_one_thread(_HERE, "of_candidates"),
        **{name: in_one_thread(_HERE, "of_candidates", name) for name in _WIDE},
    }
    with tempfile.TemporaryDirectory() as folder:
        memory = {
            "vectors": in_one_thread(_HERE, "of_memory"),
            "cnn_mapped": in_one_thread(_HERE, "of_mapped_memory", folder),
        }
    write_record(
        "fusion_speed",
        {
            "figure": "samples a second of training from cached features, ms for 50 candidates, peak memory",
            "value": {
                "training": trained,
                "branches": branches,
                "candidates": asked,
                "memory": memory,
                "times_artist": {
                    "training": {
                        name: three_digits(of["samples_s"] / ARTIST_SAMPLES_S) for name, of in trained.items()
                    },
                    "candidates": {name: three_digits(ARTIST_MS / of["ms"]) for name, of in asked.items()},
                },
            },
            "n": _TIMES,
            "unit": "seconds of CPU of one thread, the best of the repetitions: others use the processor too",
            "artist": f"the artist's own fusion model, 5.1 M parameters: {ARTIST_SAMPLES_S:g} samples a "
            f"second on one thread with its piano-roll CNN, {CANDIDATES} candidates in {ARTIST_MS:g} ms with "
            "ONNX Runtime on two",
            "material": f"noise: {SONGS} songs of {SEGMENTS} segments of {SECONDS} s, {STEMS} stems each; a "
            "sample is a segment with its stems, or a stem where stems are rows. Training has the trial's "
            "validation and watches every modality",
            "branches": "the recipe with one modality, hidden 32, stems as rows, batches of 64; "
            + ", ".join(f"{name} {length} steps" for name, length in _LENGTHS.items()),
            "memory": f"MB of a process with {ROWS} rows: the default recipe from vectors, and a stem a "
            "sample by cnn from mapped files. `resident` counts pages of mapped files that the system may "
            "drop, `anonymous` does not, `before` is anonymous once all is imported",
            "cores": os.cpu_count(),
        },
    )


def of_training(which: str = "default") -> dict[str, float]:
    """Samples a second of the trial of a recipe, and how many numbers it learns."""
    return _trained(_recipe(which), 1 if which in _WIDE else SEGMENTS)


def of_branch(name: str) -> dict[str, float]:
    """The same of a recipe that reads sequences of one modality."""
    modality = "audio" if name in AUDIO else "midi"
    recipe = _recipe("default").only((modality,)).model_copy(update=_sequences_alone(modality, name))
    return _trained(recipe, 1)


def of_candidates(which: str = "default") -> dict[str, float]:
    """Milliseconds to tell the probabilities of 50 distinct rows, from features."""
    recipe = _recipe(which).model_copy(update={"epochs": 1})
    data = _material(recipe, 3)
    fitted = _trial(recipe, data)
    rows = np.arange(0, len(data.songs), STEMS, dtype=np.intp)[:CANDIDATES]
    fitted.predict(data.inputs, rows)
    return {"ms": 1e3 * min(_timed(lambda: fitted.predict(data.inputs, rows)) for _ in range(_SPREAD))}


def of_memory() -> dict[str, float]:
    """Megabytes at most, of a training from vectors."""
    recipe = _recipe("default").model_copy(update={"epochs": 2})
    return _at_most(lambda: _material(recipe, ROWS // SONGS // STEMS + 1), recipe)


def of_mapped_memory(folder: str) -> dict[str, float]:
    """Megabytes at most, of a training from spectrograms that are mapped."""
    recipe = _recipe("default").only(("audio",)).model_copy(update=_sequences_alone("audio", "cnn"))
    path = Path(folder) / "frames.npy"
    shape = (ROWS * _LENGTHS["cnn"], make_encoder("cnn", AUDIO).width)
    frames = np.lib.format.open_memmap(path, "w+", np.float16, shape)
    for place in range(0, len(frames), 1_000_000):
        frames[place : place + 1_000_000] = np.random.default_rng(place).normal(-40, 20, shape[1])
    frames.flush()
    del frames
    recipe = recipe.model_copy(update={"epochs": 1, "batch_size": 256})
    return _at_most(lambda: _mapped(path, recipe), recipe)


@dataclass(frozen=True)
class _Data:
    inputs: Inputs
    target: Target
    songs: list[str]
    samples: npt.NDArray[np.intp]


def _recipe(which: str) -> Recipe:
    return load_recipe("fusion", ["epochs=5", *_WIDE.get(which, ())])


def _sequences_alone(modality: str, name: str) -> dict[str, Any]:
    return {modality: name, "stems": "rows", "batch_size": 64, "epochs": 1, "branch_loss": 0.0}


def _material(recipe: Recipe, segments: int) -> _Data:
    """Rows of all songs, each with its own noise in each modality; a stem is a row."""
    n = SONGS * segments * STEMS
    rows, segment = np.arange(n, dtype=np.intp), np.arange(n, dtype=np.intp) // STEMS
    banks = {
        name: _bank(recipe, name, segment if name == "text" else rows, seed)
        for seed, name in enumerate(recipe.modalities)
    }
    return _data(recipe, banks, segment)


def _data(recipe: Recipe, banks: dict[str, Bank], segment: npt.NDArray[np.intp]) -> _Data:
    if recipe.stems == "attention":
        ids = [str(number) for number in segment]
        banks = {name: bank if name == "text" else pooled(bank, ids) for name, bank in banks.items()}
    song = segment * SONGS // (segment.max() + 1)
    target = Target("color", tuple(f"class {c}" for c in range(8)), song % 8, "noise")
    samples = segment if recipe.stems == "attention" else np.arange(len(segment), dtype=np.intp)
    return _Data(Inputs(banks), target, [f"{one:02d}" for one in song], samples)


def _bank(recipe: Recipe, name: str, index: npt.NDArray[np.intp], seed: int) -> Bank:
    rng = np.random.default_rng(seed)
    encoder: str = getattr(recipe, name)
    count = int(index.max()) + 1
    if name == "text":
        return Bank(rng.normal(size=(count, TEXT_WIDTH)).astype(np.float32), index, encoder)
    made = make_encoder(encoder, AUDIO if name == "audio" else MIDI)
    if encoder not in _LENGTHS:
        return Bank(rng.normal(size=(count, made.width)).astype(np.float32), index, encoder)
    length = _LENGTHS[encoder]
    if made.kind == "tokens":  # type: ignore[union-attr] # of what is in _LENGTHS
        steps = np.column_stack([rng.integers(0, size, count * length) for size in made.sizes])  # type: ignore[union-attr]
        values = steps.astype(np.int32)
    else:
        values = rng.normal(-40, 20, (count * length, made.width)).astype(np.float16)
    return Bank(_even(values, length), index, encoder, kind=made.kind, sizes=made.sizes)  # type: ignore[union-attr]


def _even(values: npt.NDArray[Any], length: int) -> Sequences:
    start = np.arange(0, len(values), length, dtype=np.intp)
    return Sequences((values,), np.zeros(len(start), dtype=np.intp), start, start + length)


def _mapped(path: Path, recipe: Recipe) -> _Data:
    frames = np.load(path, mmap_mode="r")
    rows = np.arange(ROWS, dtype=np.intp)
    bank = Bank(_even(frames, _LENGTHS["cnn"]), rows, "cnn", kind="frames")
    return _data(recipe, {"audio": bank}, rows // STEMS)


def _trial(recipe: Recipe, data: _Data) -> Fitted:
    rows = np.arange(len(data.songs), dtype=np.intp)
    how = How(watched=True)
    return run_trial(recipe, data.inputs, data.target, rows, data.songs, seed=0, how=how).fitted


def _trained(recipe: Recipe, segments: int) -> dict[str, float]:
    data = _material(recipe, segments)
    rows = np.arange(len(data.songs), dtype=np.intp)
    trial = run_trial(
        recipe.model_copy(update={"epochs": 1}), data.inputs, data.target, rows, data.songs, seed=0
    )
    steps = recipe.epochs * len(np.unique(data.samples[trial.train_rows]))
    seconds = min(_timed(lambda: _trial(recipe, data)) for _ in range(_TIMES))
    learned = sum(weight.numel() for weight in trial.fitted.network.parameters())
    return {"samples_s": steps / seconds, "parameters": float(learned)}


def _at_most(make: Callable[[], _Data], recipe: Recipe) -> dict[str, float]:
    before = _anonymous_mb()
    with _watched() as most:
        began = time.perf_counter()
        _trial(recipe, make())
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    seconds = time.perf_counter() - began
    return {"before": before, "anonymous": max(most), "resident": resident, "seconds": seconds}


@contextmanager
def _watched() -> Iterator[list[float]]:
    """Megabytes of anonymous memory, every 10 ms."""
    most, done = [_anonymous_mb()], threading.Event()

    def look() -> None:
        while not done.wait(0.01):
            most[0] = max(most[0], _anonymous_mb())

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield most
    finally:
        done.set()
        watcher.join()


def _anonymous_mb() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon")) / 1024


def _timed(work: Callable[[], Any]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
