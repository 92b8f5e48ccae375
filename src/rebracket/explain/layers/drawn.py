"""The figures of layers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rebracket.explain.layers.layers import Layer, Layers
from rebracket.page.figures import Bars, Curves, Figure, Heat

__all__ = ["figures"]

_CLAIMS = ("line", "path")


def figures(result: Layers) -> tuple[Figure, ...]:
    """Of each encoder what a probe finds layer by layer and how colors lie; of all, how alike layers are."""
    drawn: list[Figure] = []
    for encoder in dict.fromkeys(layer.encoder for layer in result.layers):
        own = [layer for layer in result.layers if layer.encoder == encoder]
        drawn += _probes(own, result.target)
        drawn += _geometry(own)
    return (*drawn, *_alike(result))


def _tag(name: str) -> str:
    kept = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in name.lower())
    return kept.strip("-") or "encoder"


def _probes(layers: Sequence[Layer], target: str) -> list[Figure]:
    told = [(layer.name, layer.accuracy, layer.majority) for layer in layers]
    known = [(name, accuracy, guess) for name, accuracy, guess in told if accuracy and guess]
    if not known:
        return []
    encoder, guessed = layers[0].encoder, known[0][2].value
    tests = {layer.test.as_dict().get("undefined") for layer in layers if layer.test is not None}
    why = "".join(f" The probes are {text}." for text in tests if text)
    return [
        Bars(
            f"layers-{_tag(encoder)}-probes",
            f"What of {target} each layer of {encoder} tells of new songs",
            f"Accuracy on {layers[0].songs} songs, each held out, with 95 % by song; the most frequent class "
            f"reaches {guessed:.0%}.{why}",
            f"A probe that reads {target} off a layer is not evidence that a model uses it, nor, where a "
            "color is one album, that it is more than the album.",
            tuple(name for name, _, _ in known),
            np.array([accuracy.value for _, accuracy, _ in known]),
            np.array([accuracy.low for _, accuracy, _ in known]),
            np.array([accuracy.high for _, accuracy, _ in known]),
            "accuracy",
        )
    ]


def _geometry(layers: Sequence[Layer]) -> list[Figure]:
    if len(layers) < 2 or any(layer.distance is None for layer in layers):
        return []
    encoder = layers[0].encoder
    lines = {"distance of colors": np.array([layer.distance for layer in layers], dtype=np.float64)}
    for claim in _CLAIMS:
        p_values = [layer.geometry[claim].p if claim in layer.geometry else None for layer in layers]
        if all(p is not None for p in p_values):
            lines[f"p of {claim}"] = np.array(p_values, dtype=np.float64)
    return [
        Curves(
            f"layers-{_tag(encoder)}-geometry",
            f"How colors lie in the layers of {encoder}",
            "Mean squared distance of colors, unbiased, where two songs by chance are 2 apart, and p of the "
            "tests of their order.",
            "Layers are not independent tests: one that is below 0.05 among many is no finding.",
            np.arange(len(layers), dtype=np.float64),
            "layer",
            "squared distance; p",
            lines,
        )
    ]


def _alike(result: Layers) -> list[Figure]:
    known = np.isfinite(np.diag(result.cka))
    kept = [place for place in np.flatnonzero(known) if np.isfinite(result.cka[place][known]).all()]
    if len(kept) < 2:
        return []
    names = tuple(f"{result.layers[place].encoder} {result.layers[place].name}" for place in kept)
    return [
        Heat(
            "layers-alike",
            "How alike layers are",
            "Debiased linear CKA on the means of songs: 1 where one is the other turned, 0 on average where "
            "they have nothing in common.",
            "Two layers that are alike are not evidence that they mean the same: an album that stands out "
            "makes them so.",
            names,
            names,
            result.cka[np.ix_(kept, kept)],
            "CKA",
        )
    ]
