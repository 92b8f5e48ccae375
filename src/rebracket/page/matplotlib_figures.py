"""Figures as PNG and SVG files by matplotlib; the same figure gives the same bytes."""

from __future__ import annotations

import importlib.util
import io
import textwrap
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rebracket.core.errors import InputError, MissingExtraError
from rebracket.page.document import write_whole
from rebracket.page.figure_colors import AGAINST, TOWARD, colors_of, largest, of_sign, short
from rebracket.page.figures import Bars, Curves, Figure, Heat, PianoRoll, Plane, Points

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Sheet

__all__ = ["png_of", "svg_of", "write_figures"]

_MARKERS = ("o", "s", "D", "P", "X", "^", "*", "h")
_LINES = ("-", "--", ":", "-.")
_INK, _SOFT, _PAPER = "#211F1C", "#67615A", "#FFFFFF"
_WIDTH_IN, _CAPTION_IN = 8.0, 0.9
_PNG: Mapping[str, Any] = {"format": "png", "dpi": 150, "metadata": {"Software": None}}
_SVG: Mapping[str, Any] = {"format": "svg", "metadata": {"Date": None, "Creator": None}}
_STYLE = {
    "svg.hashsalt": "rebracket",  # else the names of clips in a file differ each time
    "svg.fonttype": "path",
    "text.parse_math": False,  # a dollar sign in somebody's words is a dollar sign
    "axes.edgecolor": _SOFT, "axes.labelcolor": _INK, "xtick.color": _SOFT, "ytick.color": _SOFT,
    "axes.spines.top": False, "axes.spines.right": False, "font.size": 9.0, "axes.axisbelow": True,
    "font.family": ["DejaVu Sans"],  # comes with matplotlib: the same on every machine
    "legend.frameon": False, "hatch.linewidth": 0.6,
}  # fmt: skip


def png_of(figure: Figure, dots_per_inch: int = 150) -> bytes:
    """A figure with its title and caption as PNG.

    Raises:
        MissingExtraError: where matplotlib is not installed.
    """
    return _saved(figure, {**_PNG, "dpi": dots_per_inch})[0]


def svg_of(figure: Figure) -> bytes:
    """A figure with its title and caption as SVG, its letters as outlines.

    Raises:
        MissingExtraError: where matplotlib is not installed.
    """
    return _saved(figure, _SVG)[0]


def write_figures(figures: Sequence[Figure], folder: Path) -> list[Path]:
    """Each figure as ``<id>.png`` and ``<id>.svg`` in the folder, which is made; the paths in order.

    Raises:
        InputError: where two figures have one id, or a file cannot be written.
        MissingExtraError: where matplotlib is not installed.
    """
    ids = [figure.id for figure in figures]
    if twice := sorted({id_ for id_ in ids if ids.count(id_) > 1}):
        raise InputError(f"found more than one figure called {twice}, expected an id of its own for each")
    written = []
    for figure in figures:
        for how, data in zip((_PNG, _SVG), _saved(figure, _PNG, _SVG), strict=True):
            written.append(write_whole(data, folder / f"{figure.id}.{how['format']}"))
    return written


def _saved(figure: Figure, *hows: Mapping[str, Any]) -> list[bytes]:
    """A figure in some formats, drawn and laid out once."""
    saved = []
    with _drawing() as (sheet_of, rc_context), rc_context(_STYLE):
        sheet = _drawn(figure, sheet_of)
        if (layout := sheet.get_layout_engine()) is not None:
            layout.execute(sheet)
            sheet.set_layout_engine("none")
        for how in hows:
            file = io.BytesIO()
            sheet.savefig(file, facecolor=_PAPER, **how)
            saved.append(file.getvalue())
    return saved


@contextmanager
def _drawing() -> Iterator[tuple[Callable[..., Sheet], Callable[..., Any]]]:
    """Matplotlib without its global state: no window, no foreign settings, no remark on rare letters."""
    if importlib.util.find_spec("matplotlib") is None:
        raise MissingExtraError("matplotlib", "explain")
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Sheet

    def sheet_of(**how: Any) -> Sheet:
        sheet = Sheet(**how)
        FigureCanvasAgg(sheet)
        return sheet

    with warnings.catch_warnings(), matplotlib.rc_context():
        warnings.filterwarnings("ignore", message="Glyph .* missing from", category=UserWarning)
        matplotlib.rcdefaults()
        yield sheet_of, matplotlib.rc_context


def _drawn(figure: Figure, sheet_of: Callable[..., Sheet]) -> Sheet:
    height = _height_in(figure) + _CAPTION_IN
    sheet = sheet_of(figsize=(_WIDTH_IN, height), layout="constrained")
    deep = isinstance(figure, Points) and figure.xyz.shape[1] == 3
    axes = sheet.add_subplot(projection="3d" if deep else None)
    sheet.suptitle(short(figure.title, 90), x=0.01, ha="left", color=_INK, fontsize=12)
    _DRAW[type(figure)](figure, axes)
    caption = f"Evidence of: {figure.evidence}\nNot evidence of: {figure.not_evidence}"
    lines = [part for line in caption.splitlines() for part in textwrap.wrap(line, 120)]
    sheet.supxlabel("\n".join(lines[:6]), x=0.01, ha="left", fontsize=7.5, color=_SOFT)
    return sheet


def _height_in(figure: Figure) -> float:
    if isinstance(figure, Bars):
        return 1.0 + 0.26 * len(figure.labels)
    if isinstance(figure, Heat):
        return 1.8 + min(0.28 * len(figure.rows), 7.0)
    return 6.0 if isinstance(figure, Points | Plane) else 4.0


def _bars(figure: Bars, axes: Axes) -> None:
    places = np.arange(len(figure.labels))
    colors = [of_sign(value) for value in figure.values]
    axes.barh(places, figure.values, 0.65, color=colors)
    if figure.low is not None and figure.high is not None:
        axes.hlines(places, figure.low, figure.high, color=_INK, linewidth=1.4)
    axes.axvline(0, color=_INK, linewidth=0.8)
    axes.set_yticks(places, [short(label, 40) for label in figure.labels])
    axes.invert_yaxis()
    axes.set_xlabel(short(figure.unit, 60))


def _scale(signed: bool) -> Any:
    from matplotlib.colors import LinearSegmentedColormap

    colors = [AGAINST, "#F7F5F1", TOWARD] if signed else ["#F7F5F1", TOWARD]
    return LinearSegmentedColormap.from_list("weights", colors)


def _heat(figure: Heat, axes: Axes) -> None:
    top = largest(figure.values)
    signed = bool((figure.values < 0).any())
    shown = axes.imshow(
        figure.values, cmap=_scale(signed), vmin=-top if signed else 0.0, vmax=top, aspect="auto",
        interpolation="nearest",
    )  # fmt: skip
    for ticks, names in ((axes.set_yticks, figure.rows), (axes.set_xticks, figure.columns)):
        step = max(1, -(-len(names) // 40))
        ticks(range(0, len(names), step), [short(name, 24) for name in names[::step]])
    if sum(len(name) for name in figure.columns) > 70:
        axes.tick_params(axis="x", rotation=90)
    if figure.values.size <= 150:  # numbers that can be read without color
        for (row, column), value in np.ndenumerate(figure.values):
            color = _PAPER if abs(value) > 0.6 * top else _INK
            axes.text(column, row, f"{value:.2g}", ha="center", va="center", color=color, fontsize=7.5)
    axes.figure.colorbar(shown, ax=axes, label=short(figure.unit, 40), shrink=0.9)


def _points(figure: Points, axes: Any) -> None:
    for number, (group, color) in enumerate(colors_of(figure.groups, figure.hex_of).items()):
        rows = [row for row, other in enumerate(figure.groups) if other == group]
        label = "no group" if group is None else short(group)
        axes.scatter(
            *figure.xyz[rows].T, color=color, marker=_MARKERS[number % len(_MARKERS)], s=28, label=label,
            edgecolors=_SOFT, linewidths=0.5,
        )  # fmt: skip
    for axis in ("x", "y", "z")[: figure.xyz.shape[1]]:
        getattr(axes, f"set_{axis}ticklabels")([])
        axes.tick_params(axis=axis, length=0)
    if figure.xyz.shape[1] == 2:
        axes.spines[:].set_visible(False)
        axes.set_aspect("equal", adjustable="datalim")
    if figure.groups:
        axes.legend(loc="center left", bbox_to_anchor=(1.02, 0.5), fontsize=8)


def _curves(figure: Curves, axes: Axes) -> None:
    for number, (name, color) in enumerate(colors_of(figure.lines, {}).items()):
        assert name is not None  # noqa: S101  lines have names
        marker = _MARKERS[number % len(_MARKERS)] if len(figure.x) <= 24 else None
        style = _LINES[number % len(_LINES)]
        axes.plot(figure.x, figure.lines[name], style, color=color, marker=marker, ms=4, label=short(name))
        if name in figure.low:
            axes.fill_between(figure.x, figure.low[name], figure.high[name], color=color, alpha=0.16, lw=0)
    axes.set_xlabel(short(figure.x_label, 60))
    axes.set_ylabel(short(figure.y_label, 60))
    if figure.lines:
        axes.legend(fontsize=8)


def _piano_roll(figure: PianoRoll, axes: Axes) -> None:
    scale = _scale(signed=True)
    heights = 0.4 + 0.6 * np.abs(figure.weight)
    axes.barh(
        figure.pitch, figure.end_s - figure.onset_s, heights, left=figure.onset_s,
        color=scale((figure.weight + 1) / 2), edgecolor=[of_sign(weight) for weight in figure.weight],
        linewidth=0.6, hatch=["////" if weight < 0 else "" for weight in figure.weight],
    )  # fmt: skip
    axes.set_xlabel("seconds")
    axes.set_ylabel("pitch")


def _plane(figure: Plane, axes: Axes) -> None:
    from matplotlib.colors import ListedColormap

    x0, x1, y0, y1 = figure.extent
    colors = colors_of(figure.classes, figure.hex_of)
    axes.imshow(
        figure.grid, cmap=ListedColormap([colors[name] for name in figure.classes]), vmin=-0.5,
        vmax=len(figure.classes) - 0.5, extent=(x0, x1, y0, y1), origin="lower", alpha=0.28, aspect="auto",
        interpolation="nearest",
    )  # fmt: skip
    for number, name in enumerate(figure.classes):
        rows = [row for row, other in enumerate(figure.point_classes) if other == name]
        axes.scatter(
            figure.points[rows, 0], figure.points[rows, 1], color=colors[name], s=30, label=short(name),
            marker=_MARKERS[number % len(_MARKERS)], edgecolors=_SOFT, linewidths=0.5,
        )  # fmt: skip
    if len(figure.path):
        axes.plot(*figure.path.T, "-", color=_INK, linewidth=1.8, label="path")
        axes.plot(*figure.path[0], "o", color=_INK, markerfacecolor=_PAPER, ms=8)
        axes.plot(*figure.path[-1], "*", color=_INK, ms=13)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.legend(loc="center left", bbox_to_anchor=(1.02, 0.5), fontsize=8)


_DRAW: Mapping[type, Callable[[Any, Any], None]] = {
    Bars: _bars, Heat: _heat, Points: _points, Curves: _curves, PianoRoll: _piano_roll, Plane: _plane,
}  # fmt: skip
