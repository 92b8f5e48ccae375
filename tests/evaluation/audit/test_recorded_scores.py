"""What a run is said to have predicted is read whole, or not at all."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from evaluation.audit import audit_material
from rebracket.core.errors import InputError
from rebracket.evaluation.audit import recorded
from rebracket.segments import Split, make_splits

MATERIAL = audit_material.clean()
ROW_IDS = [f"row{n:03d}" for n in range(len(MATERIAL.labels.songs))]
_OF_ROWS = [MATERIAL.labels.classes[number] for number in MATERIAL.labels.numbers]
SPLITS = make_splits(MATERIAL.labels.songs.tolist(), _OF_ROWS, 0)
HASH = "ab" * 32


@dataclass(frozen=True)
class _Dataset:
    """What is read of a dataset."""

    data_hash: str = HASH
    path: Path = Path("dataset")

    def column(self, name: str) -> list[str]:
        return {"row_id": ROW_IDS}[name]


def _predicted(split: Split) -> list[dict[str, Any]]:
    right = np.eye(len(MATERIAL.labels.classes))[MATERIAL.labels.numbers]
    return [
        {"protocol": "songs", "repeat": repeat, "row_id": row_id, "probabilities": right[row].tolist()}
        for repeat in range(len(split.folds))
        for row, row_id in enumerate(ROW_IDS)
    ]


def _scores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: list[dict[str, Any]] | bytes) -> Any:
    monkeypatch.setattr(recorded, "open_run", lambda run: SimpleNamespace(data_hash=HASH))
    place = tmp_path / "evaluation" / f"{MATERIAL.target}.parquet"
    place.parent.mkdir()
    if isinstance(lines, bytes):
        place.write_bytes(lines)
    else:
        pq.write_table(pa.Table.from_pylist(lines), place)
    return recorded.recorded_scores([tmp_path], _Dataset(), MATERIAL, SPLITS, "songs")  # type: ignore[arg-type]


def test_all_that_was_predicted_is_the_claim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = _scores(tmp_path, monkeypatch, _predicted(SPLITS["songs"]))
    assert found["songs"].accuracy.value == pytest.approx(1.0)


def _without_some(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return lines[:-5]


def _with_nothing(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [*lines[:-1], lines[-1] | {"probabilities": [float("nan")] * len(lines[-1]["probabilities"])}]


def _of_another_row(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [*lines, lines[0] | {"row_id": "of another dataset"}]


def _of_another_repeat(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [*lines, lines[0] | {"repeat": 99}]


@pytest.mark.parametrize("change", [_without_some, _with_nothing, _of_another_row, _of_another_repeat])
def test_what_is_not_whole_is_refused(change: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="evaluate it again"):
        _scores(tmp_path, monkeypatch, change(_predicted(SPLITS["songs"])))


@pytest.mark.parametrize("content", [b"", json.dumps([]).encode(), b"PAR1" * 4])
def test_what_is_no_table_is_refused(content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="no readable predictions"):
        _scores(tmp_path, monkeypatch, content)
