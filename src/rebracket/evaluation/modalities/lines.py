"""What the table of the modalities adds up to, in sentences a musician understands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rebracket.evaluation.verdict import points

__all__ = ["in_words", "modality_lines"]

_NAMES = {"text": "text", "audio": "audio", "midi": "MIDI"}


def in_words(modalities: Sequence[str]) -> str:
    """`text and MIDI`."""
    names = [_NAMES.get(name, name) for name in modalities]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def modality_lines(entry: Mapping[str, Any]) -> list[str]:
    """A sentence for each modality, then for shares, what is above a ceiling, curves and weights.

    Args:
        entry: what `modality_entry` makes.
    """
    n_songs = entry["protocols"]["songs"]["n_songs"]
    lines = [_adds(added, entry, n_songs) for added in entry["adds"]]
    lines.append(_shares(entry))
    lines += _above(entry)
    lines += [_missing(curve, entry) for curve in entry["missing"]]
    lines += _weighs(entry)
    return lines


def _adds(added: Mapping[str, Any], entry: Mapping[str, Any], n_songs: int) -> str:
    name = added["modality"]
    others = in_words([other for other in entry["modalities"] if other != name])
    more, alone = added["songs"]["to_the_others"], added["songs"]["alone"]
    subject = _capital(in_words([name]))
    if more["low"] > 0:
        return f"{subject} adds {points(more)} to {others} (accuracy, {n_songs} songs held out)."
    if more["high"] < 0:
        return (
            f"{subject} takes {points(_turned(more))} from {others} ({n_songs} songs held out): leave it out."
        )
    line = f"{subject} adds nothing to {others} that {n_songs} songs can show: {points(more)}"
    if alone["low"] > 0:
        known = "so what it knows, the others seem to know"
        return f"{line}; by itself it is {points(alone)} above guessing, {known}."
    return f"{line}; nor does it by itself: {points(alone)} above guessing."


def _shares(entry: Mapping[str, Any]) -> str:
    shares = "; ".join(f"{_NAMES[a['modality']]} {points(a['songs']['share'])}" for a in entry["adds"])
    every = points(entry["above_guessing"]["songs"])
    return f"Of the {every} above guessing, the share of each (Shapley): {shares}."


def _above(entry: Mapping[str, Any]) -> Iterator[str]:
    """Scores that nobody who only heard and read the songs could have."""
    for subset in entry["subsets"]:
        if subset["above_ceiling"]:
            score, ceiling = subset["scores"]["songs"]["accuracy"], subset["ceiling"]
            bound = max(level["accuracy"]["value"] for level in ceiling.values() if level is not None)
            yield (
                f"From {in_words(subset['modalities'])} the model is right {_whole(score['value'])}% of the "
                f"time, more than anything can know of such songs ({_whole(bound)}%): it reads more."
            )


def _missing(curve: Mapping[str, Any], entry: Mapping[str, Any]) -> str:
    name, last = _NAMES[curve["modality"]], curve["points"][-1]
    worst = min(curve["points"], key=lambda point: point["minus_trained_without"]["value"])
    line = (
        f"With {name} gone from every test song that has it, the model is right "
        f"{_whole(last['accuracy']['value'])}% of the time, {points(last['minus_trained_without'])} "
        "beside one that was trained without it"
    )
    if curve["graceful"]:
        return f"{line}; at no share of the songs is it shown to be below that one."
    beside = points(worst["minus_trained_without"])
    return (
        f"{line}; it does not lose {name} gracefully: {beside} with {_whole(worst['share'])}% of them gone."
    )


def _weighs(entry: Mapping[str, Any]) -> Iterator[str]:
    if entry["weights"]:
        means = ", ".join(f"{_NAMES[w['modality']]} {_whole(w['mean'])}%" for w in entry["weights"])
        yield f"What each weighs in a prediction, on average over the rows held out: {means}."


def _turned(difference: Mapping[str, float]) -> dict[str, float]:
    return {"value": -difference["value"], "low": -difference["high"], "high": -difference["low"]}


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _whole(share: float) -> int:
    """In hundredths."""
    return round(100 * share)
