"""Both renderers show a figure's numbers; files are the same twice, and foreign words stay words."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from explanation_example import KINDS, figure

from rebracket.core.errors import InputError, MissingExtraError
from rebracket.page import plotly_figure, png_of, svg_of, write_figures
from rebracket.page.plotly_figures import plotly_script

matplotlib = pytest.importorskip("matplotlib", reason="needs matplotlib: the extra 'explain'")

HOSTILE = "<script>alert(1)</script><a href='https://example.invalid'>x</a> $\\frac{ %{x} &lt; \u2028 音 \n"
OURS = re.compile(r"</?b>|<br>|<extra></extra>")


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from strings(inner)


def numbers(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for inner in value:
            yield from numbers(inner)
    elif isinstance(value, float):
        yield value


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("bars", [1.25, -0.5]),
        ("heat", [0.125, -1.0, 5.0]),
        ("curves", [0.2, 0.8, -0.4, 1.6]),
        ("roll", [0.5, 60.0, 65.0, 1.0]),
        ("plane", [1.0, -0.5, 0.1]),
    ],
)
def test_plotly_gets_the_numbers(kind: str, expected: list[float]) -> None:
    assert set(expected) <= set(numbers(plotly_figure(figure(kind))["data"]))


@pytest.mark.parametrize("kind", ["points", "points-deep"])
def test_plotly_gets_every_point_with_its_moment(kind: str) -> None:
    made = figure(kind)
    traces = plotly_figure(made)["data"]
    axes = "xyz"[: made.xyz.shape[1]]
    places = sorted(place for trace in traces for place in zip(*(trace[axis] for axis in axes), strict=True))
    np.testing.assert_allclose(places, sorted(map(tuple, made.xyz)), rtol=1e-4)
    assert sorted(moment for trace in traces for moment in trace["customdata"]) == [
        "",
        "",
        "",
        "",
        "m0",
        "m1",
    ]
    assert next(trace for trace in traces if trace["name"] == "one")["marker"]["color"] == "#102030"
    assert len({trace["marker"]["symbol"] for trace in traces}) == 3


@pytest.mark.parametrize("kind", KINDS)
def test_words_for_plotly_are_inert(kind: str) -> None:
    drawn = plotly_figure(figure(kind, HOSTILE))
    text = json.dumps(drawn, allow_nan=False)
    assert "&lt;script&gt;" in text
    for string in strings(drawn):
        assert "<" not in OURS.sub("", string)
    templates = [trace["hovertemplate"] for trace in drawn["data"] if "hovertemplate" in trace]
    assert all(set(re.findall(r"%\{(.*?)\}", t)) <= {"hovertext", "x:.3g", "z:.3g"} for t in templates)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_the_same_twice_and_not_the_same_for_other_numbers(kind: str) -> None:
    first = png_of(figure(kind), 40), svg_of(figure(kind))
    other = png_of(figure(kind, shift=0.5), 40), svg_of(figure(kind, shift=0.5))
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "#000000"}):  # what a user may have set
        assert (png_of(figure(kind), 40), svg_of(figure(kind))) == first
        assert matplotlib.rcParams["font.size"] == 30
    assert first[0] != other[0]
    assert first[1] != other[1]


def test_a_file_is_whole_and_tells_no_date() -> None:
    drawn = svg_of(figure("bars", HOSTILE))
    assert ElementTree.fromstring(drawn).tag.endswith("svg")  # noqa: S314  our own file
    assert b"<dc:date>" not in drawn
    assert b"Matplotlib v" not in drawn
    picture = png_of(figure("bars", HOSTILE), 40)
    assert picture.startswith(b"\x89PNG")
    assert b"Software" not in picture


def test_figures_are_written_under_their_ids(tmp_path: Path) -> None:
    figures = [figure("bars"), figure("heat")]
    paths = write_figures(figures, tmp_path / "figures")
    assert [path.name for path in paths] == ["bars.png", "bars.svg", "heat.png", "heat.svg"]
    assert paths[1].read_bytes() == svg_of(figures[0])
    assert sorted((tmp_path / "figures").iterdir()) == sorted(paths)
    with pytest.raises(InputError, match=r"more than one figure called \['bars'\]"):
        write_figures([figure("bars"), figure("bars")], tmp_path)


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtraError, match=r"'matplotlib'.*rebracket\[explain\]"):
        png_of(figure("bars"))
    monkeypatch.setitem(sys.modules, "plotly", None)
    with pytest.raises(MissingExtraError, match=r"'plotly'.*rebracket\[explain\]"):
        plotly_script()
