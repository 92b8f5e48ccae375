"""A run evaluated as a whole: each protocol, its null, and a seal that is opened once and told for good."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from conftest import make_song
from contracts.json_documents import errors
from rebracket.catalogue import read_catalogue
from rebracket.core.errors import InputError, UsageError
from rebracket.dataset import Dataset, build, open_dataset
from rebracket.dataset.seals import openings
from rebracket.evaluation import evaluate, is_evaluated
from rebracket.evaluation.permuting import labeled_units, permutation_entry
from rebracket.evaluation.protocols import Labels, Procedure, predict_held_out
from rebracket.segments import Split, make_splits
from rebracket.training import Recipe, load_recipe, train

ALBUMS = {"01": "RV", "02": "RV", "03": "RRV", "09": "VR"}  # the last one is sealed


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    folder = tmp_path_factory.mktemp("evaluating")
    number = 0
    for album, colors in ALBUMS.items():
        for place, color in enumerate(colors, start=1):
            make_song(folder / "songs", f"{album}_{place:02d}", color, number)
            number += 1
    build(read_catalogue(folder / "songs"), folder / "dataset", seal=("09",), workers=1)
    return open_dataset(folder / "dataset")


@pytest.fixture(scope="module")
def recipe() -> Recipe:
    return load_recipe("multiclass", ["text=tfidf", "epochs=2", "targets=[color]"])


@pytest.fixture(scope="module")
def run(dataset: Dataset, recipe: Recipe, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run, evaluated without opening anything."""
    folder = tmp_path_factory.mktemp("runs") / "first"
    folder.mkdir()
    evaluate(dataset, recipe, folder, n_permutations=0)
    return folder


def _entry(run: Path) -> dict[str, Any]:
    return json.loads((run / "evaluation.json").read_text("utf-8"))["targets"]["color"]


@pytest.mark.slow
def test_each_protocol_names_its_unit_and_counts_it(run: Path) -> None:
    protocols = _entry(run)["protocols"]
    units = {name: (p["unit"], p["n_units"]) for name, p in protocols.items() if "metrics" in p}
    rows = protocols["rows"]["n_rows"]
    assert units["songs"] == ("song", 7)
    assert units["albums"] == ("album", 3)
    assert units["rows"] == ("row", rows)
    assert units["segments"][0] == "segment"
    assert {name for name, p in protocols.items() if p.get("leaky")} == {"rows", "segments"}
    assert "only a target that is a mode" in protocols["modes"]["undefined"]
    assert "album 09 is sealed" in protocols["sealed"]["undefined"]


@pytest.mark.slow
def test_every_baseline_is_paired_with_the_model_under_each_protocol(run: Path) -> None:
    entry = _entry(run)
    defined = {name for name, p in entry["protocols"].items() if "metrics" in p}
    assert set(entry["paired"]) == set(entry["baselines"]) >= {"majority", "names", "bookkeeping"}
    for name, paired in entry["paired"].items():
        assert set(paired) == set(entry["baselines"][name]) == defined
        for protocol, difference in paired.items():
            ours = entry["protocols"][protocol]["metrics"]["accuracy"]["value"]
            theirs = entry["baselines"][name][protocol]["accuracy"]["value"]
            assert difference["value"] == pytest.approx(ours - theirs)
            assert difference["low"] <= difference["value"] <= difference["high"]


@pytest.mark.slow
def test_an_opened_seal_is_recorded_first_and_told_in_every_later_evaluation(
    dataset: Dataset, recipe: Recipe, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert is_evaluated(dataset, recipe, run)
    with pytest.raises(UsageError, match="found no reason"):
        evaluate(dataset, recipe, run, n_permutations=0, seal="09", reason=" ")
    with pytest.raises(InputError, match="no sealed album '01', expected one of 09"):
        evaluate(dataset, recipe, run, n_permutations=0, seal="01", reason="a try")
    assert openings(dataset.path) == ()
    document = evaluate(dataset, recipe, run, n_permutations=0, seal="09", reason="a try")
    sealed = document["targets"]["color"]["protocols"]["sealed"]
    assert (sealed["unit"], sealed["n_units"], sealed["leaky"]) == ("song", 2, False)
    assert sealed["metrics"]["accuracy"]["high"] > sealed["metrics"]["accuracy"]["low"]
    assert "sealed" in document["targets"]["color"]["baselines"]["majority"]
    (opening,) = openings(dataset.path)
    assert (opening.run, opening.album, opening.reason) == ("first", "09", "a try")
    assert document["seal_openings"] == [opening.as_dict()]
    predicted = pq.read_table(run / "evaluation" / "color.sealed.parquet").column("row_id").to_pylist()
    assert {row_id.split("_")[0] for row_id in predicted} == {"09"}
    again = evaluate(dataset, recipe, run, n_permutations=0)  # what was seen stays told, unopened
    assert again["targets"]["color"]["protocols"]["sealed"] == sealed
    monkeypatch.setattr(sys.modules["rebracket.evaluation.evaluate"], "_EVALUATOR", 1_000_000)
    newer = evaluate(dataset, recipe, run, n_permutations=0)  # of another version, the seal stays shut
    assert newer["targets"]["color"]["protocols"]["sealed"] == sealed
    assert len(newer["seal_openings"]) == len(again["seal_openings"])
    assert len(openings(dataset.path)) == 1
    other = tmp_path / "other"
    other.mkdir()
    assert evaluate(dataset, recipe, other, n_permutations=0)["seal_openings"] == [opening.as_dict()]
    assert "undefined" in _entry(other)["protocols"]["sealed"]


@pytest.mark.slow
def test_what_each_modality_adds_is_of_the_same_predictions_and_can_be_left_out(
    dataset: Dataset, tmp_path: Path
) -> None:
    recipe = load_recipe(
        "multiclass", ["text=tfidf", "audio=spectral", "epochs=2", "hidden=4", "targets=[color]"]
    )
    entries = {}
    for name, asked in (("with", {}), ("without", {"modalities": False, "effort": False})):
        (tmp_path / name).mkdir()
        made = evaluate(dataset, recipe, tmp_path / name, n_permutations=0, **asked)
        assert errors("evaluate", made) == []
        entries[name] = made["targets"]["color"]
        assert is_evaluated(dataset, recipe, tmp_path / name) == (name == "with")
    encoders = json.dumps({"encoders": {"audio": "spectral-other"}})
    (tmp_path / "with" / "run.json").write_text(encoders, "utf-8")
    assert not is_evaluated(dataset, recipe, tmp_path / "with")
    whole, rest = entries["with"], entries["without"]
    assert (rest["modalities"], rest["effort"]) == (None, None)
    assert all(whole[key] == rest[key] for key in ("protocols", "baselines", "paired", "permutation"))
    subsets = whole["modalities"]["subsets"]
    assert [one["modalities"] for one in subsets] == [["text"], ["audio"], ["text", "audio"]]
    for protocol in ("rows", "songs"):
        metrics = whole["protocols"][protocol]["metrics"]
        assert subsets[-1]["scores"][protocol]["accuracy"] == metrics["accuracy"]
    assert [level["name"] for level in whole["effort"]["levels"]] == ["probe", "head"]
    accuracy = whole["effort"]["levels"][1]["metrics"]["accuracy"]
    assert accuracy == whole["protocols"]["songs"]["metrics"]["accuracy"]
    assert whole["modalities"]["text_over_words"] is None  # it counts words itself


def test_a_truth_that_is_not_there_is_told_before_anything_is_fitted(
    dataset: Dataset, recipe: Recipe, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=r"found no truth/ceiling\.json"):
        evaluate(dataset, recipe, tmp_path, truth=tmp_path)
    assert not (tmp_path / "evaluation").exists()


def test_the_command_line_asks_for_both_words(rebracket: Callable[..., object], tmp_path: Path) -> None:
    ended = rebracket("evaluate", tmp_path, "--reason", "because")
    assert ended.status == 2  # type: ignore[attr-defined]
    assert "expected --open-seal ALBUM" in ended.stderr  # type: ignore[attr-defined]


N_SONGS, ROWS = 24, 3


def _labels(numbers: np.ndarray) -> Labels:
    songs = np.repeat([f"s{i:02d}" for i in range(N_SONGS)], ROWS)
    albums = np.repeat([f"a{i % 4}" for i in range(N_SONGS)], ROWS)
    return Labels(("x", "y"), np.repeat(numbers, ROWS), songs, albums)


def _reader(signal: np.ndarray) -> Callable[[Labels, Split], Procedure]:
    """A model that reads a signal in {0, 1}, and learns which value goes with which class."""

    def model(labels: Labels, split: Split) -> Procedure:
        def procedure(train: np.ndarray, test: np.ndarray, seed: int) -> np.ndarray:
            agrees = (labels.numbers[train] == signal[train]).mean() >= 0.5
            return np.eye(2)[signal[test] if agrees else 1 - signal[test]]

        return procedure

    return model


def _tested(labels: Labels, signal: np.ndarray, protocol: str = "songs") -> dict[str, Any]:
    names = [labels.classes[n] for n in labels.numbers]
    split = make_splits(labels.songs.tolist(), names, albums=labels.albums.tolist(), segments=names)[protocol]
    units = labeled_units(labels, labels.songs, labels.songs)
    assert units[0] == "song"
    return permutation_entry(_reader(signal), labels, split, units, 39, 0)


def test_a_signal_beats_its_null_and_noise_does_not() -> None:
    rng = np.random.default_rng(0)
    truth = rng.permutation(np.arange(N_SONGS) % 2)
    labels = _labels(truth)
    found = _tested(labels, labels.numbers)
    assert (found["p"], found["unit"], found["n_permutations"]) == (1 / 40, "song", 39)
    assert _tested(labels, labels.numbers, "albums")["p"] == 1 / 20
    ps = [_tested(labels, np.repeat(rng.permutation(truth), ROWS))["p"] for _ in range(20)]
    assert sum(p <= 0.05 for p in ps) <= 5  # one is expected; more than five less than once in 2,000


def test_no_permutations_is_said() -> None:
    labels = _labels(np.arange(N_SONGS) % 2)
    entry = permutation_entry(_reader(labels.numbers), labels, None, ("song", labels.songs), 0, 0)  # type: ignore[arg-type]
    assert entry == {"undefined": "no permutations were asked for"}


def test_a_sealed_album_is_predicted_from_all_other_rows() -> None:
    labels = _labels(np.arange(N_SONGS) % 2)
    held = labels.albums == "a0"
    split = Split("sealed", False, 1, np.where(held, 0, -1)[None, :])
    seen: list[np.ndarray] = []

    def spy(train: np.ndarray, test: np.ndarray, seed: int) -> np.ndarray:
        seen.append(train)
        return np.full((len(test), 2), 0.5)

    found = predict_held_out(spy, labels, split)
    assert np.array_equal(found.tested(0), np.flatnonzero(held))
    assert np.array_equal(seen[0], np.flatnonzero(~held))
    cut = Split("sealed", False, 1, np.where(np.arange(len(held)) == 0, 0, -1)[None, :])
    with pytest.raises(AssertionError, match="both sides"):
        predict_held_out(spy, labels, cut)


@pytest.mark.slow
def test_networks_that_are_trained_are_evaluated_on_one_repeat_and_not_permuted(
    dataset: Dataset, tmp_path: Path
) -> None:
    changes = ["targets=[color]", "text=tfidf", "midi=bars", "stems=attention", "epochs=2", "hidden=8"]
    learned = load_recipe("fusion", [*changes, "audio=null"])
    entry = evaluate(dataset, learned, tmp_path)["targets"]["color"]
    assert entry["protocols"]["songs"]["repeats"] == 1
    table = [one for one in entry["modalities"]["protocols"].values() if one is not None]
    assert {one["repeats"] for one in table} == {1}
    assert "train networks anew" in entry["permutation"]["songs"]["undefined"]


@pytest.mark.slow
def test_a_run_that_starts_from_another_is_evaluated_with_its_efforts(
    dataset: Dataset, tmp_path: Path
) -> None:
    plain = ["text=tfidf", "epochs=2", "hidden=8"]
    first = load_recipe("multiclass", [*plain, "targets=[section]"])
    train(first, dataset, tmp_path / "first", allow_unhealthy=True)
    second = load_recipe("multiclass", [*plain, "targets=[color]", f"init_from={tmp_path / 'first'}"])
    (tmp_path / "second").mkdir()
    entry = evaluate(dataset, second, tmp_path / "second", n_permutations=0)["targets"]["color"]
    assert [level["name"] for level in entry["effort"]["levels"]] == ["probe", "head"]


def test_stems_heard_together_are_no_unit_for_what_differs_between_them(
    dataset: Dataset, tmp_path: Path
) -> None:
    recipe = load_recipe("fusion", ["targets=[player]", "text=tfidf", "epochs=1", "audio=null"])
    entry = evaluate(dataset, recipe, tmp_path, n_permutations=0)["targets"]["player"]
    assert entry["skipped"]
