"""Figures for Plotly, as plain JSON data; the page brings the fonts and the colors of its theme."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from rebracket.core.errors import MissingExtraError
from rebracket.page.figure_colors import AGAINST, TOWARD, colors_of, largest, of_sign, short
from rebracket.page.figures import Array, Bars, Curves, Figure, Heat, PianoRoll, Plane, Points

__all__ = ["plotly_figure", "plotly_script", "rounded"]

Drawn = tuple[list[dict[str, Any]], dict[str, Any]]

_SYMBOLS = ("circle", "square", "diamond", "cross", "x", "triangle-up", "star", "hexagon")
_SYMBOLS_3D = ("circle", "square", "diamond", "cross", "x", "circle-open", "square-open", "diamond-open")
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
_BARE = {"showticklabels": False, "zeroline": False, "showgrid": False, "ticks": "", "title": {"text": ""}}


def plotly_script() -> str:
    """The text of plotly.js, from the installed package, fit to stand inside a script element.

    Raises:
        MissingExtraError: where plotly is not installed.
    """
    if importlib.util.find_spec("plotly") is None:
        raise MissingExtraError("plotly", "explain")
    text = (files("plotly") / "package_data" / "plotly.min.js").read_text("utf-8")
    return text.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def plotly_figure(figure: Figure) -> dict[str, Any]:
    """``data`` and ``layout`` of a figure; its words are inert, and its numbers have five digits."""
    data, layout = _DRAW[type(figure)](figure)
    usual = {"margin": {"l": 8, "r": 12, "t": 10, "b": 8}, "hovermode": "closest", "showlegend": False}
    return {"data": data, "layout": {**usual, **layout}}


def _veiled(color: str, share: float) -> str:
    """A color that lets the page's own ground through, dark or light."""
    parts = ",".join(str(int(color[start : start + 2], 16)) for start in (1, 3, 5))
    return f"rgba({parts},{share})"


def _scale(signed: bool) -> list[list[Any]]:
    """From nothing to full; on the other side of nothing the other color."""
    if not signed:
        return [[0.0, _veiled(TOWARD, 0.02)], [1.0, _veiled(TOWARD, 0.8)]]
    against = [[0.0, _veiled(AGAINST, 0.8)], [0.4999, _veiled(AGAINST, 0.02)]]
    return [*against, [0.5, _veiled(TOWARD, 0.02)], [1.0, _veiled(TOWARD, 0.8)]]


def _plain(text: str, most: int = 40) -> str:
    """A label that Plotly shows as it is: it reads tags and entities, and would make links of them."""
    return short(text, most).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def rounded(values: npt.ArrayLike) -> list[Any]:
    """Five significant digits, as plain numbers; a picture shows no more, and a page of many stays small."""
    array = np.asarray(values, dtype=np.float64)
    if array.ndim > 1:
        return [rounded(row) for row in array]
    return [float(f"{value:.5g}") for value in array]


def _named_axis(names: tuple[str, ...], **more: Any) -> dict[str, Any]:
    """An axis of names by position: names need not be distinct, and are no numbers or dates."""
    step = max(1, -(-len(names) // 60))  # more than fit are left to the hints; Plotly does not thin these out
    named = {
        "tickvals": list(range(0, len(names), step)),
        "ticktext": [_plain(name, 28) for name in names[::step]],
    }
    return {"tickmode": "array", "automargin": True, "zeroline": False, "showgrid": False, **named, **more}


def _titled(text: str) -> dict[str, Any]:
    return {"title": {"text": _plain(text, 60)}, "automargin": True}


def _bars(figure: Bars) -> Drawn:
    size = len(figure.labels)
    trace: dict[str, Any] = {
        "type": "bar", "orientation": "h", "y": list(range(size)), "x": rounded(figure.values),
        "marker": {"color": [of_sign(value) for value in figure.values]},
        "hovertext": [_plain(label, 300) for label in figure.labels],
        "hovertemplate": f"%{{hovertext}}<br><b>%{{x:.3g}}</b> {_no_template(figure.unit)}<extra></extra>",
    }  # fmt: skip
    traces = [trace]
    if figure.low is not None and figure.high is not None:
        traces.append(_whiskers(figure.low, figure.high))
    axes = {
        "xaxis": {**_titled(figure.unit), "zeroline": True},
        "yaxis": _named_axis(figure.labels, autorange="reversed"),
    }
    return traces, {**axes, "height": 70 + 26 * max(size, 2), "bargap": 0.35}


def _whiskers(low: Array, high: Array) -> dict[str, Any]:
    """Intervals as a layer of their own: one need not hold its estimate."""
    return {
        "type": "scatter", "mode": "markers", "marker": {"opacity": 0}, "hoverinfo": "skip",
        "x": rounded((low + high) / 2), "y": list(range(len(low))),
        "error_x": {"type": "data", "array": rounded((high - low) / 2), "thickness": 1.4, "width": 4},
    }  # fmt: skip


def _no_template(text: str) -> str:
    """A unit inside a template of Plotly's, where ``%{`` would begin a variable."""
    return _plain(text).replace("{", "(").replace("}", ")")


def _heat(figure: Heat) -> Drawn:
    values = figure.values
    top = largest(values)
    signed = bool((values < 0).any())
    trace = {
        "type": "heatmap", "z": rounded(values), "xgap": 1, "ygap": 1,
        "zmin": -top if signed else 0.0, "zmax": top, "colorscale": _scale(signed),
        "hovertext": [[f"{_plain(r, 99)} · {_plain(c, 99)}" for c in figure.columns] for r in figure.rows],
        "hovertemplate": f"%{{hovertext}}<br><b>%{{z:.3g}}</b> {_no_template(figure.unit)}<extra></extra>",
        "colorbar": {"title": {"text": _plain(figure.unit, 20)}, "thickness": 10, "outlinewidth": 0},
    }  # fmt: skip
    if values.size <= 150:  # numbers that can be read without color
        trace["texttemplate"] = "%{z:.2g}"
    axes = {
        "xaxis": _named_axis(figure.columns, side="bottom"),
        "yaxis": _named_axis(figure.rows, autorange="reversed"),
    }
    return [trace], {**axes, "height": 130 + min(24 * max(len(figure.rows), 2), 560)}


def _points(figure: Points) -> Drawn:
    deep = figure.xyz.shape[1] == 3
    traces = []
    for number, (group, color) in enumerate(colors_of(figure.groups, figure.hex_of).items()):
        rows = [row for row, other in enumerate(figure.groups) if other == group]
        symbols = _SYMBOLS_3D if deep else _SYMBOLS
        trace: dict[str, Any] = {
            "type": "scatter3d" if deep else "scatter", "mode": "markers",
            "name": "no group" if group is None else _plain(group),
            "marker": {
                "color": color, "size": 4 if deep else 9, "symbol": symbols[number % len(symbols)],
                "line": {"width": 1, "color": "rgba(110,110,110,0.8)"},
            },
            "hovertext": [_plain(figure.texts[row], 300) for row in rows], "hoverinfo": "text+name",
            "customdata": [figure.moments[row] if figure.moments else "" for row in rows],
        }  # fmt: skip
        for axis, name in enumerate("xyz"[: figure.xyz.shape[1]]):
            trace[name] = rounded(figure.xyz[rows, axis])
        traces.append(trace)
    # A place on a map has no unit of its own: only nearness is meant, so both ways have one scale.
    bare = {**_BARE, "showgrid": deep}
    layout: dict[str, Any] = {"height": 520, "showlegend": True, "legend": {"itemsizing": "constant"}}
    if deep:
        return traces, {
            **layout,
            "scene": {"xaxis": bare, "yaxis": bare, "zaxis": bare, "aspectmode": "data"},
        }
    return traces, {**layout, "xaxis": bare, "yaxis": {**bare, "scaleanchor": "x"}}


def _curves(figure: Curves) -> Drawn:
    traces: list[dict[str, Any]] = []
    x = rounded(figure.x)
    for number, (name, color) in enumerate(colors_of(figure.lines, {}).items()):
        assert name is not None  # noqa: S101  lines have names
        line, shown = figure.lines[name], _plain(name)
        if name in figure.low:
            around = rounded(np.concatenate([figure.high[name], figure.low[name][::-1]]))
            traces.append(
                {
                    "type": "scatter", "mode": "lines", "x": x + x[::-1], "y": around, "fill": "toself",
                    "fillcolor": color, "opacity": 0.16, "line": {"width": 0}, "hoverinfo": "skip",
                    "showlegend": False, "legendgroup": shown,
                }
            )  # fmt: skip
        traces.append(
            {
                "type": "scatter", "mode": "lines+markers" if len(x) <= 24 else "lines", "name": shown,
                "x": x, "y": rounded(line), "legendgroup": shown,
                "line": {"color": color, "width": 2.4, "dash": _DASHES[number % len(_DASHES)]},
                "marker": {"symbol": _SYMBOLS[number % len(_SYMBOLS)], "size": 7},
            }
        )  # fmt: skip
    axes = {"xaxis": _titled(figure.x_label), "yaxis": _titled(figure.y_label)}
    return traces, {**axes, "height": 380, "showlegend": True, "hovermode": "x"}


def _piano_roll(figure: PianoRoll) -> Drawn:
    against = figure.weight < 0
    traces = [_notes(figure, ~against, "for", TOWARD, ""), _notes(figure, against, "against", AGAINST, "/")]
    axes = {"xaxis": {**_titled("seconds"), "zeroline": False}, "yaxis": {**_titled("pitch"), "dtick": 12}}
    return traces, {**axes, "height": 380, "barmode": "overlay", "bargap": 0, "showlegend": True}


def _notes(
    figure: PianoRoll, chosen: npt.NDArray[np.bool_], name: str, color: str, hatch: str
) -> dict[str, Any]:
    """The notes of one sign as bars in time; the heavier a note, the thicker and the fuller."""
    rows = [int(row) for row in np.flatnonzero(chosen)]
    onset_s, weight = figure.onset_s[rows], figure.weight[rows]
    return {
        "type": "bar", "orientation": "h", "name": name,
        "x": rounded(figure.end_s[rows] - onset_s), "base": rounded(onset_s),
        "y": rounded(figure.pitch[rows]), "width": rounded(0.4 + 0.6 * np.abs(weight)),
        "marker": {
            "color": color, "opacity": rounded(0.25 + 0.75 * np.abs(weight)),
            "line": {"width": 1, "color": color},
            "pattern": {"shape": hatch, "fillmode": "overlay", "solidity": 0.2},
        },
        "hovertext": [
            f"{_plain(figure.tracks[row], 80)} · pitch {figure.pitch[row]:g} · {figure.onset_s[row]:.2f} s"
            f"<br><b>{figure.weight[row]:+.2f}</b>"
            for row in rows
        ],
        "hoverinfo": "text",
    }  # fmt: skip


def _plane(figure: Plane) -> Drawn:
    x0, x1, y0, y1 = figure.extent
    colors = colors_of(figure.classes, figure.hex_of)
    height, width = figure.grid.shape
    last = max(len(figure.classes) - 1, 1)
    ground = {
        "type": "heatmap", "z": rounded(figure.grid), "zmin": 0, "zmax": last, "opacity": 0.28,
        "x": rounded(np.linspace(x0, x1, width)), "y": rounded(np.linspace(y0, y1, height)),
        "colorscale": _stepped([colors[name] for name in figure.classes]),
        "showscale": False, "hoverinfo": "skip",
    }  # fmt: skip
    traces = [ground]
    for number, name in enumerate(figure.classes):
        rows = [row for row, other in enumerate(figure.point_classes) if other == name]
        traces.append(
            {
                "type": "scatter", "mode": "markers", "name": _plain(name), "showlegend": True,
                "x": rounded(figure.points[rows, 0]), "y": rounded(figure.points[rows, 1]),
                "marker": {
                    "color": colors[name], "size": 8, "symbol": _SYMBOLS[number % len(_SYMBOLS)],
                    "line": {"width": 1, "color": "rgba(110,110,110,0.8)"},
                },
            }
        )  # fmt: skip
    steps = len(figure.path)
    if steps:
        traces.append(
            {
                "type": "scatter", "mode": "lines+markers", "name": "path", "showlegend": True,
                "x": rounded(figure.path[:, 0]), "y": rounded(figure.path[:, 1]),
                "marker": {"size": [11] + [5] * (steps - 2) + [15] * (steps > 1),
                           "symbol": ["circle-open"] + ["circle"] * (steps - 2) + ["star"] * (steps > 1)},
                "line": {"width": 2.5},
            }
        )  # fmt: skip
    return traces, {"xaxis": _BARE, "yaxis": _BARE, "height": 460, "showlegend": True}


def _stepped(colors: list[str]) -> list[list[Any]]:
    """A scale of steps without transitions: class numbers are names, nothing lies between two."""
    if len(colors) == 1:
        return [[0.0, colors[0]], [1.0, colors[0]]]
    last = len(colors) - 1
    scale: list[list[Any]] = []
    for number, color in enumerate(colors):
        scale += [[max((number - 0.5) / last, 0.0), color], [min((number + 0.5) / last, 1.0), color]]
    return scale


_DRAW: Mapping[type, Callable[[Any], Drawn]] = {
    Bars: _bars,
    Heat: _heat,
    Points: _points,
    Curves: _curves,
    PianoRoll: _piano_roll,
    Plane: _plane,
}
