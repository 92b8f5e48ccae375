"""What emerges from a dataset beyond its colors, types, songs and production."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rebracket.core.errors import UsageError
from rebracket.dataset import Dataset
from rebracket.explain.embeddings.of_dataset import (
    Gathered,
    Progress,
    joined,
    segment_columns,
    segment_levels_dbfs,
)
from rebracket.explain.emergent.emergent import Emergent, emergent
from rebracket.explain.emergent.search import About, Settings
from rebracket.features import segment_blocks
from rebracket.signal import HISTOGRAM_NAMES

__all__ = ["about_dataset", "emergent_of_dataset"]

_BEYOND = ("color", "rebracketing type")
_OF_STEMS = (
    "peak_dbfs",
    "crest_db",
    "noise_floor_dbfs",
    "active_share",
    "loudness_lufs",
    "centroid_hz",
    "bandwidth_hz",
    "stereo_correlation",
)
_FACTS = ("duration_s", "position", "n_words", "words_per_s")


def emergent_of_dataset(
    dataset: Dataset,
    progress: Progress | None = None,
    seed: int = 0,
    *,
    of: str = "all",
    finder: str = "clusters",
    gathered: Gathered | None = None,
) -> Emergent:
    """Looks at segments, by all modalities together or by one.

    Args:
        dataset: opened.
        progress: called with what is done of what is to do, of each step anew.
        seed: of all that is drawn.
        of: ``all``, or the name of a modality.
        finder: ``clusters`` or ``dictionary``.
        gathered: what `segment_blocks` gave, so that nothing is encoded twice.

    Raises:
        UsageError: for a modality or finder that there is not.
        RefusedError: where there are too few songs or segments to look at.
    """
    ids, blocks = gathered or segment_blocks(dataset, progress)
    if of != "all" and of not in blocks:
        raise UsageError(f"emergent: found no vectors of {of!r}, expected one of {('all', *sorted(blocks))}")
    values, present = joined(blocks if of == "all" else {of: blocks[of]})
    return emergent(
        values,
        segment_columns(dataset, ids),
        about_dataset(dataset, (ids, blocks)),
        present=present,
        settings=Settings(finder=finder, seed=seed),
        name="" if of == "all" else of,
        progress=progress,
    )


def about_dataset(dataset: Dataset, gathered: Gathered) -> About:
    """What segments are named by, words, notes, place and stems, and the production that is taken out."""
    ids, blocks = gathered
    names = ["segment_id", "lyrics", "section", "stem_group", "stem_description", *_OF_STEMS, *_FACTS]
    rows: dict[str, list[dict[str, Any]]] = {id_: [] for id_ in ids}
    for row in dataset.rows.select(names).to_pylist():
        rows[row["segment_id"]].append(row)
    levels = segment_levels_dbfs(dataset)
    production = {"level_dbfs": [levels.get(id_) for id_ in ids]}
    production.update({name: [_mean(row[name] for row in rows[id_]) for id_ in ids] for name in _OF_STEMS})
    columns = segment_columns(dataset, ids)
    return About(
        tuple(name for name in _BEYOND if name in columns.groupings),
        {name: part for name, part in production.items() if any(value is not None for value in part)},
        [(rows[id_][0]["lyrics"] or "") for id_ in ids],
        {**_notes(blocks), **_facts([rows[id_][0] for id_ in ids])},
        [_stems(rows[id_]) for id_ in ids],
    )


def _mean(values: Any) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def _notes(blocks: Mapping[str, Any]) -> dict[str, Sequence[float]]:
    if "midi" not in blocks:
        return {}
    values, present = blocks["midi"]
    table = np.where(present[:, None], np.asarray(values, dtype=np.float64), np.nan)
    return {name: table[:, place].tolist() for place, name in enumerate(HISTOGRAM_NAMES)}


def _facts(rows: Sequence[Mapping[str, Any]]) -> dict[str, Sequence[float]]:
    """Where a segment stands, as numbers: also 1 where it is of a section's role, 0 where of another."""
    facts: dict[str, Sequence[float]] = {
        name: [float("nan") if row[name] is None else row[name] for row in rows] for name in _FACTS
    }
    roles = sorted({row["section"] for row in rows if row["section"] is not None})
    for role in roles:
        facts[f"section {role}"] = [
            float("nan") if row["section"] is None else float(row["section"] == role) for row in rows
        ]
    return facts


def _stems(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Groups and names of the stems that sound, or may."""
    names = [row[name] for row in rows for name in ("stem_group", "stem_description")]
    return sorted({name.strip().casefold() for name in names if name and name.strip()})
