"""No code outside the ontology and the demo knows a color of the taxonomy: taxonomies are data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import rebracket
from rebracket.ontology import Ontology, rainbow_table

pytestmark = pytest.mark.habit

SOURCE = Path(rebracket.__file__).parent
MAY_NAME_COLORS = ("ontology", "demo")


def _pattern(taxonomy: Ontology) -> re.Pattern[str]:
    """A color's name as a whole word in any case, or its id between quotes."""
    names = "|".join(re.escape(color.name) for color in taxonomy.colors.values())
    ids = "|".join(re.escape(id_) for id_ in taxonomy.colors)
    return re.compile(rf"(?<![^\W_])(?i:{names})(?![^\W_])|(['\"])(?:{ids})\1")


def _named(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if match := pattern.search(line):
            yield number, match[0]


def test_no_python_file_names_a_color() -> None:
    pattern = _pattern(rainbow_table())
    files = [
        path for path in SOURCE.rglob("*.py") if path.relative_to(SOURCE).parts[0] not in MAY_NAME_COLORS
    ]
    assert len(files) > 30, "found hardly any file: the test looks in the wrong place"
    found = [
        f"{path.relative_to(SOURCE.parent)}:{number}: found {word}, expected no color of the taxonomy"
        for path in sorted(files)
        for number, word in _named(path.read_text("utf-8"), pattern)
    ]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    "line",
    [
        "noise = white_noise(rng)", 'print("[red]wrong[/red]")', "COLORS = {'Z': 0}", 'if color == "A":',
        "# Indigo has two modes", "class Violet:", "is_black = True",
    ],
)  # fmt: skip
def test_the_search_finds_names_and_ids(line: str) -> None:
    assert [number for number, _ in _named(f"x = 1\n{line}", _pattern(rainbow_table()))] == [2]


@pytest.mark.parametrize(
    "line",
    ["scored = reduce(f)", "B, T = wave.shape", 'kind = "AB"', "bordered", "# a whitespace", "'a'", "x['r']"],
)
def test_the_search_leaves_other_words_alone(line: str) -> None:
    assert list(_named(line, _pattern(rainbow_table()))) == []
