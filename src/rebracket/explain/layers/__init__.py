"""What every layer of an encoder holds: probes, alignment with other layers, and the geometry of colors."""

from rebracket.explain.layers.alignment import linear_cka
from rebracket.explain.layers.drawn import figures
from rebracket.explain.layers.layers import Layer, Layers, States, layers_of
from rebracket.explain.layers.of_dataset import layers_of_dataset, states_of_dataset, states_of_held_out

__all__ = [
    "Layer",
    "Layers",
    "States",
    "figures",
    "layers_of",
    "layers_of_dataset",
    "linear_cka",
    "states_of_dataset",
    "states_of_held_out",
]
