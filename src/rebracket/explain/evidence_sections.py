"""The scientist's part of a report: each run and target with what its numbers are evidence of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from rebracket.core import Interval
from rebracket.explain.evidence import (
    ClassFigures,
    ConfusionCounts,
    Evaluation,
    ProtocolEvidence,
    Score,
    TargetEvidence,
)
from rebracket.explain.evidence_beside import (
    BASELINE_NAMES,
    FACTS,
    beside_sections,
    by_cheapness,
    seal_sections,
    tested,
)
from rebracket.explain.evidence_modalities import effort_sections, modality_sections
from rebracket.page import (
    ClassCount,
    ClassKey,
    ClassScore,
    Confusion,
    Distribution,
    PerClass,
    Prose,
    Protocol,
    RunSection,
    ScoreRow,
    ScoreTable,
    Section,
    SideBySide,
    VerdictSection,
)

__all__ = ["run_sections"]

PROTOCOLS = ("rows", "segments", "songs", "albums", "modes", "sealed")  # from the loosest to the strictest
METRIC_NAMES: Mapping[str, str] = {
    "accuracy": "Accuracy",
    "macro_f1": "Macro F1, every class counting the same",
}


def run_sections(
    name: str, evaluation: Evaluation | None, recipe: Mapping[str, object], keys: tuple[ClassKey, ...]
) -> list[Section]:
    """Everything about one run; names and colors of ``keys`` stand for the ids of the target ``color``.

    Raises:
        InputError: where a score, interval or table contradicts itself.
    """
    lead = "One procedure, fitted anew for each fold, beside the cheapest ways to a score on the same folds."
    settings = tuple((key, _plain(value)) for key, value in recipe.items() if value not in (None, "", [], {}))
    sections: list[Section] = [RunSection(f"What the run “{name}” is evidence of", lead, settings)]
    if evaluation is None:
        return [
            *sections,
            Prose(
                "Not evaluated yet",
                (f"There is no evidence for this run: 'rebracket evaluate {name}' makes it.",),
            ),
        ]
    for target, evidence in evaluation.targets.items():
        sections += _target_sections(target, evidence, keys if target == "color" else ())
    return [*sections, *seal_sections(evaluation)]


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _target_sections(target: str, evidence: TargetEvidence, keys: tuple[ClassKey, ...]) -> list[Section]:
    label = target.replace("_", " ")
    if evidence.skipped is not None:
        said = evidence.verdict or (f"These data cannot answer this: {evidence.skipped}",)
        return [VerdictSection(f"Target: {label}", said)]
    names = {key.id: key.name for key in keys}
    hexes = {key.name: key.hex for key in keys}
    defined = {
        name: evidence.protocols[name]
        for name in _ordered(evidence)
        if not evidence.protocols[name].undefined
    }
    sections: list[Section] = [VerdictSection(f"Target: {label}", evidence.verdict, _notes(evidence, names))]
    sections += _score_tables(target, defined, evidence)
    sections += modality_sections(target, evidence.modalities)
    sections += effort_sections(target, evidence.effort)
    sections += beside_sections(target, evidence, frozenset(METRIC_NAMES))
    sections += _unanswered(evidence)
    sections.append(_distribution(evidence, names, hexes))
    per_class = tuple(
        _per_class(name, protocol, names, hexes) for name, protocol in defined.items() if protocol.per_class
    )
    confusions = tuple(
        _confusion(name, protocol, protocol.confusion, names)
        for name, protocol in defined.items()
        if protocol.confusion is not None
    )
    return [*sections, *(SideBySide(group) for group in (per_class, confusions) if group)]


def _ordered(evidence: TargetEvidence) -> list[str]:
    known = [name for name in PROTOCOLS if name in evidence.protocols]
    return known + sorted(set(evidence.protocols) - set(known))


def _metrics(defined: Mapping[str, ProtocolEvidence]) -> list[str]:
    present = {metric for protocol in defined.values() for metric in protocol.metrics}
    return [metric for metric in METRIC_NAMES if metric in present]


def _title(name: str, protocol: ProtocolEvidence) -> str:
    return f"{name} (leaky)" if protocol.leaky else name


def _behind(protocol: ProtocolEvidence) -> str:
    """How many independent units stand behind a protocol's numbers."""
    counts = ((protocol.n_songs, "song"), (protocol.n_albums, "album"), (protocol.n_rows, "row"))
    found = ", ".join(_counted(number, noun) for number, noun in counts if number is not None)
    held = f"held out by {protocol.unit}"
    if protocol.folds:
        held += f", {_counted(protocol.folds, 'fold')}"
    if protocol.repeats and protocol.repeats > 1:
        held += f", {protocol.repeats} times over"
    return f"{found}; {held}" if found else held


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _score_tables(
    target: str, defined: Mapping[str, ProtocolEvidence], evidence: TargetEvidence
) -> list[ScoreTable]:
    """One table a metric; how to read them stands under the last."""
    metrics = _metrics(defined)
    tables = [_score_table(target, metric, defined, evidence) for metric in metrics]
    return [*tables[:-1], *(replace(table, caption=_levels(defined)) for table in tables[-1:])]


def _score_table(
    target: str, metric: str, defined: Mapping[str, ProtocolEvidence], evidence: TargetEvidence
) -> ScoreTable:
    model = tuple(_interval(protocol.metrics.get(metric), protocol) for protocol in defined.values())
    rows = [ScoreRow("this model", model, ours=True)]
    facts = {kind.name for kind in evidence.baseline_kinds if kind.kind == FACTS}
    for name in by_cheapness(evidence):
        found = evidence.baselines[name]
        scores = tuple(
            _interval(found.get(key, {}).get(metric), protocol) for key, protocol in defined.items()
        )
        apart = " (music, no cheat)" if name in facts else ""
        rows.append(ScoreRow(BASELINE_NAMES.get(name, name) + apart, scores))
    return ScoreTable(
        heading=f"{METRIC_NAMES.get(metric, metric)}: {target.replace('_', ' ')}",
        protocols=tuple(Protocol(_title(name, p), _behind(p), p.leaky) for name, p in defined.items()),
        rows=tuple(rows),
    )


def _interval(score: Score | str | None, protocol: ProtocolEvidence) -> Interval | None:
    return score.interval(protocol.unit) if isinstance(score, Score) else None


def _levels(defined: Mapping[str, ProtocolEvidence]) -> str:
    levels = sorted({score.level for protocol in defined.values() for score in protocol.metrics.values()})
    text = " and ".join(f"{level:.0%}" for level in levels)
    leaky = any(protocol.leaky for protocol in defined.values())
    warning = " A leaky protocol tests on sisters of its training rows: it measures memory." if leaky else ""
    return f"In brackets the {text} interval; the line under each number spans 0 to 1.{warning}"


def _notes(evidence: TargetEvidence, names: Mapping[str, str]) -> tuple[str, ...]:
    notes = []
    if evidence.provenance:
        made_by_rule = evidence.provenance.startswith("rule:")
        rule = f"computed by a rule ({evidence.provenance}), not heard by anybody"
        notes.append(f"Labels: {rule if made_by_rule else f'from the {evidence.provenance}'}.")
    if evidence.set_aside:
        listed = ", ".join(
            f"{names.get(c.name, c.name)} ({_counted(c.songs, 'song')})" for c in evidence.set_aside
        )
        notes.append(f"Set aside, too few songs to hold any out: {listed}.")
    return (*notes, *tested(evidence))


def _unanswered(evidence: TargetEvidence) -> list[Section]:
    """What was not measured, and why; one sentence a reason."""
    reasons: dict[str, list[str]] = {}
    for name in _ordered(evidence):
        why = evidence.protocols[name].undefined
        if why:
            reasons.setdefault(why, []).append(name)
    for name, test in evidence.permutation.items():
        if test.undefined:
            reasons.setdefault(test.undefined, []).append(f"permutation of {name}")
    lines = tuple(f"{', '.join(protocols)}: {why}." for why, protocols in reasons.items())
    return [Prose("Not answered here", lines)] if lines else []


def _distribution(
    evidence: TargetEvidence, names: Mapping[str, str], hexes: Mapping[str, str]
) -> Distribution:
    counts = tuple(
        ClassCount(names.get(item.name, item.name), item.rows, item.segments, item.songs, item.albums)
        for item in evidence.distribution
    )
    return Distribution("How the classes are spread", counts, hexes)


def _per_class(
    name: str, protocol: ProtocolEvidence, names: Mapping[str, str], hexes: Mapping[str, str]
) -> PerClass:
    scores = tuple(_class_score(item, names.get(item.name, item.name)) for item in protocol.per_class)
    return PerClass(f"Each class, {_title(name, protocol)}", scores, protocol.leaky, hexes)


def _class_score(item: ClassFigures, name: str) -> ClassScore:
    """Without a single song of a class its scores are unknown, not zero."""
    known = item.support_songs != 0
    return ClassScore(
        name,
        item.precision if known else None,
        item.recall if known else None,
        item.f1 if known else None,
        item.support_rows,
        item.support_songs,
    )


def _confusion(
    name: str, protocol: ProtocolEvidence, table: ConfusionCounts, names: Mapping[str, str]
) -> Confusion:
    labels = tuple(names.get(label, label) for label in table.labels)
    repeats = protocol.repeats or 1
    summed = f"Rows, summed over {repeats} repeats." if repeats > 1 else "Counts are rows."
    heading = f"What was taken for what, {_title(name, protocol)}"
    return Confusion(heading, labels, table.counts, protocol.leaky, summed)
