"""What a model is asked it says as of the dataset; and a song is asked of a model that never saw it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rebracket.core.errors import InputError, RefusedError
from rebracket.explain.asking import givens_of
from rebracket.explain.asking.asked import Asked
from rebracket.explain.asking.held_out import fit_held_out
from rebracket.segments import make_splits
from rebracket.training import Recipe, fit, gather_inputs, load_target
from rows_dataset import RowsDataset, rows_dataset

RECIPES: dict[str, dict[str, Any]] = {
    "words": {"text": "tfidf", "text_fields": ["concept", "lyrics"]},
    "stems by row": {"audio": "spectral", "midi": "histogram"},
    "stems together": {
        "text": "tfidf",
        "audio": "spectral",
        "midi": "histogram",
        "stems": "attention",
        "fusion": "late",
        "hidden": 4,
    },
    "notes as tokens": {"midi": "bars", "hidden": 4},
}


def recipe_of(name: str) -> Recipe:
    return Recipe(targets="color", epochs=2, features="memory", **RECIPES[name])


def asked(dataset: RowsDataset, recipe: Recipe) -> tuple[Asked, np.ndarray]:
    """The model, and [N, C] what it says of all rows."""
    songs, inputs = dataset.rows.column("song_id").to_pylist(), gather_inputs(recipe, dataset)
    rows = np.arange(len(songs))
    fitted = fit(recipe, inputs, load_target(dataset, "color"), rows, songs, seed=0)
    return Asked(fitted, recipe), fitted.predict(inputs, rows)


@pytest.mark.parametrize("name", list(RECIPES))
def test_what_is_asked_is_what_the_model_says_of_the_dataset(name: str, tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path, songs=2)
    ask, said = asked(dataset, recipe_of(name))
    segments = np.array(dataset.rows.column("segment_id").to_pylist())
    reads_notes_only = ask.recipe.modalities == ("midi",)
    has_notes = np.array([row in dataset.scores for row in dataset.rows.column("row_id").to_pylist()])
    wanted = list(dict.fromkeys(segments.tolist()))[::-1]
    of_segments = [
        said[(segments == one) & (has_notes | (not reads_notes_only))].mean(axis=0) for one in wanted
    ]
    np.testing.assert_allclose(ask(givens_of(dataset, ask.recipe, wanted)), of_segments, atol=1e-9)


def test_media_that_the_model_does_not_read_are_not_fetched(tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path, songs=1)
    (given,) = givens_of(dataset, recipe_of("words"), dataset.rows.column("segment_id").to_pylist()[:1])
    assert dataset.opened == []
    assert {(stem.audio, stem.midi) for stem in given.stems} == {(None, None)}
    assert "number 1" in given.text


def test_without_anything_a_model_is_asked_what_it_says_of_nothing(tmp_path: Path) -> None:
    ask, _ = asked(rows_dataset(tmp_path, songs=2), recipe_of("stems together"))
    (given,) = givens_of(rows_dataset(tmp_path, songs=2), ask.recipe, ["01_01-0-10000"])
    nothing = replace(given, text="", stems=())
    assert ask([nothing]).sum() == pytest.approx(1)
    np.testing.assert_allclose(ask([nothing, given])[0], ask([nothing])[0], atol=1e-9)


def test_a_segment_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="found no segment 'x'"):
        givens_of(rows_dataset(tmp_path, songs=1), recipe_of("words"), ["x"])


def test_a_text_of_each_stem_is_refused(tmp_path: Path) -> None:
    recipe = recipe_of("words").model_copy(update={"text_fields": ("player",)})
    with pytest.raises(RefusedError, match="a text for each stem"):
        givens_of(rows_dataset(tmp_path, songs=1), recipe, ["01_01-0-10000"])


def test_every_song_is_asked_of_a_model_that_has_not_seen_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset, recipe = rows_dataset(tmp_path, songs=3), recipe_of("words")
    songs = dataset.rows.column("song_id").to_pylist()
    seen: list[frozenset[str]] = []
    whole: Callable[..., Any] = fit

    def watched(recipe: Recipe, inputs: Any, target: Any, rows: Any, songs: Any, *, seed: int) -> Any:
        seen.append(frozenset(songs[row] for row in rows))
        return whole(recipe, inputs, target, rows, songs, seed=seed)

    monkeypatch.setattr("rebracket.explain.asking.held_out.fit", watched)
    split = make_splits(songs, dataset.rows.column("color").to_pylist())["songs"]
    own = (recipe, gather_inputs(recipe, dataset), load_target(dataset, "color"), songs, split)
    held_out = fit_held_out(*own)
    assert held_out.why_not is None
    for song in set(songs):
        model = held_out.of(song)
        assert model is not None
        assert song not in seen[held_out.models.index(model)]


def test_where_no_song_can_be_held_out_there_is_no_model(tmp_path: Path) -> None:
    dataset, recipe = rows_dataset(tmp_path, songs=1), recipe_of("words")
    songs = dataset.rows.column("song_id").to_pylist()
    split = make_splits(songs, dataset.rows.column("color").to_pylist())["songs"]
    own = (recipe, gather_inputs(recipe, dataset), load_target(dataset, "color"), songs, split)
    held_out = fit_held_out(*own)
    assert held_out.of(songs[0]) is None
    assert "two classes with two songs each" in str(held_out.why_not)
