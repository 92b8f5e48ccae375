"""Evaluations are hostile until parsed, and no number becomes a bigger claim on the page."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rebracket.core.errors import InputError
from rebracket.explain import Evaluation, read_evaluation, read_run_record, run_sections, with_openings
from rebracket.page import (
    ClassKey,
    Confusion,
    Distribution,
    PerClass,
    Prose,
    RunSection,
    ScoreTable,
    SideBySide,
    VerdictSection,
)

KEYS = (ClassKey("l", "Left", "#112233"), ClassKey("r", "Right", "#445566"))


def score(value: float) -> dict[str, float]:
    return {"value": value, "low": value - 0.1, "high": value + 0.1, "level": 0.95}


def protocol(value: float, *, leaky: bool) -> dict[str, Any]:
    return {
        "leaky": leaky,
        "unit": "row" if leaky else "song",
        "n_rows": 40,
        "n_songs": 10,
        "n_albums": 1,
        "folds": 5,
        "repeats": 3,
        "metrics": {"macro_f1": score(value - 0.05), "accuracy": score(value), "another": score(0.3)},
        "per_class": [
            {"name": "l", "precision": 0.5, "recall": None, "f1": 0.4, "support_rows": 20, "support_songs": 5}
        ],
        "confusion": {"labels": ["l", "r"], "counts": [[3, 1], [2, 2]]},
    }


DOCUMENT: dict[str, Any] = {
    "schema": "rebracket.evaluate/1",
    "run": "first",
    "targets": {
        "color": {
            "skipped": None,
            "provenance": "rule:abc",
            "protocols": {
                "songs": protocol(0.5, leaky=False),
                "rows": protocol(0.8, leaky=True),
                "albums": {"undefined": "one album a class"},
                "modes": {"undefined": "one album a class"},
            },
            "baselines": {
                "new one": {"songs": {"accuracy": score(0.2)}},
                "majority": {"songs": {"accuracy": score(0.4)}, "rows": {"undefined": "not run"}},
            },
            "permutation": {"songs": {"p": 0.02, "unit": "song", "distinct": 99, "smallest_p": 0.01}},
            "records": [],
            "distribution": [{"name": "l", "rows": 20, "segments": 10, "songs": 5, "albums": 1}],
            "set_aside": [{"name": "r", "songs": 1}],
            "verdict": ["The first sentence.", "The second."],
        },
        "section": {"skipped": "one class only"},
    },
}


def sections_of(document: dict[str, Any]) -> list[Any]:
    return run_sections("first", Evaluation.model_validate(document), {"text": "minilm", "audio": None}, KEYS)


def one(kind: type, sections: list[Any]) -> Any:
    return next(section for section in sections if isinstance(section, kind))


def write(folder: Path, content: bytes | dict[str, Any], name: str = "evaluation.json") -> Path:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    (folder / name).write_bytes(data)
    return folder


def test_protocols_stand_side_by_side_from_the_loosest_and_the_leaky_one_is_named() -> None:
    table = one(ScoreTable, sections_of(DOCUMENT))
    assert [item.name for item in table.protocols] == ["rows (leaky)", "songs"]
    assert [item.leaky for item in table.protocols] == [True, False]
    assert (
        table.protocols[1].evidence == "10 songs, 1 album, 40 rows; held out by song, 5 folds, 3 times over"
    )


def test_each_number_stands_where_it_belongs() -> None:
    table = one(ScoreTable, sections_of(DOCUMENT))
    values = {row.name: [None if s is None else s.value for s in row.scores] for row in table.rows}
    assert values == {
        "this model": [0.8, 0.5],
        "always the commonest class": [None, 0.4],
        "new one": [None, 0.2],
    }
    assert [row.ours for row in table.rows] == [True, False, False]
    assert {s.unit for row in table.rows for s in row.scores[1:] if s} == {"song"}


def prose(sections: list[Any], start: str) -> tuple[str, ...]:
    return next(s.paragraphs for s in sections if isinstance(s, Prose) and s.heading.startswith(start))


def beside(**more: Any) -> list[Any]:
    """The sections of a document with more said of its target."""
    document = copy.deepcopy(DOCUMENT)
    document["targets"]["color"].update(more)
    return sections_of(document)


def test_differences_stand_by_cheapness_with_what_they_show() -> None:
    kinds = [
        {"name": "facts", "kind": "facts", "cost": None},
        {"name": "majority", "kind": "majority", "cost": 0},
        {"name": "new one", "kind": "names", "cost": 1},
    ]
    document = copy.deepcopy(DOCUMENT["targets"]["color"]["baselines"])
    document["facts"] = {"songs": {"accuracy": score(0.3)}}
    bounds = {"new one": (-0.1, 0.3), "majority": (0.05, 0.2), "facts": (-0.4, -0.2)}
    paired = {
        name: {"songs": {"value": (low + high) / 2, "low": low, "high": high, "level": 0.95}}
        for name, (low, high) in bounds.items()
    }
    sections = beside(baselines=document, baseline_kinds=kinds, paired=paired)
    assert prose(sections, "This model beside") == (
        "always the commonest class: +0.12 [+0.05, +0.20] in accuracy, better.",
        "new one: +0.10 [-0.10, +0.30] in accuracy, not told apart.",
        "tempo, meter and key: -0.30 [-0.40, -0.20] in accuracy, worse.",
    )
    assert one(ScoreTable, sections).rows[-1].name == "tempo, meter and key (music, no cheat)"


def test_scores_on_scales_of_their_own_are_told_and_not_drawn() -> None:
    document = copy.deepcopy(DOCUMENT)
    songs = document["targets"]["color"]["protocols"]["songs"]
    songs["metrics"]["matthews"] = {"value": -0.2, "low": -0.5, "high": 0.1, "level": 0.95}
    songs["row_weighted"] = {"accuracy": 0.61}
    told = prose(sections_of(document), "Every other score")
    assert "Matthews correlation (-1 to 1): -0.20 [-0.50, 0.10]." in told
    assert "accuracy with rows, not songs, weighing the same: 0.61." in told


def test_what_songs_could_show_and_what_is_confused_is_said() -> None:
    power = {
        "n_units": 24,
        "power": 0.8,
        "smallest_difference": 0.33,
        "songs_needed": [{"difference": 0.1, "songs": 1243}, {"difference": 0.05, "songs": None}],
    }
    pair = {"truth": "l", "choice": "r", "share": 0.5, "songs": 1}
    sections = beside(power=power, confused=[pair], contrasts={"said": ["Nothing tells l from r."]})
    shown, needed = prose(sections, "What these songs could show")
    assert "0.33 or more shows on 24 songs in 80% of cases" in shown
    assert needed == "To show a difference of 0.10: 1,243 songs."
    assert prose(sections, "Most often") == ("l, taken for r: 50% of its songs' time, in 1 song.",)
    assert prose(sections, "What can be told apart") == ("Nothing tells l from r.",)


def test_openings_of_seals_are_listed() -> None:
    opening = {"date": "2026-01-31", "run": "other", "album": "02", "reason": "last test", "data_hash": "a"}
    last = sections_of({**DOCUMENT, "seal_openings": [opening]})[-1]
    assert last.paragraphs == ("2026-01-31: album 02, for the run “other”: last test",)


def test_an_opening_after_the_evaluation_is_listed_too() -> None:
    opening = {"date": "2026-02-01", "run": "later", "album": "03", "reason": "a look", "data_hash": "a"}
    early = with_openings(Evaluation.model_validate(DOCUMENT), [opening])
    last = run_sections("first", early, {}, KEYS)[-1]
    assert isinstance(last, Prose)
    assert last.paragraphs == ("2026-02-01: album 03, for the run “later”: a look",)
    assert with_openings(None, [opening]) is None


def test_classes_that_leave_with_their_album_are_told() -> None:
    document = copy.deepcopy(DOCUMENT)
    albums = {**protocol(0.3, leaky=False), "never_in_training": {"classes": 2, "units": 1}}
    document["targets"]["color"]["protocols"]["albums"] = albums
    assert any(
        "2 classes are on one album only" in note for note in one(VerdictSection, sections_of(document)).notes
    )


def test_accuracy_comes_first_and_no_metric_is_dropped() -> None:
    tables = [section for section in sections_of(DOCUMENT) if isinstance(section, ScoreTable)]
    assert [table.heading.split(":")[0].split(",")[0] for table in tables] == [
        "Accuracy",
        "Macro F1",
    ]
    assert prose(sections_of(DOCUMENT), "Every other score") == ("another: 0.30 [0.20, 0.40].",)
    assert [bool(table.caption) for table in tables] == [False, True]
    assert "95%" in tables[-1].caption
    assert "measures memory" in tables[-1].caption


def test_the_verdict_comes_before_its_numbers_with_where_labels_come_from() -> None:
    sections = sections_of(DOCUMENT)
    verdict = one(VerdictSection, sections)
    assert verdict.sentences == ("The first sentence.", "The second.")
    assert sections.index(verdict) < sections.index(one(ScoreTable, sections))
    notes = " ".join(verdict.notes)
    assert "computed by a rule (rule:abc)" in notes
    assert "Right (1 song)" in notes
    assert "p = 0.02, which cannot be below 0.01" in notes


def test_what_was_not_answered_is_said_once_a_reason() -> None:
    said = prose(sections_of(DOCUMENT), "Not answered here")
    assert said == ("albums, modes: one album a class.",)


def test_tables_of_both_protocols_are_side_by_side_with_names_for_ids() -> None:
    sections = sections_of(DOCUMENT)
    figures, confusions = [section for section in sections if isinstance(section, SideBySide)]
    assert [type(section) for section in figures.sections] == [PerClass, PerClass]
    assert figures.sections[1].scores[0].name == "Left"
    assert figures.sections[1].hexes["Left"] == "#112233"
    assert [type(section) for section in confusions.sections] == [Confusion, Confusion]
    assert confusions.sections[0].heading.endswith("rows (leaky)")
    assert confusions.sections[0].labels == ("Left", "Right")
    assert "3 repeats" in confusions.sections[0].caption
    assert one(Distribution, sections).counts[0].name == "Left"


def test_a_class_without_songs_has_no_scores_rather_than_zeros() -> None:
    document = copy.deepcopy(DOCUMENT)
    figures = document["targets"]["color"]["protocols"]["songs"]["per_class"][0]
    figures.update(precision=0.0, recall=0.0, f1=0.0, support_songs=0, support_rows=0)
    tables = one(SideBySide, sections_of(document)).sections
    shown = tables[1].scores[0]
    assert (shown.precision, shown.recall, shown.f1, shown.support_songs) == (None, None, None, 0)


def test_names_of_classes_are_used_for_their_target_only() -> None:
    document = copy.deepcopy(DOCUMENT)
    document["targets"] = {"player": document["targets"]["color"]}
    assert one(Distribution, sections_of(document)).counts[0].name == "l"


def test_a_skipped_target_says_why() -> None:
    assert sections_of(DOCUMENT)[-1].sentences == ("These data cannot answer this: one class only",)


def test_a_run_without_evaluation_is_listed_as_such() -> None:
    head, prose = run_sections("first", None, {"text": "minilm", "audio": None}, KEYS)
    assert isinstance(head, RunSection)
    assert head.settings == (("text", "minilm"),)
    assert "rebracket evaluate first" in prose.paragraphs[0]


def test_a_document_is_read_as_it_was_written(tmp_path: Path) -> None:
    assert read_evaluation(write(tmp_path, DOCUMENT)) == Evaluation.model_validate(DOCUMENT)


def test_no_evaluation_is_none_and_no_run_an_error(tmp_path: Path) -> None:
    assert read_evaluation(tmp_path) is None
    with pytest.raises(InputError, match=r"no run\.json.*rebracket train"):
        read_run_record(tmp_path)


def test_a_recipe_is_read(tmp_path: Path) -> None:
    write(tmp_path, {"schema": "rebracket.train/1", "recipe": {"seed": 3}}, "run.json")
    assert read_run_record(tmp_path).recipe == {"seed": 3}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the document"),
        (b"[]", "the document"),
        (b"\xff\xfe\x00", "the document"),
        (b"[" * 100_000, "the document"),
        (b'{"schema": "rebracket.evaluate/2", "run": "x", "targets": {}}', "schema"),
        (b'{"schema": "rebracket.evaluate/1", "run": "x"}', "targets"),
    ],
)
def test_what_is_no_evaluation_is_refused_by_place(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=f"evaluation.json: found {message}.*rebracket evaluate"):
        read_evaluation(write(tmp_path, content))


@pytest.mark.parametrize("bad", ["NaN", "Infinity", "1.5", "-0.1", '"high"', "null"])
def test_a_score_that_is_none_is_refused(tmp_path: Path, bad: str) -> None:
    document = copy.deepcopy(DOCUMENT)
    document["targets"]["color"]["protocols"]["songs"]["metrics"]["accuracy"]["value"] = "HERE"
    text = json.dumps(document).replace('"HERE"', bad)
    with pytest.raises(InputError, match=r"songs\.metrics\.accuracy\.value"):
        read_evaluation(write(tmp_path, text.encode()))


def test_an_interval_without_its_value_is_refused() -> None:
    document = copy.deepcopy(DOCUMENT)
    document["targets"]["color"]["protocols"]["songs"]["metrics"]["accuracy"]["low"] = 0.55
    with pytest.raises(InputError, match="need low <= value <= high"):
        sections_of(document)


def test_a_confusion_that_is_not_square_is_refused() -> None:
    document = copy.deepcopy(DOCUMENT)
    document["targets"]["color"]["protocols"]["songs"]["confusion"]["counts"] = [[1, 2]]
    with pytest.raises(InputError, match="not 2 by 2"):
        sections_of(document)


@given(
    content=st.binary(max_size=60)
    | st.text(max_size=60).map(lambda text: json.dumps({"schema": text}).encode())
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_raise_anything_but_an_input_error(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InputError, match=r"evaluation\.json"):
        read_evaluation(write(tmp_path, content))
