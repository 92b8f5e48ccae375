"""Rendered catalogues with something planted in them, and models asked about songs they never saw."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import symusic
from scipy.signal import lfilter

from rebracket.catalogue import read_catalogue
from rebracket.dataset import Dataset, build, open_dataset
from rebracket.demo.sizes import SongKey, song_keys
from rebracket.demo.story import COLORS, Knobs
from rebracket.demo.write import write_song
from rebracket.explain.asking import Given, givens_of
from rebracket.explain.asking.asked import Asked
from rebracket.explain.asking.held_out import HeldOut, fit_held_out
from rebracket.explain.fidelity.randomized import randomized
from rebracket.training import Recipe, Target, gather_inputs, load_recipe, load_target

Array = np.ndarray
Truth = list[dict[str, Any]]

BELL_DB, _BELL_Q = 12.0, 2.0
ANOTHER = "another"
FIRST_PITCH = 100  # above all that the demo's parts play
_EVERY_QUARTERS = 4.0


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Songs on disk, the dataset that was built of them, and the truth."""

    knobs: Knobs
    keys: tuple[SongKey, ...]
    songs: Path
    dataset: Dataset
    truth: Truth

    @cached_property
    def color_of(self) -> dict[str, str]:
        return {row["song_id"]: row["color"] for row in self.truth}

    @cached_property
    def segments_of(self) -> dict[str, list[str]]:
        """{song: its segments in order}."""
        found: dict[str, list[str]] = {}
        pairs = zip(self.dataset.column("song_id"), self.dataset.column("segment_id"), strict=True)
        for song, segment in dict.fromkeys(pairs):
            found.setdefault(song, []).append(segment)
        return found


@contextmanager
def rendered(
    knobs: Knobs,
    plant: Callable[[Path, Truth], None] | None = None,
    colors: Collection[str] = COLORS,
) -> Iterator[Catalogue]:
    """The songs of some colors of the catalogue of these knobs.

    ``plant`` changes their files before the dataset is built.
    """
    with tempfile.TemporaryDirectory() as folder:
        songs, made = Path(folder, "songs"), Path(folder, "dataset")
        songs.mkdir()
        keys = tuple(key for key in song_keys("tiny", knobs) if key.color in colors)
        truth = [row for key in keys for row in write_song(songs, knobs, key).truth]
        if plant is not None:
            plant(songs, truth)
        build(read_catalogue(songs), made, workers=1)
        yield Catalogue(knobs, keys, songs, open_dataset(made), truth)


@contextmanager
def changed(
    catalogue: Catalogue, keys: Sequence[SongKey], change: Callable[[Path], Truth]
) -> Iterator[Catalogue]:
    """The catalogue with some songs changed, whose files are put back afterwards.

    Args:
        catalogue: stays as it is.
        keys: the songs.
        change: is told the folder of songs, from which these are gone; writes them and gives their truth.
    """
    with tempfile.TemporaryDirectory() as aside:
        for key in keys:
            shutil.move(catalogue.songs / key.name, Path(aside, key.name))
        try:
            own = change(catalogue.songs)
            names = {key.name for key in keys}
            truth = [row for row in catalogue.truth if row["song_id"] not in names] + own
            build(read_catalogue(catalogue.songs), catalogue.dataset.path, workers=1)
            yield replace(catalogue, dataset=open_dataset(catalogue.dataset.path), truth=truth)
        finally:
            for key in keys:
                shutil.rmtree(catalogue.songs / key.name, ignore_errors=True)
                shutil.move(Path(aside, key.name), catalogue.songs / key.name)


# Planting --------------------------------------------------------------------------------------------------


def with_bell(songs: Path, names: Sequence[str], center_hz: float) -> None:
    """An equalizer's bell of 12 dB on stems and mix of some songs."""
    for name in names:
        for path in sorted((songs / name).glob("*.wav")):
            wave, rate_hz = soundfile.read(path, dtype="float64", always_2d=True)
            louder = lfilter(*_bell(center_hz, rate_hz), wave, axis=0)
            soundfile.write(path, louder / max(1.0, np.abs(louder).max()), rate_hz, subtype="PCM_16")


def _bell(center_hz: float, rate_hz: int) -> tuple[list[float], list[float]]:
    """A peaking filter (Bristow-Johnson's cookbook)."""
    turn, gain = 2 * np.pi * center_hz / rate_hz, 10 ** (BELL_DB / 40)
    width, middle = np.sin(turn) / (2 * _BELL_Q), -2 * np.cos(turn)
    return [1 + width * gain, middle, 1 - width * gain], [1 + width / gain, middle, 1 - width / gain]


def plant_notes(songs: Path, truth: Truth) -> None:
    """A note more in every bar of every MIDI file, of a pitch that only the song's color has."""
    for name, color in sorted({(row["song_id"], row["color"]) for row in truth}):
        for path in sorted((songs / name).glob("*.mid")):
            score: Any = symusic.Score(path)
            add_notes(score, FIRST_PITCH + COLORS.index(color))
            path.write_bytes(score.dumps_midi())


def add_notes(score: Any, pitch: int) -> None:
    """In the first track, on the second quarter of every four, as long as an eighth."""
    quarter, last = score.ticks_per_quarter, score.end()
    notes = score.tracks[0].notes
    highest = max((note.pitch for track in score.tracks for note in track.notes), default=0)
    if highest >= FIRST_PITCH:
        raise ValueError(f"found a note of pitch {highest}, expected none from {FIRST_PITCH} up")
    for onset in np.arange(quarter, last, _EVERY_QUARTERS * quarter).astype(int).tolist():
        notes.append(symusic.Note(onset, quarter // 2, pitch, 80))
    notes.sort()


# Models ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Learned:
    """Models of a recipe's folds over songs of a catalogue.

    Args:
        catalogue: what they learned.
        recipe: how.
        models: each song's own, which has not seen it.
        class_of: what each song truly is.
    """

    catalogue: Catalogue
    recipe: Recipe
    models: HeldOut
    class_of: Mapping[str, str]

    def of(self, song_id: str) -> Asked:
        model = self.models.of(song_id)
        if model is None:
            raise ValueError(f"{song_id}: {self.models.why_not}")
        return model

    def without_what_it_learned(self, seed: int) -> Learned:
        """The same networks with their weights dealt anew."""
        models = tuple(randomized(model, seed) for model in self.models.models)
        return replace(self, models=replace(self.models, models=models))

    def givens(self, segment_ids: Sequence[str]) -> list[Given]:
        return givens_of(self.catalogue.dataset, self.recipe, segment_ids)

    def accuracy(self, given: Sequence[Given]) -> float:
        """The share of these segments whose song's class the model says."""
        right = []
        for one in given:
            model = self.of(one.song_id)
            said = model.classes[int(model([one])[0].argmax())]
            right.append(said == self.class_of[one.song_id])
        return float(np.mean(right))


def learned(
    catalogue: Catalogue,
    name: str,
    changes: Sequence[str],
    *,
    against: str | None = None,
    shuffled: int | None = None,
) -> Learned:
    """A recipe on the color.

    Args:
        catalogue: what is learned.
        name: of the recipe.
        changes: in it.
        against: a color that all others stand against; None for the color itself.
        shuffled: the seed by which colors are dealt anew among the songs; None for the true ones.
    """
    recipe = load_recipe(name, ["targets=color", *changes])
    dataset = catalogue.dataset
    target, songs = load_target(dataset, "color"), dataset.column("song_id")
    split, class_of = dataset.splits("color")["songs"], catalogue.color_of
    if against is not None:
        is_it = target.labels == target.classes.index(against)
        target = replace(target, classes=(ANOTHER, against), labels=is_it.astype(np.intp))
        class_of = {song: color if color == against else ANOTHER for song, color in class_of.items()}
    if shuffled is not None:
        target = dealt(target, songs, shuffled)
    models = fit_held_out(recipe, gather_inputs(recipe, dataset), target, songs, split)
    return Learned(catalogue, recipe, models, class_of)


def dealt(target: Target, songs: Sequence[str], seed: int) -> Target:
    """The classes of songs given to other songs."""
    _, first, place = np.unique(np.array(songs), return_index=True, return_inverse=True)
    own = np.random.default_rng(seed).permutation(target.labels[first])
    return replace(target, labels=own[place])
