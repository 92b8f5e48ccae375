"""Plain ``datasets`` and soundfile open the folder, in a process without rebracket and torchcodec."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dataset.consenting import consenting_songs
from rebracket.catalogue import read_catalogue
from rebracket.dataset import Dataset, build, open_dataset
from rebracket.dataset.media import AUDIO_TIERS, TIERS
from rebracket.dataset.publish import Sharing, stage
from rebracket.dataset.tables import tables_of

pytestmark = pytest.mark.slow

LOAD = """
import io, json, sys
for absent in ("rebracket", "torchcodec"):
    sys.modules[absent] = None
import soundfile
from datasets import Audio, get_dataset_config_names, load_dataset

folder, cache = sys.argv[1:]
told = {}
for name in get_dataset_config_names(folder):
    table = load_dataset(folder, name, split="train", cache_dir=cache)
    told[name] = {"rows": len(table), "columns": table.column_names, "decoded": [], "audio": None}
    if "audio" in table.column_names:
        told[name]["audio"] = [isinstance(table.features["audio"], Audio), table.features["audio"].decode]
        for row in table:
            data = row["audio"]["bytes"]
            if data is not None:
                wave, rate_hz = soundfile.read(io.BytesIO(data), always_2d=True)
                told[name]["decoded"].append([row["media_id"], len(wave) / rate_hz])
default = load_dataset(folder, split="train", cache_dir=cache)
told["default"] = {"rows": len(default), "columns": default.column_names, "decoded": [], "audio": None}
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """Five short songs in every tier."""
    root = tmp_path_factory.mktemp("tiers")
    consenting_songs(root / "songs")
    build(read_catalogue(root / "songs"), root / "dataset", media=tuple(TIERS), workers=1)
    return open_dataset(root / "dataset")


def loaded(folder: Path, cache: Path) -> dict[str, Any]:
    """What ``datasets`` finds there; it reaches nothing outside."""
    environment = {
        **os.environ,
        "HF_HUB_OFFLINE": "1",
        "HF_HOME": str(cache),
        "HF_DATASETS_DISABLE_PROGRESS_BARS": "1",
    }
    command = [sys.executable, "-c", LOAD, str(folder), str(cache)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def test_every_table_is_a_configuration_that_loads(dataset: Dataset, tmp_path: Path) -> None:
    told = loaded(dataset.path, tmp_path)
    assert set(told) == {*(table.name for table in tables_of(dataset.path)), "default"}
    assert {"segments", "songs", "alignment", "midi", *TIERS} <= set(told)
    assert told["default"] == told["segments"]
    assert told["segments"]["rows"] == len(dataset.rows)
    assert told["segments"]["columns"] == dataset.rows.column_names
    assert told["songs"]["rows"] == len(dataset.songs)
    assert told["midi"]["rows"] == sum(dataset.column("has_midi"))
    lasts_s = dict(zip(dataset.column("row_id"), dataset.column("duration_s"), strict=True))
    stored = {
        row_id
        for row_id, has in zip(dataset.column("row_id"), dataset.column("has_audio"), strict=True)
        if has
    }
    for tier in AUDIO_TIERS:
        assert told[tier]["audio"] == [True, False]
        decoded = dict(told[tier]["decoded"])
        assert {media_id for media_id in decoded if not media_id.endswith("-mix")} == stored
        for media_id in stored:
            # Frames of the lossy ones are whole: up to two of them longer than the slice.
            assert lasts_s[media_id] - 0.001 <= decoded[media_id] <= lasts_s[media_id] + 0.32, tier


def test_what_is_published_loads_too(dataset: Dataset, tmp_path: Path) -> None:
    made = stage(dataset, tmp_path / "shared", Sharing("ada/tapes", derived_only=True))
    told = loaded(made.folder, tmp_path / "cache")
    assert set(told) == {"segments", "songs", "alignment", "features", "default"}
    assert told["segments"]["rows"] < len(dataset.rows)
    linked = stage(dataset, tmp_path / "linked", Sharing("ada/tapes", audio_url="https://example.org"))
    told = loaded(linked.folder, tmp_path / "cache")
    assert told["flac"]["rows"] > 0
    assert told["flac"]["decoded"] == []
