"""What may be claimed and what not, in lines a musician understands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rebracket.evaluation.audit.case import Case
from rebracket.evaluation.audit.checks.label_from_input import is_proven
from rebracket.evaluation.audit.finding import Finding, percent
from rebracket.evaluation.audit.scores import Scored
from rebracket.evaluation.protocols.out_of_fold import interval_dict

__all__ = ["cheapest_cheat", "cheat_entry", "may_claim", "may_not_claim", "verdict"]


def cheapest_cheat(case: Case) -> Scored | None:
    """The first cheat, in order of cheapness, that reaches the claimed score.

    Where the labels are proven to be a rule's whose text the model reads, the rule is the label: no score
    can be told from it, and none of another cheat can be as sure. Then it is named first.
    """
    reaching = [one for one in case.scores.cheats if one.reaches]
    rules = [one for one in reaching if one.kind == "rule"] if is_proven(case) else []
    return next(iter([*rules, *reaching]), None)


def cheat_entry(case: Case, cheat: Scored | None) -> dict[str, Any] | None:
    """The cheat as it stands in the document."""
    if cheat is None:
        return None
    return {
        "name": cheat.name,
        "protocol": cheat.protocol,
        "score": interval_dict(cheat.accuracy),
        "claimed": case.scores.claimed,
    }


def may_claim(case: Case, findings: Sequence[Finding]) -> list[str]:
    """What stands, with its unit and how many there were; what the data can be used for otherwise."""
    songs, majority = case.scores.honest.get("songs"), case.scores.majority
    if songs is None:
        return []
    labels = case.labels
    n_songs, n_albums = (len(np.unique(g[case.labeled])) for g in (labels.songs, labels.albums))
    score = f"{songs.name} is right on {songs} of held-out songs ({n_songs} songs of {n_albums} albums)"
    codes = {finding.code for finding in findings if finding.severity == "fatal"}
    if "label-from-input" in codes:
        return [f"That a word rule can be imitated from its own text: {score}."]
    lines = [f"On songs it has not heard, {score}."]
    if "class-is-album" in codes:
        lines = [f"Evidence about new songs of these same albums: {score}."]
    if majority is not None and not _beats_guessing(case):
        lines = [f"Nothing yet: {score}, and guessing gives {percent(majority.accuracy.value)}."]
    return lines


def may_not_claim(case: Case, findings: Sequence[Finding], cheat: Scored | None) -> list[str]:
    """What must not be said of these data, the gravest first."""
    lines = [finding.denies for finding in findings if finding.denies]
    if cheat is not None and case.scores.claimed is not None:
        lines.append(
            f"That a score of {percent(case.scores.claimed)} under {case.claim} needs {_not_needed(cheat)}: "
            f"{_said_of(cheat)} reaches {cheat}."
        )
    return list(dict.fromkeys(lines))


def verdict(case: Case, findings: Sequence[Finding], cheat: Scored | None) -> str:
    """The audit in a few sentences, the most important one first."""
    fatal = [finding for finding in findings if finding.severity == "fatal"]
    rest = sum(finding.severity == "warning" for finding in findings)
    if fatal:
        first = f"{case.target}: the claim ({case.claim}) does not stand. {fatal[0].found}"
    elif not _beats_guessing(case):
        first = (
            f"{case.target}: the claim ({case.claim}) is open: these songs do not show more than guessing."
        )
    elif rest:
        first = f"{case.target}: the claim ({case.claim}) stands with {rest} reservation{'s' * (rest > 1)}."
    else:
        first = f"{case.target}: nothing was found against the claim ({case.claim})."
    sentences = [first, _against_cheats(case, cheat)]
    return " ".join(sentence for sentence in sentences if sentence)


def _beats_guessing(case: Case) -> bool:
    """Whether what reads the inputs is better on held-out songs than the most frequent class."""
    songs, majority = case.scores.honest.get("songs"), case.scores.majority
    if songs is None or majority is None:
        return True  # nothing to compare: whatever else was found speaks
    return songs.accuracy.low > majority.accuracy.value


def _against_cheats(case: Case, cheat: Scored | None) -> str:
    claimed = case.scores.claimed
    if claimed is None:
        return ""
    if cheat is None:
        return f"No cheat reaches the {percent(claimed)} claimed."
    majority = case.scores.majority
    text = f"This score ({percent(claimed)}) needs no {_not_needed(cheat)}: "
    text += f"{_said_of(cheat)} reaches it with {cheat}"
    if cheat.accuracy.value < claimed:
        text += "; these songs are too few to tell the two apart"
    if majority is not None and majority.reaches and cheat is not majority:
        return f"{text}, and so does always guessing the most frequent class ({majority})."
    return f"{text}."


_MET_THE_MUSIC = ("nearest audio", "nearest notes")
_SHORT = {
    "majority": "always guessing the most frequent class",
    "names": "reading titles and names of files",
    "bookkeeping": "reading counts, lengths and dates",
    "production": "measuring level, bandwidth and noise of the recordings",
    "rule": "following a word rule",
    "nearest": "remembering what was nearest",
}


def _not_needed(cheat: Scored) -> str:
    """What a cheat does without: who compares sound or notes has at least met the music."""
    return "learning" if cheat.name in _MET_THE_MUSIC else "music"


def _said_of(cheat: Scored) -> str:
    if cheat.name.startswith("same "):
        return f"recognizing the {cheat.name}"
    said = _SHORT.get(cheat.kind, cheat.name)
    return f"{said} ({cheat.name})" if cheat.name != cheat.kind else said
