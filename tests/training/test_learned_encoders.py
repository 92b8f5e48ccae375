"""Frames and tokens, read by networks that are trained here."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from planted import accuracy, quick_recipe

from rebracket.core.errors import InputError
from rebracket.features import Bank, Sequences, pooled
from rebracket.training import Fitted, Inputs, Target, fit, load_fitted, save_fitted

KINDS = ("frames", "tokens", "parts")
SIZES = {"frames": (), "tokens": (12,), "parts": (12, 5)}
CLASSES, SONGS, ROWS = 2, 8, 2
FUSION = {"fusion": "cross_attention", "hidden": 8, "batch_size": 16, "learning_rate": 0.02}


@dataclass(frozen=True)
class Heard:
    """Sequences of different lengths in which the class of a song can be heard."""

    inputs: Inputs
    target: Target
    songs: list[str]

    @property
    def rows(self) -> np.ndarray:
        return np.arange(len(self.songs))

    def of_songs(self, last: bool) -> np.ndarray:
        """Rows of the last two songs of each class, or of the others."""
        return np.array([row for row, song in enumerate(self.songs) if (int(song[-2:]) >= SONGS - 2) == last])


def heard(*kinds: str, seed: int = 0) -> Heard:
    rng = np.random.default_rng(seed)
    labels = np.repeat(np.arange(CLASSES), SONGS * ROWS)
    number = np.arange(len(labels)) // ROWS
    banks = {kind: _bank(kind, labels, rng) for kind in kinds}
    target = Target("style", tuple(f"class {c}" for c in range(CLASSES)), labels, "planted")
    return Heard(Inputs(banks), target, [f"{n // SONGS:02d}_{n % SONGS:02d}" for n in number])


def _bank(kind: str, labels: np.ndarray, rng: np.random.Generator) -> Bank:
    made = [_sequence(kind, label, rng) for label in labels]
    index = np.arange(len(labels))
    return Bank(
        Sequences.of(made), index, f"{kind}-1", kind="tokens" if SIZES[kind] else kind, sizes=SIZES[kind]
    )


def _sequence(kind: str, label: int, rng: np.random.Generator) -> np.ndarray:
    """Noise of 20 to 40 steps that leans to one side where the class is 1."""
    length = int(rng.integers(20, 41))
    if kind == "frames":
        frames = rng.normal(size=(length, 6))
        frames[:, 2] += 1.5 * label
        return frames.astype(np.float16)
    ids = np.column_stack([rng.integers(0, size, length) for size in SIZES[kind]])
    ids[:, 0] = ids[:, 0] % 4 if label else ids[:, 0]
    return ids.astype(np.int32)


def _fit(data: Heard, **changes: object) -> Fitted:
    recipe = quick_recipe(**{"hidden": 8, "batch_size": 16, "epochs": 15, **changes})
    return fit(recipe, data.inputs, data.target, data.of_songs(last=False), data.songs, seed=0)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_planted_is_heard_in_songs_held_out(kind: str) -> None:
    data = heard(kind)
    fitted, held = _fit(data), data.of_songs(last=True)
    assert accuracy(fitted.predict(data.inputs, held), data.target.labels[held]) > 0.8


@pytest.fixture(scope="module")
def together() -> tuple[Heard, Fitted]:
    """A model of all kinds by cross-attention; some rows lack some of them."""
    data = heard(*KINDS)
    lacking = {kind: np.arange(len(data.songs)) % 5 == place for place, kind in enumerate(KINDS)}
    data = Heard(data.inputs.without(lacking), data.target, data.songs)
    return data, _fit(data, **FUSION, epochs=2)


def test_neither_order_nor_company_changes_a_prediction(together: tuple[Heard, Fitted]) -> None:
    data, fitted = together
    whole = fitted.predict(data.inputs, data.rows)
    backward = fitted.predict(data.inputs, data.rows[::-1])[::-1]
    alone = np.concatenate([fitted.predict(data.inputs, data.rows[[row]]) for row in data.rows])
    assert np.abs(whole - whole.mean(axis=0)).max() > 1e-3
    np.testing.assert_allclose(backward, whole, atol=1e-5)
    np.testing.assert_allclose(alone, whole, atol=1e-5)


def test_a_loaded_model_says_what_the_saved_one_said(together: tuple[Heard, Fitted], tmp_path: Path) -> None:
    data, fitted = together
    save_fitted(fitted, tmp_path / "style")
    loaded = load_fitted(tmp_path / "style")
    np.testing.assert_array_equal(
        loaded.predict(data.inputs, data.rows), fitted.predict(data.inputs, data.rows)
    )
    np.testing.assert_array_equal(
        loaded.weights(data.inputs, data.rows), fitted.weights(data.inputs, data.rows)
    )


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("frames", {"width": 7}),
        ("frames", {"width": 10**9}),
        ("frames", {"kind": "vector"}),
        ("frames", {"kind": "tokens"}),
        ("frames", {"kind": "sounds"}),
        ("tokens", {"sizes": []}),
        ("tokens", {"sizes": [11]}),
        ("tokens", {"sizes": [10**12]}),
        ("tokens", {"sizes": [12, 12]}),
        ("parts", {"sizes": [12, 0]}),
        ("parts", {"several": False}),
        ("parts", {"kind": "text"}),
    ],
    ids=str,
)
def test_a_shape_that_does_not_fit_its_weights_is_refused(
    together: tuple[Heard, Fitted], tmp_path: Path, name: str, changes: dict[str, object]
) -> None:
    save_fitted(together[1], tmp_path / "style")
    file = tmp_path / "style" / "model.json"
    content = json.loads(file.read_text("utf-8"))
    content["network"]["branches"][name] |= changes
    file.write_text(json.dumps(content), "utf-8")
    with pytest.raises(InputError, match="style/model"):
        load_fitted(tmp_path / "style")


def test_stems_pooled_together_do_not_depend_on_their_order() -> None:
    data = heard("frames", "tokens")
    segments = [str(row // ROWS) for row in range(len(data.songs))]
    banks = {name: pooled(bank, segments) for name, bank in data.inputs.banks.items()}
    data = Heard(Inputs(banks), data.target, data.songs)
    fitted = _fit(data, **FUSION, epochs=2)
    said = fitted.predict(data.inputs, data.rows)
    swapped = {}
    for name, bank in banks.items():
        bags = bank.bags
        assert bags is not None
        members = bags.members.reshape(-1, ROWS)[:, ::-1].reshape(-1)
        swapped[name] = type(bank)(
            bank.values, bank.index, bank.version, type(bags)(members, bags.bounds), bank.kind, bank.sizes
        )
    np.testing.assert_allclose(fitted.predict(Inputs(swapped), data.rows), said, atol=1e-5)
    assert np.abs(said - said.mean(axis=0)).max() > 1e-4
