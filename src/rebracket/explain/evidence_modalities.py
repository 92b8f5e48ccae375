"""What each modality adds and how much effort pays, parsed, and as sections of a report."""

from __future__ import annotations

from pydantic import Field

from rebracket.core import Interval
from rebracket.explain.parsed import Difference, Parsed, Score
from rebracket.page import Prose, Protocol, ScoreRow, ScoreTable

__all__ = ["EffortEvidence", "ModalityEvidence", "effort_sections", "modality_sections"]

_PROTOCOLS = {"rows": "rows (leaky)", "songs": "songs", "modes": "modes"}
_EFFORTS = {"probe": "linear probe", "head": "small head", "tune": "fine-tuning"}
_CAPTION = (
    "Each line is the recipe trained from these modalities alone, on the same folds. A Shapley share is the "
    "mean of what a modality adds, over all orders of coming in."
)


class Behind(Parsed):
    """What stands behind the numbers of a protocol."""

    leaky: bool = False
    unit: str = "song"
    n_songs: int
    n_rows: int
    folds: int
    repeats: int


class Bound(Parsed):
    """The score of the ideal observer."""

    value: float


class SubsetEvidence(Parsed):
    """A model of some modalities."""

    modalities: tuple[str, ...]
    scores: dict[str, dict[str, Score] | None]
    ceiling: dict[str, dict[str, Bound] | None] | None = None


class WeightOfClass(Parsed):
    """What a modality weighs in the rows of a class."""

    name: str
    mean: float | None = None


class WeightEvidence(Parsed):
    """What a modality weighs in predictions."""

    modality: str
    mean: float
    by_class: tuple[WeightOfClass, ...] = ()


class CurvePoint(Parsed):
    """The score where a share of the songs lost a modality."""

    share: float
    accuracy: Score


class CurveEvidence(Parsed):
    """How the score falls as a modality goes missing."""

    modality: str
    points: tuple[CurvePoint, ...]


class ModalityEvidence(Parsed):
    """What each modality adds."""

    protocols: dict[str, Behind | None]
    subsets: tuple[SubsetEvidence, ...] = Field(min_length=1)
    missing: tuple[CurveEvidence, ...] = ()
    weights: tuple[WeightEvidence, ...] | None = None
    said: tuple[str, ...] = ()


class Level(Parsed):
    """What an effort scores."""

    name: str
    metrics: dict[str, Score]
    minus_smaller: Difference | None = None


class EffortEvidence(Parsed):
    """How much effort pays."""

    n_songs: int
    folds: int
    repeats: int
    levels: tuple[Level, ...]
    said: tuple[str, ...] = ()


def modality_sections(target: str, evidence: ModalityEvidence | None) -> list[ScoreTable | Prose]:
    """A table of every subset, what is said of it, curves and weights; nothing where one modality is read."""
    if evidence is None:
        return []
    label = target.replace("_", " ")
    sections: list[ScoreTable | Prose] = [_subsets(label, evidence)]
    if evidence.said:
        sections.append(Prose(f"What each modality adds, in words: {label}", evidence.said))
    lines = (*_curves(evidence), *_weights(evidence))
    return [*sections, *([Prose(f"Where a modality is missing: {label}", lines)] if lines else [])]


def effort_sections(target: str, evidence: EffortEvidence | None) -> list[ScoreTable | Prose]:
    """A table of the efforts and what is said of them; nothing where there is one."""
    if evidence is None:
        return []
    label = target.replace("_", " ")
    counted = f"{evidence.n_songs:,} songs; held out by song, {_dealt(evidence.folds, evidence.repeats)}"
    rows = tuple(
        ScoreRow(_EFFORTS.get(level.name, level.name), (_accuracy(level.metrics, "song"),))
        for level in evidence.levels
    )
    table = ScoreTable(f"Accuracy by effort: {label}", (Protocol("songs", counted),), rows)
    return [table, *([Prose(f"How much effort pays: {label}", evidence.said)] if evidence.said else [])]


def _subsets(label: str, evidence: ModalityEvidence) -> ScoreTable:
    defined = {name: own for name in _PROTOCOLS if (own := evidence.protocols.get(name)) is not None}
    every = max(len(subset.modalities) for subset in evidence.subsets)
    rows = tuple(
        ScoreRow(
            " + ".join(subset.modalities) + _bound(subset),
            tuple(_accuracy(subset.scores.get(name), own.unit) for name, own in defined.items()),
            ours=len(subset.modalities) == every,
        )
        for subset in evidence.subsets
    )
    protocols = tuple(Protocol(_PROTOCOLS[name], _told(own), own.leaky) for name, own in defined.items())
    return ScoreTable(f"Accuracy by what is read: {label}", protocols, rows, _CAPTION)


def _told(own: Behind) -> str:
    counts = f"{own.n_songs:,} songs, {own.n_rows:,} rows"
    return f"{counts}; held out by {own.unit}, {_dealt(own.folds, own.repeats)}"


def _dealt(folds: int, repeats: int) -> str:
    return f"{folds} folds" + (f", {repeats} times over" if repeats > 1 else "")


def _bound(subset: SubsetEvidence) -> str:
    """The ceiling, of whole songs where that is known."""
    levels = [level for level in (subset.ceiling or {}).values() if level and "accuracy" in level]
    return f" (ceiling {levels[0]['accuracy'].value:.2f})" if levels else ""


def _accuracy(scores: dict[str, Score] | None, unit: str) -> Interval | None:
    found = (scores or {}).get("accuracy")
    return None if found is None else found.interval(unit)


def _curves(evidence: ModalityEvidence) -> tuple[str, ...]:
    """A line a modality: the score at each share of the songs that lost it."""
    return tuple(
        f"{curve.modality} gone from "
        + ", ".join(
            f"{point.share:.0%}: {point.accuracy.value:.2f} "
            f"[{point.accuracy.low:.2f}, {point.accuracy.high:.2f}]"
            for point in curve.points
        )
        + " (share of the test songs that have it: accuracy)."
        for curve in evidence.missing
    )


def _weights(evidence: ModalityEvidence) -> tuple[str, ...]:
    """A line a modality: what it weighs, and in which class most and least."""
    return tuple(
        f"{weight.modality} weighs {weight.mean:.0%} in a prediction"
        + "".join(f"; {one.name} {one.mean:.0%}" for one in weight.by_class if one.mean is not None)
        + "."
        for weight in evidence.weights or ()
    )
