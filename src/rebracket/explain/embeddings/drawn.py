"""The figures of embeddings."""

from __future__ import annotations

import re

import numpy as np

from rebracket.explain.embeddings.embeddings import Embeddings
from rebracket.explain.embeddings.projections import Projection
from rebracket.explain.embeddings.quality import MEASURES, Quality
from rebracket.page.figures import Bars, Figure, Points

__all__ = ["figures", "said"]

_PICTURE = {
    "PCA": "The widest directions of the vectors.",
    "t-SNE": "A t-SNE: who lies next to whom means something; distance, size and density of groups do not.",
    "UMAP": "A UMAP: who lies next to whom means something; distance, size and density of groups do not.",
}
_NOT_GROUPS = (
    "It is not evidence that groups exist or can be told apart in new songs: see their numbers and tests."
)
_NOT_CAUSE = (
    "It is not evidence of what holds a group together: songs of an album share its production and time too."
)


def figures(result: Embeddings) -> tuple[Figure, ...]:
    """Each grouping on the last picture in a plane; each other picture by the first grouping; the numbers."""
    names = list(result.columns.groupings)
    flat = [one for one in result.projections if one.dimensions == 2]
    drawn: list[Figure] = [_points(result, flat[-1], name) for name in names if flat]
    others = [one for one in result.projections if one is not (flat[-1] if flat else None)]
    drawn += [_points(result, one, name) for one in others for name in names[:1]]
    drawn += [bars for measure in MEASURES for bars in _bars(result, measure)]
    return tuple(drawn)


def said(one: Quality) -> str:
    """A quality in a sentence: its value, what chance reaches, and the test or why there is none."""
    if one.value is None:
        return f"{one.grouping}: undefined, {one.undefined}."
    told = {} if one.test is None else one.test.as_dict()
    among = "within songs" if told.get("unit") == "segment" else f"among {told.get('unit')}s"
    tested = str(told["undefined"]) if "undefined" in told else f"p = {told.get('p'):.3g}, relabeled {among}"
    return (
        f"{one.grouping}: {one.value} over {one.n_songs} songs, "
        f"where chance reaches {0.0 if one.chance is None else one.chance:.2f}; {tested}."
    )


def _points(result: Embeddings, projection: Projection, grouping: str) -> Points:
    columns = result.columns
    groups = tuple(columns.groupings[grouping])
    tag, of = _of(result)
    numbers = " ".join(
        f"By {one.measure}, {said(one)}" for one in result.qualities if one.grouping == grouping
    )
    return Points(
        _slug(f"embedding{tag}-{projection.method}-{projection.dimensions}d-{grouping}"),
        f"{projection.method} in {projection.dimensions} dimensions{of}, by {grouping}",
        f"{_PICTURE[projection.method]} {projection.kept:.0%} of each point's ten nearest here are among its "
        f"ten nearest in the vectors. {numbers}",
        _NOT_GROUPS,
        xyz=projection.coordinates,
        groups=groups,
        texts=tuple(f"{id_}: {group or 'none'}" for id_, group in zip(columns.ids, groups, strict=True)),
        moments=tuple(columns.segments),
        hex_of={k: v for k, v in columns.hexes.get(grouping, {}).items() if k in groups},
    )


def _bars(result: Embeddings, measure: str) -> list[Bars]:
    found = [one for one in result.qualities if one.measure == measure and one.value is not None]
    if not found:
        return []
    tag, of = _of(result)
    values = [(one.grouping, one.value) for one in found if one.value is not None]
    labels = [name for name, _ in values] + [f"{one.grouping}, by chance" for one in found]
    chance = [one.chance or 0.0 for one in found]
    return [
        Bars(
            _slug(f"embedding{tag}-{measure}"),
            f"{measure.capitalize()} of groups{of}",
            f"The {MEASURES[measure]}, with 95 % intervals over songs. "
            f"{' '.join(said(one) for one in found)}",
            _NOT_CAUSE,
            labels=tuple(labels),
            values=np.array([value.value for _, value in values] + chance),
            low=np.array([value.low for _, value in values] + chance),
            high=np.array([value.high for _, value in values] + chance),
            unit="share" if measure == "purity" else "index",
        )
    ]


def _of(result: Embeddings) -> tuple[str, str]:
    return (f"-{result.name}", f" of {result.name}") if result.name else ("", "")


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:100].strip("-")
