"""What is said about an encoder where it is chosen."""

from __future__ import annotations

import re

from rebracket.features.encoder import AnyEncoder

__all__ = ["describe"]

_COMMIT = re.compile(r"@([0-9a-f]{12})[0-9a-f]{28}$")


def describe(encoder: AnyEncoder) -> str:
    """Its modality, name, licence, where it comes from and its version, in a line."""
    provenance = _COMMIT.sub(r"@\1", encoder.provenance)
    version = f"sha256 {encoder.version[:12]}…"
    return f"{encoder.modality}: {encoder.name}, {encoder.licence}, {provenance}, {version}"
