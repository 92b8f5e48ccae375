"""The same text, sound, notes or loop on both sides of a split, with its answer."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rebracket.evaluation.audit.case import Case
from rebracket.evaluation.audit.contents import numbered
from rebracket.evaluation.audit.finding import LEAKY, Finding, percent
from rebracket.evaluation.audit.scores import Scored
from rebracket.evaluation.metrics import song_weights
from rebracket.evaluation.protocols import Labels
from rebracket.segments import Split

__all__ = ["check", "told_share"]

_CODE = "same-content-across-split"
_TELLING, _MOSTLY = 0.05, 0.5
_READERS = {"text": "words", "audio": "sound", "loop": "sound", "one_shot": "sound", "midi": "notes"}
_NAMES = {"text": "text", "audio": "sound", "midi": "notes", "loop": "loop", "one_shot": "struck sound"}


def check(case: Case) -> Iterator[Finding]:
    """One finding for each kind of content that a split of this audit has on both sides."""
    for kind in sorted(case.sees):
        ids = numbered(case.material.contents[kind])
        if (ids >= 0).any():
            runnable = {p: s for p, s in case.splits.items() if s.undefined is None}
            shares = {p: told_share(case.labels, ids, split) for p, split in runnable.items()}
            finding = _finding(case, kind, shares)
            if finding:
                yield finding


def told_share(labels: Labels, ids: np.ndarray, split: Split) -> float:
    """The share of the tested rows whose content stands in the training part, there with their label only.

    Songs weigh equally. What stands there with other labels as well tells nothing.

    Args:
        ids: [N] number of each row's content, -1 for none.
    """
    told, tested = 0.0, 0.0
    n_contents, n_classes = int(ids.max()) + 1, len(labels.classes)
    for of_rows in split.folds:
        usable = (labels.numbers >= 0) & (of_rows >= 0)
        for fold in range(split.k):
            train = np.flatnonzero(usable & (of_rows != fold) & (ids >= 0))
            test = np.flatnonzero(usable & (of_rows == fold))
            seen = np.zeros((n_contents + 1, n_classes), dtype=bool)  # the last line is of no content
            seen[ids[train], labels.numbers[train]] = True
            seen[-1] = False
            only = seen[ids[test], labels.numbers[test]] & (seen[ids[test]].sum(axis=1) == 1)
            weights = song_weights(labels.songs[test])
            told, tested = told + float(weights[only].sum()), tested + float(weights.sum())
    return told / tested if tested else 0.0


def _finding(case: Case, kind: str, shares: dict[str, float]) -> Finding | None:
    claimed = shares.get(case.claim.protocol, 0.0)
    if claimed > 0:
        return _on_both_sides(case, kind, shares, claimed)
    leaky = max((shares.get(protocol, 0.0) for protocol in LEAKY), default=0.0)
    if leaky == 0:
        return None
    found = (
        f"In a random split of rows, {percent(leaky)} of the test rows have their very {_NAMES[kind]}, with "
        f"its answer, in the training part{_leaky_score(case, kind)}. With {case.claim} held out none has."
    )
    return Finding(
        _CODE,
        "note",
        found,
        _evidence(case, kind, shares),
        "Never quote a score of rows or segments without the word leaky; quote the one with songs held out.",
        f"Any score of rows or segments split at random: there {percent(leaky)} of the test rows were met "
        "before, with their answer, so it is memory."
        if leaky > _MOSTLY
        else None,
    )


def _on_both_sides(case: Case, kind: str, shares: dict[str, float], claimed: float) -> Finding:
    what = "rows of the same songs" if case.claim.is_leaky else "other songs"
    found = (
        f"Under {case.claim}, {percent(claimed)} of what is tested has its very {_NAMES[kind]}, with its "
        f"answer, in the training part, from {what}{_leaky_score(case, kind)}."
    )
    advice = (
        "Hold songs out: --claim songs."
        if case.claim.is_leaky
        else "Join songs that share content (--merge-duplicates), or leave this content out of the inputs."
    )
    severity = "fatal" if claimed >= _TELLING else "warning"
    denies = f"That a score under {case.claim} is more than remembering a {_NAMES[kind]}."
    evidence = _evidence(case, kind, shares)
    return Finding(_CODE, severity, found, evidence, advice, denies if severity == "fatal" else None)


def _pair(case: Case, kind: str) -> tuple[Scored | None, Scored | None]:
    """What reads this kind of content, by rows and by songs; else what is claimed."""
    of_rows, of_songs = (case.scores.reader(_READERS[kind], p) for p in ("rows", "songs"))
    if of_rows is None or of_songs is None:
        return case.scores.honest.get("rows"), case.scores.honest.get("songs")
    return of_rows, of_songs


def _leaky_score(case: Case, kind: str) -> str:
    of_rows, of_songs = _pair(case, kind)
    if of_rows is None or of_songs is None:
        return ""
    guessing = case.scores.majority
    text = f" ({of_rows.name}: {of_rows} under rows (leaky), {of_songs} with songs held out"
    return f"{text}; guessing: {guessing})" if guessing is not None else f"{text})"


def _evidence(case: Case, kind: str, shares: dict[str, float]) -> dict[str, object]:
    of_rows, of_songs = _pair(case, kind)
    scores = [one.as_dict() for one in (of_rows, of_songs, case.scores.majority) if one is not None]
    return {"content": kind, "shares": dict(sorted(shares.items())), "scores": scores}
