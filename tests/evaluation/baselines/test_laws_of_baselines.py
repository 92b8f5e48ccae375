from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import softmax
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from rebracket.evaluation.baselines import BASELINES, Baseline
from rebracket.evaluation.baselines.softmax import softmax_regression
from rebracket.evaluation.baselines.tfidf import count_words, weigh_words
from rebracket.evaluation.material import Material, Rule
from rebracket.evaluation.protocols import Labels, cross_predict
from rebracket.features import Bank
from rebracket.segments import Split, make_splits

N_SONGS, ROWS, N_CLASSES = 24, 3, 3
BY_NAME = {baseline.name: baseline for baseline in BASELINES}
SONG = np.repeat(np.arange(N_SONGS), ROWS)
TRUTH = SONG % N_CLASSES


def named(prefix: str, numbers: np.ndarray) -> np.ndarray:
    return np.array([f"{prefix}{number}" for number in numbers], dtype=object)


def material(seed: int = 0) -> Material:
    """Nothing in it knows the label; texts repeat in a song, sound and notes do in none."""
    rng = np.random.default_rng(seed)
    rows = np.arange(N_SONGS * ROWS)
    texts = tuple(f"word{rng.integers(9)} letter{rng.integers(9)} own{song}" for song in range(N_SONGS))
    labels = Labels(("x", "y", "z"), TRUTH, named("s", SONG), named("a", SONG % 2))
    return Material(
        target="made up",
        labels=labels,
        segments=named("g", rows),
        provenance="synthetic",
        text_fields=("concept",),
        texts=Bank(texts, SONG, "texts"),
        inputs={
            name: Bank(rng.normal(size=(len(rows), 4)).astype(np.float32), rows, "made up")
            for name in ("spectral", "histogram")
        },
        columns={
            "names": {"title": named("Study ", rng.permutation(N_SONGS)[SONG])},
            "bookkeeping": {"tracks": rng.integers(4, 9, N_SONGS)[SONG].astype(float)},
            "production": {"level": rng.normal(size=len(rows)), "rate": np.full(len(rows), np.nan)},
            "facts": {
                "bpm": rng.normal(size=N_SONGS)[SONG],
                "key": named("", rng.integers(4, size=N_SONGS)[SONG]),
            },
        },
        contents={"text": named("t", SONG), "audio": named("w", rows), "midi": named("m", rows)},
        rule=Rule(TRUTH, ("concept",), "rule:0"),
    )


def splits() -> Split:
    return make_splits(named("s", SONG).tolist(), named("", TRUTH).tolist())["songs"]


def probabilities(made: Material, name: str) -> np.ndarray:
    procedure = BY_NAME[name].make(made)
    assert procedure is not None
    return cross_predict(procedure, made.labels, splits()).probabilities


def accuracy(made: Material, name: str) -> float:
    return float((probabilities(made, name).argmax(axis=2) == TRUTH).mean())


def with_column(made: Material, kind: str, name: str, column: np.ndarray) -> Material:
    return replace(made, columns={**made.columns, kind: {**made.columns[kind], name: column}})


@pytest.mark.parametrize("baseline", BASELINES, ids=lambda baseline: baseline.name)
def test_every_baseline_says_how_probable_each_class_is_and_says_it_again(baseline: Baseline) -> None:
    made = probabilities(material(), baseline.name)
    assert np.allclose(made.sum(axis=2), 1)
    assert made.min() >= 0
    assert (made == probabilities(material(), baseline.name)).all()


@pytest.mark.parametrize("baseline", BASELINES, ids=lambda baseline: baseline.name)
def test_every_baseline_says_something_of_each_label_where_rows_have_several(baseline: Baseline) -> None:
    made = material()
    has = np.stack([TRUTH == 0, SONG % 2 == 0, np.ones(len(SONG), dtype=bool)], axis=1)
    labels = replace(made.labels, numbers=np.zeros(len(SONG), dtype=int), indicators=has)
    procedure = baseline.make(
        replace(made, labels=labels, rule=Rule(np.zeros(len(SONG), int), (), "rule:0", has))
    )
    assert procedure is not None
    train, test = np.flatnonzero(SONG < 18), np.flatnonzero(SONG >= 18)
    said = procedure(train, test, 0)
    assert said.shape == (len(test), 3)
    assert ((said >= 0) & (said <= 1)).all()
    assert np.allclose(said[:, 2], 1)


@pytest.mark.parametrize("baseline", BASELINES, ids=lambda baseline: baseline.name)
def test_labels_of_held_out_songs_change_nothing(baseline: Baseline) -> None:
    made = material()
    train, test = np.flatnonzero(SONG < 18), np.flatnonzero(SONG >= 18)
    other = np.where(SONG < 18, TRUTH, (TRUTH + 1) % N_CLASSES)
    said = []
    for numbers in (TRUTH, other):
        procedure = baseline.make(replace(made, labels=replace(made.labels, numbers=numbers)))
        assert procedure is not None
        said.append(procedure(train, test, 0))
    assert (said[0] == said[1]).all()


@pytest.mark.parametrize("name", ["bookkeeping", "production", "names", "spectral", "nearest audio", "facts"])
def test_what_one_held_out_song_is_like_changes_no_other(name: str) -> None:
    made, odd = material(), SONG == N_SONGS - 1
    poisoned = replace(
        made,
        inputs={
            n: replace(bank, values=np.where(odd[:, None], 1e3, bank.values))
            for n, bank in made.inputs.items()
        },
        columns={
            kind: {n: np.where(odd, "odd" if c.dtype == object else 1e6, c) for n, c in columns.items()}
            for kind, columns in made.columns.items()
        },
    )
    train, test = np.flatnonzero(SONG < 18), np.flatnonzero((SONG >= 18) & ~odd)
    procedures = [BY_NAME[name].make(one) for one in (made, poisoned)]
    said = [procedure(train, test, 0) for procedure in procedures if procedure is not None]
    assert np.allclose(said[0], said[1], atol=1e-4)


def test_nothing_knows_labels_that_nothing_tells() -> None:
    for name in ("names", "bookkeeping", "production", "nearest text", "nearest audio", "tfidf", "spectral"):
        mean = np.mean([accuracy(material(seed), name) for seed in range(6)])
        assert mean < 0.5, name  # 144 songs at a third: a standard error of 0.04


def test_a_text_that_repeats_is_remembered_by_rows_and_by_no_song() -> None:
    a_row_of_each_song = Split("rows", True, ROWS, np.arange(len(SONG))[None, :] % ROWS)
    procedure = BY_NAME["nearest text"].make(material())
    assert procedure is not None
    found = cross_predict(procedure, material().labels, a_row_of_each_song).probabilities
    assert (found.argmax(axis=2) == TRUTH).all()
    assert accuracy(material(), "nearest text") < 0.7


def test_a_loop_of_two_songs_is_remembered_by_songs() -> None:
    made = material()
    shared = replace(made, contents={**made.contents, "loop": named("loop", TRUTH)})
    assert accuracy(shared, "nearest audio") == 1.0


def test_names_that_carry_the_label_tell_it() -> None:
    told = with_column(material(), "names", "file", named("part_", np.array(["rose", "lime", "teal"])[TRUTH]))
    assert accuracy(told, "names") > 0.95


def test_a_level_of_each_class_tells_it() -> None:
    rng = np.random.default_rng(1)
    mastered = with_column(
        material(), "production", "loudness", -20.0 + 4 * TRUTH + rng.normal(size=len(SONG)) / 4
    )
    assert accuracy(mastered, "production") > 0.95


def test_a_value_that_is_missing_tells_too() -> None:
    gone = np.where(TRUTH == 0, np.nan, 1.0)
    said = probabilities(with_column(material(), "bookkeeping", "album number", gone), "bookkeeping")
    assert ((said.argmax(axis=2) == 0) == (TRUTH == 0)).mean() > 0.9


def test_the_rule_is_right_about_its_own_labels_and_guesses_where_it_is_silent() -> None:
    made = material()
    assert accuracy(made, "rule") == 1.0
    silent = replace(made, rule=Rule(np.full(len(SONG), -1), ("concept",), "rule:0"))
    assert (probabilities(silent, "rule") == probabilities(silent, "majority")).all()


def test_a_baseline_without_anything_to_read_is_not_there() -> None:
    bare = replace(
        material(),
        texts=Bank((), np.full(len(SONG), -1), "texts"),
        inputs={},
        contents={},
        columns={"production": {"level": np.full(len(SONG), np.nan)}},
        rule=None,
    )
    assert [b.name for b in BASELINES if b.make(bare) is not None] == ["majority"]


def test_cheapness_has_an_order_that_the_registry_keeps() -> None:
    costs = [b.cost for b in BASELINES if b.cost is not None]
    assert costs == sorted(set(costs))


def test_words_weigh_as_scikit_learn_weighs_them() -> None:
    texts, train = ["a river, a river bed", "bed of clay", "clay and river and sky"], np.array([0, 1])
    counts = count_words(texts)
    weighed = None if counts is None else weigh_words(counts, train)
    assert weighed is not None
    expected = TfidfVectorizer(sublinear_tf=True).fit([texts[n] for n in train]).transform(texts).toarray()
    found = weighed.toarray()[:3]
    assert np.allclose(found[:, found.any(axis=0)], expected[:, expected.any(axis=0)])


@pytest.mark.parametrize("C", [0.1, 1.0])
def test_the_softmax_regression_is_that_of_scikit_learn(C: float) -> None:
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(200, 6)) @ rng.normal(size=(6, 6))
    target, weights = rng.integers(0, 4, 200), rng.integers(1, 5, 200).astype(float)
    found = softmax_regression(inputs, target, weights, C)
    model = LogisticRegression(C=C, tol=1e-7, max_iter=5000).fit(inputs, target, sample_weight=weights)
    said = softmax(inputs @ found[:-1] + found[-1], axis=1)
    assert np.abs(said - model.predict_proba(inputs)).max() < 2e-3
