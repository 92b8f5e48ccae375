"""Lines of text as words in brackets, and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from rebracket.augment.passage import Passage, Word

__all__ = ["bracketed", "plain_lines", "words_of"]

# Words before which a line falls apart when nobody set brackets.
_OPENING = frozenset(
    re.findall(
        r"\w+",
        "a about above across after against along although among an and around as at because before behind"
        " below beneath beside between beyond but by down during except for from if in inside into like near"
        " nor of off on or out outside over past since so than that then through till to toward under until"
        " unless up upon when where whether which while who with within without yet",
    )
)
_FEWEST = 2  # words in a bracket that was not set by hand
_GROUP = re.compile(r"\[([^\[\]]*)\]|\(([^()]*)\)|([^\[\]()]+)")


def words_of(lines: Iterable[str], voices: Sequence[str] = ("",)) -> tuple[Word, ...]:
    """The words of lines, in brackets as written or, where none are, as they are likely read.

    ``[...]`` is a bracket, ``(...)`` one said aside; line ``n`` is said by ``voices[n % len(voices)]``.

    >>> bracketed(words_of(["we met at the edge"]))
    ['[we met] [at the edge]']
    """
    words: list[Word] = []
    bracket = 0
    for number, line in enumerate(lines):
        for texts, aside in _groups(line):
            for text in texts:
                words.append(Word(text, len(words), number, bracket, voices[number % len(voices)], aside))
            bracket += 1
    return tuple(words)


def _groups(line: str) -> list[tuple[list[str], bool]]:
    """The brackets of a line: their words, and whether they are an aside."""
    if not re.search(r"[\[(]", line):
        return [(texts, False) for texts in _read(line.split())]
    groups = []
    for plain, aside, bare in _GROUP.findall(line):
        if texts := (plain or aside or bare).split():
            groups.append((texts, bool(aside)))
    return groups


def _read(texts: list[str]) -> list[list[str]]:
    """Cuts before words that open a group, else in the middle."""
    groups: list[list[str]] = [[]]
    for place, text in enumerate(texts):
        opens = re.sub(r"\W", "", text.casefold()) in _OPENING
        if opens and len(groups[-1]) >= _FEWEST and len(texts) - place >= _FEWEST:
            groups.append([])
        groups[-1].append(text)
    if len(groups) == 1 and len(texts) >= 2 * _FEWEST:
        half = len(texts) // 2
        return [texts[:half], texts[half:]]
    return [group for group in groups if group]


def bracketed(words: Iterable[Word], *, voices: bool = False) -> list[str]:
    """Each line with its brackets; with ``voices``, who says a bracket where that changes."""
    ordered = sorted(words, key=lambda word: word.at)
    lines: list[str] = []
    said_by: str | None = None
    for _, line in groupby(sorted(ordered, key=lambda word: word.line), key=lambda word: word.line):
        groups = []
        for (_, voice, aside), group in groupby(
            line, key=lambda word: (word.bracket, word.voice, word.aside)
        ):
            told = " ".join(word.text for word in group)
            named = f"{voice}: " if voices and voice != said_by else ""
            said_by = voice
            groups.append(f"{named}({told})" if aside else f"{named}[{told}]")
        lines.append(" ".join(groups))
    return lines


def plain_lines(passage: Passage) -> list[str]:
    """The lines as they are sung: words alone, an aside in parentheses."""
    lines = []
    for line in passage.lines:
        said = [passage.words[index] for index in line]
        runs = [
            (aside, " ".join(word.text for word in run)) for aside, run in groupby(said, lambda w: w.aside)
        ]
        lines.append(" ".join(f"({told})" if aside else told for aside, told in runs))
    return lines
