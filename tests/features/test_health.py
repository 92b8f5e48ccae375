"""Encoders that say nothing, or only how loud it is, are told from those that say something."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rebracket.features import Bank, audio_bank, encoder_health, facts_of, text_bank
from rows_dataset import rows_dataset

N, D = 240, 16
SONGS = np.repeat([f"{n:02d}" for n in range(24)], 10).astype(object)
RNG = np.random.default_rng(0)
LOUDNESS = RNG.normal(-20, 6, N)
FACTS = {"loudness": LOUDNESS, "length": RNG.uniform(3, 20, N), "silence": np.full(N, np.nan)}


def _bank(vectors: np.ndarray) -> Bank:
    return Bank(vectors.astype(np.float32), np.arange(len(vectors)), "hand-0")


def _noise() -> np.ndarray:
    return np.random.default_rng(1).normal(size=(N, D))


@pytest.mark.parametrize(
    "vectors",
    [
        np.ones((N, D)),
        np.zeros((N, D)),
        100 + 0.01 * _noise(),
        np.outer(np.random.default_rng(2).normal(size=N), np.arange(1, D + 1)),
    ],
    ids=["one", "none", "hardly", "a line"],
)
def test_vectors_that_hardly_differ_are_collapsed(vectors: np.ndarray) -> None:
    assert encoder_health(_bank(vectors), SONGS, FACTS).verdict == "collapsed"


@pytest.mark.parametrize("noise", [0.0, 0.3])
def test_vectors_in_order_of_loudness_are_told(noise: float) -> None:
    vectors = np.outer(LOUDNESS, np.linspace(0.5, 1.5, D)) + 6 * noise * _noise()
    found = encoder_health(_bank(vectors), SONGS, FACTS)
    assert found.verdict == "loudness-ordered"
    assert found.explained["loudness"] > 0.8
    assert found.explained["length"] < 0.1
    assert found.explained["silence"] is None


def test_vectors_of_songs_are_healthy_and_their_neighbors_of_the_same_song() -> None:
    of_song = np.random.default_rng(3).normal(size=(24, D)).repeat(10, axis=0)
    found = encoder_health(_bank(of_song + 0.1 * _noise()), SONGS, FACTS)
    assert found.verdict == "healthy"
    assert found.same_song == 1.0
    assert found.same_song_by_chance == pytest.approx(9 / 239)
    random = encoder_health(_bank(_noise()), SONGS, FACTS)
    assert random.effective_rank > 0.9 * D
    assert random.same_song == pytest.approx(9 / 239, abs=0.08)


def test_neither_scale_nor_rotation_nor_repeated_rows_change_rank_and_neighbors() -> None:
    vectors = _noise() * np.geomspace(1, 30, D)
    bank = _bank(vectors)
    found = encoder_health(bank, SONGS, FACTS)
    scaled = encoder_health(_bank(7.0 * vectors), SONGS, FACTS)
    twice = Bank(bank.values, np.tile(bank.index, 2), bank.version)
    again = encoder_health(twice, np.tile(SONGS, 2), {name: np.tile(v, 2) for name, v in FACTS.items()})
    for one in (scaled, again):
        assert one.effective_rank == pytest.approx(found.effective_rank, rel=1e-4)
        assert one.same_song == found.same_song
        assert one.n == N


def test_our_own_encoders_are_healthy(tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path, songs=6, segments=3)
    songs = np.array(dataset.rows.column("song_id").to_pylist(), dtype=object)
    for bank in (audio_bank(dataset, "spectral"), text_bank(dataset, "minilm", ["concept", "lyrics"])):
        found = encoder_health(bank, songs, facts_of(dataset))
        assert found.verdict == "healthy", found


def test_no_vector_and_one_song_have_no_figures_between_songs() -> None:
    nothing = Bank(np.zeros((0, D), np.float32), np.full(3, -1), "hand-0")
    found = encoder_health(nothing, SONGS[:3], {})
    assert (found.n, found.cosines, found.same_song, found.verdict) == (0, None, None, "collapsed")
    assert encoder_health(_bank(_noise()), np.full(N, "one", object), {}).as_dict()["cosines"] is None


def test_texts_are_refused(tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path)
    with pytest.raises(ValueError, match="found texts"):
        encoder_health(text_bank(dataset, "tfidf", ["concept"]), SONGS, {})
