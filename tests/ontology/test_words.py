"""What a word is, in any script."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rebracket.ontology.words import is_word, words_in

LAW = settings(deadline=None, max_examples=300)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("Don't stop!", ["don't", "stop"]),
        ("don’t", ["don't"]),
        ("'quoted' words'", ["quoted", "words"]),
        ("re-read_1984,twice", ["re", "read", "twice"]),
        ("étude ETUDE", ["étude", "etude"]),
        ("STRASSE straße", ["strasse", "strasse"]),
        ("नमस्ते 世界", ["नमस्ते", "世界"]),
        ("İstanbul", ["i̇stanbul"]),
        ("' '' 12 -- ’", []),
    ],
)
def test_words_of_a_text(text: str, words: list[str]) -> None:
    assert words_in(text) == words


@LAW
@given(st.text(max_size=40))
def test_words_are_found_again_in_themselves(text: str) -> None:
    words = words_in(text)
    assert words_in(" ".join(words)) == words
    assert all(is_word(word) for word in words)


@LAW
@given(st.text("abcé’' -1ÄßÅ", max_size=30))
def test_case_and_the_encoding_of_accents_do_not_matter(text: str) -> None:
    for form in ("NFC", "NFD"):
        assert words_in(unicodedata.normalize(form, text)) == words_in(text)
    assert words_in(text.upper()) == words_in(text)


@pytest.mark.parametrize("text", ["", "two words", "19th", "-space", "space-", "a_b", "'tis", "*", "a*b"])
def test_what_is_not_one_word_and_nothing_else(text: str) -> None:
    assert not is_word(text)


@pytest.mark.parametrize("text", ["space", "Don’t", "L'eau", "étude"])
def test_what_is_one_word(text: str) -> None:
    assert is_word(text)
