"""Vectors as pictures, and how well groups hold together in the vectors themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # comes with scikit-learn

from rebracket.core.errors import RefusedError
from rebracket.explain.embeddings.columns import Array, Columns, ordered
from rebracket.explain.embeddings.projections import Projection, projections
from rebracket.explain.embeddings.quality import Quality, Settings, qualities
from rebracket.explain.nearness import unit_rows

__all__ = ["Embeddings", "embeddings"]

_LEAST = 3
_NOT_EVIDENCE = (
    "A picture is no evidence of groups: how far two lie apart in a t-SNE or UMAP, how large or dense they "
    "look, means little, and they show islands in noise. The numbers are of the vectors, over other songs "
    "only. Where a color is an album, what holds it together may be its production or its time."
)


@dataclass(frozen=True, eq=False)
class Embeddings:
    """Vectors laid out, in the order of their ids.

    Args:
        name: of what was embedded, such as a modality.
        columns: of the S that have a vector.
        vectors: [S, D] as given.
        projections: coordinates by method and number of dimensions.
        qualities: how well each grouping holds together.
        n_absent: how many of those given have no vector.
        left_out: projections that could not be made, and why.
        settings: how quality was measured.
    """

    name: str
    columns: Columns
    vectors: Array
    projections: tuple[Projection, ...]
    qualities: tuple[Quality, ...]
    n_absent: int
    left_out: dict[str, str]
    settings: Settings

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON data; coordinates are in the order of the ids."""
        return {
            "name": self.name,
            "ids": list(self.columns.ids),
            "songs": len(set(self.columns.songs)),
            "albums": len(set(self.columns.albums)),
            "dimensions": self.vectors.shape[1],
            "absent": self.n_absent,
            "neighbors": self.settings.k,
            "projections": [one.as_dict() for one in self.projections],
            "left_out": self.left_out,
            "qualities": [one.as_dict() for one in self.qualities],
            "not_evidence": _NOT_EVIDENCE,
        }


def embeddings(
    vectors: npt.NDArray[np.floating],
    columns: Columns,
    *,
    present: npt.NDArray[np.bool_] | None = None,
    methods: Sequence[str] = ("PCA", "t-SNE"),
    dimensions: Sequence[int] = (2, 3),
    settings: Settings | None = None,
    name: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> Embeddings:
    """Lays vectors out and weighs their groupings.

    All is by the cosine of what vectors are less their mean. Rows in another order give the same result.

    Args:
        vectors: [S, D].
        columns: of the S.
        present: [S] which have a vector; all unless given.
        methods: of ``PCA``, ``t-SNE`` and ``UMAP``, which needs umap-learn.
        dimensions: 2, 3 or both.
        settings: of quality, and the seed of all that is drawn.
        name: of what is embedded, such as a modality.
        progress: called with the steps done and those to do.

    Raises:
        InputError: where lengths differ or a vector is not finite.
        RefusedError: where fewer than three have a vector.
        UsageError: for a method that there is not.
        MissingExtraError: for UMAP without umap-learn.
    """
    chosen, told = settings or Settings(), progress or (lambda done, total: None)
    values, own, _ = ordered(vectors, columns, present)
    if len(values) < _LEAST:
        raise RefusedError(f"embeddings: found {len(values)} vectors, expected at least {_LEAST}")
    units = unit_rows(values)
    told(0, 2)
    laid_out, left_out = projections(units, methods, dimensions, chosen.seed)
    told(1, 2)
    with threadpool_limits(limits=1):  # sums over several threads differ in their last digits
        found = qualities(units, own, chosen)
    told(2, 2)
    return Embeddings(name, own, values, laid_out, found, len(columns) - len(values), left_out, chosen)
