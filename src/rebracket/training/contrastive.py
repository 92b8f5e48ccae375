"""Tunes a text network on pairs of training texts, then leaves it as it is (Tunstall et al., 2022, SetFit).

A pair of one song would teach which song it is, and a pair with a text that is held out would tell of it:
pairs join texts of different songs, and of the training songs only.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity

from rebracket.models.branches.tuned_text import TunedText
from rebracket.models.network import Network
from rebracket.models.reading import Reading
from rebracket.models.threads import one_thread
from rebracket.training.batch import Batch
from rebracket.training.inputs import TUNED
from rebracket.training.recipe import Recipe

__all__ = ["pairs_of", "tune_on_pairs"]

Index = npt.NDArray[np.intp]
_BATCH = 16
_RATE = 2e-5  # as sentence encoders are tuned; `learning_rates` may say another


def pairs_of(truth: npt.NDArray[np.generic], songs: Sequence[str], rng: np.random.Generator) -> Index:
    """[n, 3]: for each text another song's text of its class, and one of another class; both by chance.

    A text without such a partner is in no pair as the first. With several labels a row, a class is all of
    them together.

    Args:
        truth: [n] classes, or [n, C] labels.
        songs: [n] song of each text.
    """
    classes = np.unique(truth, axis=0, return_inverse=True)[1].reshape(-1)
    song = np.unique(np.array(songs, dtype=object), return_inverse=True)[1].reshape(-1)
    found = []
    for place in range(len(classes)):
        elsewhere = song != song[place]
        alike = np.flatnonzero(elsewhere & (classes == classes[place]))
        other = np.flatnonzero(elsewhere & (classes != classes[place]))
        if len(alike) and len(other):
            found.append((place, rng.choice(alike), rng.choice(other)))
    return np.array(found, dtype=np.intp).reshape(-1, 3)


def tune_on_pairs(network: Network, rows: Batch, songs: Sequence[str], recipe: Recipe, seed: int) -> None:
    """Brings texts of a class together and keeps those of others apart; the reader is settled then.

    Args:
        network: changed in place; others of its branches are not.
        rows: training inputs.
        songs: [B] song of each.
        recipe: for how many passes, at which rate.
        seed: of pairs and dropout.
    """
    branch = network.branches[TUNED]
    if not isinstance(branch, TunedText):
        raise TypeError(f"{TUNED}: found {type(branch).__name__}, expected a text network")
    rng = np.random.default_rng(seed)
    has = np.flatnonzero(rows.parts[TUNED].present)
    rate = recipe.learning_rates.get("text", _RATE)
    optimizer = torch.optim.AdamW(branch.reader.parameters(), lr=rate, weight_decay=recipe.weight_decay)
    truth, of = rows.truth.numpy()[has], [songs[place] for place in has.tolist()]
    with one_thread(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
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


def _loss(branch: TunedText, rows: Batch, triples: Index) -> Tensor:
    """[n, 3] places -> how far the cosines are from 1 for texts of one class and from 0 for others."""
    reading = rows.take(torch.from_numpy(triples.reshape(-1))).parts[TUNED].reading
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
