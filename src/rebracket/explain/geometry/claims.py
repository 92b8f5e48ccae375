"""A claim about which color lies where, and how often colors that traded places bear it out as well.

A color trades places with all its albums: albums that trade one by one are no colors any more, and whatever
is asked of them, it is answered that colors are apart. Where that itself is the question, albums do trade.

Which labelings a claim can tell apart is counted exactly: a line read backwards is the same line, and colors
that share their modes may trade names. So six colors in three pairs have 15 labelings, and no p below 1/15.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from typing import Any

import numpy as np
import numpy.typing as npt

from rebracket.evaluation.statistics import PermutationResult, holm
from rebracket.evaluation.statistics.exchange import Exchange
from rebracket.evaluation.statistics.permutation import TELLING_P, decide, labelings, smallest_p, untested
from rebracket.explain.geometry.songs import Array, Songs, squared_distances

__all__ = ["Claim", "Tested", "symmetries", "weigh_apart", "weigh_claims", "with_holm"]

_ALL = 40_320  # orders that may be tried one and all, where few are distinct: those of eight colors
_BATCH = 2000  # labelings at a time
_DECIMALS = 9  # designs are simple fractions


@dataclass(frozen=True, eq=False)
class Claim:
    """A statement on some colors, scored from the products of their means.

    Args:
        name: of the test.
        question: in plain words.
        colors: ids of the c colors that it speaks of; only they trade places.
        score: [B, c, c] products -> [B]; high is what is claimed.
        forms: each [k, c, c], all that the score knows of the colors. The first is the claim as it stands; a
            score that cannot tell another from it lists that too.
        undefined: why it cannot be put to these colors at all.
    """

    name: str
    question: str
    colors: tuple[str, ...] = ()
    score: Callable[[Array], Array] | None = None
    forms: tuple[Array, ...] = ()
    undefined: str | None = None


@dataclass(frozen=True)
class Tested:
    """What became of a claim.

    Args:
        question: in plain words.
        value: its score; None where it is undefined.
        usual: the median score of the labelings tried; None where none were.
        result: the permutation test; None where it is undefined.
        p_holm: p corrected for all tests beside it that could tell anything (Holm, 1979).
        undefined: why nothing was tested.
    """

    question: str
    value: float | None
    usual: float | None
    result: PermutationResult | None
    p_holm: float | None = None
    undefined: str | None = None

    @property
    def p(self) -> float | None:
        """None where nothing could be told."""
        return None if self.result is None else self.result.p

    def as_dict(self) -> dict[str, Any]:
        """Plain data: what was asked, p, how many labelings are distinct, or why nothing could be told."""
        tested = {"undefined": self.undefined} if self.result is None else self.result.as_dict()
        counted = {} if self.result is None else {"distinct": self.result.distinct, "unit": self.result.unit}
        return {
            "question": self.question,
            "value": self.value,
            "usual": self.usual,
            **counted,
            **tested,
            "p_holm": self.p_holm,
        }


def weigh_apart(songs: Songs, n: int, seed: int) -> Tested:
    """Whether colors are apart at all: their mean squared distance, against albums, or songs, relabeled."""
    question, exchange = "Are colors apart at all?", songs.exchange
    value = float(_mean_distance(songs.gram[None])[0])
    if smallest_p(exchange, n) > TELLING_P:
        return Tested(question, value, None, untested(exchange, n))
    codes = labelings(exchange, n, seed)
    others = np.concatenate(
        [_mean_distance(songs.grams(codes[at : at + _BATCH])) for at in range(0, len(codes), _BATCH)]
    )
    others = np.nan_to_num(others, nan=np.inf)  # a color without two songs: against us
    return Tested(
        question, value, float(np.median(others)), decide(exchange, n, value, others.tolist(), None)
    )


def _mean_distance(grams: Array) -> Array:
    rows, columns = np.triu_indices(grams.shape[-1], 1)
    return np.asarray(squared_distances(grams)[:, rows, columns].mean(axis=1))


def weigh_claims(
    colors: Sequence[str], gram: Array, claims: Sequence[Claim], n: int, seed: int
) -> dict[str, Tested]:
    """Tests every claim by the colors it speaks of trading places.

    Args:
        colors: ids of the C colors.
        gram: [C, C] products of their means.
        n: labelings that are drawn, where there are more than can all be tried.
        seed: of the draws.
    """
    found: dict[str, Tested] = {}
    for taking_part in dict.fromkeys(claim.colors for claim in claims):
        together = [claim for claim in claims if claim.colors == taking_part]
        places = [list(colors).index(color) for color in taking_part]
        found.update(_among(gram[np.ix_(places, places)], together, n, seed) if places else _untold(together))
    return {claim.name: found[claim.name] for claim in claims}


def with_holm(tests: Mapping[str, Tested]) -> dict[str, Tested]:
    """The tests, p corrected for those that could tell anything."""
    telling = {name: tested.p for name, tested in tests.items() if tested.p is not None}
    corrected = dict(zip(telling, holm(list(telling.values())), strict=True))
    return {name: replace(tested, p_holm=corrected.get(name)) for name, tested in tests.items()}


def _untold(claims: Sequence[Claim]) -> dict[str, Tested]:
    return {
        claim.name: Tested(claim.question, None, None, None, undefined=claim.undefined) for claim in claims
    }


def _among(gram: Array, claims: Sequence[Claim], n: int, seed: int) -> dict[str, Tested]:
    count = len(gram)
    total = math.factorial(count)
    everyone = Exchange("color", *(np.arange(count),) * 2, np.zeros(count, int), np.eye(count, dtype=bool))
    distinct = {claim.name: total // symmetries(claim.forms) for claim in claims}
    few = total <= _ALL and min(distinct.values()) <= n + 1
    tried = total - 1 if few or total <= n + 1 else n
    telling = [claim for claim in claims if 1 / min(distinct[claim.name], tried + 1) <= TELLING_P]
    scores: dict[str, list[Array]] = {claim.name: [] for claim in claims}
    moved = _moved(count, tried, seed) if telling else np.zeros((0, count), dtype=np.intp)
    for at in range(0, len(moved), _BATCH):
        own = moved[at : at + _BATCH]
        grams = gram[own[:, :, None], own[:, None, :]]
        for claim in telling:
            scores[claim.name].append(_scored(claim, grams))
    found = {}
    for claim in claims:
        value, others = (
            float(_scored(claim, gram[None])[0]),
            np.concatenate([np.zeros(0), *scores[claim.name]]),
        )
        result = (
            decide(everyone, tried, value, others.tolist(), None) if len(others) else untested(everyone, 0)
        )
        least = 1 / min(distinct[claim.name], tried + 1)
        p = None if result.p is None else max(result.p, least)  # of few labelings, drawn ones may miss some
        result = replace(result, p=p, distinct=distinct[claim.name], smallest_p=least)
        found[claim.name] = Tested(
            claim.question, value, float(np.median(others)) if len(others) else None, result
        )
    return found


def _moved(count: int, tried: int, seed: int) -> npt.NDArray[np.intp]:
    """[n, c]: every other order of the colors, or as many as are to be tried."""
    if math.factorial(count) == tried + 1:
        return np.array(list(permutations(range(count)))[1:], dtype=np.intp)
    rng = np.random.default_rng(seed)
    return rng.permuted(np.tile(np.arange(count), (tried, 1)), axis=1)


def _scored(claim: Claim, grams: Array) -> Array:
    if claim.score is None:
        raise ValueError(f"{claim.name}: a claim about colors needs a score")
    return claim.score(grams)


def symmetries(forms: Sequence[Array]) -> int:
    """In how many ways colors can trade places without the claim changing.

    Colors that can be swapped alone are put together first; what is left is searched.
    """
    codes = _coded(forms)
    first = codes[0]
    twins = _twins(first)
    heads = [group[0] for group in twins]
    quotient = first[np.ix_(heads, heads)].astype(object)
    for place, group in enumerate(twins):  # a group is matched only by one of its size, alike within
        inside = int(first[group[0], group[1]]) if len(group) > 1 else -1
        quotient[place, place] = (int(first[group[0], group[0]]), len(group), inside)
    own = math.prod(math.factorial(len(group)) for group in twins)
    own *= sum(1 for _ in _matches(quotient, quotient))
    others = {form.tobytes(): form for form in codes}
    return own * sum(any(True for _ in _matches(first, form)) for form in others.values())


def _coded(forms: Sequence[Array]) -> list[npt.NDArray[np.intp]]:
    """Each form as [c, c] numbers, equal where all that is known of a pair of colors is equal."""
    stacked = np.round(np.stack(forms), _DECIMALS) + 0.0  # no zero below zero
    columns = stacked.transpose(0, 2, 3, 1).reshape(-1, stacked.shape[1])
    numbers = np.unique(columns, axis=0, return_inverse=True)[1].reshape(len(forms), *forms[0].shape[1:])
    return [np.ascontiguousarray(form) for form in numbers]


def _twins(codes: npt.NDArray[np.intp]) -> list[list[int]]:
    """Groups of colors any two of which can be swapped with nothing changed."""
    groups: list[list[int]] = []
    for color in range(len(codes)):
        for group in groups:
            swapped = np.arange(len(codes))
            swapped[[color, group[0]]] = group[0], color
            if np.array_equal(codes[np.ix_(swapped, swapped)], codes):
                group.append(color)
                break
        else:
            groups.append([color])
    return groups


def _matches(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> Iterator[tuple[int, ...]]:
    """Every way of laying one table over another so that all entries agree."""

    def extended(taken: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        place = len(taken)
        if place == len(one):
            yield taken
            return
        for new in set(range(len(one))) - set(taken):
            whole = (*taken, new)
            row = all(one[place, k] == other[new, whole[k]] for k in range(place + 1))
            if row and all(one[k, place] == other[whole[k], new] for k in range(place)):
                yield from extended(whole)

    return extended(())
