"""What happens to rows before training: merged, weighted, held back by song, prepared."""

from collections import Counter

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from planted import planted
from sklearn.feature_extraction.text import TfidfVectorizer

from rebracket.features import Bank
from rebracket.objectives import loss_weights, weighted_loss
from rebracket.training.batch import batch_of
from rebracket.training.inputs import Inputs
from rebracket.training.merge import MergedRows, distinct_rows, merge_rows
from rebracket.training.preparation import Standardization, WordWeights, fit_preparation
from rebracket.training.validation import deal_songs, hold_out_songs

SONG_ROWS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3)), min_size=1, max_size=60)


@pytest.mark.parametrize("several", [False, True])
def test_merged_rows_have_the_loss_of_all_rows(several: bool) -> None:
    data = planted(rows_per_song=5)
    rows = data.rows[:-7]
    truth = np.random.default_rng(0).random((len(data.rows), 3)) > 0.5 if several else data.target.labels
    merged = merge_rows(data.inputs, truth, rows)
    assert merged.counts.sum() == len(rows) > len(merged.counts)
    preparations = {"text": fit_preparation(data.inputs.banks["text"], rows)}
    apart = MergedRows(data.inputs.places(rows), truth[rows], np.ones(len(rows)), rows)
    weights = torch.randn(12, 3, generator=torch.Generator().manual_seed(0))
    found = []
    for some in (merged, apart):
        batch = batch_of(data.inputs.banks, preparations, some, loss_weights(some.truth, some.counts, "abc"))
        found.append(weighted_loss(batch.readings["text"].values @ weights, batch.truth, batch.weights))
    assert float(found[0]) == pytest.approx(float(found[1]), rel=1e-5)


@given(st.lists(st.tuples(*[st.integers(-1, 3)] * 3), min_size=1, max_size=40))
def test_distinct_rows_are_those_of_numpy(rows: list[tuple[int, ...]]) -> None:
    table = np.array(rows)
    first, row_of = distinct_rows(table)
    expected, expected_row_of = np.unique(table, axis=0, return_inverse=True)
    assert np.array_equal(table[first], expected)
    assert np.array_equal(row_of, expected_row_of.reshape(-1))


@given(SONG_ROWS, st.floats(0.05, 0.9), st.integers(0, 99))
def test_held_songs_are_whole_and_leave_every_class_a_song(
    rows: list[tuple[int, int]], share: float, seed: int
) -> None:
    songs, labels = [f"s{song}" for song, _ in rows], [label for _, label in rows]
    held = hold_out_songs(songs, labels, share, np.random.default_rng(seed))
    left = {label for song, label in zip(songs, labels, strict=True) if song not in held}
    assert left == set(labels)
    assert held <= set(songs)
    assert held == hold_out_songs(songs, labels, share, np.random.default_rng(seed))


@given(SONG_ROWS, st.integers(2, 5), st.integers(0, 99))
def test_dealt_songs_are_whole_and_every_class_is_spread(
    rows: list[tuple[int, int]], most: int, seed: int
) -> None:
    songs, labels = [f"s{song}" for song, _ in rows], [label for _, label in rows]
    folds = deal_songs(songs, labels, most, np.random.default_rng(seed))
    assert set(folds) in (set(songs), set())
    sizes = Counter(folds.values())
    assert max(sizes.values(), default=0) - min(sizes.values(), default=0) <= 1
    assert not folds or 2 <= len(sizes) <= most
    alone = [f"{label}-{song}" for label in "ab" for song in range(most)]
    dealt = deal_songs(alone, [0] * most + [1] * most, most, np.random.default_rng(seed))
    assert all(
        sorted(dealt[f"{label}-{song}"] for song in range(most)) == list(range(most)) for label in "ab"
    )


def test_each_class_gives_its_share() -> None:
    songs = [f"{label}-{song}" for label in "ab" for song in range(10)]
    held = hold_out_songs(songs, [0] * 10 + [1] * 10, 0.2, np.random.default_rng(0))
    assert Counter(song[0] for song in held) == {"a": 2, "b": 2}


@given(st.integers(1, 30), st.integers(0, 9))
@settings(deadline=None)
def test_standardized_training_rows_have_mean_zero_and_deviation_one(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(5, 3, size=(40, 4)).astype(np.float32)
    values[:, 3] = 7.0
    rows = rng.integers(0, 100, size=n)
    bank = Bank(values, rng.integers(-1, 40, size=100), "some")
    fitted = fit_preparation(bank, rows)
    used = bank.index[rows][bank.index[rows] >= 0]
    prepared = fitted.apply(values)[used]
    assert (prepared[:, 3] == 0).all()
    if len(set(used.tolist())) > 1:
        assert np.allclose(prepared[:, :3].mean(axis=0), 0, atol=1e-3)
        assert np.allclose(prepared[:, :3].std(axis=0), 1, atol=1e-3)


def test_nothing_is_learned_from_rows_outside_the_training() -> None:
    rng = np.random.default_rng(0)
    index, train = np.arange(20), np.arange(10)
    values = rng.normal(size=(20, 3)).astype(np.float32)
    changed = values.copy()
    changed[10:] *= 100
    one, other = (fit_preparation(Bank(v, index, "x"), train) for v in (values, changed))
    assert isinstance(one, Standardization)
    assert isinstance(other, Standardization)
    assert np.array_equal(one.mean, other.mean)
    assert np.array_equal(one.gain, other.gain)
    words = fit_preparation(Bank(("stone river", "river glass"), np.array([0, 1]), "tfidf"), np.array([0]))
    assert isinstance(words, WordWeights)
    assert words.words == ("river", "stone")


def test_word_weights_favor_the_rare_and_know_no_strangers() -> None:
    texts = ("river stone", "river glass glass", "river", "unheard words")
    fitted = fit_preparation(Bank(texts, np.arange(4), "tfidf"), np.arange(3))
    table = fitted.apply(texts)
    assert isinstance(fitted, WordWeights)
    river, stone = fitted.words.index("river"), fitted.words.index("stone")
    assert table[0, stone] > table[0, river] > 0
    assert np.allclose(np.linalg.norm(table[:3], axis=1), np.sqrt(3))
    assert (table[3] == 0).all()


@given(
    st.lists(
        st.lists(st.sampled_from(["river", "stone", "glass", "Glass", "of", "a"]), min_size=1).map(" ".join)
    )
)
@settings(deadline=None, max_examples=40)
def test_word_weights_are_those_of_scikit_learn_but_for_their_length(texts: list[str]) -> None:
    distinct = tuple(dict.fromkeys(texts))
    assume(any(len(word) > 1 for text in distinct for word in text.split()))
    ours = fit_preparation(Bank(distinct, np.arange(len(distinct)), "tfidf"), np.arange(len(distinct)))
    theirs = TfidfVectorizer(sublinear_tf=True)
    expected = theirs.fit_transform(distinct).toarray() * np.sqrt(ours.width)
    assert isinstance(ours, WordWeights)
    assert ours.words == tuple(theirs.get_feature_names_out())
    assert np.allclose(ours.apply(distinct), expected, atol=1e-4)


def test_at_most_4096_words_are_kept_those_of_most_texts() -> None:
    texts = tuple(f"shared word{i:05d}" for i in range(5000))
    fitted = fit_preparation(Bank(texts, np.arange(5000), "tfidf"), np.arange(5000))
    assert isinstance(fitted, WordWeights)
    assert len(fitted.words) == 4096
    assert "shared" in fitted.words


def test_training_rows_without_any_text_still_make_a_column() -> None:
    fitted = fit_preparation(Bank(("some words",), np.array([0, -1]), "tfidf"), np.array([1]))
    assert fitted.width == 1
    assert (fitted.apply(("some words", "")) == 0).all()


def test_inputs_are_all_over_the_same_rows() -> None:
    with pytest.raises(ValueError, match="all over the same rows"):
        Inputs({"text": Bank(("a",), np.array([0]), "t"), "midi": Bank(("a",), np.array([0, 0]), "m")})
    with pytest.raises(ValueError, match="at least one modality"):
        Inputs({})
