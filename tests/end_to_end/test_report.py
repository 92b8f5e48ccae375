"""The report as a whole, without a browser: what is gathered from a dataset and its runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from report_catalogue import evaluation_of, small_blocks, small_dataset, write_run

from rebracket.cli.report import write_report
from rebracket.core.errors import InputError
from rebracket.dataset.seals import Opening, record_opening


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("report")
    dataset = small_dataset(songs_a_class=2, segments_a_song=3)
    ids, blocks = small_blocks(dataset)
    runs = [write_run(folder / "words", dataset), write_run(folder / "unjudged", dataset)]
    (runs[1] / "evaluation.json").unlink()
    return write_report(dataset, runs, blocks, ids, folder / "report.html").read_text("utf-8")


def test_every_segment_is_a_dot_in_its_color(report: str) -> None:
    dataset = small_dataset(songs_a_class=2, segments_a_song=3, sound=False)
    fills = dict(re.findall(r'<circle data-segment="([^"]+)"[^>]* fill="([^"]+)"', report))
    expected = {
        row["segment_id"]: dataset.ontology.colors[row["color"]].hex for row in dataset.rows.to_pylist()
    }
    assert fills == expected


def test_every_segment_sounds_from_its_mix_or_its_loudest_stem(report: str) -> None:
    assert report.count("data-sounds=") == 16
    assert len(re.findall(r'"\d\d_\d\d-\d+-\d+":"[A-Za-z0-9+/]{2000,}', report)) == 48


def test_the_page_leads_with_the_music_and_ends_with_the_evidence(report: str) -> None:
    order = ["16 songs, heard and measured", 'id="map"', "At home, and astray", "“words”", "“unjudged”"]
    places = [report.index(text) for text in order]
    assert places == sorted(places)


def test_evidence_is_shown_with_names_and_protocols(report: str) -> None:
    for text in ("rows (leaky)", "held out by song", "model is right 47%", "rebracket evaluate unjudged"):
        assert text in report


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    dataset = small_dataset(songs_a_class=2, segments_a_song=2)
    ids, blocks = small_blocks(dataset)
    run = write_run(tmp_path / "words", dataset)
    first = write_report(dataset, [run], blocks, ids, tmp_path / "one.html").read_bytes()
    again = write_report(dataset, [run], blocks, ids, tmp_path / "two.html").read_bytes()
    assert first == again


def test_a_seal_opened_after_the_evaluation_stands_in_the_report(tmp_path: Path) -> None:
    dataset = small_dataset(songs_a_class=2, segments_a_song=2, sound=False)
    dataset.path = tmp_path
    run = write_run(tmp_path / "words", dataset)
    record_opening(tmp_path, Opening("2026-01-31", "another", "09", "one last look", "ab" * 32))
    report = write_report(dataset, [run], {}, [], tmp_path / "report.html").read_text("utf-8")
    assert "album 09, for the run “another”: one last look" in report


def test_without_sound_the_words_stay(tmp_path: Path) -> None:
    dataset = small_dataset(songs_a_class=2, segments_a_song=3, sound=False)
    ids, blocks = small_blocks(dataset)
    text = write_report(dataset, [], blocks, ids, tmp_path / "report.html").read_text("utf-8")
    assert 'data-play="' not in text
    assert "no sound is stored" in text
    assert "a kettle sings in the empty hall" in text


def test_without_features_there_is_no_map_and_the_evidence_stays(tmp_path: Path) -> None:
    dataset = small_dataset(songs_a_class=2, segments_a_song=1, sound=False)
    run = write_run(tmp_path / "words", dataset)
    text = write_report(dataset, [run], {}, small_blocks(dataset)[0], tmp_path / "report.html").read_text(
        "utf-8"
    )
    assert "No map" in text
    assert "model is right 47%" in text


def test_a_bad_evaluation_is_told_before_the_slow_part(tmp_path: Path) -> None:
    dataset = small_dataset(songs_a_class=2, segments_a_song=1)
    run = write_run(tmp_path / "words", dataset)
    (run / "evaluation.json").write_text("{}")
    steps: list[int] = []
    ids, blocks = small_blocks(dataset)
    with pytest.raises(InputError, match=r"words/evaluation\.json"):
        write_report(
            dataset, [run], blocks, ids, tmp_path / "report.html", progress=lambda done, _: steps.append(done)
        )
    assert steps == []
    assert not (tmp_path / "report.html").exists()


def test_the_fixture_is_an_evaluation_that_can_be_answered() -> None:
    assert set(evaluation_of(small_dataset(1, 1, sound=False))["targets"]) == {"color", "temporal_mode"}
