"""Cards quote records only, pass the claims check as they are, and the hub can read them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evaluation.claims.shelves import record
from rebracket.evaluation.cards import data_sheet, model_card
from rebracket.evaluation.claims import Shelf
from rebracket.evaluation.claims.check import check_document

_OPENING = {"date": "2026-11-24", "album": "09", "run": "multiclass", "reason": "the last | test"}
_HONEST = record(
    run="multiclass", target="color", data_hash="ab" * 32, code="0.1.0", seal_openings=[_OPENING, _OPENING]
)
_LEAKY = _HONEST | {
    "record": "multiclass.color.rows",
    "protocol": "rows",
    "leaky": True,
    "unit": "row",
    "n_units": 11_605,
}
_RECORDS = [_HONEST, _LEAKY]
_EVALUATION = {
    "targets": {
        "color": {
            "provenance": "manifest",
            "distribution": [{"name": "R"}, {"name": "O"}],
            "verdict": ["On songs it has not heard it is right 55% of the time."],
        }
    }
}
_RECIPE = {"name": "multiclass", "text": "minilm", "text_fields": ["concept"], "audio": None, "midi": None}
_AUDIT: dict[str, Any] = {
    "target": "color",
    "claim": {"protocol": "songs", "score": 0.55},
    "unit": "album",
    "n_units": 8,
    "tests": 4,
    "findings": [
        {"code": "duplicate-media", "severity": "note", "evidence": {}, "advice": "nothing to do"},
        {
            "code": "class-is-album",
            "severity": "fatal",
            "evidence": {},
            "advice": "add 3, 97% sure `x`",
        },
    ],
    "cheapest_cheat": {"name": "bookkeeping", "protocol": "songs", "score": 0.6, "claimed": 0.55},
    "may_claim": ["new songs of these same albums"],
    "may_not_claim": ["color as such"],
}


def problems(text: str) -> list[str]:
    shelf = Shelf({one["record"]: one for one in _RECORDS}, ())
    return [str(one) for one in check_document(text, "README.md", shelf)[1]]


@pytest.fixture
def card() -> str:
    return model_card("multiclass", _RECIPE, _EVALUATION, _RECORDS, [_AUDIT])


def test_a_model_card_passes_the_check_of_claims(card: str) -> None:
    assert problems(card) == []
    assert card.count("<!-- claim ") == 5
    assert problems(card.replace(">0.55 [", ">0.65 ["))


def test_no_folder_of_this_machine_is_told_and_a_hub_id_is(tmp_path: Path) -> None:
    named = {"text_weights": str(tmp_path), "audio_weights": "owner/net@v1", "init_from": "../runs/first"}
    card = model_card("multiclass", {**_RECIPE, **named}, _EVALUATION, _RECORDS)
    assert "owner/net" in card
    assert not [told for told in (str(tmp_path), "runs/first", "text_weights", "init_from") if told in card]


def test_the_leaky_score_is_named_so_and_not_in_the_index(card: str, tmp_path: Path) -> None:
    hub = pytest.importorskip("huggingface_hub", reason="the extra hub is not installed")
    (tmp_path / "README.md").write_text(card, "utf-8")
    read = hub.ModelCard.load(tmp_path / "README.md")
    results = [(one.task_name, one.dataset_split, one.metric_type) for one in read.data.eval_results]
    assert results == [("color", "songs", "accuracy"), ("color", "songs", "macro_f1")]
    assert "rows (leaky)" in card


def test_findings_stand_worst_first_and_openings_once(card: str) -> None:
    assert card.index("class-is-album") < card.index("duplicate-media")
    assert card.count("the last \\| test") == 1


def test_without_audit_and_openings_nothing_is_said_of_them() -> None:
    quiet = [one | {"seal_openings": []} for one in _RECORDS]
    text = model_card("multiclass", _RECIPE, _EVALUATION, quiet)
    assert "audit" not in text
    assert "Seals" not in text


def test_a_data_sheet_is_the_card_and_the_evidence() -> None:
    sheet = data_sheet("---\ntags: [music]\n---\n# Segments\n", _RECORDS, [_AUDIT])
    assert sheet.startswith("---\ntags: [music]\n---\n# Segments\n\n## What was measured on it")
    assert problems(sheet) == []
    assert sheet.count("<!-- claim ") == 1  # what is leaky is no measure of the data
