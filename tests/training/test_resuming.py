"""Training that was ended goes on where it was, and ends as if it had not been."""

import pickle
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from planted import planted, quick_recipe

from rebracket.features import Bank
from rebracket.training import Fitted, Inputs, Recipe, run_trial, train
from rebracket.training.loop import How
from rebracket.training.resume import Checkpoint, State
from rows_dataset import rows_dataset

EPOCHS = 6
RECIPE = quick_recipe(
    epochs=EPOCHS,
    hidden=8,
    batch_size=10,
    dropout=0.3,
    fusion="gated",
    modality_dropout=0.3,
    branch_loss=1.0,
    clip_norm=1.0,
)


@dataclass(eq=False)
class Ending(Checkpoint):
    """Saves every epoch, and is ended after one of them."""

    every_s: float = 0.0
    after: int = EPOCHS + 1
    saved: list[int] = field(default_factory=list)

    def save(self, state: State) -> None:
        super().save(state)
        self.saved.append(len(state.history))
        if len(state.history) == self.after:
            raise KeyboardInterrupt


def _trained(checkpoint: Checkpoint | None) -> Fitted:
    data = planted(strength=1.5)
    index = data.inputs.banks["text"].index
    rng = np.random.default_rng(1)
    notes = Bank(rng.normal(size=(24, 5)).astype(np.float32), np.where(index % 3, index, -1), "notes-1")
    inputs = Inputs({**data.inputs.banks, "notes": notes})
    how = How(watched=True, checkpoint=checkpoint)
    return run_trial(RECIPE, inputs, data.target, data.rows, data.songs, seed=3, how=how).fitted


def _assert_same(one: Fitted, other: Fitted) -> None:
    assert one.history == other.history
    assert one.best_epoch == other.best_epoch
    pairs = zip(one.network.state_dict().items(), other.network.state_dict().items(), strict=True)
    assert all(name == again and torch.equal(a, b) for (name, a), (again, b) in pairs)


@pytest.fixture(scope="module")
def whole() -> Fitted:
    return _trained(None)


@pytest.mark.parametrize("after", [1, 4, EPOCHS])
def test_what_was_ended_gives_the_same_weights_to_the_bit(tmp_path: Path, whole: Fitted, after: int) -> None:
    path = tmp_path / "made" / "style.pt"
    with pytest.raises(KeyboardInterrupt):
        _trained(Ending(path, "key", after=after))
    again = Ending(path, "key")
    _assert_same(_trained(again), whole)
    assert again.saved == list(range(after + 1, EPOCHS + 1))


def _half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _without(part: str) -> Callable[[Path], None]:
    return _changed(lambda saved: saved.pop(part))


def _changed(change: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        saved = torch.load(path, weights_only=True)
        change(saved)
        torch.save(saved, path)

    return write


class _Bomb:
    """Runs code where it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.mark,)


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"PK\x03\x04 and nothing more"),
        lambda path: torch.save([1, 2], path),
        lambda path: torch.save({"key": "key"}, path),
        _half,
        _without("optimizer"),
        _without("random"),
        _without("best"),
        _changed(lambda saved: saved["network"].popitem()),
        _changed(lambda saved: saved["best"].popitem()),
        _changed(lambda saved: saved["history"].append({"epoch": 9})),
        lambda path: path.write_bytes(pickle.dumps(_Bomb(path.parent / "exploded"))),
        lambda path: torch.save({"key": _Bomb(path.parent / "exploded")}, path),
        _changed(lambda saved: saved.update(best=_Bomb(Path("exploded")))),
    ],
)
def test_what_is_damaged_is_told_and_passed_over(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    whole: Fitted,
    damage: Callable[[Path], object],
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "style.pt"
    with pytest.raises(KeyboardInterrupt):
        _trained(Ending(path, "key", after=3))
    damage(path)
    again = Ending(path, "key")
    _assert_same(_trained(again), whole)
    assert again.saved[0] == 1
    assert "style.pt: cannot be resumed (" in caplog.text
    assert "it starts again" in caplog.text
    assert not (tmp_path / "exploded").exists()


def test_the_state_of_another_training_is_passed_over(tmp_path: Path, whole: Fitted) -> None:
    with pytest.raises(KeyboardInterrupt):
        _trained(Ending(tmp_path / "style.pt", "another", after=3))
    again = Ending(tmp_path / "style.pt", "key")
    _assert_same(_trained(again), whole)
    assert again.saved[0] == 1


def test_a_folder_that_cannot_be_written_is_told_and_done_without(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, whole: Fitted
) -> None:
    (tmp_path / "file").write_bytes(b"")
    _assert_same(_trained(Ending(tmp_path / "file" / "style.pt", "key")), whole)
    assert "style.pt: training cannot be resumed from here" in caplog.text


def test_a_run_that_was_killed_goes_on_and_leaves_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = Recipe.model_validate({"targets": ["color"], "midi": "bars", "hidden": 8, "epochs": 4})
    dataset = rows_dataset(tmp_path / "dataset")
    train(recipe, dataset, tmp_path / "one" / "run")
    real, saved = Checkpoint.save, []

    def save(self: Checkpoint, state: State) -> None:
        self.every_s = 0.0
        real(self, state)
        saved.append((self.path.stem, len(state.history)))
        if len(saved) == 3:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Checkpoint, "save", save)
        with pytest.raises(KeyboardInterrupt):
            train(recipe, dataset, tmp_path / "other" / "run")
    assert saved == [("color-trial", epoch) for epoch in (1, 2, 3)]
    assert [path.name for path in (tmp_path / "other" / "run.resume").iterdir()] == ["color-trial.pt"]
    with monkeypatch.context() as patch:
        patch.setattr(Checkpoint, "save", save)
        train(recipe, dataset, tmp_path / "other" / "run")
    assert saved[3] == ("color-trial", 4)
    assert _files(tmp_path / "one") == _files(tmp_path / "other")


def _files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
