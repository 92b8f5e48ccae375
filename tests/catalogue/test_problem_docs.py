"""The page on problems says of every code what the program says."""

from __future__ import annotations

from pathlib import Path

from rebracket.catalogue import CODES, EXPLAINED

PAGE = Path(__file__).parents[2] / "docs" / "problems.md"


def test_the_page_has_one_row_for_each_code() -> None:
    page = PAGE.read_text("utf-8").partition("## Units of time")[0]
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    expected = [
        f"| `{name}` | {code.severity} | {code.meaning} | {code.fix} |" for name, code in CODES.items()
    ]
    assert rows == expected


def test_more_is_told_of_each_code_and_of_no_other() -> None:
    assert set(EXPLAINED) == set(CODES)
    for name, more in EXPLAINED.items():
        assert more.endswith("."), name
        assert more != CODES[name].meaning, name


def test_a_meaning_is_a_sentence_and_a_fix_is_not() -> None:
    for name, code in CODES.items():
        assert code.meaning[0].isupper(), name
        assert code.meaning.endswith("."), name
        assert not code.fix.endswith("."), name
