"""A segment as tensors, and the answer as a function of them that can be differentiated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

from rebracket.explain.asking import Given
from rebracket.explain.asking.asked import Asked
from rebracket.models.network import Network
from rebracket.models.reading import Reading, Tokens
from rebracket.models.threads import one_thread
from rebracket.training.batch import Gathered, Members, gather
from rebracket.training.inputs import Inputs
from rebracket.training.merge import distinct_rows

__all__ = ["Question", "log_odds_of", "question_of", "repeated"]


@dataclass(frozen=True, eq=False)
class Question:
    """A segment as a network reads it, in R distinct rows: one, or more where each stem is read by itself.

    Args:
        asked: the model.
        given: the segment.
        inputs: the banks of the segment.
        readings: by modality what is read.
        members: by modality the M members of these readings, or the R rows.
        tokens: by modality what its branch makes of it, as it is.
        share: [R] how much each row says: 1 together.
    """

    asked: Asked
    given: Given
    inputs: Inputs
    readings: Mapping[str, Reading]
    members: Mapping[str, Members]
    tokens: Mapping[str, Tokens]
    share: Tensor

    @property
    def network(self) -> Network:
        return self.asked.fitted.network

    @property
    def present(self) -> tuple[str, ...]:
        """The modalities that the segment has, in order of name."""
        return tuple(name for name, reading in self.readings.items() if bool(reading.present.any()))

    def log_odds(self, class_name: str, changed: Mapping[str, Tokens], copies: int) -> Tensor:
        """[S] nats for the class, where some modalities have the tokens of S copies of the R rows."""
        same = {name: own for name, own in self.tokens.items() if name not in changed}
        tokens = {name: _repeated_tokens(own, copies) for name, own in same.items()} | dict(changed)
        logits = self.network.fusion(tokens).logits.reshape(copies, len(self.share), -1)
        number = self.asked.classes.index(class_name)
        return log_odds_of(logits, number, self.share, self.asked.several)

    def stems_of(self, name: str) -> dict[int, list[int]]:
        """Of each position in the bank of a modality, which of the segment's stems have this content."""
        contents = [getattr(stem, name) for stem in self.given.stems]
        found: dict[int, list[int]] = {}
        for stem, place in enumerate(self.asked.encoders[name].bank(contents).index.tolist()):
            if place >= 0:
                found.setdefault(place, []).append(stem)
        return found


def question_of(asked: Asked, given: Given) -> Question:
    """What a model reads of a segment. Raises `InputError` where a content cannot be read."""
    fitted = asked.fitted
    inputs, owner = asked.inputs([given])
    places = inputs.places(np.arange(len(owner), dtype=np.intp))
    first, row_of = distinct_rows(places)
    share = torch.from_numpy(np.bincount(row_of) / len(owner)).float()
    with one_thread(), torch.no_grad():
        parts = gather(inputs.banks, fitted.preparations, places[first])
        readings = {name: part.reading for name, part in parts.items()}
        tokens = {name: fitted.network.tokens_of(name, reading) for name, reading in readings.items()}
    members = {
        name: part.members if isinstance(part, Gathered) else _rows(places[first][:, number])
        for number, (name, part) in enumerate(parts.items())
    }
    return Question(asked, given, inputs, readings, members, tokens, share)


def repeated(reading: Reading, copies: int, values: Tensor | None = None) -> Reading:
    """S copies of R inputs one after the other.

    Args:
        reading: its values are [M, ...].
        copies: S.
        values: [S, M, ...] what is read in the place of its values; None for these.
    """
    n = len(reading.present)
    own = _times(reading.values, copies) if values is None else values.flatten(0, 1)
    mask = None if reading.mask is None else _times(reading.mask, copies)
    owner = reading.owner
    if owner is not None:
        owner = (owner[None] + n * torch.arange(copies)[:, None]).flatten()
    return replace(reading, values=own, present=_times(reading.present, copies), mask=mask, owner=owner)


def log_odds_of(logits: Tensor, number: int, share: Tensor, several: bool) -> Tensor:
    """Logits [S, R, C] -> [S] log-odds of a class in the mean of the R rows' probabilities, in nats.

    Of one row: its logit less the log-sum-exp of the others, or its logit where classes do not exclude each
    other. Unlike `log_odds` of probabilities it is not clipped.
    """
    if several:
        own = logits[..., number]
        yes, no = logsigmoid(own), logsigmoid(-own)
    else:
        said = logits.log_softmax(dim=-1)
        others = [other for other in range(said.shape[-1]) if other != number]
        yes, no = said[..., number], said[..., others].logsumexp(dim=-1)
    weight = share.log()
    return (yes + weight).logsumexp(dim=-1) - (no + weight).logsumexp(dim=-1)


def _repeated_tokens(tokens: Tokens, copies: int) -> Tokens:
    return Tokens(_times(tokens.values, copies), _times(tokens.mask, copies))


def _times(values: Tensor, copies: int) -> Tensor:
    return values.repeat(copies, *(1 for _ in values.shape[1:]))


def _rows(place: np.ndarray) -> Members:
    """Rows that have a vector each, if any."""
    return Members(place, np.arange(len(place)), np.zeros_like(place), np.ones_like(place))
