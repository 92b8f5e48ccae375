"""The eight operations, one file each: same elements, moved boundary."""

from __future__ import annotations

from rebracket.augment.operations import (
    causal,
    identity,
    memory,
    narrative,
    ontological,
    perceptual,
    spatial,
    temporal,
)
from rebracket.augment.operations.operation import Operation

__all__ = ["OPERATIONS", "Operation"]

OPERATIONS: dict[str, Operation] = {
    "spatial": spatial.OPERATION,
    "temporal": temporal.OPERATION,
    "causal": causal.OPERATION,
    "perceptual": perceptual.OPERATION,
    "memory": memory.OPERATION,
    "ontological": ontological.OPERATION,
    "narrative": narrative.OPERATION,
    "identity": identity.OPERATION,
}
