"""Axes that are one variable: who knows a color's mode on the first knows it on all."""

from __future__ import annotations

from dataclasses import asdict, replace

import numpy as np
import yaml

from rebracket.demo.cheats.cheat import Cheat
from rebracket.demo.cheats.columns import Columns, one_hot
from rebracket.demo.cheats.planting import Planting
from rebracket.demo.story import COLORS, Knobs
from rebracket.demo.story.constants import AXES
from rebracket.demo.story.style import modes_of
from rebracket.demo.styles import taxonomy
from rebracket.ontology import Ontology

__all__ = ["COLLINEAR_AXES", "ontology_of", "ontology_text"]

_KNOWN, _ASKED = 0, 2  # of the axes; the taxonomy's second is its first by another name already


def ontology_of(knobs: Knobs) -> Ontology:
    """The taxonomy with the modes that the colors have in this story."""
    plain = taxonomy()
    colors = {
        name: replace(color, modes=_modes(name, color.modes, knobs)) for name, color in plain.colors.items()
    }
    return replace(plain, colors=colors)


def _modes(name: str, written: dict[str, tuple[str, ...]], knobs: Knobs) -> dict[str, tuple[str, ...]]:
    if name not in COLORS:
        return written
    told = dict(zip(AXES, modes_of(name, knobs), strict=True))
    return {axis: told[axis] for axis in written}


def ontology_text(knobs: Knobs) -> str | None:
    """The ``ontology.yaml`` that a catalogue of these knobs needs; None where the shipped one will do."""
    ontology = ontology_of(knobs)
    if ontology == taxonomy():
        return None
    return str(yaml.safe_dump(_listed(asdict(ontology)), sort_keys=False, allow_unicode=True))


def _listed(value: object) -> object:
    """Tuples as lists, as YAML has them."""
    if isinstance(value, dict):
        return {key: _listed(item) for key, item in value.items()}
    return [_listed(item) for item in value] if isinstance(value, tuple | list) else value


def _on_columns(columns: Columns, planting: Planting) -> Columns:
    """Nothing: the story itself gives the colors their modes."""
    return columns


def _asked(columns: Columns, planting: Planting) -> np.ndarray:
    return columns.modes[:, _ASKED]


COLLINEAR_AXES = Cheat(
    target=f"{AXES[_ASKED]}_mode",
    dose="the chance that an axis of a color takes the place of its mode on the first axis",
    on_song=None,
    on_columns=_on_columns,
    asked=_asked,
    alone=lambda columns: one_hot(columns.modes[:, _KNOWN], columns.song),
)
