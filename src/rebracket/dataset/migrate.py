"""Datasets of older schemas, brought to the present one in memory; nothing on disk changes.

One function a version, each to the next. A column that did not exist yet is null: that is what
reading a part with the present columns gives.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["SCHEMA", "first_schema", "migrated"]

SCHEMA = "rebracket.dataset/2"


def migrated(content: dict[str, Any]) -> dict[str, Any]:
    """A description of any schema known here, as the present schema has it.

    Returns:
        The same content where it is of the present schema already, else a copy that says in
        ``migrated_from`` which schema is on the disk.

    Raises:
        KeyError: where the schema is none of those known here.
    """
    schema: str = content["schema"]
    first = schema
    while schema != SCHEMA:
        content = _STEPS[schema](content)
        schema = content["schema"]
    return content if schema == first else {**content, "migrated_from": first}


def first_schema(content: dict[str, Any]) -> str:
    """The schema that the dataset on the disk has."""
    return str(content.get("migrated_from", content["schema"]))


def _from_1(content: dict[str, Any]) -> dict[str, Any]:
    """Schema 1 had one tier, whose parts hold audio and MIDI together, and no other options."""
    options = content.get("options")
    stored = isinstance(options, dict) and options.get("media") == "flac"
    tiers = ["flac"] if stored else []
    changed = {"schema": "rebracket.dataset/2", "options": {"media": tiers, "measures": "basic"}}
    return {**content, **changed}


_STEPS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {"rebracket.dataset/1": _from_1}
