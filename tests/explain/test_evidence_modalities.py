"""What each modality adds, on the page: no number is a bigger claim than in the evaluation."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from contracts.json_documents import example
from rebracket.core.errors import InputError
from rebracket.explain import Evaluation, run_sections
from rebracket.page import Prose, ScoreTable


def sections(changed: dict[str, Any] | None = None) -> list[Any]:
    document = copy.deepcopy(example("evaluate"))
    document["targets"]["has_rebracketing"].update(changed or {})
    return run_sections("first", Evaluation.model_validate(document), {}, ())


def named(found: list[Any], kind: type, start: str) -> Any:
    return next(one for one in found if isinstance(one, kind) and one.heading.startswith(start))


def test_every_subset_is_a_line_the_leaky_protocol_is_named_and_the_ceiling_stands_beside() -> None:
    table = named(sections(), ScoreTable, "Accuracy by what is read: has rebracketing")
    assert [protocol.name for protocol in table.protocols] == ["rows (leaky)", "songs"]
    assert [protocol.leaky for protocol in table.protocols] == [True, False]
    assert table.protocols[1].evidence == "8 songs, 120 rows; held out by song, 4 folds, 4 times over"
    values = {row.name: [score.value for score in row.scores] for row in table.rows}
    assert values == {
        "text (ceiling 0.70)": [0.9, 0.5],
        "audio (ceiling 0.75)": [0.8, 0.6],
        "text + audio": [0.9, 0.62],
    }
    assert [row.ours for row in table.rows] == [False, False, True]


def test_sentences_curves_and_weights_are_told() -> None:
    found = sections()
    said = named(found, Prose, "What each modality adds, in words").paragraphs
    assert said == ("Audio adds 12 points [2, 22] to text (accuracy, 8 songs held out).",)
    missing = " ".join(named(found, Prose, "Where a modality is missing").paragraphs)
    assert "audio gone from 0%: 0.62 [0.52, 0.72], 100%: 0.48 [0.38, 0.58]" in missing
    assert "text weighs 40% in a prediction; no 45%." in missing  # a class without rows is left out


def test_efforts_are_a_table_and_sentences() -> None:
    found = sections()
    table = named(found, ScoreTable, "Accuracy by effort")
    assert [(row.name, row.scores[0].value) for row in table.rows] == [
        ("linear probe", 0.6),
        ("small head", 0.62),
    ]
    assert "a linear probe" in named(found, Prose, "How much effort pays").paragraphs[0]


def test_where_one_modality_is_read_nothing_is_shown() -> None:
    none = sections({"modalities": None, "effort": None})
    headings = [getattr(one, "heading", "") for one in none]
    assert not [h for h in headings if h.startswith(("Accuracy by", "What each modality"))]


def test_an_interval_that_contradicts_itself_is_refused() -> None:
    entry = copy.deepcopy(example("evaluate")["targets"]["has_rebracketing"]["modalities"])
    entry["subsets"][0]["scores"]["songs"]["accuracy"]["low"] = 0.9
    with pytest.raises(InputError, match="need low <= value"):
        sections({"modalities": entry})
