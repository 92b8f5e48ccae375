"""A model on disk: only arrays and JSON, and nothing in them is believed unchecked."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from planted import planted, quick_recipe
from safetensors.numpy import load_file, save_file

from rebracket.core.errors import InputError
from rebracket.features import Bank
from rebracket.training import Inputs, fit, load_fitted, save_fitted

VECTORS = {"kind": "vector", "width": 12, "sizes": [], "several": False}
WORDS = VECTORS | {"width": 25}


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A model of sentence vectors and words."""
    data = planted()
    texts = tuple(f"word{i} shared" for i in range(24))
    inputs = Inputs({**data.inputs.banks, "notes": Bank(texts, data.inputs.banks["text"].index, "tfidf")})
    fitted = fit(quick_recipe(epochs=2), inputs, data.target, data.rows, data.songs, seed=0)
    save_fitted(fitted, tmp_path / "style")
    return tmp_path / "style"


def _change(folder: Path, **changes: object) -> None:
    content = json.loads((folder / "model.json").read_text("utf-8"))
    changed = {**content, **changes}
    if isinstance(changes.get("network"), dict):
        changed["network"] = {**content["network"], **changes["network"]}
    (folder / "model.json").write_text(json.dumps(changed), "utf-8")


@pytest.mark.parametrize(
    "changes",
    [
        {"schema": "rebracket.model/3"},
        {"classes": ["only one"]},
        {"classes": ["a", "b"]},
        {"network": {"hidden": 7}},
        {"network": {"hidden": -1}},
        {"network": {"hidden": 10**12}},
        {"network": {"fusion": "gated"}},
        {"network": {"fusion": "loose"}},
        {"network": {"fusion": "cross_attention", "hidden": 8, "heads": 5}},
        {"network": {"branches": {"text": VECTORS}}},
        {"network": {"branches": {"text": VECTORS | {"width": 13}, "notes": WORDS}}},
        {"network": {"branches": {"text": VECTORS | {"width": -1}, "notes": WORDS}}},
        {"network": {"branches": {"text": VECTORS | {"width": 10**12}, "notes": WORDS}}},
        {"network": {"branches": {"text": VECTORS | {"kind": "frames"}, "notes": WORDS}}},
        {"network": {"branches": {"text": VECTORS | {"kind": "tokens"}, "notes": WORDS}}},
        {"network": {"branches": {"text": VECTORS, "notes": WORDS, "more": VECTORS}}},
        {"encoders": {}},
        {"words": {}},
        {"words": {"notes": ["one"]}},
        {"best_epoch": 0},
        {"a_key": "more"},
    ],
    ids=str,
)
def test_json_that_does_not_fit_is_refused(saved: Path, changes: dict[str, Any]) -> None:
    _change(saved, **changes)
    with pytest.raises(InputError, match="model"):
        load_fitted(saved)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("prepare.text.mean", lambda array: array[:-1]),
        ("prepare.text.gain", lambda array: array * np.float32(np.nan)),
        ("prepare.notes.rarity", lambda array: array.astype(np.float64)),
        ("network.branches.text.project.weight", lambda array: array.T.copy()),
        ("network.fusion.absent.text", None),
        ("prepare.text.mean", None),
    ],
)
def test_arrays_that_do_not_fit_are_refused(
    saved: Path, name: str, change: Callable[[np.ndarray], np.ndarray] | None
) -> None:
    arrays = load_file(saved / "model.safetensors")
    old = arrays.pop(name)
    if change is not None:
        arrays[name] = change(old)
    save_file(arrays, saved / "model.safetensors")
    with pytest.raises(InputError, match="were changed"):
        load_fitted(saved)
    _change(saved, weights_sha256=hashlib.sha256((saved / "model.safetensors").read_bytes()).hexdigest())
    with pytest.raises(InputError, match="model"):
        load_fitted(saved)


@pytest.mark.parametrize("name", ["model.json", "model.safetensors"])
def test_a_missing_file_is_named(saved: Path, name: str) -> None:
    (saved / name).unlink()
    with pytest.raises(InputError, match="No such file"):
        load_fitted(saved)


def test_what_is_saved_can_be_read_by_anybody(saved: Path) -> None:
    content = json.loads((saved / "model.json").read_text("utf-8"))
    arrays = load_file(saved / "model.safetensors")
    assert content["encoders"] == {"text": "planted-1", "notes": "tfidf"}
    assert content["words"]["notes"][:2] == ["shared", "word0"]
    assert arrays["prepare.notes.rarity"].shape == (content["network"]["branches"]["notes"]["width"],)
    assert arrays["network.branches.text.project.weight"].shape == (3, 12)


def test_a_model_of_the_first_schema_says_what_it_said() -> None:
    data = planted()
    texts = tuple(f"word{i} shared" for i in range(24))
    inputs = Inputs({**data.inputs.banks, "notes": Bank(texts, data.inputs.banks["text"].index, "tfidf")})
    old = Path(__file__).parents[1] / "data" / "model_v1"
    assert json.loads((old / "model.json").read_text("utf-8"))["schema"] == "rebracket.model/1"
    fitted = load_fitted(old)
    assert fitted.predict(inputs, data.rows) == pytest.approx(
        np.array(json.loads((old / "predictions.json").read_text("utf-8"))), abs=1e-5
    )
    again = fit(quick_recipe(epochs=5, hidden=4), inputs, data.target, data.rows, data.songs, seed=0)
    assert again.predict(inputs, data.rows) == pytest.approx(fitted.predict(inputs, data.rows), abs=1e-4)
