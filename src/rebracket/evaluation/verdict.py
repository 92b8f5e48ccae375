"""What the scores of a target are evidence of, in sentences a musician understands."""

from __future__ import annotations

from dataclasses import dataclass

from rebracket.core import Interval

__all__ = ["Facts", "verdict"]

_TELLING_P = 0.05
_NEARLY_ALL = 0.95


@dataclass(frozen=True)
class Facts:
    """All that the verdict rests on.

    Args:
        n_songs, n_albums: how many stand behind the scores.
        rows, songs: accuracy under the two protocols; None where one could not be run.
        majority, tfidf: accuracy of the baselines under ``songs``; None where not run.
        relabelings: how many ways there are to hand out the songs' labels; None where a song has
            several.
        class_is_album: each class is exactly one album, each album one class.
        seen_texts: share of the rows tested under ``rows`` whose text stands in their training part
            with the same label; None where the model reads no text.
        rule_reads: the text that a rule computed the labels from and the model reads; None otherwise.
        why: why ``songs`` could not be run.
    """

    n_songs: int
    n_albums: int
    rows: Interval | None
    songs: Interval | None
    majority: Interval | None = None
    tfidf: Interval | None = None
    relabelings: int | None = None
    class_is_album: bool = False
    seen_texts: float | None = None
    rule_reads: str | None = None
    why: str | None = None


def verdict(facts: Facts) -> list[str]:
    """Sentences, the most important one first."""
    if facts.songs is None:
        return [f"These data cannot answer this: {facts.why}."]
    sentences = [_headline(facts, facts.songs)]
    if facts.rows is not None:
        sentences.append(_leak(facts, facts.rows, facts.songs))
    if facts.rule_reads:
        sentences.append(
            f"These labels were computed by a rule from the {facts.rule_reads} that the model reads: the "
            "score says how well the rule can be imitated, and nothing about the music."
        )
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
    if facts.majority is None:
        return f"{text}."
    always = f"always guessing the most frequent class reaches {_percent(facts.majority.value)}"
    text = f"{text}; {always}. {_against_guessing(facts, songs, facts.majority)}"
    if facts.tfidf is not None and facts.tfidf.value >= songs.value:
        text += f" Counting words (TF-IDF) does as well or better: {_percent(facts.tfidf.value)}."
    return text


def _against_guessing(facts: Facts, songs: Interval, majority: Interval) -> str:
    if facts.relabelings is not None and facts.relabelings * _TELLING_P < 1:
        return (
            f"These songs are too few to tell: their labels can be handed out in {facts.relabelings} ways, "
            "so that even a perfect score could be luck."
        )
    if songs.low > majority.value:
        return "That is more than guessing."
    if songs.high < majority.value:
        return (
            "That is below guessing, as happens where holding songs out of small classes leaves a model "
            "with the other classes: it shows nothing."
        )
    return "The data do not show that it knows more than that."


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


def _percent(share: float) -> str:
    """As the tables round."""
    return f"{100 * float(f'{share:.2f}'):.0f}%"
