"""Each finding is there where it was planted, and gone where it was not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from evaluation.audit.audit_material import (
    ALBUMS,
    CLASSES,
    N_SONGS,
    NUMBERS,
    SONGS,
    Array,
    audited,
    clean,
    found,
    labeled,
    of_rows,
    with_columns,
)
from rebracket.evaluation.audit import CHECKS
from rebracket.evaluation.duplicates import Duplicate
from rebracket.evaluation.material import Material, Rule
from rebracket.features import Bank

Planted = tuple[Material, dict[str, Any]]


def _content(material: Material, kind: str, of_songs: list[str | None]) -> Material:
    values = np.array([value for value in of_songs for _ in range(4)], dtype=object)
    return replace(material, contents={**material.contents, kind: values})


def _loop_of_a_class() -> Planted:
    loops = [f"loop of {number}" if song % 4 < 2 else None for song, number in enumerate(NUMBERS)]
    return _content(clean(), "loop", loops), {}


def _rule_made_the_labels() -> Planted:
    rule = Rule(of_rows(NUMBERS), ("concept",), "rule:abc")
    material = replace(clean(), provenance="rule:abc", rule=rule)
    return _content(material, "text", [f"text {song}" for song in SONGS]), {}


def _keyword_in_the_text() -> Planted:
    material = clean()
    texts = tuple(
        f"{text} doorframe" if number else text
        for text, number in zip(material.texts.values, NUMBERS, strict=True)
    )
    material = replace(material, texts=Bank(texts, material.texts.index, "words"))
    return _content(material, "text", list(texts)), {}


def _albums_of_one_class() -> Planted:
    return labeled(
        clean(), albums=of_rows([f"a{number}{song % 6 // 2}" for song, number in enumerate(NUMBERS)])
    ), {}


def _one_album_a_class() -> Planted:
    return labeled(clean(), albums=of_rows([f"a{number}" for number in NUMBERS])), {}


def _renamed_target() -> Planted:
    names = np.array([f"no {CLASSES[number]}" for number in of_rows(NUMBERS)], dtype=object)
    return replace(clean(), targets={"weather": names}), {}


def _class_in_the_title() -> Planted:
    titles = np.array([f"Study {CLASSES[number]}" for number in of_rows(NUMBERS)], dtype=object)
    return with_columns(clean(effect=0.0), "names", title=titles), {}


def _class_in_the_counts() -> Planted:
    lines: Array = of_rows(NUMBERS) + np.random.default_rng(1).normal(0, 0.1, 4 * N_SONGS)
    return with_columns(clean(effect=0.0), "bookkeeping", lines=lines), {}


def _class_in_the_level() -> Planted:
    level: Array = 6.0 * of_rows(NUMBERS) + np.random.default_rng(1).normal(size=4 * N_SONGS)
    return with_columns(clean(effect=0.0), "production", level_dbfs=level), {}


def _copies_of_a_song() -> Planted:
    return clean(), {"duplicates": [Duplicate("audio", "s00", "s01", 60.0, 8.0)]}


def _one_sound_two_labels() -> Planted:
    material = clean()
    audio = material.contents["audio"].copy()
    audio[0] = audio[4]
    return replace(material, contents={"audio": audio}), {}


def _vectors_that_are_one() -> Planted:
    material = clean(effect=0.0)
    vectors = np.ones((4 * N_SONGS, 6), dtype=np.float32)
    vectors[:, 0] += np.linspace(0, 1e-4, len(vectors), dtype=np.float32)
    return replace(material, inputs={"spectral": Bank(vectors, np.arange(len(vectors)), "spectral")}), {}


def _three_songs_a_class() -> Planted:
    material = clean()
    kept = np.where(of_rows(np.arange(N_SONGS)) < 6, material.labels.numbers, -1)
    return labeled(material, numbers=kept), {}


PLANTED: dict[str, Callable[[], Planted]] = {
    "same-content-across-split": _loop_of_a_class,
    "label-from-input": _rule_made_the_labels,
    "label-recoverable-by-rule": _keyword_in_the_text,
    "constant-within-group": _albums_of_one_class,
    "class-is-album": _one_album_a_class,
    "same-variable": _renamed_target,
    "names-predict-label": _class_in_the_title,
    "metadata-predicts-label": _class_in_the_counts,
    "production-predicts-label": _class_in_the_level,
    "duplicate-media": _copies_of_a_song,
    "encoder-collapsed": _vectors_that_are_one,
    "label-noise": _one_sound_two_labels,
    "too-few-groups": _three_songs_a_class,
    "vacuous-sequence": lambda: (clean(), {}),
}
_NEVER_FATAL = {
    "constant-within-group",
    "duplicate-media",
    "encoder-collapsed",
    "label-noise",
    "too-few-groups",
    "vacuous-sequence",
}


@pytest.fixture(scope="module")
def nothing_planted() -> dict[str, str]:
    return found(audited(clean()))


@pytest.mark.parametrize("code", PLANTED)
def test_what_was_planted_is_found_by_its_code(code: str, nothing_planted: dict[str, str]) -> None:
    material, options = PLANTED[code]()
    codes = found(audited(material, **options))
    assert code in codes
    assert (codes[code] == "fatal") == (code not in _NEVER_FATAL)
    if code != "vacuous-sequence":
        assert code not in nothing_planted


def test_labels_that_change_inside_songs_have_a_sequence() -> None:
    material = clean()
    changing = np.random.default_rng(0).integers(0, 2, len(material.segments) // 2).repeat(2)
    assert "vacuous-sequence" not in found(audited(labeled(material, numbers=changing)))


def test_every_code_has_a_check_and_a_plant() -> None:
    assert set(PLANTED) == set(CHECKS)


def test_a_clean_catalogue_has_nothing_fatal(nothing_planted: dict[str, str]) -> None:
    assert "fatal" not in nothing_planted.values()
    for seed in (1, 2):
        assert "fatal" not in found(audited(clean(seed))).values()


def test_albums_do_not_matter_where_they_mix_classes() -> None:
    renamed = labeled(clean(), albums=of_rows([f"other {album}" for album in ALBUMS]))
    assert found(audited(renamed)) == found(audited(clean()))
