"""How often chance alone does as well: labels change places at the level where they were assigned."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rebracket.evaluation.statistics.exchange import Exchange, exchange_of

if TYPE_CHECKING:
    from rebracket.evaluation.protocols import Labels

__all__ = [
    "TELLING_P",
    "PermutationResult",
    "decide",
    "holm",
    "labelings",
    "permutation_test",
    "smallest_p",
    "untested",
]

TELLING_P = 0.05
_ENOUGH = 10  # labelings that did as well, after which the answer no longer changes
_EQUAL = 1e-9  # scores so close are ties: the order of a sum must not decide


@dataclass(frozen=True)
class PermutationResult:
    """What a permutation test found.

    Args:
        p: share of labelings that score at least as high as the real one; one-sided. None where it was not
            asked for, because no answer could have told anything.
        unit: what labels were exchanged among: album, song or segment (within its song).
        n_units: how many of them there are.
        distinct: labelings that a score can tell apart, the real one among them.
        smallest_p: the least p that could have come out.
        n_done: labelings that were scored, the real one not counted.
        observed: the score of the real labels; None where not testable.
        exact: all distinct labelings were scored.
    """

    p: float | None
    unit: str
    n_units: int
    distinct: int
    smallest_p: float
    n_done: int
    observed: float | None
    exact: bool

    @property
    def testable(self) -> bool:
        """Whether the test could have told anything: whether its smallest p is at most 0.05."""
        return self.smallest_p <= TELLING_P

    def as_dict(self) -> dict[str, Any]:
        """The entry of a document: p, unit, distinct, smallest_p, or why it is undefined."""
        entry = {k: v for k, v in asdict(self).items() if k in ("p", "unit", "distinct", "smallest_p")}
        if self.testable:
            return entry
        ways = "one way" if self.distinct == 1 else f"{self.distinct} ways"
        return {
            "undefined": f"not testable: labels can be handed to {self.n_units} {self.unit}s in {ways} only, "
            f"so p cannot be below {self.smallest_p:.2g}"
        }


def permutation_test(
    score: Callable[[Labels], float],
    labels: Labels,
    level: str,
    segments: np.ndarray,
    n: int = 999,
    seed: int = 0,
    *,
    enough: int = _ENOUGH,
    progress: Callable[[int, int], None] | None = None,
) -> PermutationResult:
    """How often labels handed out anew score at least as high as the real ones.

    Labels change places among the units they were assigned to. Where they can be handed out in no more than
    n + 1 ways, all are scored and p is exact. Otherwise n are drawn and p = (b + 1) / (n + 1), and the test
    ends once `enough` of l drawn did as well, with p = enough / l (Besag and Clifford, 1991): a test that
    fails soon costs little, and p stays valid. Where p cannot be 0.05 or less, nothing is scored.

    Args:
        score: the whole procedure, folds included; high is good. It must not care what classes are called.
        labels: the real labels.
        level: where they were assigned, as `label_level` says.
        segments: [N] units within songs, as there.
        n: most labelings to score.
        seed: of the draws.
        enough: labelings that do as well before it ends; fewer are quicker and leave a coarser p.
        progress: called with the labelings scored and those to score at most.

    Raises:
        RefusedError: where labels vary within a unit of this level.
    """
    exchange = exchange_of(labels, level, segments)
    if smallest_p(exchange, n) > TELLING_P:
        return untested(exchange, n)
    observed, total = score(labels), min(n, exchange.distinct - 1)
    others = (exchange.relabeled(labels, codes) for codes in _others(exchange, n, seed))
    return decide(exchange, n, observed, _told(map(score, others), total, progress), enough)


def smallest_p(exchange: Exchange, n: int) -> float:
    """The least p that n labelings, or all there are, can give."""
    return 1 / min(exchange.distinct, n + 1)


def labelings(exchange: Exchange, n: int, seed: int) -> np.ndarray:
    """The labelings to score [n or fewer, U]: every other where that is at most n, else n drawn."""
    if exchange.distinct <= n + 1:
        return np.array(list(_others(exchange, n, seed))).reshape(-1, len(exchange.codes))
    return exchange.draw(n, np.random.default_rng(seed))


def _others(exchange: Exchange, n: int, seed: int) -> Iterable[np.ndarray]:
    if exchange.distinct > n + 1:
        rng = np.random.default_rng(seed)
        return (exchange.draw(1, rng)[0] for _ in range(n))
    return exchange.others()


def _told(
    scores: Iterable[float], total: int, progress: Callable[[int, int], None] | None
) -> Iterable[float]:
    for done, score in enumerate(scores, start=1):
        if progress:
            progress(done, total)
        yield score


def decide(
    exchange: Exchange, n: int, observed: float, scores: Iterable[float], enough: int | None = _ENOUGH
) -> PermutationResult:
    """p from scores as they come; once `enough` of those drawn did as well, it looks at no more."""
    exact = exchange.distinct <= n + 1
    as_good = done = 0
    stopped = False
    for score in scores:
        done += 1
        as_good += score >= observed - _EQUAL
        stopped = not exact and as_good == enough
        if stopped:
            break
    p = as_good / done if stopped else (as_good + 1) / (done + 1)
    return _result(exchange, n, p, done, observed)


def untested(exchange: Exchange, n: int) -> PermutationResult:
    """The result where no answer could tell anything."""
    return _result(exchange, n, None, 0, None)


def _result(
    exchange: Exchange, n: int, p: float | None, done: int, observed: float | None
) -> PermutationResult:
    return PermutationResult(
        p=p,
        unit=exchange.level,
        n_units=len(exchange.codes),
        distinct=exchange.distinct,
        smallest_p=smallest_p(exchange, n),
        n_done=done,
        observed=observed,
        exact=p is not None and exchange.distinct <= n + 1,
    )


def holm(p_values: Sequence[float]) -> list[float]:
    """p values corrected for there being several, in the same order (Holm, 1979).

    Those at most 0.05 may be called so with a chance of at most 0.05 that any of them is wrong, however the
    tests depend on each other.
    """
    corrected, largest = [0.0] * len(p_values), 0.0
    for place, at in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        largest = max(largest, min(1.0, (len(p_values) - place) * p_values[at]))
        corrected[at] = largest
    return corrected
