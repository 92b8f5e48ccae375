"""The embeddings of a dataset: of segments by all modalities or by one, or of stems."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from rebracket.core.errors import RefusedError, UsageError
from rebracket.dataset import Dataset
from rebracket.explain.blocks import segment_features
from rebracket.explain.embeddings.columns import Columns
from rebracket.explain.embeddings.embeddings import Embeddings, embeddings
from rebracket.explain.embeddings.quality import Settings
from rebracket.features import audio_bank, midi_bank, segment_blocks
from rebracket.features.bank import Bank

__all__ = ["Blocks", "Gathered", "embed_dataset", "joined", "segment_columns", "segment_levels_dbfs"]

Progress = Callable[[int, int], None]
Blocks = Mapping[str, tuple[npt.NDArray[np.floating], npt.NDArray[np.bool_]]]
Gathered = tuple[Sequence[str], Blocks]
"""Segment ids, and the vectors of each modality, as `rebracket.features.segment_blocks` gives them."""

_ALL, _STEMS = "all", "stems"
_THIRDS = ("quietest third", "middle third", "loudest third")


def embed_dataset(
    dataset: Dataset,
    progress: Progress | None = None,
    seed: int = 0,
    *,
    of: str = _ALL,
    methods: Sequence[str] = ("PCA", "t-SNE"),
    dimensions: Sequence[int] = (2, 3),
    gathered: Gathered | None = None,
) -> Embeddings:
    """Segments by color, type, section, loudness, album and song; or stems by color, group, name and song.

    Args:
        dataset: opened.
        progress: called with what is done of what is to do, of each step anew.
        seed: of all that is drawn.
        of: ``all`` modalities together, the name of one, or ``stems``, by their sound and notes.
        methods, dimensions: as for `embeddings`.
        gathered: what `segment_blocks` gave, so that nothing is encoded twice.

    Raises:
        UsageError: for vectors that there are not.
        RefusedError: where the dataset has no vectors.
    """
    if of == _STEMS:
        values, present = joined(_stem_blocks(dataset, progress))
        columns = _stem_columns(dataset)
    else:
        ids, blocks = gathered or segment_blocks(dataset, progress)
        values, present = joined(blocks if of == _ALL else {of: _block(blocks, of)})
        columns = segment_columns(dataset, ids)
    return embeddings(
        values,
        columns,
        present=present,
        methods=methods,
        dimensions=dimensions,
        settings=Settings(seed=seed),
        name="" if of == _ALL else of,
        progress=progress,
    )


def joined(blocks: Blocks) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Several modalities as one vector a row, and [S] which rows have any of them.

    Raises:
        RefusedError: where there is no modality.
    """
    if not blocks:
        raise RefusedError("embeddings: found no words, sound or notes in any segment, so there is no vector")
    masks = np.stack([np.asarray(mask, dtype=bool) for _, mask in blocks.values()])
    return segment_features(blocks), np.asarray(masks.any(axis=0))


def _block(blocks: Blocks, name: str) -> tuple[npt.NDArray[np.floating], npt.NDArray[np.bool_]]:
    if name not in blocks:
        raise UsageError(
            f"embeddings: found no vectors of {name!r}, expected one of {(_ALL, _STEMS, *sorted(blocks))}"
        )
    return blocks[name]


def segment_columns(dataset: Dataset, segment_ids: Sequence[str]) -> Columns:
    """What is known of segments: songs, albums, and the groupings of which any segment has a group.

    Albums are no grouping of their own where each is one color: they are the same groups.
    """
    names = ("segment_id", "song_id", "album_id", "color", "rebracketing_type", "section")
    first: dict[str, dict[str, Any]] = {}
    for row in dataset.rows.select(list(names)).to_pylist():
        first.setdefault(row["segment_id"], row)
    rows = [first[id_] for id_ in segment_ids]
    levels = segment_levels_dbfs(dataset)
    groupings: dict[str, list[str | None]] = {
        "color": _color_names(dataset, [row["color"] for row in rows]),
        "rebracketing type": [row["rebracketing_type"] for row in rows],
        "section": [row["section"] for row in rows],
        "loudness": _thirds([levels.get(id_) for id_ in segment_ids]),
        "album": [row["album_id"] for row in rows],
        "song": [row["song_id"] for row in rows],
    }
    if len({(row["color"], row["album_id"]) for row in rows}) == len({row["color"] for row in rows}):
        del groupings["album"]
    return _columns(dataset, segment_ids, rows, groupings)


def segment_levels_dbfs(dataset: Dataset) -> dict[str, float]:
    """The power of its stems, summed, of each segment whose stems were measured."""
    power: dict[str, float] = {}
    for id_, level in zip(dataset.column("segment_id"), dataset.column("level_dbfs"), strict=True):
        if level is not None:
            power[id_] = power.get(id_, 0.0) + 10 ** (level / 10)
    return {id_: 10 * float(np.log10(value)) for id_, value in power.items() if value > 0}


def _stem_blocks(dataset: Dataset, progress: Progress | None) -> Blocks:
    banks = {
        "audio": audio_bank(dataset, "spectral", progress),
        "midi": midi_bank(dataset, "histogram", progress),
    }
    return {name: _of_rows(bank) for name, bank in banks.items() if bank.present.any()}


def _of_rows(bank: Bank) -> tuple[npt.NDArray[np.floating], npt.NDArray[np.bool_]]:
    """[N, D] of each row, zeros that must not be read where the mask [N] is false."""
    values = np.asarray(bank.values, dtype=np.float64)
    return np.where(bank.present[:, None], values[bank.index], 0.0), bank.present


def _stem_columns(dataset: Dataset) -> Columns:
    names = [
        "row_id",
        "segment_id",
        "song_id",
        "album_id",
        "track",
        "color",
        "stem_group",
        "stem_description",
    ]
    rows = dataset.rows.select(names).to_pylist()
    groupings = {
        "stem group": [row["stem_group"] for row in rows],
        "stem": [(row["stem_description"] or "").strip().casefold() or None for row in rows],
        "color": _color_names(dataset, [row["color"] for row in rows]),
        "song": [row["song_id"] for row in rows],
    }
    return _columns(dataset, [row["row_id"] for row in rows], rows, groupings)


def _columns(
    dataset: Dataset,
    ids: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    groupings: Mapping[str, Sequence[str | None]],
) -> Columns:
    return Columns(
        tuple(ids),
        [row["song_id"] for row in rows],
        [row["album_id"] for row in rows],
        {name: tuple(part) for name, part in groupings.items() if any(one is not None for one in part)},
        [row["segment_id"] for row in rows],
        [str(row["track"]) if "track" in row else row["segment_id"] for row in rows],
        {"color": {color.name: color.hex for color in dataset.ontology.colors.values()}},
    )


def _color_names(dataset: Dataset, colors: Sequence[str | None]) -> list[str | None]:
    known = dataset.ontology.colors
    return [known[color].name if color in known else None for color in colors]


def _thirds(levels_dbfs: Sequence[float | None]) -> list[str | None]:
    """Quiet, middle or loud among all that are known; of one level all are in the middle."""
    known = [level for level in levels_dbfs if level is not None]
    if not known:
        return [None] * len(levels_dbfs)
    low, high = np.quantile(known, (1 / 3, 2 / 3))
    return [
        None if level is None else _THIRDS[1 + int(level > high) - int(level < low)] for level in levels_dbfs
    ]
