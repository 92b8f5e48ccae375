"""Where an answer is followed back to: the numbers of each modality, and what stands for their absence."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from rebracket.explain.inside.embedded import embedded_tokens, embedded_tuned, through_encoder
from rebracket.explain.inside.entry import Entry
from rebracket.explain.inside.placed_notes import notes_of_roll
from rebracket.explain.inside.places import (
    columns_of_stems,
    counted_words,
    patches_of_frames,
    seconds_of_steps,
    stems_of_members,
)
from rebracket.explain.inside.placing import Placing
from rebracket.explain.inside.question import Question, repeated
from rebracket.features.encoders.histogram import Histogram
from rebracket.features.encoders.log_mel import LogMel
from rebracket.features.encoders.spectral import Spectral
from rebracket.models.reading import Tokens
from rebracket.signal import HISTOGRAM_NAMES, SPECTRAL_NAMES
from rebracket.signal.log_mel import FLOOR_DB
from rebracket.training.inputs import TUNED
from rebracket.training.preparation import WordWeights

__all__ = ["entries_of", "step_times"]

_NAMES = {Spectral.name: SPECTRAL_NAMES, Histogram.name: HISTOGRAM_NAMES}


def entries_of(question: Question, *, per_stem: bool = False) -> list[Entry]:
    """One for each modality that the segment has, in order of name.

    Args:
        per_stem: whether features by name are those of each stem, or of all.

    Raises:
        RefusedError: where a tokenizer does not know the places of its tokens.
    """
    return [_entry(question, name, per_stem) for name in question.present]


def step_times(question: Question, name: str, steps: int, stride: int = 1) -> Any:
    """[M, T] seconds in the middle of each state of a frozen network: they lie evenly over the segment."""
    own, given = question.members[name], question.given
    whole = question.inputs.banks[name].sequences.lengths[own.place]
    step = own.first[:, None] + stride * np.arange(steps) + 0.5
    return step / whole[:, None] * (given.end_s - given.start_s)


def _entry(question: Question, name: str, per_stem: bool) -> Entry:
    if name == TUNED:
        return embedded_tuned(question)
    if name not in question.asked.encoders:
        return _counted(question, name)
    if name not in ("audio", "midi"):
        return through_encoder(question, name)
    kind = question.inputs.banks[name].kind
    if kind == "tokens":
        return embedded_tokens(question, name)
    return {"frames": _frames, "states": _states}.get(kind, _vectors)(question, name, per_stem)


def _counted(question: Question, name: str) -> Entry:
    """Words by how often they occur; without any all are 0."""
    preparation = question.asked.fitted.preparations[name]
    if not isinstance(preparation, WordWeights):
        raise TypeError(f"{name}: found {type(preparation).__name__}, expected words that are counted")
    rows = len(question.readings[name].values)
    placing = counted_words(question.given, preparation.words, rows)
    return _plain(question, name, placing, tabular=True)


def _vectors(question: Question, name: str, per_stem: bool) -> Entry:
    """Vectors of stems, by feature where these have names, else by stem; 0 is the mean in training."""
    members, stems = question.members[name], question.stems_of(name)
    names = _NAMES.get(str(question.asked.encoders[name].encoder.name))
    if names is None:
        return _plain(question, name, stems_of_members(question.given, members, stems), axes=(-1,))
    placing = columns_of_stems(question.given, names, members, stems, per_stem)
    return _plain(question, name, placing, tabular=True)


def _frames(question: Question, name: str, per_stem: bool) -> Entry:
    """Spectrograms against one without sound, piano rolls against one without notes."""
    members, steps = question.members[name], question.readings[name].values.shape[1]
    if question.asked.encoders[name].encoder.name == LogMel.name:
        placing, nothing = patches_of_frames(question.given, members, steps), FLOOR_DB
    else:
        placing = notes_of_roll(question.given, members, question.stems_of(name), steps)
        nothing = 0.0
    width = question.readings[name].values.shape[-1]
    silent = question.asked.fitted.preparations[name].apply(np.full(width, nothing, dtype=np.float32))
    return _plain(question, name, placing, baseline=torch.from_numpy(silent))


def _states(question: Question, name: str, per_stem: bool) -> Entry:
    """States of a frozen network over time; the mean of the training rows is 0."""
    reading = question.readings[name]
    times = step_times(question, name, reading.values.shape[1])
    return _plain(question, name, seconds_of_steps(question.given, times, reading.mask), axes=(-1,))


def _plain(
    question: Question,
    name: str,
    placing: Placing,
    *,
    axes: tuple[int, ...] = (),
    baseline: Tensor | None = None,
    tabular: bool = False,
) -> Entry:
    """What is prepared for the branch, as it is."""
    reading = question.readings[name]
    values = reading.values[None]
    nothing = torch.zeros_like(values) if baseline is None else baseline.expand_as(values).contiguous()

    def tokens(copies: Tensor) -> Tokens:
        return question.network.tokens_of(name, repeated(reading, len(copies), copies))

    return Entry(question, name, values, nothing, tokens, placing, axes, tabular)
