"""What attention is, told by words, seconds, notes and stems."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from rebracket.explain.attribution.attribution import Unit

__all__ = ["Attention", "Looks", "Weights"]

Array = npt.NDArray[np.float64]

By = Literal["pooling", "others"]


@dataclass(frozen=True, eq=False)
class Weights:
    """How much of a modality's attention each of its units has.

    Args:
        modality: as the network calls it.
        kind: of the units: words, seconds, notes or stems.
        by: `pooling`, which makes one vector of a modality's tokens; `others`, how other modalities look at
            it, in the mean of all that look.
        units: the U units.
        weights: [U] at least 0; 1 together with `elsewhere`.
        elsewhere: what end marks, signs between words and bars have.
    """

    modality: str
    kind: str
    by: By
    units: tuple[Unit, ...]
    weights: Array
    elsewhere: float


@dataclass(frozen=True, eq=False)
class Looks:
    """How the units of a modality look at those of another.

    Args:
        looking: the modality that looks.
        at: the one that is looked at.
        kinds: of their units.
        rows: the U units that look, each in the mean of its tokens.
        columns: the V units that are looked at, each in the sum of its tokens.
        heads: [H, U, V] weights of each head. A row's weights for all modalities that are looked at, and its
            `rest`, are 1 together.
        rest: [H, U] what looks at end marks and signs of this modality, and at the token that stands for it
            where it is absent.
    """

    looking: str
    at: str
    kinds: tuple[str, str]
    rows: tuple[Unit, ...]
    columns: tuple[Unit, ...]
    heads: Array
    rest: Array

    @property
    def mean(self) -> Array:
        """[U, V]: the mean over heads."""
        return np.asarray(self.heads.mean(axis=0))


@dataclass(frozen=True, eq=False)
class Attention:
    """Where a model looks in a segment; what its answer rests on is another question (`attention_test`).

    Args:
        segment_id: the segment.
        pools: one for each modality and kind of units.
        maps: one for each pair of modalities that look at each other; empty without cross-attention.
    """

    segment_id: str
    pools: tuple[Weights, ...]
    maps: tuple[Looks, ...]

    def of(self, modality: str, kind: str, by: By = "pooling") -> Weights | None:
        """The weights of a modality by a kind of units; None where there are none."""
        return next(
            (own for own in self.pools if (own.modality, own.kind, own.by) == (modality, kind, by)), None
        )

    def map(self, looking: str, at: str) -> Looks | None:
        """How one modality looks at another; None where it does not."""
        return next((own for own in self.maps if (own.looking, own.at) == (looking, at)), None)

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "segment_id": self.segment_id,
            "pools": [
                {
                    "modality": own.modality,
                    "kind": own.kind,
                    "by": own.by,
                    "units": [asdict(unit) for unit in own.units],
                    "weights": own.weights.tolist(),
                    "elsewhere": own.elsewhere,
                }
                for own in self.pools
            ],
            "maps": [
                {
                    "looking": own.looking,
                    "at": own.at,
                    "kinds": list(own.kinds),
                    "rows": [asdict(unit) for unit in own.rows],
                    "columns": [asdict(unit) for unit in own.columns],
                    "mean": own.mean.tolist(),
                    "heads": own.heads.tolist(),
                    "rest": own.rest.tolist(),
                }
                for own in self.maps
            ],
        }
