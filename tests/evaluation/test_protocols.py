from __future__ import annotations

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from rebracket.dataset.dealt import PROTOCOLS
from rebracket.evaluation.baselines import frozen_linear, majority, tfidf_linear
from rebracket.evaluation.document import target_entry
from rebracket.evaluation.metrics import accuracy, macro_f1, song_weights
from rebracket.evaluation.protocols import Labels, OutOfFold, cross_predict
from rebracket.features import Bank
from rebracket.segments import Split, make_splits

N_SONGS, ROWS_A_SONG, N_CLASSES = 40, 6, 4


def labels_of(numbers: np.ndarray) -> Labels:
    """Labels that are constant in each song, one album a class."""
    songs = np.repeat([f"s{i:02d}" for i in range(len(numbers))], ROWS_A_SONG)
    of_rows = np.repeat(numbers, ROWS_A_SONG)
    classes = tuple(f"c{i}" for i in range(N_CLASSES))
    return Labels(classes, of_rows, songs, np.array([f"a{n}" for n in of_rows]))


def splits_of(labels: Labels) -> dict[str, Split]:
    return make_splits(labels.songs.tolist(), [labels.classes[n] for n in labels.numbers])


def one_vector_a_song(rng: np.random.Generator) -> Bank:
    """The published mistake: every row of a song carries the song's one text."""
    vectors = rng.normal(size=(N_SONGS, 60))
    return Bank(vectors.astype(np.float32), np.repeat(np.arange(N_SONGS), ROWS_A_SONG), "test")


@pytest.fixture
def labels() -> Labels:
    return labels_of(np.arange(N_SONGS) % N_CLASSES)


def test_noise_that_repeats_in_a_song_is_perfect_by_rows_and_chance_by_songs(labels: Labels) -> None:
    found = {}
    scores = []
    for seed in range(5):
        procedure = frozen_linear(labels, one_vector_a_song(np.random.default_rng(seed)))
        for protocol, split in splits_of(labels).items():
            found[protocol] = cross_predict(procedure, labels, split).metrics()["accuracy"]
        assert found["rows"].value > 0.9
        scores.append(found["songs"].value)
    # 5 x 40 independent songs at chance 0.25: a standard error of about 0.03, and 3.5 of them.
    assert 0.14 < float(np.mean(scores)) < 0.36


def test_matrices_are_multiplied_on_one_thread_and_the_caller_gets_back_what_it_had(labels: Labels) -> None:
    seen = set()

    def procedure(train: np.ndarray, test: np.ndarray, seed: int) -> np.ndarray:
        seen.update(_threads())
        return np.full((len(test), N_CLASSES), 1 / N_CLASSES)

    with threadpool_limits(2, user_api="blas"):
        before = _threads()
        cross_predict(procedure, labels, splits_of(labels)["songs"])
        assert _threads() == before
    assert seen == {1}


def _threads() -> list[int]:
    return [one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"]


def test_a_planted_signal_is_found_by_songs(labels: Labels) -> None:
    rng = np.random.default_rng(1)
    centers = 4 * np.eye(N_CLASSES)[labels.numbers]
    vectors = centers + rng.normal(size=centers.shape)
    bank = Bank(vectors.astype(np.float32), np.arange(len(vectors)), "test")
    found = cross_predict(frozen_linear(labels, bank), labels, splits_of(labels)["songs"])
    assert found.metrics()["accuracy"].low > 0.8


def test_words_are_counted_on_training_texts_only(labels: Labels) -> None:
    words = [f"word{n} common" for n in range(N_CLASSES)]
    bank = Bank(tuple(words), labels.numbers, "tfidf")
    found = cross_predict(tfidf_linear(labels, bank), labels, splits_of(labels)["songs"])
    assert found.metrics()["accuracy"].value == 1.0
    nothing = Bank(("?", "!"), np.zeros(len(labels.numbers), dtype=np.intp), "tfidf")
    without_words = cross_predict(tfidf_linear(labels, nothing), labels, splits_of(labels)["songs"])
    assert 0.0 <= without_words.metrics()["accuracy"].value <= 0.5


def test_rows_without_the_input_are_predicted_too(labels: Labels) -> None:
    index = np.where(np.arange(len(labels.numbers)) % 3 == 0, -1, labels.numbers)
    bank = Bank(np.eye(N_CLASSES, dtype=np.float32), index.astype(np.intp), "test")
    found = cross_predict(frozen_linear(labels, bank), labels, splits_of(labels)["songs"])
    probabilities = found.probabilities[0]
    assert np.allclose(probabilities.sum(axis=1), 1)
    assert found.metrics()["accuracy"].value > 0.6


def test_majority_votes_by_song_of_the_training_part() -> None:
    # One song of class 1 has more rows than three songs of class 0 together.
    songs = np.array(["a", "b", "c", *["d"] * 9])
    labels = Labels(("x", "y"), np.array([0, 0, 0, *[1] * 9]), songs, songs)
    everything = np.arange(12)
    assert majority(labels)(everything, everything[:2], 0).tolist() == [[1.0, 0.0]] * 2
    assert majority(labels)(everything[2:], everything[:1], 0).argmax() == 0
    assert majority(labels)(everything[3:], everything[:1], 0).argmax() == 1


def test_songs_weigh_equally_however_many_rows_they_have() -> None:
    songs = np.array(["long"] * 98 + ["short"] * 2)
    truth = np.zeros(100, dtype=int)
    choice = np.array([0] * 98 + [1] * 2)
    assert accuracy(truth, choice, song_weights(songs)) == pytest.approx(0.5)
    assert macro_f1(truth, choice, song_weights(songs)) == pytest.approx(2 / 3)


def test_every_row_is_tested_once_a_repeat_and_never_learned_from(labels: Labels) -> None:
    split = splits_of(labels)["songs"]
    seen: list[tuple[set[str], set[str]]] = []

    def spy(train: np.ndarray, test: np.ndarray, seed: int) -> np.ndarray:
        seen.append((set(labels.songs[train]), set(labels.songs[test])))
        return np.full((len(test), N_CLASSES), 1 / N_CLASSES)

    found = cross_predict(spy, labels, split)
    assert not np.isnan(found.probabilities).any()
    assert len(seen) == split.k * len(split.folds) == 15
    assert all(not train & test for train, test in seen)


def test_a_split_that_cuts_through_a_song_raises(labels: Labels) -> None:
    folds = np.arange(len(labels.numbers))[None, :] % 2
    with pytest.raises(AssertionError, match="both sides"):
        cross_predict(majority(labels), labels, Split("songs", False, 2, folds))


def test_masked_rows_take_no_part(labels: Labels) -> None:
    numbers = labels.numbers.copy()
    numbers[:ROWS_A_SONG] = -1
    masked = Labels(labels.classes, numbers, labels.songs, labels.albums)
    found = cross_predict(majority(masked), masked, splits_of(labels)["songs"])
    document = found.as_dict()
    assert document["n_songs"] == document["n_units"] == N_SONGS - 1
    assert document["n_rows"] == (N_SONGS - 1) * ROWS_A_SONG
    assert np.isnan(found.probabilities[:, :ROWS_A_SONG]).all()


def test_the_document_counts_what_stands_behind_the_number(labels: Labels) -> None:
    splits = splits_of(labels)
    songs = cross_predict(majority(labels), labels, splits["songs"])
    entry = target_entry({"songs": {"model": songs}}, dict.fromkeys(PROTOCOLS), {})
    document = entry["protocols"]["songs"]
    assert (document["unit"], document["n_units"], document["n_albums"]) == ("song", N_SONGS, N_CLASSES)
    assert np.sum(document["confusion"]["counts"]) == N_SONGS * ROWS_A_SONG * len(splits["songs"].folds)
    assert [row["support_songs"] for row in document["per_class"]] == [10] * N_CLASSES
    assert [row["support_rows"] for row in document["per_class"]] == [10 * ROWS_A_SONG] * N_CLASSES
    rows = cross_predict(majority(labels), labels, splits["rows"]).as_dict()
    assert (rows["leaky"], rows["unit"], rows["n_units"]) == (True, "row", N_SONGS * ROWS_A_SONG)
    assert isinstance(songs, OutOfFold)
