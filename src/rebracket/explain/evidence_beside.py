"""What stands beside the scores of a target: differences, the null, what its songs could show, seals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rebracket.core import Interval
from rebracket.explain.evidence import Difference, Evaluation, ProtocolEvidence, TargetEvidence
from rebracket.page import Prose

__all__ = ["BASELINE_NAMES", "FACTS", "beside_sections", "by_cheapness", "seal_sections", "tested"]

BASELINE_NAMES: Mapping[str, str] = {
    "majority": "always the commonest class",
    "names": "names and ids",
    "bookkeeping": "counts, lengths of lists, dates",
    "production": "level, loudness and format of the files",
    "rule": "the rule that could have made the labels",
    "nearest text": "the most similar text of the training songs",
    "nearest audio": "the most similar sound of the training songs",
    "nearest notes": "the most similar notes of the training songs",
    "tfidf": "words counted (TF-IDF), linear",
    "spectral": "spectral statistics, linear",
    "histogram": "MIDI histograms, linear",
    "facts": "tempo, meter and key",
}
FACTS = "facts"  # the kind of baseline that is music, and no cheat
_OWN_NAMES: Mapping[str, str] = {
    "log_loss": "log loss (less is better)",
    "brier": "Brier score (less is better)",
    "matthews": "Matthews correlation (-1 to 1)",
}
_LEFT_OUT = {"albums": "album", "modes": "color", "sealed": "album"}


def by_cheapness(evidence: TargetEvidence) -> list[str]:
    """The baselines that need no music first, the cheapest before the others; facts come last."""
    known = {kind.name: place for place, kind in enumerate(evidence.baseline_kinds)}
    order = known or {name: place for place, name in enumerate(BASELINE_NAMES)}
    facts = {kind.name for kind in evidence.baseline_kinds if kind.kind == FACTS}
    return sorted(evidence.baselines, key=lambda name: (name in facts, order.get(name, len(order)), name))


def beside_sections(target: str, evidence: TargetEvidence, shown: frozenset[str]) -> list[Prose]:
    """Sections of text under the tables; ``shown`` are the metrics that have one."""
    label = target.replace("_", " ")
    parts = (
        (f"This model beside each baseline, on the same songs: {label}", _differences(evidence)),
        (f"Every other score, songs held out: {label}", _others(evidence, shown)),
        (f"What can be told apart: {label}", evidence.contrasts.said if evidence.contrasts else ()),
        (f"Most often taken for another: {label}", _confused(evidence)),
        (f"What these songs could show: {label}", _power(evidence)),
    )
    found = ((heading, tuple(lines)) for heading, lines in parts)
    return [Prose(heading, lines) for heading, lines in found if lines]


def _differences(evidence: TargetEvidence) -> Iterator[str]:
    for name in by_cheapness(evidence):
        difference = evidence.paired.get(name, {}).get("songs")
        if difference is not None:
            told = _signed(difference)
            verdict = "better" if difference.low > 0 else "worse" if difference.high < 0 else "not told apart"
            yield f"{BASELINE_NAMES.get(name, name)}: {told} in accuracy, {verdict}."


def _others(evidence: TargetEvidence, shown: frozenset[str]) -> Iterator[str]:
    songs = evidence.protocols.get("songs")
    if songs is None or songs.undefined:
        return
    for name, score in songs.metrics.items():
        if name not in shown:
            yield f"{name.replace('_', ' ')}: {_plain(score.interval(songs.unit))}."
    for name, own in songs.on_own_scales.items():
        yield f"{_OWN_NAMES.get(name, name)}: {own.value:.2f} [{own.low:.2f}, {own.high:.2f}]."
    for name, value in songs.row_weighted.items():
        yield f"{name.replace('_', ' ')} with rows, not songs, weighing the same: {value:.2f}."


def _confused(evidence: TargetEvidence) -> Iterator[str]:
    for pair in evidence.confused:
        songs = "1 song" if pair.songs == 1 else f"{pair.songs:,} songs"
        yield f"{pair.truth}, taken for {pair.choice}: {pair.share:.0%} of its songs' time, in {songs}."


def _power(evidence: TargetEvidence) -> Iterator[str]:
    power = evidence.power
    if power is None:
        return
    yield (
        f"A difference of {power.smallest_difference:.2f} or more shows on {power.n_units} songs in "
        f"{power.power:.0%} of cases; a smaller one is as likely missed."
    )
    for needed in power.songs_needed:
        if needed.songs is not None:
            yield f"To show a difference of {needed.difference:.2f}: {needed.songs:,} songs."


def tested(evidence: TargetEvidence) -> Iterator[str]:
    """The null of each protocol that has one, and what a left out album or color takes with it."""
    for name, test in evidence.permutation.items():
        if test.p is not None:
            bound = f", which cannot be below {test.smallest_p:.3g}" if test.smallest_p is not None else ""
            ways = f"; {test.distinct:,} labelings differ" if test.distinct is not None else ""
            yield f"Against labels shuffled by {test.unit} ({name}): p = {test.p:.3g}{bound}{ways}."
    for name, noun in _LEFT_OUT.items():
        yield from _never_learned(evidence.protocols.get(name), noun)


def _never_learned(protocol: ProtocolEvidence | None, noun: str) -> Iterator[str]:
    alone = protocol.never_in_training if protocol is not None else None
    if alone is not None and alone.classes:
        yield (
            f"{alone.classes} classes are on one {noun} only ({alone.units} such): where it is left out, "
            "nothing can learn them, and its songs of them are never right."
        )


def seal_sections(evaluation: Evaluation) -> list[Prose]:
    """Every time a sealed album was opened, by whatever run."""
    lines = tuple(
        f"{one.date}: album {one.album}, for the run “{one.run}”: {one.reason}"
        for one in evaluation.seal_openings
    )
    return [Prose("Sealed albums that were opened", lines)] if lines else []


def _signed(difference: Difference) -> str:
    return f"{difference.value:+.2f} [{difference.low:+.2f}, {difference.high:+.2f}]"


def _plain(interval: Interval) -> str:
    return f"{interval.value:.2f} [{interval.low:.2f}, {interval.high:.2f}]"
