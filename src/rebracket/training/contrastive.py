"""Tunes a text network on pairs of training texts, then leaves it as it is (Tunstall et al., 2022, SetFit).

A pair of one song would teach which song it is, and a pair with a text that is held out would tell of it:
pairs join texts of different songs, and of the training songs only.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity

from rebracket.models.branches.tuned_text import TunedText
from rebracket.models.drawing import drawing_from
from rebracket.models.network import Network
from rebracket.models.reading import Reading
from rebracket.models.threads import one_thread
from rebracket.training.batch import Batch, Gathered
from rebracket.training.inputs import TUNED
from rebracket.training.loop import device_of
from rebracket.training.optimizer import READER_RATES
from rebracket.training.recipe import Recipe

__all__ = ["pairs_of", "tune_on_pairs"]

Index = npt.NDArray[np.intp]
_BATCH = 16


def pairs_of(
    truth: npt.NDArray[np.generic], songs: Sequence[Collection[str]], rng: np.random.Generator
) -> Index:
    """[n, 3]: for each text another song's text of its class, and one of another class; both by chance.

    A text without such a partner is in no pair as the first. With several labels a row, a class is all of
    them together.

    Args:
        truth: [n] classes, or [n, C] labels.
        songs: [n] the songs that have each text.
    """
    if not len(truth):
        return np.zeros((0, 3), dtype=np.intp)
    classes = np.unique(truth, axis=0, return_inverse=True)[1].reshape(-1)
    number = {song: place for place, song in enumerate(sorted({song for own in songs for song in own}))}
    has = np.zeros((len(songs), len(number)), dtype=np.float32)
    for place, own in enumerate(songs):
        has[place, [number[song] for song in own]] = 1
    apart = has @ has.T == 0
    found = []
    for place, elsewhere in enumerate(apart):
        alike = np.flatnonzero(elsewhere & (classes == classes[place]))
        other = np.flatnonzero(elsewhere & (classes != classes[place]))
        if len(alike) and len(other):
            found.append((place, rng.choice(alike), rng.choice(other)))
    return np.array(found, dtype=np.intp).reshape(-1, 3)


def tune_on_pairs(
    network: Network, rows: Batch, songs: Mapping[int, Collection[str]], recipe: Recipe, seed: int
) -> None:
    """Brings texts of a class together and keeps those of others apart; the reader is settled then.

    Args:
        network: changed in place; others of its branches are not.
        rows: training inputs.
        songs: {place of a text in its bank: the training songs that have it}.
        recipe: for how many passes, at which rate.
        seed: of pairs and dropout.
    """
    branch = network.branches[TUNED]
    if not isinstance(branch, TunedText):
        raise TypeError(f"{TUNED}: found {type(branch).__name__}, expected a text network")
    rng, device = np.random.default_rng(seed), device_of(network)
    network.to(device)
    has = _distinct_texts(rows)
    rate = recipe.learning_rates.get("text", READER_RATES["contrastive"])
    optimizer = torch.optim.AdamW(branch.reader.parameters(), lr=rate, weight_decay=recipe.weight_decay)
    truth, of = rows.truth.numpy()[has], [songs[place] for place in _places(rows)[has].tolist()]
    with one_thread(), drawing_from(seed):
        branch.reader.train()
        for _ in range(recipe.tuning_epochs):
            pairs = pairs_of(truth, of, rng)
            for some in np.array_split(rng.permutation(pairs), max(1, -(-len(pairs) // _BATCH))):
                if len(some):
                    optimizer.zero_grad()
                    loss = _loss(branch, rows, has[some])
                    loss.backward()  # type: ignore[no-untyped-call] # torch leaves it untyped
                    optimizer.step()
    branch.settle()


def _places(rows: Batch) -> Index:
    """[B] place of each input's text in its bank; -1 where it has none."""
    part = rows.parts[TUNED]
    if not isinstance(part, Gathered):
        raise TypeError("found vectors, expected token ids")
    return part.places


def _distinct_texts(rows: Batch) -> Index:
    """The first input of each pair of text and truth: a text on many stems is one text."""
    places, truth = _places(rows), rows.truth.numpy().reshape(len(rows), -1)
    table = np.column_stack([places, truth.astype(np.intp)])
    first = np.unique(table, axis=0, return_index=True)[1]
    return np.sort(first[places[first] >= 0])


def _loss(branch: TunedText, rows: Batch, triples: Index) -> Tensor:
    """[n, 3] places -> how far the cosines are from 1 for texts of one class and from 0 for others."""
    reading = rows.take(torch.from_numpy(triples.reshape(-1))).parts[TUNED].reading
    reading = reading.to(branch.project.weight.device)
    first, alike, other = _means(branch, reading).reshape(-1, 3, branch.project.in_features).unbind(dim=1)
    return ((1 - cosine_similarity(first, alike)) ** 2 + cosine_similarity(first, other) ** 2).mean()


def _means(branch: TunedText, reading: Reading) -> Tensor:
    """[B, D]: the mean state of each text, over its windows."""
    owner, mask = reading.owner, reading.mask
    if owner is None or mask is None:
        raise TypeError("found vectors, expected token ids")
    states = branch.reader(reading.values[..., 0], mask)
    sums = states.new_zeros(len(reading.present), states.shape[-1])
    sums = sums.index_add(0, owner, (states * mask[..., None]).sum(dim=1))
    counts = sums.new_zeros(len(sums)).index_add(0, owner, mask.sum(dim=1).to(sums.dtype))
    return sums / counts.clamp_min(1)[:, None]
