"""How much effort pays: of equals the smallest, of a real gain the one that has it."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from scipy.special import softmax

from evaluation.modalities.planted_modalities import CLASSES, planted
from rebracket.evaluation.ablations import Ablations, Asked
from rebracket.evaluation.effort import effort_entry, smallest_not_worse
from rebracket.evaluation.procedures import MODEL, ModelOf
from rebracket.evaluation.protocols import Labels, OutOfFold, cross_predict
from rebracket.segments import make_splits
from rebracket.training import Recipe
from rebracket.training.effort import read_by, rungs

SONGS, ROWS = 40, 3


def predictions(skill: float, seed: int) -> OutOfFold:
    """Of a model that favors the right class by so much; without skill it guesses."""
    songs = np.repeat([f"s{n:02d}" for n in range(SONGS)], ROWS)
    numbers = np.repeat(np.arange(SONGS) % 4, ROWS)
    labels = Labels(CLASSES, numbers, songs, np.full(len(songs), "album"))
    split = make_splits(songs.tolist(), [CLASSES[number] for number in numbers])["songs"]
    noise = np.random.default_rng(seed).normal(size=(len(split.folds), len(songs), 4))
    return OutOfFold(labels, split, softmax(noise + skill * np.eye(4)[numbers], axis=2))


def recipes() -> list[Recipe]:
    shared = {"targets": ["style"], "text": "minilm"}
    return [
        Recipe.model_validate({**shared, **own})
        for own in ({}, {"hidden": 16}, {"hidden": 16, "text_tuning": "lora"})
    ]


def test_of_efforts_that_only_guess_the_smallest_is_taken() -> None:
    """In 40 draws one in forty may be shown to be worse by right; six or more, once in 1,000."""
    taken = [smallest_not_worse([predictions(0.0, 3 * n + i) for i in range(3)]) for n in range(40)]
    assert sum(place > 0 for place in taken) <= 5


def test_a_real_gain_is_worth_its_effort_and_what_comes_after_it_is_not() -> None:
    found = [predictions(0.3, 1), predictions(3.0, 2), predictions(3.0, 3)]
    assert smallest_not_worse(found) == 1
    entry = effort_entry(recipes(), found)
    assert entry["smallest_not_worse"] == "head"
    assert [level["name"] for level in entry["levels"]] == ["probe", "head", "tune"]
    assert entry["levels"][0]["minus_smaller"] is None
    first, second = (level["minus_smaller"] for level in entry["levels"][1:])
    assert first["value"] == pytest.approx(found[1].value("accuracy") - found[0].value("accuracy"))
    assert first["low"] > 0
    assert second["low"] <= 0 <= second["high"]
    said = " ".join(entry["said"])
    assert "A small head instead of a linear probe: +" in said
    assert "Fine-tuning instead of a small head" in said
    assert "not shown by these songs (40 songs held out)" in said
    assert "its score here is no score of the choice" in said


def test_a_larger_effort_that_is_worse_is_never_taken() -> None:
    assert smallest_not_worse([predictions(3.0, 1), predictions(0.0, 2)]) == 0


def test_each_effort_is_the_recipe_run_on_the_folds_of_the_full_one() -> None:
    data = planted({"text": 0, "audio": 1}, epochs=3)
    split = data.splits["songs"]
    efforts = [
        ModelOf(rung, read_by(rung, data.model.inputs), data.model.row_ids)
        for rung in rungs(data.model.recipe, data.model.inputs)
    ]
    assert [model.recipe.hidden for model in efforts] == [0, 16]
    run = partial(cross_predict, labels=data.labels, split=split)
    full = run(data.model(data.target, data.labels, split))
    ablations = Ablations(data.model, efforts, Asked(0))
    done: list[int] = []
    entry = ablations.of_effort(data.target, {"songs": {MODEL: full}}, lambda: done.append(1))
    assert entry is not None
    assert len(done) == split.k  # the recipe's own effort is not fitted again
    probe = run(efforts[0](data.target, data.labels, split))
    values = [level["metrics"]["accuracy"]["value"] for level in entry["levels"]]
    assert values == [probe.value("accuracy"), full.value("accuracy")]
    assert ablations.n_folds(data.splits) == 3 * split.k  # two single modalities, one smaller effort


def test_where_nothing_is_smaller_there_is_nothing_to_say() -> None:
    data = planted({"text": 0}, epochs=2)
    assert Ablations(data.model, [], Asked(0)).of_effort(data.target, {"songs": {}}, lambda: None) is None
    asked_not = Ablations(data.model, [data.model, data.model], Asked(0, effort=False))
    assert asked_not.of_effort(data.target, {"songs": {}}, lambda: None) is None
