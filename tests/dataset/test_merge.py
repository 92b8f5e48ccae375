"""Songs that were joined stand on one side of every split, in every later build, while both are there."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import make_song
from dataset.sealed import alter_json
from rebracket.catalogue import read_catalogue
from rebracket.core.errors import InputError
from rebracket.dataset import Dataset, build, merge_songs, open_dataset
from rebracket.dataset.merged import joined, merged_songs
from rebracket.dataset.verify import verify

GROUPS = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("wxyz"), max_size=8)
PAIR = {"01_02": "01_01", "01_01": "01_01"}


@pytest.fixture
def dataset(catalogue_path: Path, tmp_path: Path) -> Path:
    """The catalogue with a third song on each album, built."""
    make_song(catalogue_path, "01_03", "R", 4)
    make_song(catalogue_path, "02_03", "V", 5)
    build(read_catalogue(catalogue_path), tmp_path / "dataset", workers=1)
    return tmp_path / "dataset"


def _cut(dataset: Dataset, one: str, other: str) -> set[str]:
    """The protocols that ever hold one song out without the other."""
    songs = np.array(dataset.column("song_id"), dtype=object)
    splits = dataset.splits("color")
    return {
        name
        for name, split in splits.items()
        if any(set(r[songs == one]) != set(r[songs == other]) for r in split.folds)
    }


def test_what_is_joined_is_not_cut_and_the_rest_is_as_it_was(dataset: Path) -> None:
    before = open_dataset(dataset)
    rows, songs, audio = before.rows, before.songs, dict(before.audio())
    assert "songs" in _cut(before, "01_01", "01_02")
    hash_ = merge_songs(dataset, PAIR)
    after = open_dataset(dataset)
    assert after.data_hash == hash_ != before.data_hash
    assert _cut(after, "01_01", "01_02") <= {"rows", "segments"}
    assert after.splits("color")["songs"].undefined is None
    assert after.rows.equals(rows)
    assert after.songs.equals(songs)
    assert dict(after.audio()) == audio
    assert verify(dataset)[1] == ()


def test_verify_finds_a_merged_pair_that_a_split_cuts(dataset: Path) -> None:
    merge_songs(dataset, PAIR)

    def cut(content: dict[str, Any]) -> None:
        repeat = content["protocols"]["songs"]["folds"][0]
        repeat["01_01"] = 1 - repeat["01_02"]

    alter_json(dataset, "splits/color.json", cut)
    told = [problem.found for problem in verify(dataset)[1]]
    assert len(told) == 1
    assert "apart from the songs that it was merged with" in told[0]


def test_the_same_again_changes_nothing_and_more_adds_to_it(dataset: Path) -> None:
    once = merge_songs(dataset, PAIR)
    assert merge_songs(dataset, PAIR) == merge_songs(dataset, {}) == once
    merge_songs(dataset, {"01_02": "01_02", "01_03": "01_02"})
    assert merged_songs(open_dataset(dataset).meta) == dict.fromkeys(("01_01", "01_02", "01_03"), "01_01")


def test_a_later_build_keeps_groups_and_caches(dataset: Path, catalogue_path: Path) -> None:
    (dataset / "features").mkdir()
    (dataset / "features" / "kept").write_text("kept")
    hash_ = merge_songs(dataset, PAIR)
    assert (dataset / "features" / "kept").read_text() == "kept"
    again = build(read_catalogue(catalogue_path), dataset, workers=1)
    assert (again.rebuilt, again.data_hash) == ((), hash_)
    make_song(catalogue_path, "02_04", "V", 6)
    assert build(read_catalogue(catalogue_path), dataset, workers=1).rebuilt == ("02_04",)
    assert _cut(open_dataset(dataset), "01_01", "01_02") <= {"rows", "segments"}
    shutil.rmtree(catalogue_path / "01_02")
    build(read_catalogue(catalogue_path), dataset, workers=1)
    assert merged_songs(open_dataset(dataset).meta) == {}
    assert verify(dataset)[1] == ()


def test_a_song_that_is_not_there_is_named_and_nothing_changes(dataset: Path) -> None:
    before = (dataset / "dataset.json").read_bytes()
    with pytest.raises(InputError, match="found no song '09_09' to join"):
        merge_songs(dataset, {"09_09": "01_01", "01_01": "01_01"})
    assert (dataset / "dataset.json").read_bytes() == before


def test_without_groups_a_description_does_not_speak_of_them(dataset: Path) -> None:
    assert "merged" not in json.loads((dataset / "dataset.json").read_text("utf-8"))["options"]


@given(GROUPS, GROUPS)
def test_joining_connects_what_either_connects_and_nothing_else(one: dict, other: dict) -> None:
    groups = joined(one, other)
    assert groups == joined(other, one) == joined(groups, one) == joined(one, other, groups)
    for given_ in (one, other):
        for a in given_:
            for b in given_:
                if a != b and given_[a] == given_[b]:
                    assert groups[a] == groups[b]
    assert all(groups[group] == group <= song for song, group in groups.items())
    members = list(groups.values())
    assert all(members.count(group) > 1 for group in members)
