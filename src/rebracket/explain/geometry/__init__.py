"""Chromatic geometry: distances of colors, their order, their axes and their sums, each with its null."""

from rebracket.explain.geometry.claims import Claim, Tested
from rebracket.explain.geometry.drawn import figures, said
from rebracket.explain.geometry.geometry import Axis, AxisPair, Geometry, geometry
from rebracket.explain.geometry.of_dataset import geometry_of_dataset, song_means

__all__ = [
    "Axis",
    "AxisPair",
    "Claim",
    "Geometry",
    "Tested",
    "figures",
    "geometry",
    "geometry_of_dataset",
    "said",
    "song_means",
]
