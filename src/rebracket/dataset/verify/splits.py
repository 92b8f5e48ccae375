"""The stored folds: of known targets, over known songs, and never through one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from rebracket.core import Problem
from rebracket.dataset.dealt import PROTOCOLS
from rebracket.dataset.merged import merged_songs
from rebracket.dataset.read import Dataset
from rebracket.dataset.targets import target_names
from rebracket.dataset.verify.found import fault
from rebracket.segments import LEAKY

__all__ = ["check_splits"]


def check_splits(dataset: Dataset) -> Iterator[Problem]:
    """Each target has its folds; those over songs keep every song on one side."""
    stored = {PurePosixPath(n).stem for n in dataset.meta["files"] if n.startswith("splits/")}
    expected = set(target_names(dataset.ontology))
    if stored != expected:
        yield fault("splits-differ", "splits", f"{sorted(stored)}", f"one of each of {sorted(expected)}")
    songs = np.array(dataset.column("song_id"), dtype=object)
    for target in sorted(stored & expected):
        name = f"splits/{target}.json"
        try:
            content = json.loads((dataset.path / name).read_text("utf-8"))
            wrong = _wrong(content, target, songs) or _cut(content, merged_songs(dataset.meta))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            wrong = f"{type(error).__name__}: {error}"
        if wrong:
            yield fault("splits-differ", name, wrong, "folds over the songs that are here")


def _wrong(content: dict[str, Any], target: str, songs: np.ndarray) -> str | None:
    protocols = content["protocols"]
    if content["target"] != target or not {"songs", "rows"} <= set(protocols) <= set(PROTOCOLS):
        return f"{content['target']}: {sorted(protocols)}"
    known = set(songs.tolist())
    for name, protocol in protocols.items():
        by_row = name in LEAKY
        if protocol["leaky"] != by_row:
            return "rows held out that are not named leaky, or songs that are"
        for repeat in () if by_row else protocol["folds"]:
            if not set(repeat) <= known:
                return f"song {sorted(set(repeat) - known)[0]}"
        wrong = _wrong_folds(protocol, songs if by_row else None)
        if wrong:
            return f"{name}: {wrong}"
    return None


def _cut(content: dict[str, Any], groups: dict[str, str]) -> str | None:
    """A merged song whose group stands on both sides."""
    for name, protocol in content["protocols"].items():
        for repeat in () if name in LEAKY else protocol["folds"]:
            fold_of: dict[str, int] = {}
            for song, group in groups.items():
                if song in repeat and fold_of.setdefault(group, repeat[song]) != repeat[song]:
                    return f"{name}: {song} apart from the songs that it was merged with"
    return None


def _wrong_folds(protocol: dict[str, Any], rows: np.ndarray | None) -> str | None:
    k = protocol["k"]
    if (protocol["undefined"] is None) != bool(protocol["folds"]):
        return "folds and a reason why there are none" if protocol["folds"] else "no folds and no reason"
    for repeat in protocol["folds"]:
        folds = list(repeat.values()) if rows is None else repeat
        if rows is not None and len(folds) != len(rows):
            return f"{len(folds)} rows"
        used = set(folds) - {-1}
        if used != set(range(k)):
            return f"folds {sorted(used)} of {k}"
    return None
