"""Opening a sealed album: it is written down first, and the score is shown after."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from rebracket.core.errors import RefusedError, UsageError
from rebracket.dataset import Dataset
from rebracket.dataset.exchange import locked
from rebracket.dataset.seals import Opening, openings, record_opening
from rebracket.evaluation.ablations import Asked
from rebracket.evaluation.document import Found, prediction_table
from rebracket.evaluation.of_target import Evidence
from rebracket.training import Recipe

__all__ = ["add_openings", "carry_over", "open_seal"]


def open_seal(
    dataset: Dataset, recipe: Recipe, run: Path, album: str, reason: str | None
) -> dict[str, Found]:
    """Predictions for a sealed album, by target, from models that learned from every row that is not sealed.

    The opening is on the disk before anything is predicted, whatever comes of it. Targets that the album
    says nothing of are left out.

    Raises:
        UsageError: without a reason.
        InputError: where no such album is sealed.
    """
    if not (reason or "").strip():
        raise UsageError("--open-seal: found no reason, expected --reason TEXT: why the album is opened now")
    whole = dataset.opened(album)
    today = datetime.now(UTC).date().isoformat()
    with locked(dataset.path):
        record_opening(dataset.path, Opening(today, run.name, album, str(reason), dataset.data_hash))
    evidence = Evidence(whole, recipe, Asked(0, modalities=False, effort=False))
    made: dict[str, Found] = {}
    for name in recipe.targets:
        try:
            made[name] = evidence.of_sealed(name, album)
        except RefusedError:
            continue
        table = prediction_table(whole.column("row_id"), name, made[name])
        pq.write_table(table, run / "evaluation" / f"{name}.sealed.parquet", compression="zstd")
    return made


def add_openings(document: dict[str, Any], dataset: Dataset) -> None:
    """What is sealed, and every opening so far, into a document."""
    document["seal_openings"] = [opening.as_dict() for opening in openings(dataset.path)]
    if dataset.sealed:
        names = ", ".join(dataset.sealed)
        for entry in document["targets"].values():
            if "undefined" in entry["protocols"]["sealed"] and entry["skipped"] is None:
                why = f"album {names} is sealed; 'rebracket evaluate --open-seal' opens one for a reason"
                entry["protocols"]["sealed"] = {"undefined": why}


def carry_over(before: Mapping[str, Any], targets: dict[str, Any]) -> None:
    """Keeps what an earlier evaluation of the same run said of a sealed album; it is not opened again for it.

    Args:
        before: that evaluation, of the same data and recipe; empty without one.
        targets: the entries by target, to which it is added.
    """
    for name, entry in before.get("targets", {}).items():
        if "metrics" not in entry["protocols"]["sealed"] or name not in targets:
            continue
        targets[name]["protocols"]["sealed"] = entry["protocols"]["sealed"]
        for key in ("baselines", "paired"):
            for baseline, scores in entry[key].items():
                if "sealed" in scores:
                    targets[name][key].setdefault(baseline, {})["sealed"] = scores["sealed"]
