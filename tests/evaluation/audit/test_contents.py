"""Memory of what songs share is right as far as it is shared, and is not there where nothing is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from evaluation.audit.audit_material import N_SONGS, NUMBERS, SONGS, audited, clean, of_rows
from rebracket.evaluation.audit.contents import numbered, shared_contents
from rebracket.evaluation.material import Material


def _with_loops(loops: list[str | None]) -> Material:
    values = np.array([loop for loop in loops for _ in range(4)], dtype=object)
    return replace(clean(effect=0.0), contents={"loop": values})


def test_what_songs_share_gives_their_labels_back() -> None:
    material = _with_loops([f"loop of {number}" for number in NUMBERS])
    [(name, procedure)] = shared_contents(material)
    train, test = np.arange(4, 4 * N_SONGS), np.arange(4)
    assert name == "same loop"
    assert (procedure(train, test, 0).argmax(axis=1) == material.labels.numbers[test]).all()


def test_a_song_without_what_others_share_is_known_by_that() -> None:
    material = _with_loops(["the loop" if number else None for number in NUMBERS])
    scores = audited(material)["scores"]
    assert next(one for one in scores if one["name"] == "same loop")["accuracy"]["value"] == 1.0


def test_content_of_one_song_only_is_no_memory_of_others() -> None:
    assert not list(shared_contents(_with_loops(list(SONGS))))


def test_equal_contents_have_equal_numbers_and_none_has_none() -> None:
    assert numbered(np.array(["a", None, "b", "a"], dtype=object)).tolist() == [0, -1, 1, 0]
    assert len(np.unique(numbered(of_rows(SONGS)))) == N_SONGS
