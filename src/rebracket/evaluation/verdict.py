"""What the scores of a target are evidence of, in sentences a musician understands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rebracket.core import Interval
from rebracket.evaluation.baselines import BASELINES

__all__ = ["Facts", "accuracy_of", "points", "verdict"]

_TELLING_P = 0.05
_NEARLY_ALL = 0.95
_CHEATS = tuple(b.name for b in BASELINES if b.cost is not None)
_SAID = {
    "names": "names and ids alone",
    "bookkeeping": "counts, lengths of lists and dates alone",
    "production": "loudness, level and format of the files alone",
    "rule": "the rule that could have made the labels alone",
    "nearest text": "remembering texts",
    "nearest audio": "remembering sounds",
    "nearest notes": "remembering notes",
}
_WITHOUT = {"albums": "albums", "modes": "colors"}


@dataclass(frozen=True)
class Facts:
    """All that the verdict rests on.

    Args:
        n_songs, n_albums: how many stand behind the scores.
        scores: accuracy by protocol; None where one could not be run.
        baselines: accuracy of each baseline under ``songs``; None where not run.
        paired: accuracy of the model minus that of each baseline under ``songs``, as in the document.
        permutation: the entry of each protocol that has a null.
        class_is_album: each class is exactly one album, each album one class.
        seen_texts: share of the rows tested under ``rows`` whose text stands in their training part
            with the same label; None where the model reads no text.
        rule_reads: the text that a rule computed the labels from and the model reads; None otherwise.
        text_adds: the encoder that the model reads text by, and its accuracy from text alone minus that of
            counted words under ``songs``; None where it counts words itself, or reads no text.
        why: why ``songs`` could not be run.
    """

    n_songs: int
    n_albums: int
    scores: Mapping[str, Interval | None]
    baselines: Mapping[str, Interval | None] = field(default_factory=dict)
    paired: Mapping[str, Mapping[str, float] | None] = field(default_factory=dict)
    permutation: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    class_is_album: bool = False
    seen_texts: float | None = None
    rule_reads: str | None = None
    text_adds: tuple[str, Mapping[str, float]] | None = None
    why: str | None = None


def accuracy_of(entry: Mapping[str, Any]) -> Interval | None:
    """The accuracy in a protocol's or a baseline's entry; None where it could not be run."""
    scores = entry.get("metrics", entry)
    return Interval(**scores["accuracy"]) if "accuracy" in scores else None


def verdict(facts: Facts) -> list[str]:
    """Sentences, the most important one first."""
    songs, rows = facts.scores.get("songs"), facts.scores.get("rows")
    if songs is None:
        return [f"These data cannot answer this: {facts.why}."]
    sentences = [_headline(facts, songs)]
    if rows is not None:
        sentences.append(_leak(facts, rows, songs))
    if facts.rule_reads:
        sentences.append(
            f"These labels were computed by a rule from the {facts.rule_reads} that the model reads: the "
            "score says how well the rule can be imitated, and nothing about the music."
        )
    if facts.text_adds:
        sentences.append(_over_words(*facts.text_adds, facts.n_songs))
    sentences += _cheapest(facts)
    sentences += _left_out(facts)
    if facts.class_is_album:
        sentences.append(
            "Every class is one album and every album one class, so class, album, release and recording are "
            "one variable: this is evidence about new songs of these same albums, never about the class as "
            "such."
        )
    return sentences


def _headline(facts: Facts, songs: Interval) -> str:
    text = (
        f"On songs it has not heard, the model is right {_percent(songs.value)} of the time "
        f"[{_percent(songs.low)} to {_percent(songs.high)}; {facts.n_songs} songs, {facts.n_albums} albums]"
    )
    majority, words = facts.baselines.get("majority"), facts.baselines.get("tfidf")
    if majority is None:
        return f"{text}."
    always = f"always guessing the most frequent class reaches {_percent(majority.value)}"
    text = f"{text}; {always}. {_against_guessing(facts, songs, majority)}"
    if words is not None and words.value >= songs.value:
        text += f" Counting words (TF-IDF) does as well or better: {_percent(words.value)}."
    return text


def _against_guessing(facts: Facts, songs: Interval, majority: Interval) -> str:
    null = facts.permutation.get("songs", {})
    p = null.get("p")
    if songs.high < majority.value:
        return (
            "That is below guessing, as happens where holding songs out of small classes leaves a model "
            "with the other classes: it shows nothing."
        )
    if p is not None and p > _TELLING_P:
        return f"Labels handed out anew reach as much (p = {p:.2g}): the data do not show that it knows more."
    more = songs.low > majority.value
    if p is not None and more:
        return f"That is more than guessing (p = {p:.2g}, labels exchanged by {null['unit']})."
    why = null.get("undefined")
    if more and why:
        return f"That is more than guessing; whether chance alone could do it is {_as_told(why)}."
    return "That is more than guessing." if more else "The data do not show that it knows more than that."


def _as_told(why: str) -> str:
    return why if why.startswith("not testable") else f"unknown: {why}"


def _leak(facts: Facts, rows: Interval, songs: Interval) -> str:
    leaky, honest = _percent(rows.value), _percent(songs.value)
    if rows.value <= songs.high:
        return f"A random split of rows, which leaks, gives {leaky}; only the {honest} counts."
    text = f"If rows are split at random the same model scores {leaky}. Believe the {honest}"
    if facts.seen_texts is not None and facts.seen_texts >= _NEARLY_ALL:
        return (
            f"{text}: in a random split {_percent(facts.seen_texts)} of the test rows have their very text, "
            "with its answer, in the training part, so the high number is memory, not learning."
        )
    return f"{text}: a random split has rows of the same songs on both sides, and remembers songs."


def _over_words(encoder: str, difference: Mapping[str, float], n_songs: int) -> str:
    """What a text encoder adds to counting words, on the same folds."""
    found = f"{points(difference)} of accuracy, paired, {n_songs} songs held out"
    if difference["low"] > 0:
        return f"Reading its text by {encoder} adds to counting its words (TF-IDF): {found}."
    if difference["high"] < 0:
        return f"Reading its text by {encoder} does worse than counting its words (TF-IDF): {found}."
    return f"Reading its text by {encoder} is not shown to add to counting its words (TF-IDF): {found}."


def points(difference: Mapping[str, float]) -> str:
    """A difference in hundredths: `12 points [5, 19]`."""
    value, low, high = (round(100 * difference[key]) for key in ("value", "low", "high"))
    return f"{value} {'point' if abs(value) == 1 else 'points'} [{low}, {high}]"


def _cheapest(facts: Facts) -> Iterator[str]:
    """The cheapest way without music that the model is not shown to beat."""
    for name in _CHEATS:
        difference, reached = facts.paired.get(name), facts.baselines.get(name)
        if difference is None or reached is None or difference["low"] > 0:
            continue
        if name != "majority":  # of which the headline speaks
            said = f"{_percent(reached.value)} come from {_SAID.get(name, name)}"
            yield f"This score needs no music: {said}, and the model is not shown to do better."
            yield from _heard(facts, name)
        return


def _heard(facts: Facts, named: str) -> Iterator[str]:
    """Production, where something cheaper was named: unlike names, it is there to be heard."""
    name = "production"
    difference, reached = facts.paired.get(name), facts.baselines.get(name)
    majority = facts.baselines.get("majority")
    if named == name or difference is None or reached is None or majority is None:
        return
    if difference["low"] <= 0 and reached.low > majority.value:
        yield (
            f"Nor is it shown to do better than {_SAID[name]} ({_percent(reached.value)}), and those can be "
            "heard: it may know the production and not the music."
        )


def _left_out(facts: Facts) -> Iterator[str]:
    """Albums and colors left out, against what the same protocol gives by chance and nothing else."""
    for protocol, noun in _WITHOUT.items():
        score, null = facts.scores.get(protocol), facts.permutation.get(protocol, {})
        if score is None:
            continue
        text = f"With whole {noun} left out it is right {_percent(score.value)} of the time"
        if "p" not in null:
            yield f"{text}; whether that is more than chance is {_as_told(str(null.get('undefined')))}."
        elif null["p"] <= _TELLING_P:
            yield f"{text}, more than labels handed out anew reach (p = {null['p']:.2g})."
        else:
            yield f"{text}, and labels handed out anew reach as much (p = {null['p']:.2g})."


def _percent(share: float) -> str:
    """As the tables round."""
    return f"{100 * float(f'{share:.2f}'):.0f}%"
