"""Writes the cards of runs and of the dataset they were evaluated on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rebracket.evaluation.cards.data_sheet import data_sheet
from rebracket.evaluation.cards.model_card import model_card

__all__ = ["write_data_sheet", "write_model_card"]


def write_model_card(
    run: Path,
    recipe: Mapping[str, Any],
    evaluation: Mapping[str, Any],
    audits: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Writes ``RUN/README.md``; the records of the evaluation lie in ``RUN/records``."""
    card = model_card(run.name, recipe, evaluation, _records(run), audits)
    _replace(run / "README.md", card)


def write_data_sheet(
    path: Path, dataset: Path, runs: Sequence[Path], audits: Sequence[Mapping[str, Any]]
) -> None:
    """Writes the data sheet of a dataset: its card, what these runs measured on it, what was found."""
    records = [record for run in runs for record in _records(run)]
    _replace(path, data_sheet((dataset / "README.md").read_text("utf-8"), records, audits))


def _records(run: Path) -> list[Any]:
    return [json.loads(path.read_text("utf-8")) for path in sorted((run / "records").glob("*.json"))]


def _replace(path: Path, text: str) -> None:
    beside = path.with_name(f"{path.name}.new")
    beside.write_text(text, "utf-8")
    beside.replace(path)
