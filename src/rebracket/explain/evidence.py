"""The evaluation of a run, parsed: what stands in ``evaluation.json`` and ``run.json``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError, model_validator

from rebracket.core.errors import InputError
from rebracket.explain.evidence_modalities import EffortEvidence, ModalityEvidence
from rebracket.explain.parsed import Difference, Parsed, Score

__all__ = [
    "ClassFigures",
    "ConfusionCounts",
    "Difference",
    "Evaluation",
    "Frequency",
    "ProtocolEvidence",
    "RunRecord",
    "Score",
    "TargetEvidence",
    "read_evaluation",
    "read_run_record",
    "with_openings",
]

_MAX_BYTES = 64_000_000
_ON_OWN_SCALES = ("log_loss", "brier", "matthews")
_Document = TypeVar("_Document", bound=BaseModel)


class ClassFigures(Parsed):
    """What one class scored, and on how much."""

    name: str
    precision: float | None = None
    recall: float | None = None
    f1: float | None = None
    support_rows: int | None = None
    support_songs: int | None = None


class ConfusionCounts(Parsed):
    """Counts [true class, predicted class]."""

    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


class NeverInTraining(Parsed):
    """Classes of one album or color only: where it is left out, nothing can learn them."""

    classes: int
    units: int


class ProtocolEvidence(Parsed):
    """One way of holding data out; ``undefined`` says why it could not be run."""

    undefined: str | None = None
    leaky: bool = False
    unit: str = "song"
    n_units: int | None = None
    n_rows: int | None = None
    n_songs: int | None = None
    n_albums: int | None = None
    folds: int | None = None
    repeats: int | None = None
    metrics: dict[str, Score] = Field(default_factory=dict)
    on_own_scales: dict[str, Difference] = Field(default_factory=dict)
    row_weighted: dict[str, float] = Field(default_factory=dict)
    never_in_training: NeverInTraining | None = None
    per_class: tuple[ClassFigures, ...] = ()
    confusion: ConfusionCounts | None = None

    @model_validator(mode="before")
    @classmethod
    def _apart(cls, content: Any) -> Any:
        """Losses and correlations do not lie in [0, 1], where all other scores are held to."""
        metrics = content.get("metrics") if isinstance(content, dict) else None
        if not isinstance(metrics, dict):
            return content
        own = {name: score for name, score in metrics.items() if name in _ON_OWN_SCALES}
        rest = {name: score for name, score in metrics.items() if name not in own}
        return {**content, "metrics": rest, "on_own_scales": own}


class Frequency(Parsed):
    """How often a class occurs."""

    name: str
    rows: int | None = None
    segments: int | None = None
    songs: int | None = None
    albums: int | None = None


class SetAside(Parsed):
    """A class with too few songs to be held out."""

    name: str
    songs: int


class Permutation(Parsed):
    """A test against shuffled labels."""

    undefined: str | None = None
    p: float | None = None
    unit: str = "song"
    distinct: int | None = None
    smallest_p: float | None = None
    n_permutations: int | None = None


class BaselineKind(Parsed):
    """What a baseline reads, and how cheap it is; no cost where it is no cheat."""

    name: str
    kind: str
    cost: int | None = None


class SongsNeeded(Parsed):
    """What it would take to show a difference."""

    difference: float
    songs: int | None = None


class Power(Parsed):
    """What these songs could show."""

    n_units: int
    power: float
    smallest_difference: float
    songs_needed: tuple[SongsNeeded, ...] = ()


class Contrasts(Parsed):
    """What can be told apart: a sentence for every two classes and every axis."""

    said: tuple[str, ...] = ()


class ConfusedPair(Parsed):
    """A class that was taken for another."""

    truth: str
    choice: str
    share: float
    songs: int


class SealOpening(Parsed):
    """A sealed album was opened."""

    date: str
    run: str
    album: str
    reason: str


class TargetEvidence(Parsed):
    """All evidence about one target; ``skipped`` says why there is none."""

    skipped: str | None = None
    provenance: str | None = None
    protocols: dict[str, ProtocolEvidence] = Field(default_factory=dict)
    baselines: dict[str, dict[str, dict[str, Score | str]]] = Field(default_factory=dict)
    baseline_kinds: tuple[BaselineKind, ...] = ()
    paired: dict[str, dict[str, Difference]] = Field(default_factory=dict)
    permutation: dict[str, Permutation] = Field(default_factory=dict)
    power: Power | None = None
    contrasts: Contrasts | None = None
    confused: tuple[ConfusedPair, ...] = ()
    modalities: ModalityEvidence | None = None
    effort: EffortEvidence | None = None
    distribution: tuple[Frequency, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    verdict: tuple[str, ...] = ()


class Evaluation(Parsed):
    """The document ``rebracket.evaluate/1``."""

    schema_: Literal["rebracket.evaluate/1"] = Field(alias="schema")
    run: str
    targets: dict[str, TargetEvidence]
    seal_openings: tuple[SealOpening, ...] = ()


class RunRecord(Parsed):
    """What ``run.json`` says of how the run was made."""

    recipe: dict[str, Any] = Field(default_factory=dict)


def read_evaluation(run: Path) -> Evaluation | None:
    """The evaluation of a run; None where it has not been evaluated.

    Raises:
        InputError: where the file cannot be read or is no evaluation of this version.
    """
    return _read(run / "evaluation.json", Evaluation, "rebracket evaluate")


def with_openings(evaluation: Evaluation | None, opened: Sequence[Mapping[str, str]]) -> Evaluation | None:
    """The evaluation with every opening of a seal so far, not only those before it was made."""
    if evaluation is None:
        return None
    known = tuple(SealOpening.model_validate(one) for one in opened)
    return evaluation.model_copy(update={"seal_openings": known})


def read_run_record(run: Path) -> RunRecord:
    """How the run was made.

    Raises:
        InputError: where the folder holds no readable ``run.json``.
    """
    record = _read(run / "run.json", RunRecord, "rebracket train")
    if record is None:
        raise InputError(f"{run.name}: found no run.json, expected a run; make one with 'rebracket train'")
    return record


def _read(path: Path, kind: type[_Document], verb: str) -> _Document | None:
    place = f"{path.parent.name}/{path.name}"
    if not path.is_file():
        return None
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise InputError(f"{place}: found more than {_MAX_BYTES} bytes, expected what '{verb}' writes")
        return kind.model_validate_json(path.read_bytes())
    except OSError as error:
        raise InputError(f"{place}: found {error.strerror}, expected a readable file") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "the document"
        raise InputError(
            f"{place}: found {field}: {first['msg']}, expected what '{verb}' writes; run it again"
        ) from error
