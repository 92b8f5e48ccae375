"""Text and notes by tokens: the numbers to change are the embeddings that a network looks up for them."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import pad

from rebracket.explain.inside.entry import Entry
from rebracket.explain.inside.layers import given_by, replaced
from rebracket.explain.inside.placed_notes import notes_of_tokens
from rebracket.explain.inside.places import Span, tokens_of_words
from rebracket.explain.inside.placing import Index, Placing
from rebracket.explain.inside.question import Question, repeated
from rebracket.models.branches.transformer import TokenTransformer
from rebracket.models.branches.tuned_text import TunedText
from rebracket.models.pretrained.text import joined
from rebracket.models.pretrained.tokens import window_sizes
from rebracket.models.reading import Tokens
from rebracket.training.inputs import TUNED
from rebracket.training.preparation import Standardization

__all__ = ["embedded_tokens", "embedded_tuned", "spans_of", "through_encoder"]


def embedded_tokens(question: Question, name: str) -> Entry:
    """Tokens of notes, at the embeddings of their parts, [K, M, T, H]; those of a note are 0 without it."""
    reading, branch = question.readings[name], question.network.branches[name]
    if not isinstance(branch, TokenTransformer):
        raise TypeError(f"{name}: found {type(branch).__name__}, expected a reader of tokens")
    layers = list(branch.parts)
    values = torch.stack(given_by(layers, lambda: question.network.tokens_of(name, reading)))
    encoder = str(question.asked.encoders[name].encoder.name)
    steps = reading.values.shape[1]
    placing = notes_of_tokens(question.given, encoder, question.members[name], question.stems_of(name), steps)

    def tokens(copies: Tensor) -> Tokens:
        with replaced(layers, [copies[:, part].flatten(0, 1) for part in range(len(layers))]):
            return question.network.tokens_of(name, repeated(reading, len(copies)))

    nothing = _without(values, placing, torch.zeros(values.shape[-1]))
    return Entry(question, name, values[None], nothing[None], tokens, placing, (0, -1))


def embedded_tuned(question: Question) -> Entry:
    """Text by a network that was tuned, at its word embeddings [W, T, D]; padding without a word."""
    reading, branch = question.readings[TUNED], question.network.branches[TUNED]
    if not isinstance(branch, TunedText):
        raise TypeError(f"{TUNED}: found {type(branch).__name__}, expected a reader of text")
    reader: Any = branch.reader
    layers = [reader.network.get_input_embeddings()]

    def read(copies: int) -> Tokens:
        with branch.reading_anew():
            return question.network.tokens_of(TUNED, repeated(reading, copies))

    values = given_by(layers, lambda: read(1))[0]
    lengths = (question.members[TUNED].last - question.members[TUNED].first).tolist()
    token = _in_windows(lengths, reader.window, values.shape[:2])
    placing = tokens_of_words(question.given, spans_of(question, TUNED), token)

    def tokens(copies: Tensor) -> Tokens:
        with replaced(layers, [copies.flatten(0, 1)]):
            return read(len(copies))

    nothing = _without(values, placing, _padding(reader.network))
    return Entry(question, TUNED, values[None], nothing[None], tokens, placing, (-1,))


def through_encoder(question: Question, name: str) -> Entry:
    """Text by a frozen network, at its word embeddings, [T, D]; padding without a word.

    Encoder, preparation and network are one function here. It skips the rounding to half precision that
    states are kept with, so its answer may differ from the model's by some hundredths of a nat.
    """
    network = _text_encoder(question, name).network
    windows = network.tokens.windows(question.given.text)
    sizes = [len(window) for window in windows]
    layer = network.network.get_input_embeddings()
    with torch.no_grad():
        values = layer(torch.cat(windows))
    token = np.arange(sum(sizes), dtype=np.intp)
    placing = tokens_of_words(question.given, spans_of(question, name), token)

    def tokens(copies: Tensor) -> Tokens:
        states = []
        for ids, own in zip(windows, torch.split(copies, sizes, dim=1), strict=True):
            with replaced([layer], [own]):
                states.append(network.read(ids.expand(len(copies), -1)))
        return question.network.tokens_of(name, _read_of(question, name, states))

    nothing = _without(values, placing, _padding(network.network))
    return Entry(question, name, values[None], nothing[None], tokens, placing, (-1,))


def spans_of(question: Question, name: str) -> tuple[Span, ...]:
    """Of each token of a text network where it stands in the text, None for an end mark.

    Raises:
        RefusedError: where the tokenizer does not know.
    """
    encoder = _text_encoder(question, name)
    tokens = encoder.tokens if name == TUNED else encoder.network.tokens
    return tuple(tokens.spans(question.given.text))


def _text_encoder(question: Question, name: str) -> Any:
    return question.asked.encoders[name].encoder


def _read_of(question: Question, name: str, states: list[Tensor]) -> Any:
    """What the network reads of states [S, T, D], window after window, of S copies."""
    reading, members = question.readings[name], question.members[name]
    prepared = question.asked.fitted.preparations[name]
    if not isinstance(prepared, Standardization):
        raise TypeError(f"{name}: found {type(prepared).__name__}, expected columns that are standardized")
    mean, gain = torch.from_numpy(prepared.mean), torch.from_numpy(prepared.gain)
    copies, n = len(states[0]), len(members.place)
    if reading.mask is None:
        vectors = (joined(states, _text_encoder(question, name).pooling) - mean) * gain
        return repeated(reading, copies, vectors[:, None].expand(-1, n, -1))
    whole, steps = (torch.cat(states, dim=1) - mean) * gain, reading.values.shape[1]
    parts = [
        pad(whole[:, first:last], (0, 0, 0, steps - (last - first)))
        for first, last in zip(members.first.tolist(), members.last.tolist(), strict=True)
    ]
    return repeated(reading, copies, torch.stack(parts, dim=1))


def _in_windows(lengths: list[int], window: int, shape: torch.Size) -> Index:
    """[W, T]: the number of each token in its text, in the windows that texts of so many ids are read in."""
    token = np.full(tuple(shape), -1, dtype=np.intp)
    sizes = [(size, before) for length in lengths for size, before in _windows(length, window)]
    for row, (size, before) in enumerate(sizes):
        token[row, :size] = before + np.arange(size)
    return token


def _windows(length: int, window: int) -> list[tuple[int, int]]:
    sizes = window_sizes(length, window) if length else []
    return [(size, sum(sizes[:number])) for number, size in enumerate(sizes)]


@torch.no_grad()
def _padding(network: Any) -> Tensor:
    """[D]: what a text network reads where there is no word.

    With MiniLM, scores that begin there agreed better with occlusion than those that begin from zeros, from
    the mean of all words, or from masked words.
    """
    padding = torch.tensor(int(network.config.pad_token_id or 0))
    return torch.as_tensor(network.get_input_embeddings()(padding))


def _without(values: Tensor, placing: Placing, nothing: Tensor) -> Tensor:
    """The embeddings with nothing in the cells that are of a unit."""
    own = torch.from_numpy(placing.of_cells())
    return torch.where(own[..., None], nothing.expand_as(values), values)
