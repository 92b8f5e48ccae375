"""What a person said of a section reaches the rows of its segments, with who said it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from rebracket.catalogue import read_catalogue, write_manifest
from rebracket.core import Key, Player, Rebracketing, Song
from rebracket.dataset import build, open_dataset
from rebracket.labels import ANNOTATION_COLUMNS

SCALARS = (
    "coverage",
    "boundary_fluidity",
    "temporal_complexity",
    "memory_discrepancy",
    "ontological_uncertainty",
)
FULL = Rebracketing(("temporal", "memory"), 0.5, 0.25, 0.1, 0.2, 0.3, 0.4, "Ada")


def rewrite(root: Path, song_id: str, **changes: Any) -> None:
    song = next(song for song in read_catalogue(root).songs if song.song_id == song_id)
    write_manifest(replace(song, **changes), root / song_id / f"{song_id}.yml")


def annotate(root: Path, song_id: str, place: int, said: Rebracketing) -> None:
    song: Song = next(song for song in read_catalogue(root).songs if song.song_id == song_id)
    sections = [
        replace(section, rebracketing=said) if number == place else section
        for number, section in enumerate(song.sections)
    ]
    rewrite(root, song_id, sections=tuple(sections))


def rows_of(root: Path, out: Path, song_id: str) -> list[dict[str, Any]]:
    build(read_catalogue(root), out, workers=1, media="none")
    return [row for row in open_dataset(out).rows.to_pylist() if row["song_id"] == song_id]


def test_rows_of_an_annotated_section_have_its_labels_and_the_others_the_rules(
    catalogue_path: Path, tmp_path: Path
) -> None:
    annotate(catalogue_path, "01_01", 1, FULL)
    rows = rows_of(catalogue_path, tmp_path / "dataset", "01_01")
    said = [row for row in rows if row["section_name"] == "Verse 1"]
    ruled = [row for row in rows if row["section_name"] != "Verse 1"]
    assert said
    assert ruled
    for row in said:
        assert row["rebracketing_provenance"] == "annotator:Ada"
        assert (row["has_rebracketing"], row["rebracketing_type"]) == (True, None)
        assert (row["rebracketing_types"], row["intensity"]) == (["temporal", "memory"], 0.5)
        assert [row[name] for name in SCALARS] == [0.25, 0.2, 0.3, 0.4, 0.1]
    for row in ruled:
        assert row["rebracketing_provenance"].startswith("rule:")
        assert [row[name] for name in SCALARS] == [None] * 5


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (Rebracketing(("causal",)), (True, "causal", ["causal"], None, "annotator:unnamed")),
        (Rebracketing((), annotator="B"), (False, None, [], None, "annotator:B")),
        (Rebracketing(intensity=0.5), (True, None, None, 0.5, "annotator:unnamed")),
        (Rebracketing(coverage=0.5), (None, None, None, None, "annotator:unnamed")),
    ],
)
def test_nothing_of_the_rule_stays_beside_what_a_person_said(
    catalogue_path: Path, tmp_path: Path, said: Rebracketing, expected: tuple[object, ...]
) -> None:
    annotate(catalogue_path, "01_01", 0, said)
    rows = rows_of(catalogue_path, tmp_path / "dataset", "01_01")
    row = next(row for row in rows if row["section_name"] == "Intro")
    names = ("has_rebracketing", "rebracketing_type", "rebracketing_types", "intensity")
    assert (*(row[name] for name in names), row["rebracketing_provenance"]) == expected


def test_a_new_annotation_builds_the_song_again(catalogue_path: Path, tmp_path: Path) -> None:
    rows_of(catalogue_path, tmp_path / "dataset", "01_01")
    annotate(catalogue_path, "01_01", 0, FULL)
    result = build(read_catalogue(catalogue_path), tmp_path / "dataset", workers=1, media="none")
    assert result.rebuilt == ("01_01",)


def test_files_of_two_people_become_one_label_and_every_voice_is_kept(
    catalogue_path: Path, tmp_path: Path
) -> None:
    for name, types in (("Ada", "[causal]"), ("Ben", "[causal, memory]")):
        text = f"annotator: {name}\nannotations:\n  - {{section: Intro, types: {types}, coverage: 0.5}}\n"
        (catalogue_path / "01_01" / f"{name}.annotations.yml").write_text(text)
    rows = rows_of(catalogue_path, tmp_path / "dataset", "01_01")
    said = [row for row in rows if row["section_name"] == "Intro"]
    assert {row["rebracketing_provenance"] for row in said} == {"annotators:Ada+Ben"}
    assert {(row["rebracketing_type"], row["coverage"]) for row in said} == {("causal", 0.5)}
    voices = pq.read_table(tmp_path / "dataset" / "annotations.parquet")
    assert voices.column_names == list(ANNOTATION_COLUMNS)
    assert {(row["segment_id"], row["annotator"], *row["types"]) for row in voices.to_pylist()} == {
        (segment_id, *who)
        for segment_id in {row["segment_id"] for row in said}
        for who in (("Ada", "causal"), ("Ben", "causal", "memory"))
    }


def test_a_new_file_of_annotations_builds_its_song_again_alone(catalogue_path: Path, tmp_path: Path) -> None:
    rows_of(catalogue_path, tmp_path / "dataset", "01_01")
    text = "annotator: Ada\nannotations:\n  - {section: 1, type: causal}\n"
    (catalogue_path / "02_01" / "a.annotations.yml").write_text(text)
    result = build(read_catalogue(catalogue_path), tmp_path / "dataset", workers=1, media="none")
    assert result.rebuilt == ("02_01",)


def test_key_and_consent_reach_the_rows(catalogue_path: Path, tmp_path: Path) -> None:
    rewrite(catalogue_path, "01_01", key=Key("Gb", "minor"), players=(Player("ADA QUILL", False),))
    rows = rows_of(catalogue_path, tmp_path / "dataset", "01_01")
    assert {(row["key"], row["key_pitch_class"]) for row in rows} == {("Gb minor", 6)}
    assert {(row["player"], row["player_consent"]) for row in rows} == {("Ada Quill", False), (None, None)}
