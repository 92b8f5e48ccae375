"""Each thing that must hold of rows, songs, media and splits: broken once, found by its own name.

The hashes agree with what is there, so that only the check of the content can find it.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import make_song
from dataset.sealed import alter_json, alter_rows, seal
from rebracket.catalogue import read_catalogue
from rebracket.dataset import build
from rebracket.dataset.verify import verify

Rows = list[dict[str, Any]]
SEGMENTS, SONGS = "segments/part-01_02.parquet", "songs.parquet"


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of four songs with FLAC, as built."""
    root = tmp_path_factory.mktemp("sound")
    for number, song_id in enumerate(("01_01", "01_02", "02_01", "02_02")):
        make_song(root / "songs", song_id, "RRVV"[number], number)
    build(read_catalogue(root / "songs"), root / "dataset", workers=1)
    return root / "dataset"


@pytest.fixture
def dataset(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "dataset"))


def codes(folder: Path) -> set[str]:
    return {problem.code for problem in verify(folder)[1]}


def of_all(name: str, value: Any) -> Callable[[Rows], None]:
    """Sets a column of every row."""

    def change(rows: Rows) -> None:
        for row in rows:
            row[name] = value

    return change


def of_first(**values: Any) -> Callable[[Rows], None]:
    """Sets columns of the first row."""
    return lambda rows: rows[0].update(values)


def test_sealing_alone_changes_nothing(dataset: Path) -> None:
    before = (dataset / "dataset.json").read_bytes()
    seal(dataset)
    assert verify(dataset)[1] == ()
    assert (dataset / "dataset.json").read_bytes() == before


ROWS: dict[str, tuple[str, Callable[[Rows], None]]] = {
    "a row twice": ("rows-repeat", lambda rows: rows.append(rows[0])),
    "a row id of another track": ("id-differs", of_first(row_id="01_02-0-4000-9")),
    "a segment id of another place": ("id-differs", of_first(segment_id="01_02-1-4000")),
    "a segment without length": ("empty-segment", lambda rows: rows[0].update(end_s=rows[0]["start_s"])),
    "a start that is no number": ("empty-segment", of_first(start_s=math.nan)),
    "a segment before the song": ("empty-segment", of_first(start_s=-1.0)),
    "a segment after the song": ("span-differs", of_all("running_s", 3.0)),
    "another duration": ("span-differs", of_first(duration_s=1.0)),
    "a segment in two sections": ("groups-differ", of_first(section_id="01_02-s07")),
    "a song on two albums": ("groups-differ", of_first(album_id="03")),
    "a link out of the song": ("links-differ", of_all("next_segment_id", "02_01-0-4000")),
    "a link that does not lead back": ("links-differ", of_all("previous_segment_id", "01_02-4000-8000")),
    "a link that is missing": ("links-differ", of_all("next_segment_id", None)),
    "a position out of order": ("links-differ", of_all("segment_index", 0)),
    "a soft target beyond 1": ("no-distribution", of_all("temporal_soft", [0.8, 0.2, 0.1])),
    "a soft target of two modes": ("no-distribution", of_all("temporal_soft", [0.5, 0.5])),
    "a target without its mask": ("mask-differs", of_all("ontological_soft", None)),
    "a mode of another color": ("mask-differs", of_all("temporal_mode", "future")),
    "a color of another ontology": ("color-unknown", of_all("color", "Q")),
    "a type that is none of the types": (
        "labels-differ",
        of_all("rebracketing_types", ["spatial", "causal"]),
    ),
    "a label without provenance": ("labels-differ", of_all("rebracketing_provenance", None)),
    "sound that does not sound": ("flags-differ", of_first(sounds=False)),
    "audio of an unknown stem": ("flags-differ", of_first(sounds=None)),
    "MIDI without its hash": ("flags-differ", of_all("midi_sha256", None)),
    "a row too few": ("counts-differ", lambda rows: rows.pop()),
}


@pytest.mark.parametrize("what", ROWS)
def test_what_must_hold_of_rows_is_checked(dataset: Path, what: str) -> None:
    code, change = ROWS[what]
    alter_rows(dataset, SEGMENTS, change)
    problems = verify(dataset)[1]
    assert code in {problem.code for problem in problems}
    assert {problem.song for problem in problems} <= {None, "01_02"}


TABLE: dict[str, tuple[str, Callable[[Rows], None]]] = {
    "a song that is not covered": ("not-covered", of_first(covered_s=11.0)),
    "a song that is longer than its rows": ("not-covered", of_first(covered_s=20.0, running_s=20.0)),
    "more sounding rows": ("counts-differ", of_first(rows_present=99)),
    "more silent pairs": ("counts-differ", of_all("rows_silent", 99)),
    "a song too many": ("songs-differ", lambda rows: rows.append({**rows[0], "song_id": "09_09"})),
    "a song too few": ("songs-differ", lambda rows: rows.pop()),
    "a mix that is not said to be stored": ("media-without-row", of_first(mix_stored=False)),
}


@pytest.mark.parametrize("what", TABLE)
def test_what_must_hold_of_songs_is_checked(dataset: Path, what: str) -> None:
    code, change = TABLE[what]
    alter_rows(dataset, SONGS, change)
    assert code in codes(dataset)


MEDIA: dict[str, tuple[str, Callable[[Rows], None]]] = {
    "media of nothing": (
        "media-without-row",
        lambda rows: rows.append({**rows[0], "media_id": "01_02-0-9-1"}),
    ),
    "media twice": ("media-repeat", lambda rows: rows.append(rows[0])),
    "media that do not decode": (
        "media-unreadable",
        lambda rows: rows[0].update(audio={"bytes": b"no sound", "path": "a.flac"}),
    ),
    "a row without its media": ("row-without-media", lambda rows: rows.pop()),
}


@pytest.mark.parametrize("what", MEDIA)
def test_what_must_hold_of_media_is_checked(dataset: Path, what: str) -> None:
    code, change = MEDIA[what]
    alter_rows(dataset, "media/flac/part-01_02.parquet", change)
    assert code in codes(dataset)


def first_fold(content: dict[str, Any]) -> dict[str, int]:
    return content["protocols"]["songs"]["folds"][0]


SPLITS: dict[str, Callable[[dict[str, Any]], object]] = {
    "a song that is not here": lambda c: first_fold(c).update({"09_09": 0}),
    "rows that hide their leak": lambda c: c["protocols"]["rows"].update(leaky=False),
    "a fold that does not exist": lambda c: first_fold(c).update({"01_01": 7}),
    "a fold that is empty": lambda c: first_fold(c).update(dict.fromkeys(first_fold(c), 0)),
    "rows too few": lambda c: c["protocols"]["rows"]["folds"][0].pop(),
    "no folds and no reason": lambda c: c["protocols"]["songs"].update(folds=[]),
    "another target": lambda c: c.update(target="player"),
    "no protocol": lambda c: c["protocols"].pop("songs"),
    "no content": lambda c: c.clear(),
}


@pytest.mark.parametrize("what", SPLITS)
def test_what_must_hold_of_splits_is_checked(dataset: Path, what: str) -> None:
    alter_json(dataset, "splits/color.json", lambda content: void(SPLITS[what](content)))
    assert codes(dataset) == {"splits-differ"}


def void(_: object) -> None:
    """Forgets what a change returns."""


def test_a_target_without_splits_is_found(dataset: Path) -> None:
    (dataset / "splits" / "color.json").unlink()
    seal(dataset)
    assert codes(dataset) == {"splits-differ"}


def test_counts_of_the_description_are_checked(dataset: Path) -> None:
    alter_json(dataset, "dataset.json", lambda content: content["counts"].update(rows=1))
    assert codes(dataset) == {"counts-differ"}
