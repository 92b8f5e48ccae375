"""What a word is, to an ontology that lists words and to the rule that counts them."""

from __future__ import annotations

import unicodedata

__all__ = ["is_word", "words_in"]


def words_in(text: str) -> list[str]:
    """The words of a text, folded: case, apostrophes and the encoding of accents do not matter.

    A word is letters with their marks, of any script, and apostrophes between them; digits are none.

    >>> words_in("Don’t re-read 1984!")
    ["don't", 're', 'read']
    """
    kept = [sign if sign == "'" or unicodedata.category(sign)[0] in "LM" else " " for sign in _folded(text)]
    return [word for found in "".join(kept).split() if (word := found.strip("'"))]


def is_word(text: str) -> bool:
    """Whether a text is one word and nothing else."""
    return words_in(text) == [_folded(text)]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text.casefold()).replace("’", "'")
