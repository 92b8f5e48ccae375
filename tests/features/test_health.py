"""Encoders that say nothing, or only how loud it is, are told from those that say something."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rebracket.core.errors import InputError
from rebracket.features import (
    Bank,
    Sequences,
    audio_bank,
    encoder_health,
    facts_of,
    midi_bank,
    pooled,
    text_bank,
)
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
    found = encoder_health(_bank(vectors), SONGS, FACTS)
    assert (found.verdict, found.stops) == ("collapsed", True)


@pytest.mark.parametrize(("cosine", "verdict"), [(0.999, "collapsed"), (0.99, "healthy"), (0.3, "healthy")])
def test_a_mean_cosine_near_one_is_a_collapse(cosine: float, verdict: str) -> None:
    center = np.random.default_rng(4).normal(size=D)
    center /= np.linalg.norm(center)
    vectors = center + np.sqrt(1 / cosine - 1) * _noise() / np.sqrt(D)
    found = encoder_health(_bank(vectors), SONGS, FACTS)
    assert found.cosines_across[1] == pytest.approx(cosine, abs=0.2 * (1 - cosine))
    assert found.verdict == verdict


def test_one_large_column_is_no_collapse_where_the_others_vary() -> None:
    vectors = np.column_stack([np.full(N, 1000.0), _noise()])
    found = encoder_health(_bank(vectors), SONGS, FACTS)
    assert found.spread < 0.01
    assert found.cosines_across[0] > 0.999
    assert found.verdict == "healthy"


@pytest.mark.parametrize("noise", [0.0, 0.2, 0.5])
def test_vectors_in_order_of_loudness_are_told(noise: float) -> None:
    vectors = np.outer(LOUDNESS, np.linspace(0.5, 1.5, D)) + 6 * noise * _noise()
    found = encoder_health(_bank(vectors), SONGS, FACTS)
    assert found.verdict == "loudness-ordered"
    assert found.stops == (noise < 0.5)  # what the other directions say, nobody has asked yet
    assert found.explained["loudness"] > 0.8
    assert found.explained["length"] < 0.1
    assert found.explained["silence"] is None


def test_songs_that_differ_in_level_are_no_order_of_loudness() -> None:
    of_song = np.random.default_rng(5).normal(size=24).repeat(10)
    level = -20 + 4 * of_song + np.random.default_rng(6).normal(0, 0.1, N)
    vectors = np.outer(of_song, np.ones(D)) + 0.2 * _noise()
    found = encoder_health(_bank(vectors), SONGS, {"loudness": level})
    assert found.explained["loudness"] > 0.9
    assert found.verdict != "loudness-ordered"


def test_vectors_of_songs_are_healthy_and_their_neighbors_of_the_same_song() -> None:
    of_song = np.random.default_rng(3).normal(size=(24, D)).repeat(10, axis=0)
    found = encoder_health(_bank(of_song + 0.1 * _noise()), SONGS, FACTS)
    assert found.verdict == "healthy"
    assert found.same_song == 1.0
    assert found.same_song_by_chance == pytest.approx(9 / 239)
    assert found.nearer < 0.3 < 1 < found.nearer_by_chance
    assert found.cosines_within[0] > 0.9 > found.cosines_across[1]
    random = encoder_health(_bank(_noise()), SONGS, FACTS)
    assert random.effective_rank > 0.9 * D
    assert random.same_song == pytest.approx(9 / 239, abs=0.08)
    assert random.nearer == pytest.approx(random.nearer_by_chance, rel=0.05)


def test_a_rotation_changes_neither_cosines_nor_spread_nor_the_verdict() -> None:
    turn = np.linalg.qr(np.random.default_rng(7).normal(size=(D, D)))[0]
    of_song = np.random.default_rng(3).normal(size=(24, D)).repeat(10, axis=0)
    for vectors in (
        of_song + 0.5 * _noise(),
        np.outer(LOUDNESS, np.linspace(0.5, 1.5, D)) + _noise(),
        100 + 0.01 * _noise(),
    ):
        found, turned = (encoder_health(_bank(v), SONGS, FACTS) for v in (vectors, vectors @ turn))
        assert turned.verdict == found.verdict
        assert turned.spread == pytest.approx(found.spread, rel=1e-4)
        assert turned.cosines_within == pytest.approx(found.cosines_within, abs=1e-5)
        assert turned.cosines_across == pytest.approx(found.cosines_across, abs=1e-5)


def test_units_of_columns_change_neither_rank_nor_neighbors() -> None:
    found = encoder_health(_bank(_noise()), SONGS, FACTS)
    scaled = encoder_health(_bank(_noise() * np.geomspace(1e-3, 1e3, D)), SONGS, FACTS)
    for name in ("effective_rank", "variation", "nearer", "nearer_by_chance", "first_share"):
        assert getattr(scaled, name) == pytest.approx(getattr(found, name), rel=1e-4)
    assert scaled.same_song == found.same_song


def test_neither_scale_nor_repeated_rows_change_rank_and_neighbors() -> None:
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


@pytest.mark.parametrize("songs", [1, 4])
def test_our_own_encoders_are_healthy_on_three_songs_and_on_twelve(tmp_path: Path, songs: int) -> None:
    dataset = rows_dataset(tmp_path, songs=songs, segments=3)
    dataset.rows = dataset.rows.set_column(
        dataset.rows.column_names.index("lyrics"), "lyrics", dataset.rows.column("concept")
    )
    songs_of = np.array(dataset.rows.column("song_id").to_pylist(), dtype=object)
    banks = (
        audio_bank(dataset, "spectral"),
        midi_bank(dataset, "histogram"),
        text_bank(dataset, "minilm", ["concept", "lyrics"]),
    )
    for bank in banks:
        found = encoder_health(bank, songs_of, facts_of(dataset))
        assert found.verdict == "healthy", found
        assert found.n_songs == 3 * songs


def test_what_cannot_be_told_is_null_and_stands_against_nobody() -> None:
    nothing = Bank(np.zeros((0, D), np.float32), np.full(3, -1), "hand-0")
    alike = Bank(np.ones((N, D), np.float32), np.arange(N), "hand-0")
    one = np.full(N, "one", object)
    for bank, songs in ((nothing, SONGS[:3]), (_bank(np.ones((2, D))), SONGS[[0, -1]]), (alike, one)):
        found = encoder_health(bank, songs, {"loudness": LOUDNESS[: len(songs)]})
        assert (found.verdict, found.stops) == ("unknown", False)
        told = found.as_dict()
        for name in ("cosines", "cosines_within", "same_song", "same_song_by_chance", "nearer"):
            assert told[name] is None
    assert encoder_health(nothing, SONGS[:3], {}).as_dict()["effective_rank"] is None


def test_songs_of_one_content_each_have_no_neighbor_of_their_own() -> None:
    found = encoder_health(_bank(_noise()[:24]), SONGS[::10], {})
    assert found.cosines_across is not None
    assert (found.cosines_within, found.same_song, found.nearer, found.verdict) == (
        None,
        None,
        None,
        "healthy",
    )


@pytest.mark.parametrize("n", [3, 4, 6, 12])
def test_of_few_contents_a_line_is_told_and_a_cloud_is_let_through(n: int) -> None:
    songs = np.array([str(i % 3) for i in range(n)], dtype=object)
    for seed in range(30):
        rng = np.random.default_rng(seed)
        cloud, line = rng.normal(size=(n, D)), np.outer(rng.normal(size=n), np.arange(1, D + 1))
        assert encoder_health(_bank(cloud), songs, {"loudness": rng.normal(size=n)}).verdict == "healthy"
        assert encoder_health(_bank(line), songs, {}).verdict == "collapsed"


def test_sequences_are_looked_at_by_their_mean_over_time() -> None:
    lengths = np.random.default_rng(8).integers(1, 6, N)
    values = Sequences.of([np.repeat(v[None], t, axis=0) for v, t in zip(_noise(), lengths, strict=True)])
    found = encoder_health(Bank(values, np.arange(N), "hand-0", kind="states"), SONGS, FACTS)
    alone = encoder_health(_bank(_noise()), SONGS, FACTS)
    assert found.effective_rank == pytest.approx(alone.effective_rank, rel=1e-4)
    assert found.same_song == alone.same_song


def test_pooled_stems_are_looked_at_one_by_one() -> None:
    bank = _bank(_noise())
    segments = [f"{row // 2}" for row in range(N)]
    together, alone = (encoder_health(b, SONGS, FACTS) for b in (pooled(bank, segments), bank))
    assert (together.n, together.effective_rank) == (N, pytest.approx(alone.effective_rank))
    assert together.explained["loudness"] is None  # a row's level is not known of each of its stems


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_numbers_that_are_not_finite_are_named(wrong: float) -> None:
    vectors = _noise()
    vectors[3, 2] = vectors[9, 0] = wrong
    with pytest.raises(InputError, match="hand-0: found numbers that are not finite in 2 of 240 vectors"):
        encoder_health(_bank(vectors), SONGS, FACTS)


def test_texts_tokens_and_frames_are_refused(tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path)
    tokens = Sequences.of([np.ones((4, 3), np.int32)] * N)
    frames = Sequences.of([np.ones((4, 3), np.float16)] * N)
    for bank, kind in (
        (text_bank(dataset, "tfidf", ["concept"]), "texts"),
        (Bank(tokens, np.arange(N), "hand-0", kind="tokens"), "tokens"),
        (Bank(frames, np.arange(N), "hand-0", kind="frames"), "frames"),
    ):
        with pytest.raises(ValueError, match=f"found {kind}"):
            encoder_health(bank, SONGS, {})
