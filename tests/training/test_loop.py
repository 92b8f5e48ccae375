"""The loop: every row once an epoch, quiet, and the best epoch restored."""

import logging
import warnings

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from planted import planted, probe, quick_recipe

from rebracket.features import Bank, Sequences
from rebracket.models.network import BranchShape, Network, NetworkShape
from rebracket.objectives import loss_weights, weighted_loss
from rebracket.training import Inputs
from rebracket.training.batch import Batch, batch_of, gather
from rebracket.training.loop import Batches, train_network
from rebracket.training.merge import merge_rows
from rebracket.training.preparation import Standardization

_WIDTHS = {"text": 3, "audio": 2}


def _batch(rows: np.ndarray | None = None, **changes: int) -> Batch:
    data = planted(**changes)
    merged = merge_rows(data.inputs, data.target.labels, data.rows if rows is None else rows)
    width = data.inputs.banks["text"].values.shape[1]
    same = {"text": Standardization(np.zeros(width, np.float32), np.ones(width, np.float32))}
    return batch_of(data.inputs.banks, same, merged, loss_weights(merged.truth, merged.counts, "abc"))


@given(st.integers(1, 40), st.integers(1, 50))
@settings(deadline=None, max_examples=30)
def test_each_epoch_has_every_row_once_in_an_order_of_its_own(songs: int, size: int) -> None:
    rows = _batch(songs=songs)
    batches = Batches(rows, size, torch.Generator().manual_seed(0))
    first, second = ([batch.readings["text"].values for batch in batches] for _ in range(2))
    assert len(first) == len(batches)
    assert max(len(part) for part in first) <= max(size, 1)
    for epoch in (first, second):
        found = torch.cat(epoch)
        assert torch.equal(found.sort(dim=0).values, rows.readings["text"].values.sort(dim=0).values)
    if len(first) > 3:
        assert not torch.equal(torch.cat(first), torch.cat(second))


def test_a_part_of_a_batch_keeps_rows_together() -> None:
    rows = _batch()
    part = rows.take(torch.tensor([3, 1]))
    assert torch.equal(part.readings["text"].values, rows.readings["text"].values[[3, 1]])
    assert torch.equal(part.truth, rows.truth[[3, 1]])
    assert torch.equal(part.weights, rows.weights[[3, 1]])
    assert part.readings["text"].present.tolist() == [True, True]


def test_gathering_marks_what_is_absent() -> None:
    values = {"text": np.eye(3, dtype=np.float32), "audio": np.ones((2, 2), np.float32)}
    banks = {name: Bank(some, np.arange(1), name) for name, some in values.items()}
    same = {n: Standardization(np.zeros(w, np.float32), np.ones(w, np.float32)) for n, w in _WIDTHS.items()}
    parts = gather(banks, same, np.array([[0, 2], [-1, 1], [0, -1]]))
    assert parts["audio"].reading.present.tolist() == [True, False, True]
    assert parts["text"].reading.present.tolist() == [True, True, False]
    assert parts["text"].reading.values.tolist() == [[0, 0, 1], [0, 1, 0], [0, 0, 0]]


@pytest.mark.parametrize("with_validation", [True, False])
def test_training_says_nothing_and_changes_nothing_around_it(
    with_validation: bool, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    head, rows = probe(12), _batch()
    before = (torch.get_num_threads(), torch.random.get_rng_state())
    with warnings.catch_warnings(record=True) as caught, caplog.at_level(logging.DEBUG):
        warnings.simplefilter("always")
        history = train_network(
            head, rows, rows if with_validation else None, quick_recipe(), epochs=3, seed=0
        )
    assert [loss.epoch for loss in history] == [1, 2, 3]
    assert all((loss.validation is not None) == with_validation for loss in history)
    assert [str(warning.message) for warning in caught] == []
    assert not caplog.records
    assert capfd.readouterr() == ("", "")
    assert torch.get_num_threads() == before[0]
    assert torch.equal(torch.random.get_rng_state(), before[1])


def test_the_head_ends_as_after_its_best_epoch() -> None:
    train, validation = _batch(strength=1, songs=5, width=30), _batch(strength=1, songs=5, width=30, seed=9)
    head = probe(30)
    history = train_network(head, train, validation, quick_recipe(learning_rate=0.1), epochs=25, seed=0)
    losses = [loss.validation for loss in history]
    assert losses.index(min(losses)) < 24
    with torch.inference_mode():
        logits = head(validation.readings).logits
        loss = weighted_loss(logits, validation.truth, validation.weights)
    assert float(loss) == pytest.approx(min(losses), rel=1e-5)
    assert not head.training


def test_the_first_loss_is_of_knowing_nothing_and_then_it_falls() -> None:
    rows = _batch(strength=5)
    history = train_network(probe(12), rows, None, quick_recipe(), epochs=10, seed=0)
    losses = [loss.train for loss in history]
    assert losses[0] == pytest.approx(np.log(3), rel=1e-5)
    assert losses == sorted(losses, reverse=True)


def test_decay_shrinks_weights_but_not_biases() -> None:
    rows = _batch(strength=3)
    ends = []
    for decay in (0.0, 10.0):
        head = probe(12)
        torch.nn.init.constant_(head.fusion.absent["text"], 4.0)
        train_network(head, rows, None, quick_recipe(weight_decay=decay), epochs=20, seed=0)
        ends.append(
            (head.branches["text"].project.weight.norm(), head.fusion.absent["text"].detach().clone())
        )
    assert ends[1][0] < ends[0][0]
    assert torch.equal(ends[0][1], ends[1][1])


def test_a_batch_of_sequences_is_read_in_pieces_and_learned_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The gradient of a batch is that of its pieces, each as much as it weighs."""
    rng = np.random.default_rng(0)
    sounds = Sequences.of([rng.normal(size=(int(n), 4)).astype(np.float32) for n in rng.integers(20, 60, 30)])
    bank = Bank(sounds, np.arange(30), "frames-1", kind="frames")
    truth = np.arange(30) % 3
    merged = merge_rows(Inputs({"audio": bank}), truth, np.arange(30))
    scale = {"audio": Standardization(np.zeros(4, np.float32), np.ones(4, np.float32))}
    rows = batch_of({"audio": bank}, scale, merged, 1.0 + np.arange(30))
    ends = []
    for most in (1000, 7):
        monkeypatch.setattr("rebracket.training.batch._IN_MEMORY", most)
        assert len(list(rows.pieces())) == (1 if most == 1000 else 5)
        torch.manual_seed(0)
        network = Network(NetworkShape({"audio": BranchShape("frames", 4, several=True)}, 3, 8))
        recipe = quick_recipe(text=None, audio="cnn", hidden=8, learning_rate=0.01)
        history = train_network(network, rows, rows, recipe, epochs=3, seed=0)
        ends.append(([loss.train for loss in history], [loss.validation for loss in history]))
    assert ends[0][0] == pytest.approx(ends[1][0], rel=1e-3)
    assert ends[0][1] == pytest.approx(ends[1][1], rel=1e-3)
