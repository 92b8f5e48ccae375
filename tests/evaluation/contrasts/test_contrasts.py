"""Pairs and axes on songs where it is known which classes a channel can tell apart."""

from __future__ import annotations

import numpy as np
import pytest

from rebracket.core.errors import RefusedError
from rebracket.evaluation.contrasts import (
    Contrast,
    axis_contrasts,
    confused_pairs,
    contrast_entries,
    narrowed,
    narrowed_labels,
    pair_contrasts,
    ridge_test,
)
from rebracket.evaluation.metrics import song_weights
from rebracket.evaluation.protocols import Labels, OutOfFold
from rebracket.segments import Split

CLASSES = ("red", "green", "blue")
ROWS_A_SONG = 2


def songs_of(n_songs: int = 36, *, class_is_album: bool = False) -> Labels:
    of_rows = np.repeat(np.arange(n_songs), ROWS_A_SONG)
    numbers = of_rows % len(CLASSES)
    songs = np.array([f"s{i:02d}" for i in of_rows])
    albums = numbers if class_is_album else of_rows // len(CLASSES) % 4
    return Labels(CLASSES, numbers, songs, albums.astype(str), segments=np.arange(len(of_rows)))


def said(labels: Labels, vectors: np.ndarray) -> OutOfFold:
    """Probabilities as softmax of vectors [N, C]; five folds of whole songs, twice."""
    exps = np.exp(vectors - vectors.max(axis=1, keepdims=True))
    of_song = np.unique(labels.songs, return_inverse=True)[1]
    folds = np.stack([of_song % 5, of_song // 2 % 5])
    return OutOfFold(
        labels, Split("songs", False, 5, folds), np.stack([exps / exps.sum(1, keepdims=True)] * 2)
    )


def red_stands_out(labels: Labels, seed: int = 0) -> np.ndarray:
    """Vectors that tell red from the rest and nothing else."""
    noise = np.random.default_rng(seed).normal(size=(len(np.unique(labels.songs)), 3)).repeat(ROWS_A_SONG, 0)
    return 0.5 * noise + 4 * np.stack([labels.numbers == 0, labels.numbers != 0, labels.numbers != 0], axis=1)


def test_every_two_classes_are_a_question_once() -> None:
    assert [pair.name for pair in pair_contrasts(CLASSES)] == ["red / green", "red / blue", "green / blue"]


def test_an_axis_has_the_sides_that_occur() -> None:
    axes: dict[str, dict[str, str | None]] = {
        "warmth": {"red": "warm", "green": "cold", "blue": "cold", "amber": "warm"},
        "alone": {"red": "warm"},
        "partly": {"red": "one", "green": None, "blue": "two"},
    }
    found = axis_contrasts(CLASSES, axes)
    assert [axis.name for axis in found] == ["warmth", "partly"]
    assert dict(found[0].sides) == {"cold": ("green", "blue"), "warm": ("red",)}
    assert narrowed_labels(songs_of(), found[1]).numbers[:6].tolist() == [0, 0, -1, -1, 1, 1]


def test_a_narrowed_model_divides_what_it_gave_the_sides() -> None:
    labels = songs_of()
    found = said(labels, red_stands_out(labels))
    pair = narrowed(found, pair_contrasts(CLASSES)[0])
    rows = pair.tested(0)
    assert set(labels.numbers[rows].tolist()) == {0, 1}
    assert pair.probabilities[0, rows].sum(axis=1) == pytest.approx(1)
    expected = found.probabilities[0, rows, 0] / found.probabilities[0, rows, :2].sum(axis=1)
    assert pair.probabilities[0, rows, 0] == pytest.approx(expected)
    nothing = OutOfFold(labels, found.split, np.tile([0.0, 0.0, 1.0], (2, len(labels.songs), 1)))
    assert (narrowed(nothing, pair_contrasts(CLASSES)[0]).probabilities[0, rows] == 0.5).all()


def test_a_pair_scores_the_same_from_either_side() -> None:
    labels = songs_of()
    found = {"model": said(labels, np.random.default_rng(0).normal(size=(len(labels.songs), 3)))}
    there = contrast_entries(found, [Contrast("pair", "x", {"red": ("red",), "blue": ("blue",)})])
    back = contrast_entries(found, [Contrast("pair", "x", {"blue": ("blue",), "red": ("red",)})])
    one, other = (each["contrasts"][0]["channels"]["model"] for each in (there, back))
    for score in ("auc", "balanced_accuracy"):
        assert one[score] == pytest.approx(other[score])


def test_what_a_channel_can_tell_apart_is_found_and_nothing_else() -> None:
    labels = songs_of()
    vectors = red_stands_out(labels)
    segments = np.arange(len(labels.songs))
    tests = {"audio": ridge_test(vectors, segments, "song", n=199)}
    found = contrast_entries({"audio": said(labels, vectors)}, pair_contrasts(CLASSES), tests)
    told = {entry["name"]: entry["channels"]["audio"] for entry in found["contrasts"]}
    assert [told[name]["told_apart"] for name in told] == [True, True, False]
    assert told["red / green"]["auc"]["value"] == pytest.approx(1)
    assert told["green / blue"]["auc"]["low"] < 0.5 < told["green / blue"]["auc"]["high"]
    assert found["tests"] == 3


def test_p_are_corrected_over_all_that_was_asked() -> None:
    labels = songs_of()
    vectors = red_stands_out(labels)
    tests = {name: ridge_test(vectors, np.arange(len(vectors)), "song", n=199) for name in ("text", "audio")}
    found = contrast_entries({"model": said(labels, vectors)}, pair_contrasts(CLASSES), tests)
    assert found["tests"] == 6
    for entry in found["contrasts"]:
        assert set(entry["channels"]) == {"audio", "model", "text"}
        assert entry["channels"]["model"]["permutation"] is None
        assert entry["channels"]["model"]["told_apart"] is None
        for channel in ("audio", "text"):
            result = entry["channels"][channel]["permutation"]
            assert result["p"] <= result["p_corrected"] <= min(1.0, 6 * result["p"])


def test_colors_that_are_albums_cannot_be_tested_and_are_not_told_apart() -> None:
    labels = songs_of(class_is_album=True)
    vectors = red_stands_out(labels)
    tests = {"audio": ridge_test(vectors, np.arange(len(vectors)), "album", n=99)}
    found = contrast_entries({"audio": said(labels, vectors)}, pair_contrasts(CLASSES), tests)
    assert found["tests"] == 0
    for entry in found["contrasts"]:
        assert entry["channels"]["audio"]["permutation"]["undefined"].startswith("not testable")
        assert entry["channels"]["audio"]["told_apart"] is None
        assert entry["channels"]["audio"]["auc"] is not None


def test_a_test_that_so_many_others_leave_no_chance_has_no_p() -> None:
    labels = songs_of()
    vectors = red_stands_out(labels)
    tests = {
        "quick": ridge_test(vectors, np.arange(len(vectors)), "song", n=19),  # its least p is 0.05
        "long": ridge_test(vectors, np.arange(len(vectors)), "song", n=199),
    }
    found = contrast_entries({"model": said(labels, vectors)}, pair_contrasts(CLASSES), tests)
    assert found["tests"] == 3
    for entry in found["contrasts"]:
        assert entry["channels"]["quick"]["permutation"] == {
            "undefined": "not testable: p cannot be below 0.05, too much for one of 6 tests"
        }
        assert entry["channels"]["quick"]["told_apart"] is None
        assert entry["channels"]["long"]["permutation"]["p_corrected"] <= 1


def test_a_channel_without_rows_of_two_sides_says_so() -> None:
    labels = songs_of()
    vectors = np.where((labels.numbers == 0)[:, None], red_stands_out(labels), np.nan)
    test = ridge_test(vectors, np.arange(len(vectors)), "song", n=99)
    with pytest.raises(RefusedError, match="fewer than two sides"):
        test(labels)
    entry = contrast_entries(
        {"model": said(labels, np.zeros((len(vectors), 3)))}, pair_contrasts(CLASSES), {"midi": test}
    )
    undefined = {"undefined": "the channel has rows of fewer than two sides"}
    assert entry["contrasts"][0]["channels"]["midi"]["permutation"] == undefined


def test_several_labels_are_no_classes_to_choose_among() -> None:
    labels = songs_of()
    several = Labels(
        CLASSES, labels.numbers, labels.songs, labels.albums, np.eye(3, dtype=bool)[labels.numbers]
    )
    with pytest.raises(ValueError, match="several labels a row"):
        narrowed_labels(several, pair_contrasts(CLASSES)[0])


def test_confused_pairs_are_those_of_the_confusion_with_the_surest_song_first() -> None:
    labels = songs_of()
    found = said(labels, 3 * np.random.default_rng(2).normal(size=(len(labels.songs), 3)))
    ids = np.array([f"r{i:03d}" for i in range(len(labels.songs))])
    pairs = confused_pairs(found, ids, np.char.add("g", ids), n_pairs=9, n_passages=4)
    weights, choice = song_weights(labels.songs), found.probabilities[0].argmax(axis=1)
    for pair in pairs:
        of_truth = labels.numbers == CLASSES.index(pair["truth"])
        wrong = of_truth & (choice == CLASSES.index(pair["choice"]))
        assert pair["rows"] == wrong.sum()
        assert pair["share"] == pytest.approx(weights[wrong].sum() / weights[of_truth].sum())
        passages = pair["passages"]
        assert len({passage["song"] for passage in passages}) == len(passages) <= 4
        sure = [passage["confidence"] for passage in passages]
        assert sure == sorted(sure, reverse=True)
        assert sure[0] == pytest.approx(found.probabilities[0][wrong, CLASSES.index(pair["choice"])].max())
    assert [pair["share"] for pair in pairs] == sorted((pair["share"] for pair in pairs), reverse=True)
    assert len(confused_pairs(found, ids, ids, n_pairs=1)) == 1


def test_a_model_that_is_right_confuses_nothing() -> None:
    labels = songs_of()
    assert confused_pairs(said(labels, 5 * np.eye(3)[labels.numbers]), labels.songs, labels.songs) == []


def test_of_catalogues_where_nothing_can_be_told_apart_few_say_that_something_can() -> None:
    labels, segments = songs_of(), np.arange(36 * ROWS_A_SONG)
    fooled = 0
    for seed in range(40):
        noise = np.random.default_rng(seed).normal(size=(36, 3)).repeat(ROWS_A_SONG, axis=0)
        tests = {"audio": ridge_test(noise, segments, "song", n=79, seed=seed)}
        found = contrast_entries({"audio": said(labels, noise)}, pair_contrasts(CLASSES), tests)
        fooled += any(entry["channels"]["audio"]["told_apart"] for entry in found["contrasts"])
    assert fooled <= 7  # of 40 at 0.05, more come up less than once in 1,000
