"""Cheats in feature-level catalogues: only their own columns, and enough of them to tell the label."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from benchmarks.known_truth_scores import labels_of, linear, majority_score, score

from habits.checkout import ROOT
from rebracket.demo.cheats import (
    CHEATS,
    PRODUCTION,
    Columns,
    Planting,
    columns_of,
    ontology_of,
    ontology_text,
)
from rebracket.demo.story import Knobs, SongCauses, draw_catalogue, table
from rebracket.demo.styles import taxonomy
from rebracket.ontology import load_ontology

OWN = {
    "repeated_text": {"text"},
    "keyword_labels": {"keywords", "label_type"},
    "shared_loops": {"loop"},
    "drum_sample": {"one_shot"},
    "beep": {"production"},
    "album_mastering": {"production"},
    "file_names": {"file_name", "title"},
    "collinear_axes": {"modes"},
}


def dosed(name: str, dose: float = 1.0) -> Knobs:
    return Knobs(seed=3).with_(**{f"cheats.{name}": dose})


@pytest.fixture(scope="module")
def catalogue() -> tuple[SongCauses, ...]:
    return draw_catalogue(Knobs(seed=3))


def test_rows_are_those_of_the_table(catalogue: tuple[SongCauses, ...]) -> None:
    columns, rows = columns_of(catalogue, Knobs(seed=3)), table(catalogue)
    for name in ("song", "album", "color", "label_color", "label_type"):
        assert getattr(columns, name).tolist() == getattr(rows, name).tolist()
    assert columns.production.shape == (len(rows.song), len(PRODUCTION))


@pytest.mark.parametrize("name", CHEATS)
def test_a_dose_changes_the_cheat_s_own_columns_and_no_other(
    catalogue: tuple[SongCauses, ...], name: str
) -> None:
    def changed(dose: float) -> set[str]:
        plain, planted = (columns_of(catalogue, knobs) for knobs in (Knobs(seed=3), dosed(name, dose)))
        pairs = {f.name: (getattr(plain, f.name), getattr(planted, f.name)) for f in fields(Columns)}
        return {column for column, (a, b) in pairs.items() if not np.array_equal(a, b)}

    assert changed(1.0) == OWN[name]
    assert changed(0.0) == set()


@pytest.mark.parametrize("name", CHEATS)
def test_at_full_dose_the_cheat_alone_goes_more_than_halfway(name: str) -> None:
    knobs = dosed(name)
    planting, cheat = Planting(name, knobs), CHEATS[name]
    columns = columns_of(draw_catalogue(knobs), knobs)
    labels = labels_of(cheat.asked(columns, planting), columns.song, columns.album)
    assert score(linear, labels, cheat.alone(columns)).value > (1 + majority_score(labels)) / 2


@pytest.mark.parametrize("name", ["repeated_text", "shared_loops", "album_mastering", "file_names"])
def test_without_a_dose_the_cheat_alone_tells_no_color(name: str) -> None:
    knobs = Knobs(seed=3)
    columns = columns_of(draw_catalogue(knobs), knobs)
    labels = labels_of(columns.label_color, columns.song, columns.album)
    assert score(linear, labels, CHEATS[name].alone(columns)).value < 0.35


def test_production_has_nothing_to_do_with_color() -> None:
    """Over many songs no color's mean strays from the middle by more than its standard error allows."""
    knobs = [Knobs(seed=seed) for seed in range(12)]
    found = [columns_of(draw_catalogue(each), each) for each in knobs]
    songs = np.concatenate([c.production[np.unique(c.song, return_index=True)[1]] for c in found])
    colors = np.concatenate([c.color[np.unique(c.song, return_index=True)[1]] for c in found])
    for color in np.unique(colors):
        own = songs[colors == color]
        strays = (own.mean(axis=0) - songs.mean(axis=0)) / (songs.std(axis=0) / np.sqrt(len(own)))
        assert np.max(np.abs(strays)) < 4


def test_the_ontology_is_the_one_that_ships_unless_modes_were_drawn(tmp_path: Path) -> None:
    assert ontology_text(Knobs()) is None
    assert ontology_of(Knobs()) == taxonomy()
    knobs = dosed("collinear_axes")
    text = ontology_text(knobs)
    assert text is not None
    (tmp_path / "ontology.yaml").write_text(text, "utf-8")
    read = load_ontology(tmp_path / "ontology.yaml")
    assert read == ontology_of(knobs)
    modes = [tuple(read.mode(color, axis) for axis in read.axes) for color in read.colors]
    whole = {mine for mine in modes if None not in mine}
    assert len(whole) == len({mine[0] for mine in whole}) == len({mine[2] for mine in whole})


def test_each_cheat_and_its_dose_are_documented() -> None:
    told = " ".join(
        " ".join(path.read_text("utf-8") for path in (ROOT / "docs").glob("known-truth*.md")).split()
    )
    missing = [name for name, cheat in CHEATS.items() if f"`{name}`" not in told or cheat.dose not in told]
    assert not missing
