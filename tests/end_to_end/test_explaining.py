"""From a run to its explanation: what the folder holds, what the page says, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from conftest import Rebracket, make_song
from rebracket.catalogue import read_catalogue
from rebracket.dataset import build, open_dataset
from rebracket.explain.of_run import Wanted, is_explained, read_explanation
from rebracket.training import Recipe, open_run, train

pytestmark = pytest.mark.slow


METHODS = {"occlusion", "shapley", "integrated_gradients", "shap"}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of words, stems and notes together on two albums of three songs."""
    place = tmp_path_factory.mktemp("explained")
    for number in range(6):
        album = 1 + number % 2
        make_song(place / "songs", f"{album:02d}_{1 + number // 2:02d}", "RV"[number % 2], number)
    build(read_catalogue(place / "songs"), place / "dataset")
    recipe = Recipe(
        targets="color",
        text="tfidf",
        audio="spectral",
        midi="histogram",
        stems="attention",
        hidden=8,
        fusion="cross_attention",
        epochs=5,
    )
    train(recipe, open_dataset(place / "dataset"), place / "run", allow_unhealthy=True)
    return place / "run"


def _parsed(text: str) -> Any:
    def refuse(constant: str) -> None:
        raise ValueError(constant)

    return json.loads(text, parse_constant=refuse)


def test_a_run_is_explained_as_a_page_as_files_and_as_data(run: Path, rebracket: Rebracket) -> None:
    ended = rebracket("explain", run, "--songs", "2")
    assert ended.status == 0, ended.stderr
    folder = run / "explanation"
    content = _parsed((folder / "explanation.json").read_text("utf-8"))
    color = content["targets"]["color"]
    assert content["first_sentence"] in ended.stdout
    assert color["n_songs"] == 2
    assert {song["song_id"][:2] for song in color["songs"]} == {"01", "02"}, "a song of each class"

    of_words = next(one for one in color["fidelity"] if one["kind"] == "words")
    assert {"integrated gradients", "Shapley values of the network's inputs"} <= set(of_words["agreement"])
    kinds = {"modalities", "words", "stems", "bands", "seconds", "notes", "bars"}
    assert {one["kind"] for one in color["fidelity"]} == kinds
    for song in color["songs"]:
        _check_sums(song)
        assert {one["method"] for one in song["attributions"]} == METHODS
        assert song["attention"] is not None
        assert {one["move"] for one in song["counterfactuals"]} == {
            "words",
            "brackets",
            "stems",
            "bands",
            "notes",
        }

    table = pq.read_table(folder / "attributions.parquet")
    n_units = sum(len(one["units"]) for song in color["songs"] for one in song["attributions"])
    assert table.num_rows == n_units
    assert np.isfinite(table.column("score").to_numpy()).all()

    page = (folder / "index.html").read_text("utf-8")
    assert content["first_sentence"].split(":")[0] in page
    assert page.count("data:audio/mpeg") + page.count("audio/mpeg") >= 1
    drawn = {path.name for path in (folder / "figures").iterdir()}
    assert {f"fidelity-color-{kind}-occlusion.svg" for kind in ("words", "notes", "bands")} <= drawn
    assert {f"{path.stem}.png" for path in (folder / "figures").glob("*.svg")} <= drawn
    assert (folder / "coordinates" / "coordinates.parquet").is_file()
    assert "geometry" in content["without"], "two albums of a color each cannot place colors"


def _check_sums(song: dict[str, Any]) -> None:
    """Shapley values add up to what there is to share; what else is said leaves its residual."""
    for one in song["attributions"]:
        total = sum(unit["score"] for unit in one["units"])
        assert one["value"] - one["baseline"] - total == pytest.approx(one["residual"], abs=1e-9)
        if one["method"] == "shapley":
            assert one["residual"] == pytest.approx(0, abs=1e-9)


def test_only_what_is_asked_for_is_done(run: Path, tmp_path: Path, rebracket: Rebracket) -> None:
    ended = rebracket("explain", run, "--songs", "1", "--no-maps", "--out", tmp_path / "why", "--json")
    assert ended.status == 0, ended.stderr
    said = _parsed(ended.stdout)
    assert said["without"]["the dataset as a whole"] == "it was not asked for"
    assert not (tmp_path / "why" / "coordinates").exists()
    again, wanted = open_run(run), Wanted(n_songs=1, maps=False)
    assert is_explained(again, tmp_path / "why", wanted)
    assert not is_explained(again, tmp_path / "why", replace(wanted, seed=1))
    content = _parsed((tmp_path / "why" / "explanation.json").read_text("utf-8"))
    (tmp_path / "why" / "explanation.json").write_text(json.dumps(content | {"made_from": {"hash": "0"}}))
    assert read_explanation(again, tmp_path / "why") is None


def test_what_cannot_be_explained_is_told_in_one_line(
    run: Path, tmp_path: Path, rebracket: Rebracket
) -> None:
    other = tmp_path / "notes"
    other.mkdir()
    (other / "mine.txt").write_text("keep", "utf-8")
    for words, status, said in (
        ((run, "--target", "player"), 2, "--target: found 'player', expected one of color"),
        ((run, "--out", other), 2, "found something that is no explanation there"),
        ((tmp_path,), 1, "expected a run"),
    ):
        ended = rebracket("explain", *words)
        assert (ended.status, said in ended.stderr) == (status, True), ended.stderr
        assert "Traceback" not in ended.stderr
    assert (other / "mine.txt").read_text("utf-8") == "keep"
