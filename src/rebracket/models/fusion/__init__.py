"""Ways of making one answer of what several modalities say; each with the members of `Fusion`."""

from __future__ import annotations

from collections.abc import Callable

from rebracket.models.fusion.cross_attention import CrossAttentionFusion
from rebracket.models.fusion.early import EarlyFusion
from rebracket.models.fusion.fusion import Fusion, FusionShape
from rebracket.models.fusion.gated import GatedFusion
from rebracket.models.fusion.late import LateFusion

__all__ = ["FUSIONS", "Fusion", "FusionShape"]

FUSIONS: dict[str, Callable[[FusionShape], Fusion]] = {
    "early": EarlyFusion,
    "late": LateFusion,
    "gated": GatedFusion,
    "cross_attention": CrossAttentionFusion,
}
