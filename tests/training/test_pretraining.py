"""The modalities of a segment are brought together without a look at labels or at songs held out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from planted import Planted, accuracy, planted, quick_recipe

from rebracket.models.network import BranchShape, Network, NetworkShape
from rebracket.training import Inputs, fit
from rebracket.training.batch import batch_of
from rebracket.training.merge import merge_rows
from rebracket.training.preparation import fit_preparation
from rebracket.training.pretrain import bring_together, contrastive_loss


def views(songs: int = 8, seed: int = 0) -> Planted:
    """The same hidden cause, seen as text and, turned, as sound."""
    data = planted(strength=3.0, songs=songs, rows_per_song=2, seed=seed)
    text = data.inputs.banks["text"]
    turn = np.linalg.qr(np.random.default_rng(seed).normal(size=(12, 12)))[0]
    sound = replace(text, values=(text.values @ turn).astype(np.float32), version="turned-1")
    return replace(data, inputs=Inputs({"text": text, "audio": sound}))


def _network_and_batch(data: Planted, labels: np.ndarray):
    torch.manual_seed(0)
    network = Network(NetworkShape({n: BranchShape("vector", 12) for n in data.inputs.banks}, 3, 8)).eval()
    merged = merge_rows(data.inputs, labels, data.rows)
    made = {name: fit_preparation(bank, data.rows) for name, bank in data.inputs.banks.items()}
    return network, batch_of(data.inputs.banks, made, merged, np.ones(len(merged.truth)))


def _share_found(network: Network, batch) -> float:
    """Of texts whose nearest sound is their own."""
    with torch.inference_mode():
        vectors, _ = network.vectors(batch.readings)
    near = torch.nn.functional.normalize(vectors, dim=-1)
    return float(((near[1] @ near[0].T).argmax(dim=1) == torch.arange(near.shape[1])).float().mean())


def test_what_is_of_one_segment_comes_near_and_labels_are_not_read() -> None:
    data = views()
    network, batch = _network_and_batch(data, data.target.labels)
    songs = [data.songs[row] for row in batch.rows]
    before = _share_found(network, batch)
    recipe = quick_recipe(audio="spectral", hidden=8, pretrain_epochs=60, learning_rate=0.01)
    bring_together(network, batch, songs, recipe, seed=0)
    assert before < 0.5
    assert _share_found(network, batch) > 0.8
    other, batch = _network_and_batch(data, (data.target.labels + 1) % 3)
    bring_together(other, batch, [data.songs[row] for row in batch.rows], recipe, seed=0)
    state = other.state_dict()
    assert all(torch.equal(value, state[name]) for name, value in network.state_dict().items())


def test_other_inputs_of_the_same_song_are_no_wrong_answers() -> None:
    random = torch.Generator().manual_seed(0)
    vectors, there = torch.randn(2, 4, 6, generator=random), torch.ones(4, 2, dtype=torch.bool)
    vectors[1, 1] = vectors[0, 0]  # the sound of another segment is like the text of this one
    of_one_song = contrastive_loss(vectors, there, torch.tensor([0, 0, 1, 2]))
    of_two = contrastive_loss(vectors, there, torch.tensor([0, 3, 1, 2]))
    assert of_one_song < of_two


def test_what_is_absent_takes_no_part() -> None:
    random = torch.Generator().manual_seed(0)
    vectors, song = torch.randn(2, 5, 6, generator=random), torch.arange(5)
    there = torch.ones(5, 2, dtype=torch.bool)
    there[4, 1] = False
    changed = vectors.clone()
    changed[:, 4] = 100.0
    assert contrastive_loss(vectors, there, song) == contrastive_loss(changed, there, song)
    nobody = torch.zeros(5, 2, dtype=torch.bool)
    assert float(contrastive_loss(vectors, nobody, song)) == 0.0
    assert float(contrastive_loss(vectors, there | True, torch.zeros(5))) == 0.0  # a single song


@pytest.mark.parametrize("fusion", ["early", "late", "gated", "cross_attention"])
def test_songs_held_out_take_no_part_and_the_class_is_found(fusion: str) -> None:
    data = views(songs=16)
    rows, held = data.of_songs(last=False), data.of_songs(last=True)
    recipe = quick_recipe(audio="spectral", hidden=8, pretrain_epochs=5, fusion=fusion, learning_rate=0.01)
    one = fit(recipe, data.inputs, data.target, rows, data.songs, seed=0)
    banks = {}
    for name, bank in data.inputs.banks.items():
        values = bank.values.copy()
        values[np.unique(bank.index[held])] = 99.0
        banks[name] = replace(bank, values=values)
    other = fit(recipe, Inputs(banks), data.target, rows, data.songs, seed=0)
    assert np.array_equal(one.predict(data.inputs, rows), other.predict(data.inputs, rows))
    assert accuracy(one.predict(data.inputs, held), data.target.labels[held]) > 0.6
