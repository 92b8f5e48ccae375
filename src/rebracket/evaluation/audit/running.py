"""Runs what an audit needs on the folds: cheats, the claimed procedure, and a rule of three words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rebracket.evaluation.audit.contents import shared_contents
from rebracket.evaluation.audit.finding import Claim
from rebracket.evaluation.audit.scores import Scored, Scores, with_reach
from rebracket.evaluation.audit.words import MOST_WORDS, word_table
from rebracket.evaluation.baselines import BASELINES, Baseline
from rebracket.evaluation.material import Material
from rebracket.evaluation.protocols import Procedure, cross_predict
from rebracket.segments import Split

__all__ = ["run_scores"]

_READ_AS_TEXT = {"text", "tfidf", "minilm"}
_SHOWN = ("rows", "songs")  # beside the claimed protocol


def run_scores(
    material: Material,
    claim: Claim,
    splits: Mapping[str, Split],
    inputs: Sequence[str] | None = None,
    recorded: Mapping[str, Scored] | None = None,
    on_run: Callable[[], None] | None = None,
) -> Scores:
    """Every score of an audit; where the claimed protocol cannot be run, none under it.

    Args:
        inputs: what the claimed model reads; None for all that there is.
        recorded: by protocol, held-out predictions of a run, which are then what is claimed.
        on_run: called whenever a procedure has run over its folds.
    """
    runner = _Runner(material, splits, on_run or (lambda: None))
    words = word_table(material) if material.texts.present.any() else None
    rule = words.procedure(material.labels) if words is not None else None
    of_rule = {p: runner.run(_RULE, rule, p) for p in {"songs", claim.protocol} if rule is not None}
    readers = runner.readers(claim.protocol, inputs)
    honest = dict(recorded or {}) or _honest(readers, claim.protocol)
    cheats = [runner.of(one, claim.protocol) for one in BASELINES if one.cost is not None]
    cheats.append(of_rule.get(claim.protocol))
    cheats += [
        runner.run(_of_content(name), remembered, claim.protocol)
        for name, remembered in shared_contents(material)
    ]
    reached = [with_reach(one, honest.get(claim.protocol), claim.score) for one in cheats if one is not None]
    claimed = honest[claim.protocol].accuracy.value if claim.protocol in honest else None
    facts = [runner.of(one, claim.protocol) for one in BASELINES if one.kind == "facts"]
    return Scores(
        honest=honest,
        readers=readers,
        claimed=claimed if claim.score is None else claim.score,
        cheats=tuple(sorted(reached, key=lambda one: one.cost or 0)),
        facts=tuple(one for one in facts if one is not None),
        words=words,
        word_rule=of_rule.get("songs"),
    )


def _word_rule_cost() -> int:
    """A rule that has to be found is dearer than one that is known, and cheaper than a memory of songs."""
    return max(one.cost for one in BASELINES if one.kind == "rule" and one.cost is not None)


def _of_content(name: str) -> Baseline:
    """What is the same is cheaper to find again than what is nearest."""
    return Baseline(name, "nearest", _word_rule_cost(), lambda material: None)


_RULE = Baseline(f"rule of {MOST_WORDS} words", "rule", _word_rule_cost(), lambda material: None)


@dataclass(frozen=True, eq=False)
class _Runner:
    material: Material
    splits: Mapping[str, Split]
    on_run: Callable[[], None]

    def of(self, baseline: Baseline, protocol: str) -> Scored | None:
        """A baseline under a protocol; None where the material has nothing for it, or it cannot be run."""
        return self.run(baseline, baseline.make(self.material), protocol)

    def run(self, baseline: Baseline, procedure: Procedure | None, protocol: str) -> Scored | None:
        split = self.splits.get(protocol)
        if procedure is None or split is None or split.undefined is not None:
            return None
        found = cross_predict(procedure, self.material.labels, split)
        self.on_run()
        accuracy = found.metrics()["accuracy"]
        return Scored(baseline.name, baseline.kind, protocol, baseline.cost, found, accuracy)

    def readers(self, protocol: str, inputs: Sequence[str] | None) -> tuple[Scored, ...]:
        """What reads the inputs, under the claimed protocol, by rows and by songs."""
        chosen = [one for one in BASELINES if _reads(one, inputs)]
        run = (self.of(one, p) for p in dict.fromkeys((protocol, *_SHOWN)) for one in chosen)
        return tuple(one for one in run if one is not None)


def _honest(readers: Sequence[Scored], protocol: str) -> dict[str, Scored]:
    """By protocol what is taken for the claim where no run is named: the best of what reads the inputs."""
    here = [one for one in readers if one.protocol == protocol]
    if not here:
        return {}
    best = max(here, key=lambda one: one.accuracy.value)
    return {one.protocol: one for one in readers if one.name == best.name}


def _reads(baseline: Baseline, inputs: Sequence[str] | None) -> bool:
    """Whether a baseline is no cheat, and reads what the claimed model reads."""
    if baseline.cost is not None or baseline.kind == "facts":
        return False
    if inputs is None or baseline.name in inputs:
        return True
    return baseline.kind == "words" and bool(set(inputs) & _READ_AS_TEXT)
