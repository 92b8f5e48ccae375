"""Which word, second, note or stem each token is that a fusion gets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rebracket.explain.attribution.attribution import Unit
from rebracket.explain.inside.embedded import spans_of
from rebracket.explain.inside.entries import step_times
from rebracket.explain.inside.placed_notes import notes_of_tokens
from rebracket.explain.inside.places import seconds_of_steps, stems_of_members, tokens_of_words
from rebracket.explain.inside.placing import Array, Placing, placed
from rebracket.explain.inside.question import Question
from rebracket.features.encoders.log_mel import LogMel
from rebracket.features.encoders.piano_roll import ROLL_FRAME_S
from rebracket.signal.log_mel import HOP_S

__all__ = ["TokensOf", "tokens_of"]

_STRIDE = 16  # frames to a token of `rebracket.models.branches.convolution`


@dataclass(frozen=True, eq=False)
class TokensOf:
    """Whose the tokens of a modality are.

    Args:
        modality: as the network calls it.
        kind: of the units.
        units: the U units.
        share: [R, T, U] how much of each token of each row is of each unit; 0 for end marks, signs and
            what is not there.
    """

    modality: str
    kind: str
    units: tuple[Unit, ...]
    share: Array


def tokens_of(question: Question, name: str) -> tuple[TokensOf, ...]:
    """By the finest units that a modality's tokens have; those of sound and notes also by stem."""
    there = _there(question, name)
    found = [_placing(question, name, there)]
    if name in ("audio", "midi") and found[0].kind != "stems":
        own = stems_of_members(question.given, question.members[name], question.stems_of(name))
        found.append(_of_all_steps(own, there.shape[1]))
    return tuple(_tokens(question, name, placing, there) for placing in found)


def _there(question: Question, name: str) -> npt.NDArray[np.bool_]:
    """[M, T]: which tokens a branch gives of each member."""
    reading = question.readings[name]
    if reading.mask is None:
        return np.asarray(question.members[name].place[:, None] >= 0)
    frames = question.inputs.banks[name].kind == "frames"
    return reading.mask.numpy()[:, :: _STRIDE if frames else 1]


def _placing(question: Question, name: str, there: npt.NDArray[np.bool_]) -> Placing:
    given, members, steps = question.given, question.members[name], there.shape[1]
    kind = question.inputs.banks[name].kind
    if name not in ("audio", "midi"):
        if kind == "vector":
            return placed("words", (Unit("all words"),), there.shape, ((row, 0) for row in range(len(there))))
        step = members.first[:, None] + np.arange(steps)
        return tokens_of_words(given, spans_of(question, name), np.where(there, step, -1))
    stems = question.stems_of(name)
    if kind == "vector":
        return _of_all_steps(stems_of_members(given, members, stems), 1)
    encoder = str(question.asked.encoders[name].encoder.name)
    if kind == "tokens":
        return notes_of_tokens(given, encoder, members, stems, steps)
    if kind == "states":
        return seconds_of_steps(given, step_times(question, name, steps), there)
    frame_s = HOP_S if encoder == LogMel.name else ROLL_FRAME_S
    return seconds_of_steps(given, frame_s * (members.first[:, None] + _STRIDE * np.arange(steps)), there)


def _of_all_steps(placing: Placing, steps: int) -> Placing:
    """What is of members [M] as what is of all their steps, [M, T]."""
    cell = (placing.cell[:, None] * steps + np.arange(steps)).reshape(-1)
    unit, share = np.repeat(placing.unit, steps), np.repeat(placing.share, steps)
    return Placing(placing.kind, placing.units, (*placing.shape, steps), cell, unit, share)


def _tokens(question: Question, name: str, placing: Placing, there: npt.NDArray[np.bool_]) -> TokensOf:
    """Members' tokens as those of the rows they belong to, one member after the other, as in `packed`."""
    member, step = np.nonzero(there)
    row = question.members[name].owner[member]
    counts = np.bincount(row, minlength=len(question.share))
    place = np.arange(len(row)) - (np.cumsum(counts) - counts)[row]
    share = np.zeros((len(question.share), question.tokens[name].values.shape[1], len(placing.units)))
    share[row, place] = placing.matrix()[member * there.shape[1] + step]
    return TokensOf(name, placing.kind, placing.units, share)
