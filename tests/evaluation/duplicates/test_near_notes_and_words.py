"""The same tune in another key and tempo, the same words lightly edited; others are others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from songs import Told, dataset_of

from rebracket.evaluation.duplicates import Duplicate, near_duplicates

WORDS = (
    "river",
    "attic",
    "letter",
    "engine",
    "copper",
    "harbor",
    "signal",
    "orbit",
    "lantern",
    "gate",
    "kettle",
)


def _tune(seed: int, notes: int = 60) -> list[tuple[int, int]]:
    rng = np.random.default_rng(seed)
    ticks = 240 * np.cumsum(rng.integers(1, 4, notes))
    return list(zip(ticks.tolist(), rng.integers(50, 76, notes).tolist(), strict=True))


def _told(seed: int, words: int = 40) -> str:
    return " ".join(np.random.default_rng(seed).choice(WORDS, words).tolist())


def _songs(**more: Told) -> dict[str, Told]:
    return {f"0{n}": Told(notes=_tune(n), concept=_told(n)) for n in range(1, 7)} | more


def _pairs(found: list[Duplicate]) -> list[tuple[str, str, str]]:
    return [(one.kind, one.a, one.b) for one in found]


@pytest.mark.parametrize(("semitones", "stretch"), [(0, 1.0), (5, 1.0), (-7, 0.75), (3, 1.5)])
def test_a_tune_is_found_in_another_key_and_tempo(semitones: int, stretch: float, tmp_path: Path) -> None:
    moved = [(round(stretch * ticks), pitch + semitones) for ticks, pitch in _tune(2)]
    found = near_duplicates(dataset_of(tmp_path, _songs(copy=Told(notes=moved))))
    assert _pairs(found) == [("midi", "02", "copy")]
    assert found[0].a_rows == ("02-0-1",)


def test_a_cadence_in_common_is_no_duplicate(tmp_path: Path) -> None:
    last = _tune(2)[-1][0]
    ending = [(ticks + last + 240, pitch) for ticks, pitch in _tune(77, 12)]
    songs = _songs(**{song: Told(notes=_tune(int(song)) + ending) for song in ("02", "03")})
    assert near_duplicates(dataset_of(tmp_path, songs)) == []


def test_words_are_found_whatever_their_case_and_marks_and_with_some_changed(tmp_path: Path) -> None:
    edited = _told(4).upper().replace(" ", ", ", 9).replace("RIVER", "brook", 1) + ". More was said"
    found = near_duplicates(dataset_of(tmp_path, _songs(copy=Told(concept=edited))))
    assert _pairs(found) == [("text", "04", "copy")]
    assert 0.5 < found[0].similarity < 1.0


def test_a_short_phrase_that_two_songs_have_is_no_duplicate(tmp_path: Path) -> None:
    songs = _songs(one=Told(concept="Oh, my love"), other=Told(concept="Oh, my love"))
    assert near_duplicates(dataset_of(tmp_path, songs)) == []


def test_no_text_at_all_shares_nothing(tmp_path: Path) -> None:
    assert near_duplicates(dataset_of(tmp_path, {"01": Told(), "02": Told()})) == []
