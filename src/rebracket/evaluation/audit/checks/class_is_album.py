"""Classes that are albums, so that nothing about the class can be told from the album."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rebracket.evaluation.audit.case import Case
from rebracket.evaluation.audit.finding import Finding
from rebracket.evaluation.identity import class_is_album

__all__ = ["check"]


def check(case: Case) -> Iterator[Finding]:
    """Fatal where each class is one album: identical partitions, whatever the score."""
    n_albums = len(np.unique(case.labels.albums[case.labeled]))
    if n_albums < 2 or not class_is_album(case.labels):
        return
    yield Finding(
        "class-is-album",
        "fatal",
        f"Every class of {case.target} is one album and every album one class: class, album, release and "
        "recording are one variable.",
        {"n_albums": n_albums, "classes": list(case.labels.classes)},
        "Add albums, two of each class at least, or albums that mix classes; then audit --claim albums.",
        f"Anything about {case.target} as such: this is evidence about new songs of these same albums, never "
        f"about {case.target} as such.",
    )
