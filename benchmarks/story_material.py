"""A feature-level catalogue of the story as material for an audit: nothing is rendered."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from rebracket.demo.cheats import KEYWORDS, PRODUCTION, Columns, columns_of
from rebracket.demo.cheats.columns import one_hot
from rebracket.demo.story import Knobs, SongCauses, Table, table
from rebracket.evaluation.material import Material
from rebracket.evaluation.protocols import Labels
from rebracket.features import Bank

__all__ = ["labels_of", "material_of_story"]

Array = np.ndarray
_ENCODERS = {"words": "minilm", "midi": "histogram", "audio": "spectral"}  # who hears a channel in a dataset
_AXES = ("temporal_mode", "objectional_mode", "ontological_mode")


def labels_of(names: Array, song: Array, album: Array) -> Labels:
    """Labels from names [N]; a row without a name is masked."""
    classes = sorted({str(name) for name in names if name})
    numbers = np.array([classes.index(name) if name else -1 for name in names])
    return Labels(tuple(classes), numbers, song, album)


def material_of_story(
    songs: Sequence[SongCauses], knobs: Knobs, target: str, asked: Array, columns: Columns | None = None
) -> Material:
    """What a dataset of these songs would give an audit, cheats included.

    Names are without the song's id, which would name its album and so be a cheat of its own. The text
    of a song is one made-up word, the same where the text is, beside the keywords planted in it.

    Args:
        target: name of the target.
        asked: [N] label of each segment, empty where it has none.
        columns: what stands beside the music; that of these knobs where None.
    """
    shown, beside = table(songs), columns_of(songs, knobs) if columns is None else columns
    return Material(
        target=target,
        labels=labels_of(asked, shown.song, shown.album),
        segments=np.array([f"{song}-{n}" for song, n in zip(shown.song, shown.segment, strict=True)]),
        provenance="synthetic",
        text_fields=("concept",),
        texts=_texts(beside),
        inputs={_ENCODERS[channel]: _bank(values) for channel, values in shown.features.items()},
        columns={
            "names": {"title": beside.title, "file_name": _without_ids(beside)},
            "bookkeeping": _counts(shown),
            "production": dict(zip(PRODUCTION, beside.production.T, strict=True)),
        },
        contents={
            "text": _hashed(beside.text),
            "audio": np.array([f"audio {row}" for row in range(len(beside.song))], dtype=object),
            "loop": _loops(beside),
        },
        targets={name: values for name, values in _targets(beside).items() if name != target},
    )


def _targets(beside: Columns) -> dict[str, Array]:
    modes = {axis: _said(beside.modes[:, place]) for place, axis in enumerate(_AXES)}
    return {"color": _said(beside.color), **modes}


def _texts(beside: Columns) -> Bank:
    said = [
        " ".join([_word(text), *(word for word, has in zip(KEYWORDS, keywords, strict=True) if has)])
        for text, keywords in zip(beside.text, beside.keywords, strict=True)
    ]
    distinct = {text: place for place, text in enumerate(dict.fromkeys(said))}
    return Bank(tuple(distinct), np.array([distinct[text] for text in said], dtype=np.intp), "texts")


def _bank(values: Array) -> Bank:
    return Bank(values.astype(np.float32), np.arange(len(values), dtype=np.intp), "features")


def _counts(shown: Table) -> dict[str, Array]:
    """What is counted of a song: its segments, and how many have words."""
    _, place = np.unique(shown.song, return_inverse=True)
    return {
        "segments": np.bincount(place)[place].astype(np.float64),
        "sung": np.bincount(place, weights=shown.sung)[place],
    }


def _without_ids(beside: Columns) -> Array:
    pairs = zip(beside.file_name, beside.song, strict=True)
    return np.array([str(name).removeprefix(str(song)) for name, song in pairs], dtype=object)


def _said(names: Array) -> Array:
    return np.array([str(name) if name else None for name in names], dtype=object)


def _loops(beside: Columns) -> Array:
    """The loop of each row, or the drum sample that songs share: either is sound found again."""
    shared = one_hot(beside.one_shot, beside.song).any(axis=1)
    return np.where(shared, beside.one_shot, beside.loop)


def _hashed(names: Array) -> Array:
    return np.array([_word(name) for name in names], dtype=object)


def _word(name: object) -> str:
    """A word of letters only, so that no two names share a part of it."""
    return (
        hashlib.sha256(str(name).encode())
        .hexdigest()[:12]
        .translate(str.maketrans("0123456789", "ghijklmnop"))
    )
