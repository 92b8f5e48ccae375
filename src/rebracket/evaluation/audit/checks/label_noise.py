"""Labels that contradict each other, or that a model which is mostly right is sure are wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from rebracket.evaluation.audit.case import Case
from rebracket.evaluation.audit.finding import Finding, percent

__all__ = ["check"]

_CODE = "label-noise"
_SURE, _UNLIKELY = 0.9, 0.05
_MOST_LISTED = 10
_PARTS = {"loop", "one_shot"}  # what many a song may use is no song


def check(case: Case) -> Iterator[Finding]:
    """Equal content with unequal labels; songs of which held-out predictions are sure otherwise."""
    yield from _contradictions(case)
    yield from _doubted(case)


def _contradictions(case: Case) -> Iterator[Finding]:
    """One text over many segments is no contradiction of labels that are given segment by segment."""
    kinds = set(case.material.contents) - _PARTS - ({"text"} if case.level == "segment" else set())
    rows = case.labeled
    for kind in sorted(kinds):
        labels_of: dict[object, set[int]] = defaultdict(set)
        contents = case.material.contents[kind]
        for row in rows:
            if contents[row] is not None:
                labels_of[contents[row]].add(int(case.labels.numbers[row]))
        torn = {content for content, found in labels_of.items() if len(found) > 1}
        if torn:
            touched = [row for row in rows if contents[row] in torn]
            yield _contradiction(case, kind, len(torn), np.array(touched))


def _contradiction(case: Case, kind: str, n_contents: int, rows: np.ndarray) -> Finding:
    songs = sorted({str(song) for song in case.labels.songs[rows]})
    share = len(rows) / len(case.labeled)
    return Finding(
        _CODE,
        "warning",
        f"The same {kind} carries different labels: {n_contents} of them, in {percent(share)} of the rows.",
        {
            "content": kind,
            "n_contents": n_contents,
            "share_of_rows": share,
            "songs": songs[:_MOST_LISTED],
            "n_songs": len(songs),
        },
        "Listen to these songs and agree on one label; no model can be right on both.",
    )


def _doubted(case: Case) -> Iterator[Finding]:
    claimed, majority = case.scores.honest.get("songs"), case.scores.majority
    if claimed is None or majority is None or claimed.accuracy.low <= majority.accuracy.value:
        return
    numbers, songs = case.labels.numbers, case.labels.songs
    rows = claimed.found.tested(0)
    means = claimed.found.probabilities[:, rows].mean(axis=0)
    own, top = means[np.arange(len(rows)), numbers[rows]], means.max(axis=1)
    doubtful = [
        str(song)
        for song in np.unique(songs[rows])
        if own[songs[rows] == song].max() < _UNLIKELY and top[songs[rows] == song].min() > _SURE
    ]
    if doubtful:
        yield Finding(
            _CODE,
            "note",
            f"{claimed.name}, which is right on {percent(claimed.accuracy.value)} of held-out songs, is sure "
            f"that {len(doubtful)} have another label.",
            {
                "content": None,
                "n_contents": None,
                "share_of_rows": None,
                "songs": doubtful[:_MOST_LISTED],
                "n_songs": len(doubtful),
            },
            "Look at these songs again; the label or the model is wrong.",
        )
