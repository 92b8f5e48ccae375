"""What is exchanged follows from the claim, and from where labels and inputs vary."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from evaluation.audit.audit_material import N_SONGS, NUMBERS, Array, audited, clean, found, labeled, of_rows
from evaluation.audit.audit_material import with_columns as beside
from rebracket.evaluation.audit.ledger import BETWEEN, corrected, strongest
from rebracket.evaluation.audit.prepared import prepare
from rebracket.evaluation.audit.testing import permutation_tests
from rebracket.evaluation.audit.words import word_table
from rebracket.evaluation.material import Material
from rebracket.features import Bank


def _by_album() -> Material:
    """Albums of one class each, whose level tells them."""
    material = labeled(
        clean(effect=0.0), albums=of_rows([f"a{n}{song % 4 // 2}" for song, n in enumerate(NUMBERS)])
    )
    level: Array = 9.0 * of_rows(NUMBERS) + np.random.default_rng(1).normal(size=4 * N_SONGS)
    return beside(material, "production", level_dbfs=level)


def _mostly_by_song() -> Material:
    """Labels that vary inside songs, most of them as a word in the song's text says."""
    material = clean(effect=0.0)
    numbers = np.where(np.arange(4 * N_SONGS) % 4 == 0, 1 - of_rows(NUMBERS), of_rows(NUMBERS))
    texts = tuple(
        f"{text} doorframe" if number else text
        for text, number in zip(material.texts.values, NUMBERS, strict=True)
    )
    rows = np.array([f"row {row}" for row in range(4 * N_SONGS)])
    labeled_by_row = replace(labeled(material, numbers=numbers), segments=rows)
    return replace(
        labeled_by_row,
        texts=Bank(texts, material.texts.index, "words"),
        contents={"text": of_rows(np.array(texts, dtype=object))},
    )


def test_songs_are_exchanged_where_new_songs_are_claimed_and_albums_where_albums_are() -> None:
    prepared = prepare(_by_album(), None, 0)
    of_songs, of_albums = (
        permutation_tests(prepared, None, 199, 0, protocol=protocol)["production"]
        for protocol in ("songs", "albums")
    )
    assert (of_songs.unit, of_albums.unit) == ("song", "album")
    assert of_songs.p is not None
    assert of_songs.p < 0.05 < of_albums.smallest_p


def test_a_text_of_a_song_is_weighed_by_the_song_s_shares_of_each_label() -> None:
    material = _mostly_by_song()
    made = permutation_tests(prepare(material, None, 0), word_table(material), 199, 0)
    assert f"words{BETWEEN}" in made
    assert "words" not in made
    tested = strongest(corrected(made), "words")
    assert tested is not None
    assert tested.is_significant
    assert "label-recoverable-by-rule" in found(audited(material))


def test_the_stronger_of_two_tests_is_told_and_none_where_none_was_made() -> None:
    material = _mostly_by_song()
    tests = corrected(permutation_tests(prepare(material, None, 0), word_table(material), 99, 0))
    both = {"words": tests[f"production{BETWEEN}"], f"words{BETWEEN}": tests[f"words{BETWEEN}"]}
    assert strongest(both, "words") is tests[f"words{BETWEEN}"]
    assert strongest({}, "words") is None
