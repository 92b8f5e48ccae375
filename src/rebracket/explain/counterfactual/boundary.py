"""A picture of where a model parts two classes, with the way from a segment to its counterfactual."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from rebracket.core.errors import InputError, RefusedError
from rebracket.page import ClassKey
from rebracket.page.figures import Plane

__all__ = ["Boundary", "OfVectors", "boundary", "figures"]

Array = npt.NDArray[np.float64]

OfVectors = Callable[[Array], Array]
"""[n, D] feature vectors -> [n, C] probabilities of the model itself."""

_GRID = 48
_NEIGHBORS = 5  # the kernel is as wide as it is, at the median, to the fifth neighbor
_MARGIN = 0.08
_SAME = 1e-9


@dataclass(frozen=True, eq=False)
class Boundary:
    """A plane through a segment, its counterfactual and the nearest real segment of the other class.

    Args:
        segment_id: the segment.
        classes: the C classes.
        from_class: what the segment is taken for.
        to_class: what its counterfactual is taken for.
        nearest_id: the nearest segment that the model takes for ``to_class``.
        grid: [h, w] class numbers; row 0 is at the lowest y.
        extent: (x0, x1, y0, y1), in units of the feature vectors.
        points: [S, 2] all segments, as they are seen from straight above the plane.
        point_classes: what the model takes each for.
        path: [m, 2] from the segment to its counterfactual.
        is_asked: whether the model was asked at each place of the grid. If not, a place has the mean of what
            is said of the segments and of the path, by how near each is in the plane.
        agreement: the share of segments that lie in the region of their own class, each left out of what
            makes its region.
        in_plane: the share of the segments' spread around the segment that the plane shows.
    """

    segment_id: str
    classes: tuple[str, ...]
    from_class: str
    to_class: str
    nearest_id: str
    grid: npt.NDArray[np.intp]
    extent: tuple[float, float, float, float]
    points: Array
    point_classes: tuple[str, ...]
    path: Array
    is_asked: bool
    agreement: float
    in_plane: float

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "segment_id": self.segment_id,
            "classes": list(self.classes),
            "from": self.from_class,
            "to": self.to_class,
            "nearest_segment_id": self.nearest_id,
            "grid": self.grid.tolist(),
            "extent": list(self.extent),
            "points": self.points.tolist(),
            "point_classes": list(self.point_classes),
            "path": self.path.tolist(),
            "regions": "the model asked" if self.is_asked else "a mean of the segments around",
            "agreement": self.agreement,
            "in_plane": self.in_plane,
        }


def boundary(
    segment_id: str,
    path: Array,
    path_said: Array,
    segment_ids: Sequence[str],
    vectors: Array,
    said: Array,
    classes: tuple[str, ...],
    *,
    of_vectors: OfVectors | None = None,
) -> Boundary:
    """The plane through a segment, its counterfactual, and the nearest real segment of the other class.

    Args:
        segment_id: the segment.
        path: [m, D] feature vectors, from the segment's own to its counterfactual's, change by change.
        path_said: [m, C] probabilities of each.
        segment_ids: S segments.
        vectors: [S, D] their feature vectors.
        said: [S, C] what the model says of them.
        classes: the C classes.
        of_vectors: the model, where it can be asked about feature vectors; None where it cannot.

    Raises:
        InputError: where lengths differ or a number is not finite.
        RefusedError: where the path does not lead to another class, no segment is taken for that, or all
            vectors lie on one line.
    """
    _check(path, path_said, segment_ids, vectors, said, classes)
    start, end, theirs = int(path_said[0].argmax()), int(path_said[-1].argmax()), said.argmax(axis=1)
    if start == end:
        raise RefusedError(f"{segment_id}: the path stays in {classes[start]}, expected one to another class")
    nearest = _nearest(path[0], vectors, theirs == end)
    if nearest is None:
        raise RefusedError(f"{segment_id}: the model takes none of {len(said)} segments for {classes[end]}")
    axes = _axes(segment_id, path, vectors, vectors[nearest])
    points, way = (vectors - path[0]) @ axes.T, (path - path[0]) @ axes.T
    extent = _extent(np.concatenate([points, way]))
    places = _places(extent)
    if of_vectors is None:
        mix = _Mix(np.concatenate([points, way]), np.concatenate([said, path_said]))
        regions, own = mix.at(places), mix.left_out(len(points))
    else:
        regions, own = (of_vectors(path[0] + flat @ axes) for flat in (places, points))
    spread = float(((vectors - path[0]) ** 2).sum())
    return Boundary(
        segment_id,
        classes,
        classes[start],
        classes[end],
        segment_ids[nearest],
        regions.argmax(axis=1).reshape(_GRID, _GRID),
        extent,
        points,
        tuple(classes[number] for number in theirs),
        way,
        of_vectors is not None,
        float((own.argmax(axis=1) == theirs).mean()),
        float((points**2).sum()) / spread,
    )


def _nearest(vector: Array, vectors: Array, is_other: npt.NDArray[np.bool_]) -> int | None:
    """Of some vectors the number of that nearest to one; None where there are none."""
    others = np.flatnonzero(is_other)
    if not len(others):
        return None
    return int(others[np.linalg.norm(vectors[others] - vector, axis=1).argmin()])


def figures(found: Boundary, keys: Mapping[str, ClassKey] | None = None) -> tuple[Plane, ...]:
    """The plane, with what it is evidence of; ``keys`` give classes the names and colors people know."""
    called = {id_: key.name for id_, key in (keys or {}).items()}
    from_name, to_name = (called.get(id_, id_) for id_ in (found.from_class, found.to_class))
    how = (
        "At each place the model was asked about the feature vector there"
        if found.is_asked
        else "A place has the mean of what the model says of the segments and of the path around it, by how "
        "near each is in the plane; the model itself was not asked there"
    )
    without = "" if found.is_asked else ", each left out of what makes it"
    evidence = (
        f"The plane goes through {found.segment_id}, taken for {from_name}, through its "
        f"counterfactual, and through {found.nearest_id}, the nearest segment taken for {to_name}. "
        f"{how}. {found.agreement:.0%} of {len(found.points)} segments lie in the region of their own "
        f"class{without}."
    )
    not_evidence = (
        f"The plane shows {found.in_plane:.0%} of how segments differ from this one; what is near in it may "
        "be far off it, and the line is where the model parts classes on this plane only."
    )
    return (
        Plane(
            id=_file_name(found.segment_id),
            title=f"From {from_name} to {to_name}",
            evidence=evidence,
            not_evidence=not_evidence,
            grid=found.grid.astype(np.float64),
            extent=found.extent,
            classes=tuple(called.get(id_, id_) for id_ in found.classes),
            points=found.points,
            point_classes=tuple(called.get(id_, id_) for id_ in found.point_classes),
            path=found.path,
            hex_of={key.name: key.hex for key in (keys or {}).values()},
        ),
    )


@dataclass(frozen=True, eq=False)
class _Mix:
    """Answers [n, C] at places [n, 2], mixed by a Gaussian kernel (Nadaraya, 1964; Watson, 1964)."""

    places: Array
    said: Array

    def at(self, places: Array) -> Array:
        return self._mixed(_squares(places, self.places))

    def left_out(self, n: int) -> Array:
        """[n, C] at the first n places, each from the others."""
        squares = _squares(self.places[:n], self.places)
        squares[np.arange(n), np.arange(n)] = np.inf
        return self._mixed(squares)

    def _mixed(self, squares: Array) -> Array:
        logs = -squares / (2 * self._width() ** 2)
        weights = np.exp(logs - logs.max(axis=1, keepdims=True))  # the nearest has 1, however far it is
        return weights @ self.said / weights.sum(axis=1, keepdims=True)

    def _width(self) -> float:
        distances = np.sqrt(np.sort(_squares(self.places, self.places), axis=1))
        width = float(np.median(distances[:, min(_NEIGHBORS, len(distances) - 1)]))
        return width if width > 0 else float(distances.max()) or 1.0


def _squares(places: Array, others: Array) -> Array:
    return np.asarray(((places[:, None, :] - others[None, :, :]) ** 2).sum(axis=2))


def _axes(segment_id: str, path: Array, vectors: Array, nearest: Array) -> Array:
    """[2, D] orthonormal: to the nearest segment, to the counterfactual, or where segments differ most."""
    _, spread, principal = np.linalg.svd(vectors - vectors.mean(axis=0), full_matrices=False)
    principal = principal[spread > _SAME * spread.max()]
    scale = float(np.abs(vectors - path[0]).max()) or 1.0
    axes: list[Array] = []
    for direction in (nearest - path[0], path[-1] - path[0], *(scale * one for one in principal[:3])):
        left = direction - sum((direction @ axis) * axis for axis in axes)
        if np.linalg.norm(left) > _SAME * scale and len(axes) < 2:
            axes.append(left / np.linalg.norm(left))
    if len(axes) < 2:
        raise RefusedError(f"{segment_id}: all feature vectors lie on one line; there is no plane to draw")
    return np.stack(axes)


def _extent(places: Array) -> tuple[float, float, float, float]:
    low, high = places.min(axis=0), places.max(axis=0)
    margin = _MARGIN * max(float((high - low).max()), _SAME)
    (x0, y0), (x1, y1) = (low - margin).tolist(), (high + margin).tolist()
    return x0, x1, y0, y1


def _places(extent: tuple[float, float, float, float]) -> Array:
    x0, x1, y0, y1 = extent
    x, y = np.meshgrid(np.linspace(x0, x1, _GRID), np.linspace(y0, y1, _GRID))
    return np.column_stack([x.ravel(), y.ravel()])


def _file_name(segment_id: str) -> str:
    kept = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in segment_id.lower())
    return f"boundary-{kept[:80].strip('-')}".strip("-")


def _check(
    path: Array, path_said: Array, ids: Sequence[str], vectors: Array, said: Array, classes: tuple[str, ...]
) -> None:
    width = vectors.shape[-1]
    for name, array, shape in (
        ("path", path, (len(path_said), width)),
        ("path_said", path_said, (len(path), len(classes))),
        ("vectors", vectors, (len(ids), width)),
        ("said", said, (len(ids), len(classes))),
    ):
        if array.shape != shape or not len(array) or not np.isfinite(array).all():
            raise InputError(f"boundary: found {name} {array.shape}, expected {shape}, 1 or more, all finite")
