"""A copy is found whatever it went through; short sounds, silence and a song's own chorus are none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from played import RATE_HZ, hit, later, plucked, through_mp3
from songs import Told, dataset_of

from rebracket.evaluation.duplicates import Duplicate, near_duplicates
from rebracket.signal.resample import resampled

OWN = {f"0{seed}": plucked(seed) for seed in range(1, 6)}


def _resampled(wave: np.ndarray) -> np.ndarray:
    """To 16 kHz and back."""
    return np.clip(resampled(resampled(wave, RATE_HZ, 16_000), 16_000, RATE_HZ), -1, 1)


CHANGES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "none": lambda wave: wave,
    "gain": lambda wave: 0.1 * wave,
    "polarity": lambda wave: -wave,
    "later": lambda wave: later(wave, 1.3137),
    "earlier": lambda wave: wave[round(2.2345 * RATE_HZ) :],
    "rate": _resampled,
    "mp3": through_mp3,
    "all": lambda wave: through_mp3(_resampled(-0.3 * wave[round(1.777 * RATE_HZ) :])),
}


def _found(path: Path, stems: dict[str, list[np.ndarray]]) -> list[Duplicate]:
    return near_duplicates(dataset_of(path, {song: Told(waves) for song, waves in stems.items()}))


def _alone(**more: list[np.ndarray]) -> dict[str, list[np.ndarray]]:
    return {song: [wave] for song, wave in OWN.items()} | more


@pytest.mark.parametrize("change", CHANGES)
def test_a_copy_under_another_name_is_found_and_nothing_else(change: str, tmp_path: Path) -> None:
    found = _found(tmp_path, _alone(copy=[plucked(99), CHANGES[change](OWN["03"])]))
    assert [(one.kind, one.a, one.b) for one in found] == [("audio", "03", "copy")]
    assert found[0].similarity > found[0].threshold
    assert all(row.startswith("copy-") and row.endswith("-2") for row in found[0].b_rows)
    assert found[0].a_rows


def test_songs_of_their_own_share_nothing(tmp_path: Path) -> None:
    assert _found(tmp_path, _alone()) == []


def test_a_loop_that_songs_have_is_a_loop(tmp_path: Path) -> None:
    loop = np.tile(plucked(50, 2.0), (4, 1))
    with_loop = {song: [wave, later(loop, n / 3)] for n, (song, wave) in enumerate(OWN.items()) if n < 3}
    found = _found(tmp_path, _alone(**with_loop))
    assert [(one.kind, one.a, one.b) for one in found] == [
        ("loop", "01", "02"),
        ("loop", "01", "03"),
        ("loop", "02", "03"),
    ]


def test_one_drum_that_comes_again_in_every_song_is_no_duplicate(tmp_path: Path) -> None:
    drum = hit(0)
    songs = {}
    for song, wave in OWN.items():
        alone, among = np.zeros_like(wave), wave.copy()
        for onset in range(0, len(wave) - len(drum), 2 * RATE_HZ):
            alone[onset : onset + len(drum)] += drum
            among[onset : onset + len(drum)] += 0.3 * drum
        songs[song] = [alone, np.clip(among, -1, 1)]
    assert _found(tmp_path, songs) == []


def test_silence_and_a_song_that_repeats_itself_are_none(tmp_path: Path) -> None:
    still = np.zeros_like(OWN["01"])
    again = np.concatenate([OWN["01"], OWN["01"]])
    songs = {song: [wave, still] for song, wave in OWN.items()} | {"01": [again, still, OWN["01"]]}
    assert _found(tmp_path, songs) == []


def test_what_was_read_once_is_not_read_again(tmp_path: Path) -> None:
    songs = {song: Told([wave]) for song, wave in OWN.items()} | {"copy": Told([OWN["02"]])}
    first = near_duplicates(dataset_of(tmp_path, songs))
    again = dataset_of(tmp_path, songs)
    assert near_duplicates(again) == first
    assert again.opened == []
