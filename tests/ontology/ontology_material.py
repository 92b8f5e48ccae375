"""Where the ontology of somebody else lies."""

from __future__ import annotations

from pathlib import Path

THREE_STYLES = Path(__file__).parents[1] / "data" / "three_styles.yaml"
