"""The main job through the command line, on somebody else's taxonomy and on ours."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

from conftest import Rebracket, make_song
from rebracket.evaluation.baselines import BASELINES
from tiny_networks import save_roberta

pytestmark = pytest.mark.slow
QUICK = ("--set", "text=tfidf", "--set", "epochs=3")
LEARNS = ("--set", "text=tfidf", "--set", "epochs=30")  # enough to know by heart what it was taught
UNEXPLAINED = ("--explained", "0")  # where it is not looked at: explaining takes longer than all the rest
STYLES = Path(__file__).parent.parent / "data" / "three_styles.yaml"


def stages(stdout: str) -> dict[str, str]:
    document = json.loads(stdout)
    return {stage["name"]: stage["status"] for stage in document["stages"]}


@pytest.fixture
def two_recipes(tmp_path: Path) -> tuple[str | Path, ...]:
    """Two recipes of one target each, where what is looked at is which stages are done."""
    words: list[str | Path] = []
    for name in ("first", "second"):
        (tmp_path / f"{name}.yaml").write_text("targets: [color]\ntext: tfidf\nepochs: 3\n")
        words += ["--recipe", tmp_path / f"{name}.yaml"]
    return tuple(words)


@pytest.fixture
def foreign(tmp_path: Path) -> tuple[Path, list[str]]:
    """Three songs in each of three styles that have nothing to do with the taxonomy that ships."""
    from rebracket.ontology import load_ontology

    styles = list(load_ontology(STYLES).colors)
    root = tmp_path / "songs"
    for album, style in enumerate(styles, start=1):
        for number in range(3):
            make_song(root, f"{album:02d}_{number:02d}", style, number)
    shutil.copy(STYLES, root / "ontology.yaml")
    return root, styles


def test_somebody_elses_taxonomy_goes_the_whole_way(
    foreign: tuple[Path, list[str]], tmp_path: Path, rebracket: Rebracket
) -> None:
    root, styles = foreign
    ended = rebracket("run", root, tmp_path / "out", "--json", *LEARNS, *UNEXPLAINED)
    assert ended.status == 0, ended.stderr
    evaluation = json.loads((tmp_path / "out" / "runs" / "multiclass" / "evaluation.json").read_text("utf-8"))
    color = evaluation["targets"]["color"]
    assert sorted(color["protocols"]["songs"]["classes"]) == sorted(styles)
    assert color["protocols"]["songs"]["n_songs"] == 9
    assert color["protocols"]["rows"]["metrics"]["accuracy"]["value"] >= 0.95
    assert set(color["baselines"]) == {one.name for one in BASELINES if one.kind != "rule"}
    columns = pq.read_schema(next((tmp_path / "out" / "dataset" / "segments").glob("*.parquet"))).names
    from rebracket.ontology import load_ontology

    assert {f"{axis}_mode" for axis in load_ontology(STYLES).axes} < set(columns)
    assert "ontological_mode" not in columns
    report = (tmp_path / "out" / "report.html").read_text("utf-8")
    for style in load_ontology(STYLES).colors.values():
        assert style.name in report
    assert "Violet" not in report


def test_a_second_run_does_only_what_changed(
    foreign: tuple[Path, list[str]],
    two_recipes: tuple[str | Path, ...],
    tmp_path: Path,
    rebracket: Rebracket,
) -> None:
    root, styles = foreign
    command = ("run", root, tmp_path / "out", "--json", *two_recipes)
    first = stages(rebracket(*command, "--explained", "1").stdout)
    assert set(first.values()) == {"done"}
    report = tmp_path / "out" / "report.html"
    written = report.stat().st_mtime_ns
    assert "Why second says what it says" in report.read_text("utf-8")
    assert (tmp_path / "out" / "runs" / "second" / "explanation" / "index.html").is_file()
    again = stages(rebracket(*command, "--explained", "1").stdout)
    assert {name for name, status in again.items() if status != "reused"} == {"check"}
    assert report.stat().st_mtime_ns == written

    report.unlink()
    healed = stages(rebracket(*command, "--explained", "1").stdout)
    assert {name for name, status in healed.items() if status != "reused"} == {"check", "report"}

    other = stages(rebracket(*command, *UNEXPLAINED, "--set", "seed=5").stdout)
    assert other["build"] == "reused"
    assert other["train first"] == other["evaluate first"] == other["report"] == "done"

    make_song(root, "01_09", styles[0], 4)
    grown = stages(rebracket(*command, *UNEXPLAINED).stdout)
    assert grown["build"] == grown["train second"] == "done"
    meta = json.loads((tmp_path / "out" / "dataset" / "dataset.json").read_text("utf-8"))
    assert meta["counts"]["songs"] == 10


def test_other_weights_under_the_same_name_are_trained_and_evaluated_again(
    catalogue_path: Path, tmp_path: Path, rebracket: Rebracket, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_roberta(tmp_path / "weights")
    (tmp_path / "words.yaml").write_text("targets: [color]\ntext: hf\ntext_weights: weights\nepochs: 2\n")
    monkeypatch.chdir(tmp_path)
    words = (
        "run",
        catalogue_path,
        "out",
        "--recipe",
        "words.yaml",
        "--allow-unhealthy",
        "--json",
        *UNEXPLAINED,
    )
    went = []
    for seed in (0, 0, 1):
        save_roberta(tmp_path / "weights", seed=seed)
        status = stages(rebracket(*words).stdout)
        went.append((status["train words"], status["evaluate words"]))
    assert went == [("done", "done"), ("reused", "reused"), ("done", "done")]
    published = [path for path in (tmp_path / "out" / "runs").rglob("*") if path.is_file()]
    assert not [path for path in published if str(tmp_path).encode() in path.read_bytes()]
    assert "text_weights" not in (tmp_path / "out" / "runs" / "words" / "README.md").read_text("utf-8")


def test_a_bad_song_does_not_stop_the_others(
    foreign: tuple[Path, list[str]],
    two_recipes: tuple[str | Path, ...],
    tmp_path: Path,
    rebracket: Rebracket,
) -> None:
    root, _ = foreign
    (root / "01_00" / "01_00.yml").write_text("title: [", "utf-8")
    (root / "02_00" / "02_00_02.wav").write_text("no sound", "utf-8")
    ended = rebracket("run", root, tmp_path / "out", *two_recipes, *UNEXPLAINED)
    assert ended.status == 1
    errors = [line for line in ended.stderr.splitlines() if ": error: " in line]
    assert len(errors) == 2
    assert errors[0].startswith("01_00/01_00.yml:")
    assert errors[1].startswith("02_00/")
    assert "8 songs" in ended.stdout
    assert (tmp_path / "out" / "report.html").is_file()


def test_a_target_with_one_class_is_skipped_with_a_line(tmp_path: Path, rebracket: Rebracket) -> None:
    for number in range(3):
        make_song(tmp_path / "songs", f"01_{number:02d}", "R", number)
    ended = rebracket("run", tmp_path / "songs", tmp_path / "out", *QUICK, *UNEXPLAINED)
    assert ended.status == 0, ended.stderr  # there is no question here, but there is a map
    assert "cannot answer anything about songs that are held out" in ended.stdout
    assert "skipped: color: all" in ended.stdout
    assert "two classes" in ended.stdout
    assert (tmp_path / "out" / "report.html").is_file()


def test_a_moved_dataset_and_a_changed_one(
    foreign: tuple[Path, list[str]], tmp_path: Path, rebracket: Rebracket
) -> None:
    root, styles = foreign
    assert rebracket("build", root, tmp_path / "dataset").status == 0
    assert (
        rebracket("train", "multiclass", tmp_path / "dataset", "--out", tmp_path / "run", *QUICK).status == 0
    )
    (tmp_path / "dataset").rename(tmp_path / "moved")
    assert "no dataset.json" in rebracket("evaluate", tmp_path / "run").stderr
    moved = rebracket("evaluate", tmp_path / "run", "--dataset", tmp_path / "moved", "--json")
    assert moved.status == 0
    assert json.loads(moved.stdout)["run"]
    make_song(root, "01_09", styles[0], 4)
    assert rebracket("build", root, tmp_path / "moved").status == 0
    changed = rebracket("evaluate", tmp_path / "run", "--dataset", tmp_path / "moved")
    assert changed.status == 1
    assert "train it again" in changed.stderr


def test_without_a_text_the_reasons_are_told_and_the_map_is_there(
    catalogue_path: Path, tmp_path: Path, rebracket: Rebracket
) -> None:
    for manifest in catalogue_path.glob("*/*.yml"):
        content = yaml.safe_load(manifest.read_text("utf-8"))
        del content["concept"]
        manifest.write_text(yaml.safe_dump(content), "utf-8")
    ended = rebracket("run", catalogue_path, tmp_path / "out", "--set", "epochs=3", *UNEXPLAINED)
    assert ended.status == 0, ended.stderr
    assert "no song has a concept: recipe audio" in ended.stdout
    named = rebracket("run", catalogue_path, tmp_path / "out", "--recipe", "binary", *QUICK, *UNEXPLAINED)
    assert "none of" in named.stdout + named.stderr
    assert "cannot answer anything about songs that are held out" in named.stdout
    assert 'data-segment="' in (tmp_path / "out" / "report.html").read_text("utf-8")


def test_damaged_results_are_made_again(
    catalogue_path: Path, two_recipes: tuple[str | Path, ...], tmp_path: Path, rebracket: Rebracket
) -> None:
    command = ("run", catalogue_path, tmp_path / "out", *two_recipes[:2], "--json", *UNEXPLAINED)
    assert set(stages(rebracket(*command).stdout).values()) == {"done", "skipped"}
    run = tmp_path / "out" / "runs" / "first"
    (run / "evaluation.json").write_text("{")
    assert stages(rebracket(*command).stdout)["evaluate first"] == "done"
    (run / "model" / "color" / "model.safetensors").write_bytes(b"")
    assert stages(rebracket(*command).stdout)["train first"] == "done"
    (tmp_path / "out" / "dataset" / "segments" / "part-01_01.parquet").unlink()
    healed = stages(rebracket(*command).stdout)
    assert (healed["build"], healed["train first"]) == ("done", "reused")


def test_a_report_is_of_one_dataset(
    catalogue_path: Path, two_recipes: tuple[str | Path, ...], tmp_path: Path, rebracket: Rebracket
) -> None:
    for out in ("one", "two"):
        ended = rebracket("run", catalogue_path, tmp_path / out, *two_recipes[:2], *UNEXPLAINED)
        assert ended.status == 0, ended.stderr
        make_song(catalogue_path, f"02_07{out}", "V", 7)
    runs = [tmp_path / out / "runs" / "first" for out in ("one", "two")]
    mixed = rebracket("report", *runs, "--out", tmp_path / "mixed.html")
    assert (mixed.status, "a report is of one dataset" in mixed.stderr) == (1, True)
