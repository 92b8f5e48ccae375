"""Attribution by gradients: how the answer changes on the way from nothing to what is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
import torch
from torch import Tensor

from rebracket.core.errors import MissingExtraError, RefusedError, UsageError
from rebracket.explain.asking import Given
from rebracket.explain.asking.asked import Asked
from rebracket.explain.attribution.attribution import Attribution
from rebracket.explain.inside.entries import entries_of
from rebracket.explain.inside.entry import Entry
from rebracket.explain.inside.placing import Array
from rebracket.explain.inside.question import question_of
from rebracket.models.drawing import drawing_from
from rebracket.models.threads import one_thread

__all__ = ["BASELINES", "GRADIENT_METHODS", "attribution_of", "gradient_attribution"]

BASELINES = {
    "features": "features at the mean of the training rows",
    "stems": "vectors of stems at the mean of the training rows",
    "seconds": "states of sound at the mean of the training rows",
    "words": "no counts, or padding in the place of words, with signs and end marks left as they are",
    "patches": "a spectrogram without sound",
    "notes": "an empty piano roll, or zero embeddings of a note's tokens",
}
"""By kind of units, what an attribution by gradients compares a segment with."""

_ROUNDS = 10  # of samples, from whose spread the standard errors come


@dataclass(frozen=True, eq=False)
class _Found:
    """[U] scores and their standard errors, and the log-odds that the way begins from."""

    scores: Array
    errors: Array | None
    baseline: float


@dataclass(frozen=True, slots=True)
class _Effort:
    seed: int
    steps: int
    internal_batch: int


def gradient_attribution(
    asked: Asked,
    given: Given,
    class_name: str,
    target: str,
    *,
    method: str = "integrated_gradients",
    seed: int = 0,
    steps: int = 50,
    internal_batch: int = 5,
    per_stem: bool = False,
    background: Sequence[Given] = (),
) -> list[Attribution]:
    """What each unit of each modality adds to the log-odds of a class, along a straight way from its absence.

    Integrated gradients after Sundararajan et al. (2017), gradient SHAP after Lundberg and Lee (2017), by
    Captum. One modality goes its way at a time, with the others there, so the scores of each add up to what
    it adds; what they miss is `residual`, the convergence error. Units are features by name or stems of
    vectors, words of texts (through a frozen or tuned text network), patches of spectrograms, notes of
    piano rolls and of tokens, seconds of states; `BASELINES` says what each is compared with. The value is
    the model's own answer, but not clipped.

    Args:
        asked: the model.
        given: the segment.
        class_name: the class whose log-odds are explained.
        target: the target, for the record.
        method: one of `GRADIENT_METHODS`.
        seed: of what gradient SHAP draws.
        steps: of the integral, or how many places gradient SHAP draws.
        internal_batch: how many of them are in memory at a time.
        per_stem: whether features by name are units of each stem, or of all stems together.
        background: segments whose features gradient SHAP begins from, in the place of their mean, where
            vectors are read; where empty, and for all else, it begins where integrated gradients do.

    Raises:
        MissingExtraError: without captum.
        UsageError: for a class or method that there is not.
        RefusedError: where the segment has nothing that the model reads.
    """
    if find_spec("captum") is None:
        raise MissingExtraError("captum", "explain")
    for what, name, known in (
        ("method", method, tuple(GRADIENT_METHODS)),
        ("class", class_name, asked.classes),
    ):
        if name not in known:
            raise UsageError(f"found no {what} {name!r}, expected one of {', '.join(known)}")
    effort = _Effort(seed, steps, internal_batch)
    found = []
    with one_thread():
        for entry in entries_of(question_of(asked, given), per_stem=per_stem):
            if entry.placing.units:
                starts = _starts(entry, asked, background)
                found.append(_attributed(entry, class_name, target, method, effort, starts))
    if not found:
        raise RefusedError(f"{given.segment_id}: found nothing that the model reads, expected words or media")
    return found


def attribution_of(
    entry: Entry, class_name: str, target: str, method: str, scores: Array, errors: Array | None, start: float
) -> Attribution:
    """An attribution of an entry's units whose way begins at so many nats."""
    with torch.no_grad():
        value = float(entry.answer(class_name)(entry.values))
    return Attribution(
        entry.question.given.segment_id,
        target,
        class_name,
        method,
        entry.placing.kind,
        entry.placing.units,
        scores,
        errors,
        value,
        start,
        value - start - float(scores.sum()),
    )


def _attributed(
    entry: Entry, class_name: str, target: str, method: str, effort: _Effort, starts: Tensor
) -> Attribution:
    found = GRADIENT_METHODS[method](entry, entry.answer(class_name), effort, starts)
    return attribution_of(entry, class_name, target, method, found.scores, found.errors, found.baseline)


def _integrated(entry: Entry, answer: Callable[[Tensor], Tensor], effort: _Effort, starts: Tensor) -> _Found:
    from captum.attr import IntegratedGradients

    scores = IntegratedGradients(answer).attribute(
        entry.values,
        baselines=entry.baseline,
        n_steps=effort.steps,
        internal_batch_size=effort.internal_batch,
    )
    with torch.no_grad():
        start = float(answer(entry.baseline))
    return _Found(entry.of_units(scores[0]), None, start)


def _gradient_shap(
    entry: Entry, answer: Callable[[Tensor], Tensor], effort: _Effort, starts: Tensor
) -> _Found:
    """In rounds of samples: their mean, and the standard error of it from their spread."""
    from captum.attr import GradientShap

    size = max(1, min(effort.internal_batch, effort.steps // _ROUNDS))
    rounds = max(2, -(-effort.steps // size))
    shap, scores = GradientShap(answer), []
    with _drawn(effort.seed):
        for _ in range(rounds):
            own = shap.attribute(entry.values, baselines=starts, n_samples=size, stdevs=0.0)
            scores.append(entry.of_units(own[0]))
    with torch.no_grad():
        start = float(torch.cat([answer(one[None]) for one in starts]).mean())
    all_ = np.array(scores)
    return _Found(all_.mean(axis=0), all_.std(axis=0, ddof=1) / np.sqrt(rounds), start)


GRADIENT_METHODS: dict[str, Callable[[Entry, Any, _Effort, Tensor], _Found]] = {
    "integrated_gradients": _integrated,
    "gradient_shap": _gradient_shap,
}


def _starts(entry: Entry, asked: Asked, background: Sequence[Given]) -> Tensor:
    """[b, ...] where gradient SHAP begins: vectors of other segments, each in the place of all stems'."""
    name = entry.modality
    if not (background and entry.tabular):
        return entry.baseline
    readings = [question_of(asked, one).readings[name] for one in background]
    vectors = [own.values if own.owner is not None else own.values[own.present] for own in readings]
    found = torch.cat(vectors)
    return found[:, None].expand(-1, *entry.values.shape[1:]).contiguous() if len(found) else entry.baseline


@contextmanager
def _drawn(seed: int) -> Iterator[None]:
    """Captum draws from the global generators of numpy and torch, which are left as they were."""
    before = np.random.get_state()
    with drawing_from(seed):
        np.random.seed(seed)
        try:
            yield
        finally:
            np.random.set_state(before)
