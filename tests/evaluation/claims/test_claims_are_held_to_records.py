"""A number in a document is its record's, claims no more than was held out, and is not alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.claims.shelves import SHELF, claim
from rebracket.evaluation.claims import Figure
from rebracket.evaluation.claims.check import check_document
from rebracket.evaluation.claims.wording import differences, write


def codes(text: str) -> list[str]:
    return [problem.code for problem in check_document(text, "README.md", SHELF)[1]]


@pytest.mark.parametrize(
    "text",
    [
        claim("0.55 [0.44, 0.66], 84 songs held out"),
        claim("0.551 [0.436, 0.665]"),
        claim("55% [44, 66]"),
        claim("55 % [44 %, 66 %] of 84 songs on 8 albums"),
        claim("0.55 [0.44 to 0.66]", "macro_f1"),
        claim("0.14 [0.07, 0.22]", "baselines.majority.accuracy"),
        claim("0.94 [0.87, 1.03]", "value", "reading"),
        claim("0.5", "files.a.b, c.share", "reading"),
        f"By rows (leaky): {claim('0.55 [0.44, 0.66], 11,605 rows', name='multiclass.color.rows')}.",
        "Their 95 % intervals hold what they should, and 99% ranges too.",
        "In code `57 %` is no claim, nor is\n\n```text\naccuracy 0.57\n```\n",
        "<!-- a remark on 57 % -->",
    ],
)
def test_what_a_record_says_may_stand(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (claim("0.56 [0.44, 0.66]"), "claim-differs"),
        (claim("0.550 [0.436, 0.665]"), "claim-differs"),
        (claim("more than half"), "claim-differs"),
        (claim("0.55"), "claim-interval"),
        (claim("0.55 [0.44, 0.67]"), "claim-interval"),
        (claim("0.5 [0.4, 0.6]", "files.a.b, c.share", "reading"), "claim-interval"),
        (claim("0.55 [0.44, 0.66], 11,605 songs held out"), "claim-count"),
        (claim("0.55 [0.44, 0.66], 84 segments"), "claim-count"),
        (claim("0.55 [0.44, 0.66], 8 albums held out"), "claim-unit"),
        (f"On new albums it is right in {claim('0.55 [0.44, 0.66]')}.", "claim-unit"),
        (f"It scores {claim('0.55 [0.44, 0.66]')} with albums held out.", "claim-unit"),
        (claim("0.55 [0.44, 0.66]", name="multiclass.color.rows"), "claim-leaky"),
        (f"Rows are leaky.\n\n{claim('0.55 [0.44, 0.66]', name='multiclass.color.rows')}", "claim-leaky"),
        ("Right in 97 % of the songs.", "claim-unmarked"),
        ("It has 0.97 accuracy.", "claim-unmarked"),
        ("An accuracy of 0.97 is reached.", "claim-unmarked"),
        ("0.8 macro-F1, they say.", "claim-unmarked"),
        ("R² = 0.4", "claim-unmarked"),
        ("97 percent", "claim-unmarked"),
        ("<!-- claim multiclass.color.songs accuracy -->0.55\n\nlater", "claim-unclosed"),
        (claim("0.55", name="nowhere"), "claim-without-record"),
        (claim("0.55", "no_such_metric"), "claim-without-record"),
    ],
)
def test_what_goes_beyond_its_record_is_told(text: str, code: str) -> None:
    assert codes(text) == [code]


def test_a_problem_names_its_place() -> None:
    text = f"# A title\n\nOf songs: {claim('0.99 [0.44, 0.66]')}\n"
    problem = check_document(text, "README.md", SHELF)[1][0]
    assert (problem.path, problem.line, problem.column) == ("README.md", 3, 11)
    assert (problem.found, problem.expected) == ("0.99", "0.55")


shares = st.floats(0, 1)


@st.composite
def figures(draw: st.DrawFn) -> Figure:
    low, value, high = sorted(draw(st.tuples(shares, shares, shares)))
    n = draw(st.integers(1, 10**6))
    return Figure(value, low, high, "song", {"song": n, "album": 8}, "songs")


@given(figures(), st.sampled_from(["", "0.1 [0.0, 0.2], 3 songs held out", "7% [0, 9] of 3 songs", "0.1234"]))
def test_what_is_written_is_held_to_be_right(figure: Figure, old: str) -> None:
    assert list(differences(figure, write(figure, old), "")) == []


@given(figures(), figures())
def test_what_is_written_of_another_figure_is_told_unless_it_rounds_alike(one: Figure, two: Figure) -> None:
    told = list(differences(two, write(one, ""), ""))
    assert (told == []) == (write(one, "") == write(two, ""))


@given(st.text(max_size=300))
def test_no_text_ends_in_a_traceback(text: str) -> None:
    check_document(text, "README.md", SHELF)
    check_document(claim(text), "README.md", SHELF)
