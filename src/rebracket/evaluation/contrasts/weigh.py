"""Which classes can be told apart, by which channel, corrected for how often was asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from rebracket.core.errors import RefusedError
from rebracket.evaluation.contrasts.contrast import Contrast, narrowed, narrowed_labels
from rebracket.evaluation.protocols import Labels, OutOfFold, interval_dict
from rebracket.evaluation.statistics import PermutationResult, holm, ridge_permutation

__all__ = ["Test", "contrast_entries", "ridge_test"]

Test = Callable[[Labels], PermutationResult]
"""A permutation test of one channel for the labels of one contrast; rows of -1 take no part."""

_TELLING_P = 0.05
_SCORES = {"balanced_accuracy": "balanced_accuracy", "auc": "macro_auc"}  # key of the entry -> metric


def ridge_test(features: np.ndarray, segments: np.ndarray, level: str, n: int = 999, seed: int = 0) -> Test:
    """The test of a channel from its vectors, learned anew at every labeling.

    Args:
        features: [N, F], NaN in all of a row where the channel has nothing: it takes no part.
        segments: [N] segment of each row.
        level: where the target's labels were assigned, as `label_level` says of *all* its labels. Of two
            classes alone it may say more than is so, since their songs may happen to fill their albums.
        n: most labelings to draw.
        seed: of the draws.

    Returns:
        A test, which raises RefusedError where the channel has rows of fewer than two sides.
    """
    heard = ~np.isnan(features).all(axis=1)

    def test(labels: Labels) -> PermutationResult:
        rows = np.flatnonzero((labels.numbers >= 0) & heard)
        if len(np.unique(labels.numbers[rows])) < 2:
            raise RefusedError("the channel has rows of fewer than two sides")
        own = Labels(labels.classes, labels.numbers[rows], labels.songs[rows], labels.albums[rows])
        return ridge_permutation(features[rows], own, level, segments[rows], n, seed)

    return test


def contrast_entries(
    found: Mapping[str, OutOfFold], contrasts: Sequence[Contrast], tests: Mapping[str, Test] | None = None
) -> dict[str, Any]:
    """Every contrast by every channel, as plain data.

    Scores are of out-of-fold predictions of models of all classes, asked only about the sides of the
    contrast; a p is of the channel's own test, which learns the contrast by itself. p are corrected over
    all contrasts and channels that can be tested at all (Holm). Where a p cannot be as small as 0.05,
    corrected, there is none: *not testable*, and no score makes up for it.

    Args:
        found: predictions of each channel (`model` and others), one class a row, under one protocol.
        contrasts: the questions.
        tests: the test of each channel; a channel without one is scored only.

    Returns:
        `correction`, `tests` (how many p were corrected together) and `contrasts` [{kind, name, sides,
        songs, chance, channels: {channel: {balanced_accuracy, auc, permutation, told_apart}}}]; a score is an
        interval {value, low, high, level}, None where no fold tested two sides; `permutation` is None where
        there is no test, and `told_apart` where no test could say.
    """
    entries = [_entry(contrast, found, tests or {}) for contrast in contrasts]
    asked = [
        channel
        for entry in entries
        for channel in entry["channels"].values()
        if channel["permutation"] and "p" in channel["permutation"]
    ]
    family = _family(asked)
    corrected = holm([channel["permutation"]["p"] for channel in family])
    for channel, p in zip(family, corrected, strict=True):
        channel["permutation"]["p_corrected"] = p
        channel["told_apart"] = p <= _TELLING_P
    return {"correction": "holm", "tests": len(family), "contrasts": entries}


def _family(asked: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The most tests that can be corrected together and all still reach 0.05; the others lose their p.

    Which they are hangs on how many labelings there are, never on how a test came out.
    """
    by_reach = sorted(asked, key=lambda channel: channel["permutation"]["smallest_p"])
    reached = [
        n
        for n, channel in enumerate(by_reach, start=1)
        if n * channel["permutation"]["smallest_p"] <= _TELLING_P
    ]
    kept = max(reached, default=0)
    for channel in by_reach[kept:]:
        least = channel["permutation"]["smallest_p"]
        why = f"not testable: p cannot be below {least:.2g}, too much for one of {len(asked)} tests"
        channel["permutation"] = {"undefined": why}
    return by_reach[:kept]


def _entry(contrast: Contrast, found: Mapping[str, OutOfFold], tests: Mapping[str, Test]) -> dict[str, Any]:
    labels = narrowed_labels(next(iter(found.values())).labels, contrast)
    channels = sorted({*found, *tests})
    return {
        "kind": contrast.kind,
        "name": contrast.name,
        "sides": {name: list(classes) for name, classes in contrast.sides.items()},
        "songs": [
            len(np.unique(labels.songs[labels.numbers == side])) for side in range(len(contrast.sides))
        ],
        "chance": 1 / len(contrast.sides),
        "channels": {
            channel: {
                **_scores(found.get(channel), contrast),
                "permutation": _tested(tests[channel], labels) if channel in tests else None,
                "told_apart": None,
            }
            for channel in channels
        },
    }


def _scores(found: OutOfFold | None, contrast: Contrast) -> dict[str, Any]:
    """Balanced accuracy and AUC with their intervals, None where undefined."""
    scored = narrowed(found, contrast).metrics(tuple(_SCORES.values())) if found else {}
    return {key: interval_dict(scored[name]) if name in scored else None for key, name in _SCORES.items()}


def _tested(test: Test, labels: Labels) -> dict[str, Any]:
    try:
        return test(labels).as_dict()
    except RefusedError as error:
        return {"undefined": str(error)}
