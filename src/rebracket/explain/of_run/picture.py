"""The way from a segment to its counterfactual, among all segments as its model sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from rebracket.core.errors import RefusedError
from rebracket.explain.asking.asked import Asked
from rebracket.explain.counterfactual.boundary import Boundary, boundary
from rebracket.explain.of_run.one_song import SongExplained
from rebracket.training import Inputs

__all__ = ["with_picture"]


def with_picture(asked: Asked, one: SongExplained, inputs: Inputs, segments: Sequence[str]) -> SongExplained:
    """The same with a picture of the boundary that its smallest counterfactual crosses, where there is one.

    Places are what the network makes of the inputs before it classifies.

    Args:
        asked: the model of the song.
        inputs: of all N rows.
        segments: [N] segment of each row.
    """
    found = [own.found[0] for own in one.counterfactuals.values() if own.found]
    if not found or asked.several:
        return one
    smallest = min(found, key=lambda own: len(own.path))
    ids, owner = np.unique(np.array(segments, dtype=object), return_inverse=True)
    rows = np.arange(inputs.n_rows, dtype=np.intp)
    said = asked.fitted.predict(inputs, rows)
    sums = np.stack([np.bincount(owner, weights=column) for column in said.T], axis=1)
    means = np.asarray(sums / np.bincount(owner)[:, None], dtype=np.float64)
    path = asked.vectors(*asked.inputs(smallest.path))
    try:
        drawn: Boundary | None = boundary(
            one.example.segment_id,
            path,
            asked(smallest.path),
            ids.tolist(),
            asked.vectors(inputs, owner.reshape(-1).astype(np.intp)),
            means,
            asked.classes,
        )
    except RefusedError:
        drawn = None  # nothing real is taken for the other class, or all lie on one line: no plane to draw
    return replace(one, boundary=drawn)
