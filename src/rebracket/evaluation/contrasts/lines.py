"""What the contrasts add up to, in sentences a musician understands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["contrast_lines"]

_HEARD_AS = {
    "tfidf": "the words",
    "minilm": "the sense of the words",
    "spectral": "the sound",
    "histogram": "the notes",
}


def contrast_lines(entries: Mapping[str, Any]) -> list[str]:
    """One sentence a contrast: told apart and by what, not told apart, or not to be answered.

    Args:
        entries: what `contrast_entries` gave.
    """
    return [_line(entry, entries["tests"]) for entry in entries["contrasts"]]


def _line(entry: Mapping[str, Any], n_tests: int) -> str:
    asked = {name: channel for name, channel in entry["channels"].items() if channel["permutation"]}
    tested = {name: channel for name, channel in asked.items() if "p" in channel["permutation"]}
    named = " and ".join(entry["sides"]) if entry["kind"] == "pair" else f"the sides of {entry['name']}"
    songs = " + ".join(str(n) for n in entry["songs"])
    if not tested:
        why = next((channel["permutation"]["undefined"] for channel in asked.values()), "no test was made")
        return f"Whether {named} can be told apart ({songs} songs) cannot be answered here: {why}."
    telling = [name for name, channel in tested.items() if channel["told_apart"]]
    if telling:
        by = ", ".join(_by(name, tested[name]) for name in sorted(telling, key=lambda name: _p(tested[name])))
        return f"New songs of {named} ({songs} songs) can be told apart by {by}."
    closest = min(tested, key=lambda name: _p(tested[name]))
    return (
        f"Nothing here tells {named} apart ({songs} songs); closest are {_HEARD_AS.get(closest, closest)}, "
        f"p {_p(tested[closest]):.2g} corrected for {n_tests} tests."
    )


def _by(name: str, channel: Mapping[str, Any]) -> str:
    area = channel["auc"]
    shown = f"AUC {area['value']:.2f} [{area['low']:.2f}, {area['high']:.2f}], " if area else ""
    return f"{_HEARD_AS.get(name, name)} ({shown}corrected p {_p(channel):.2g})"


def _p(channel: Mapping[str, Any]) -> float:
    return float(channel["permutation"]["p_corrected"])
