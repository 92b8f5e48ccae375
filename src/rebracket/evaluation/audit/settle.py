"""What these data cannot tell apart, and the fewest songs that would settle it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import numpy as np

from rebracket.evaluation.audit.case import Case
from rebracket.evaluation.identifiability import ALL, Plan, fewest_songs, identifiability

__all__ = ["would_settle"]

_DATE = "release date in days"
_FORMAT = ("audio_format", "sample_rate_hz", "channels", "bit_depth")
_MOST_CLASSES = 12
_MOST_LISTED = 8


def would_settle(case: Case) -> list[str]:
    """Sentences: what the target is tied to, and songs that would untie it with power 0.8.

    A label that varies inside songs is not tied to their albums, and needs no such songs.
    """
    if case.level == "segment":
        return []
    lines = [
        f"{one.sentence(case.target)}."
        for one in identifiability(case.labels, _confounds(case))
        if one.tied and one.confound != ALL
    ]
    if len(case.labels.classes) > _MOST_CLASSES:
        return lines
    plan = fewest_songs(case.labels)
    return [*lines, _planned(plan)] if plan.n_songs else lines


def _confounds(case: Case) -> dict[str, np.ndarray]:
    """What goes along with songs: album, batch (the date of release), and the format of production."""
    columns = case.material.columns
    confounds = {"album": case.labels.albums}
    bookkeeping, production = columns.get("bookkeeping", {}), columns.get("production", {})
    if _DATE in bookkeeping:
        confounds["release date"] = bookkeeping[_DATE].astype(str)
    formats = [production[name] for name in _FORMAT if name in production]
    if formats:
        confounds["format of the recordings"] = _joined(formats)
    return {name: values for name, values in confounds.items() if len(set(values.tolist())) > 1}


def _joined(columns: list[np.ndarray]) -> np.ndarray:
    return np.array(["/".join(map(str, values)) for values in zip(*columns, strict=True)])


def _planned(plan: Plan) -> str:
    """The plan as a sentence, its assumptions stated."""
    if not plan.reached:
        return f"No plan of up to {plan.n_songs} songs tells every two classes apart from albums."
    by_album: Mapping[str, list[str]] = defaultdict(list)
    for name, album, n_songs in plan.additions:
        by_album[album].append(f"{n_songs} of {name}")
    shown = [f"album {album}: {', '.join(own)}" for album, own in by_album.items()][:_MOST_LISTED]
    least = "the fewest" if plan.exact else "few, perhaps not the fewest"
    return (
        f"{plan.n_songs} more songs would settle it with power {plan.power:.2f} (now {plan.before:.2f}); "
        f"{least}: {'; '.join(shown)}. Assumed: {'; '.join(plan.assumptions)}."
    )
