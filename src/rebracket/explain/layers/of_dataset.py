"""The layers of encoders on the songs of a dataset; of trained networks, on songs they never saw."""

from __future__ import annotations

import importlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from rebracket.core.errors import RefusedError, UsageError
from rebracket.evaluation.protocols import Labels
from rebracket.explain.layers.layers import Layers, States, layers_of
from rebracket.features import AUDIO, MIDI, TEXT, AnyEncoder, Source, make_encoder
from rebracket.features.encoder import Content

__all__ = ["layers_of_dataset", "states_of_dataset", "states_of_held_out"]

Array = npt.NDArray[np.float64]
Progress = Callable[[str, int], None]
"""Called with the name of an encoder and the contents it has read."""


def layers_of_dataset(
    dataset: Source,
    encoders: Sequence[str | AnyEncoder],
    target: str = "color",
    seed: int = 0,
    *,
    trained: Sequence[States] = (),
    text_field: str = "concept",
    segments: int = 3,
    labelings: int = 199,
    progress: Progress | None = None,
) -> Layers:
    """Probes, alignment and geometry at every layer of these encoders.

    Args:
        dataset: with one label a song.
        encoders: names in the registries of `rebracket.features`, or encoders, as of one's own weights.
        target: a column of the rows that is the same on all rows of a song.
        seed: of folds and tests.
        trained: what `states_of_held_out` gave for the same dataset.
        text_field, segments, progress: as for `states_of_dataset`.
        labelings: that each permutation test tries at most, where few are distinct.

    Raises:
        UsageError: for an encoder or column that does not exist, or a target that varies within songs.
        MissingExtraError: where an encoder's packages are not installed.
        RefusedError: where no song has what an encoder reads.
    """
    found = [
        states_of_dataset(dataset, _made(one), text_field=text_field, segments=segments, progress=progress)
        for one in encoders
    ]
    labels, colors = _labels(dataset, target)
    together = [*found, *trained]
    return layers_of(together, labels, dataset.ontology, colors, target, labelings=labelings, seed=seed)


def states_of_dataset(
    dataset: Source,
    encoder: AnyEncoder,
    *,
    text_field: str = "concept",
    segments: int = 3,
    progress: Progress | None = None,
) -> States:
    """The mean states of every song, in order of their names, in each layer of a frozen encoder.

    One content after the other is read from the dataset and encoded, and only sums are kept.

    Args:
        text_field: the column that is one text a song; its first that is not empty is read.
        segments: of each song, evenly spread, of which mixes and MIDI are read; a segment without a mix is
            read stem by stem.

    Raises:
        UsageError: for a column that does not exist, or an encoder of tokens.
        RefusedError: where no song has what the encoder reads.
    """
    songs = _songs(dataset)
    sums: dict[str, Array] = {}
    counts = np.zeros(len(songs))
    layer_states = importlib.import_module("rebracket.explain.layers.states").layer_states  # loads torch
    for number, (song, content) in enumerate(_contents(dataset, encoder, text_field, segments), start=1):
        read = layer_states(encoder, [content])
        if encoder.modality == "midi" and not any(values.any() for values in read.values()):
            continue  # no note: nothing, which is no vector of zeros
        for name, values in read.items():
            sums.setdefault(name, np.zeros((len(songs), values.shape[1])))[songs[song]] += values[0]
        counts[songs[song]] += 1
        if progress is not None:
            progress(encoder.name, number)
    if not sums:
        raise RefusedError(
            f"layers: found no {encoder.modality} for {encoder.name} to read in {len(songs)} songs"
        )
    means = tuple((total / np.maximum(counts, 1)[:, None],) for total in sums.values())
    return States(encoder.name, encoder.modality, tuple(sums), means, counts > 0)


def states_of_held_out(
    models: Sequence[Any],
    fold_of: Mapping[str, int],
    inputs: Any,
    songs: Sequence[str],
    modality: str,
    rows: npt.NDArray[np.intp] | None = None,
) -> States:
    """The mean states of every song in each layer of a branch, once for each fold's model.

    Args:
        models: [k] `rebracket.training.Fitted`, one a fold over songs.
        fold_of: {song: the fold it was held out of}; other songs take no part.
        inputs: `rebracket.training.Inputs` over N rows.
        songs: [N] song of each row; all songs of the dataset.
        modality: of the branch.
        rows: which are read; all where None.
    """
    branch_states = importlib.import_module("rebracket.explain.layers.states").branch_states  # loads torch
    names = np.array(sorted(set(songs)))
    chosen = np.arange(len(songs), dtype=np.intp) if rows is None else rows
    place = np.searchsorted(names, np.array(songs)[chosen])
    layers: dict[str, list[Array]] = defaultdict(list)
    counts = np.zeros(len(names))
    for model in models:
        read, there = branch_states(model, inputs, chosen, modality)
        counts = np.bincount(place[there], minlength=len(names)).astype(np.float64)
        for name, values in read.items():
            total = np.zeros((len(names), values.shape[1]))
            np.add.at(total, place[there], values[there])
            layers[name].append(total / np.maximum(counts, 1)[:, None])
    fold = np.array([fold_of.get(name, -1) for name in names.tolist()], dtype=np.intp)
    kind = type(models[0].network.branches[modality]).__name__
    return States(kind, modality, tuple(layers), tuple(map(tuple, layers.values())), counts > 0, fold)


def _made(encoder: str | AnyEncoder) -> AnyEncoder:
    if not isinstance(encoder, str):
        return encoder
    known = {name: registry for registry in (TEXT, AUDIO, MIDI) for name in registry}
    if encoder not in known:
        raise UsageError(f"layers: found no encoder {encoder!r}, expected one of {sorted(known)}")
    return make_encoder(encoder, known[encoder])


def _cells(dataset: Source, *names: str) -> Iterator[tuple[Any, ...]]:
    missing = [name for name in names if name not in dataset.rows.column_names]
    if missing:
        raise UsageError(f"layers: found no column {missing[0]!r}; see 'rebracket info'")
    return zip(*(dataset.rows.column(name).to_pylist() for name in names), strict=True)


def _songs(dataset: Source) -> dict[str, int]:
    """The number of each song, in order of their names."""
    return {
        song: place for place, song in enumerate(sorted({song for (song,) in _cells(dataset, "song_id")}))
    }


def _contents(
    dataset: Source, encoder: AnyEncoder, text_field: str, segments: int
) -> Iterator[tuple[str, Content]]:
    """(song, content) of all that the encoder reads."""
    if encoder.modality == "text":
        texts: dict[str, str] = {}
        for song, text in _cells(dataset, "song_id", text_field):
            if text and text.strip():
                texts.setdefault(song, text.strip())
        yield from texts.items()
        return
    chosen = _spread(dataset, segments)
    of_row = {row: segment for row, segment in _cells(dataset, "row_id", "segment_id") if segment in chosen}
    if encoder.modality == "midi":
        yield from _named(dataset.midi(), {row: chosen[segment] for row, segment in of_row.items()})
        return
    mixed = set()
    for segment, content in dataset.mix_audio():
        if segment in chosen:
            mixed.add(segment)
            yield chosen[segment], content
    left = {row: chosen[segment] for row, segment in of_row.items() if segment not in mixed}
    if left:
        yield from _named(dataset.audio(), left)


def _named(media: Iterable[tuple[str, bytes]], song_of: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    return ((song_of[id_], content) for id_, content in media if id_ in song_of)


def _spread(dataset: Source, count: int) -> dict[str, str]:
    """The song of each segment that is read: so many of each song, evenly spread over it."""
    segments: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for song, segment, start_s in _cells(dataset, "song_id", "segment_id", "start_s"):
        segments[song].append((start_s, segment))
    chosen = {}
    for song, own in segments.items():
        ordered = sorted(set(own))
        for place in np.unique(
            np.linspace(0, len(ordered) - 1, min(count, len(ordered))).round().astype(int)
        ):
            chosen[ordered[place][1]] = song
    return chosen


def _labels(dataset: Source, target: str) -> tuple[Labels, list[str | None]]:
    """One label a song, songs in order of their names, and their colors."""
    songs = _songs(dataset)
    found: dict[str, set[str]] = defaultdict(set)
    color: dict[str, str | None] = {}
    album: dict[str, str] = {}
    for song, label, own, its_album in _cells(dataset, "song_id", target, "color", "album_id"):
        found[song] |= set() if label is None else {str(label)}
        color[song] = own if own in dataset.ontology.colors else None
        album[song] = its_album
    varying = [song for song, own in found.items() if len(own) > 1]
    if varying:
        raise UsageError(f"layers: found several labels of {target!r} in {varying[0]}, expected one a song")
    classes = sorted(set().union(*found.values()))
    numbers = [classes.index(next(iter(found[song]))) if found[song] else -1 for song in songs]
    names = np.array(list(songs))
    albums = np.array([album[song] for song in songs])
    return Labels(tuple(classes), np.array(numbers), names, albums), [color[song] for song in songs]
