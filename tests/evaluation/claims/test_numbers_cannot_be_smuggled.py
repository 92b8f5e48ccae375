"""However a result is written, it takes a record; what only looks like one may stand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluation.claims.shelves import SHELF, claim, record
from rebracket.core.errors import InputError
from rebracket.evaluation.claims import Shelf, insert_claims
from rebracket.evaluation.claims.check import check_document
from rebracket.evaluation.claims.insert import inserted

_RIGHT = claim("0.55 [0.44, 0.66]")
_BY_ROWS = claim("0.55 [0.44, 0.66]", name="multiclass.color.rows")


def codes(text: str, shelf: Shelf = SHELF) -> list[str]:
    return [problem.code for problem in check_document(text, "README.md", shelf)[1]]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Right in 91٪.",
            "Right in 91％.",
            "Right in 91&#37;.",
            "Right in 91&percnt;.",
            "Right in 91\u200b%.",
        ),
        *("Right in **91** %.", "Right in <b>91</b>%.", "Right in 91\\%.", "91 percentage points", "910 ‰"),
        *(
            "**Accuracy**: 0.91",
            "ACCURACY 0.91",
            "an accuracy of **0.91**",
            "_0.91_ accuracy",
            "accuracy .91",
        ),
        *(
            "accuracy of about 0.91",
            "accuracy lies between 0.91 and 0.95",
            "accuracy ≈ 0.91",
            "accuracy ٠.٩١",
        ),
        *(
            "f1-score: 0.91",
            "F1 score of 0.91",
            "AUROC 0.91",
            "AUC-ROC 0.91",
            "R^2 = 0.91",
            "0.91 test accuracy",
        ),
        *(
            "| accuracy | 0.91 |",
            "| model | accuracy |\n|---|---|\n| a | 0.91 |",
            "<td>accuracy</td><td>0.91</td>",
        ),
        "| model | right, % |\n| --- | --: |\n| a | 91 |",
        "```\r\naccuracy 0.5\r\n```\r\naccuracy 0.91\r\n",
        "- ```\n  accuracy 0.5\n  ```\n\naccuracy 0.91\n",
        "- ```\n  accuracy 0.5\n\naccuracy 0.91\n",
        claim("0.55 [0.44, 0.66], or an accuracy of 0.91"),
    ],
)
def test_a_result_without_a_record_is_told(text: str) -> None:
    assert "claim-unmarked" in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "| songs | accuracy |\n|---|---|\n| 84 | " + _RIGHT + " |\n",
        "| accuracy | what share of the rows is right |\n",
        "Its accuracy, over 40 songs, is not known. 3 songs follow.",
        "[a text](of%20mine), version 1.2.3 of 2003, 95 % confidence intervals",
        "- ```\n  accuracy 0.5\n  ```\n",
        "```\r\naccuracy 0.5\r\n```\r\n",
    ],
)
def test_what_is_no_result_may_stand(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (claim("1 [0, 1]"), "claim-differs"),
        (claim("0.55 [0.44, 0.66], 840 different songs"), "claim-count"),
        (f"With 840 songs held out: {_RIGHT}", "claim-count"),
        (f"New Albums: {_RIGHT}", "claim-unit"),
        (f"On new, unheard albums {_RIGHT}", "claim-unit"),
        (f"On albums never heard before: {_RIGHT}", "claim-unit"),
        (f"Not leaky: {_BY_ROWS}", "claim-leaky"),
        (f"<!-- leaky -->{_BY_ROWS}", "claim-leaky"),
        ("<!--claim multiclass.color.songs accuracy-->0.99", "claim-unclosed"),
        ("<!-- Claim multiclass.color.songs accuracy -->0.99", "claim-unclosed"),
        ("<!-- claim multiclass.color.songs\naccuracy -->0.99", "claim-unclosed"),
        ("0.99<!-- /claim -->", "claim-unclosed"),
    ],
)
def test_a_claim_cannot_be_worded_around_the_check(text: str, code: str) -> None:
    assert code in codes(text)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"protocol": ["songs"]}, "claim-without-record"),
        ({"metrics": {"accuracy": {"value": 0.55, "low": "x", "high": "y"}}}, "claim-without-record"),
        ({"metrics": {"accuracy": {"value": float("nan")}}}, "claim-without-record"),
        ({"metrics": {"accuracy": {"value": 10**400}}}, "claim-without-record"),
        ({"unit": 5}, "claim-unit"),
    ],
)
def test_a_record_that_is_no_record_vouches_for_nothing(changed: dict[str, object], code: str) -> None:
    shelf = Shelf({"multiclass.color.songs": record(**changed)}, ())
    assert code in codes(f"On new albums {_RIGHT}", shelf)


def test_words_in_place_of_a_figure_are_not_written_over() -> None:
    text = claim("about half, as we wrote in the letter")
    with pytest.raises(InputError, match=r"a\.md:1: found 'about half"):
        inserted(text, Path("a.md"), SHELF)
    assert inserted(claim("…"), Path("a.md"), SHELF)[1] == 1


def test_a_link_to_a_document_stays_one_and_files_beside_it_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / "one.json").write_text(json.dumps(record()))
    path, beside, link = tmp_path / "a.md", tmp_path / "a.md.new", tmp_path / "b.md"
    path.write_text(claim("0.1"))
    beside.write_text("mine")
    path.chmod(0o640)
    link.symlink_to(path)
    assert insert_claims([link]) == [(link, 1)]
    assert link.is_symlink()
    assert beside.read_text() == "mine"
    assert path.stat().st_mode & 0o777 == 0o640
    assert "0.6 [0.4, 0.7]" in path.read_text()
