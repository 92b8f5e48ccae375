"""What the contrasts add up to, in sentences a musician understands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["contrast_lines"]

_HEARD_AS = {
    "tfidf": "the words",
    "minilm": "the sense of the words",
    "spectral": "the sound",
    "histogram": "the notes",
}
_MOST_NAMED = 6


def contrast_lines(entries: Mapping[str, Any]) -> list[str]:
    """One sentence a contrast: told apart and by what, or not; those that cannot be answered come last,
    all that have the same reason in one sentence.

    Args:
        entries: what `contrast_entries` gave.
    """
    lines, unanswered = [], defaultdict(list)
    for entry in entries["contrasts"]:
        asked = [channel["permutation"] for channel in entry["channels"].values() if channel["permutation"]]
        if any("p" in one for one in asked):
            lines.append(_line(entry, entries["tests"]))
        else:
            why = next((one["undefined"] for one in asked), "no test was made")
            unanswered[why].append(_named(entry))
    return lines + [_cannot(named, why) for why, named in unanswered.items()]


def _named(entry: Mapping[str, Any]) -> str:
    return " and ".join(entry["sides"]) if entry["kind"] == "pair" else f"the sides of {entry['name']}"


def _cannot(named: Sequence[str], why: str) -> str:
    shown = "; ".join(named[:_MOST_NAMED])
    more = f"; and {len(named) - _MOST_NAMED} more" if len(named) > _MOST_NAMED else ""
    return f"Whether these can be told apart cannot be answered here ({why}): {shown}{more}."


def _line(entry: Mapping[str, Any], n_tests: int) -> str:
    tested = {
        name: channel
        for name, channel in entry["channels"].items()
        if channel["permutation"] and "p" in channel["permutation"]
    }
    named, songs = _named(entry), " + ".join(str(n) for n in entry["songs"])
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
