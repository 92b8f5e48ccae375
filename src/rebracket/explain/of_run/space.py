"""What is said of a dataset as a whole: embeddings, geometry of colors, layers, what else there is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from rebracket.core.errors import RefusedError, UsageError
from rebracket.explain import embeddings, emergent, geometry, layers
from rebracket.explain.asking.held_out import HeldOut
from rebracket.explain.of_run.data import Data
from rebracket.features import segment_blocks
from rebracket.page import Figure

__all__ = ["Space", "explain_space"]

_PROBED = "color"
_NEIGHBORS = "purity"
_OF_LAYERS = (
    "Where a probe of songs held out tells the class, the layer holds it; not that a model goes by it."
)


@dataclass(eq=False)
class Space:
    """What was found, each part as plain data and as figures; and why a part is missing.

    Args:
        parts: plain data by part: `embeddings`, `geometry`, `layers`, `emergent`.
        figures: by part.
        says: by part, what was found in plain words.
        without: why there is nothing of a part, or of a modality of it.
        embedded: what `coordinates.parquet` is written from; None where there is nothing.
    """

    parts: dict[str, Any] = field(default_factory=dict)
    figures: dict[str, tuple[Figure, ...]] = field(default_factory=dict)
    says: dict[str, tuple[str, ...]] = field(default_factory=dict)
    without: dict[str, str] = field(default_factory=dict)
    embedded: embeddings.Embeddings | None = None


def explain_space(
    data: Data, held_out: HeldOut | None, methods: tuple[str, ...], finder: str = "clusters"
) -> Space:
    """Lays out, measures and probes what the dataset's segments are like, whatever a model makes of them.

    A part that these data cannot answer says why; the others go on.

    Args:
        held_out: models whose trained branches are probed as well; None for none.
        methods: how embeddings are laid out, of `embeddings.METHODS`.
        finder: how emergent structure is looked for: `clusters`, or a sparse `dictionary`.
    """
    space, gathered = Space(), segment_blocks(data.dataset)
    steps: dict[str, Callable[[], None]] = {
        "embeddings": lambda: _embed(space, data, gathered, methods),
        "geometry": lambda: _geometry(space, data, gathered),
        "layers": lambda: _layers(space, data, held_out),
        "emergent": lambda: _emergent(space, data, gathered, finder),
    }
    for name, step in steps.items():
        try:
            step()
        except (RefusedError, UsageError) as error:
            space.without[name] = str(error)
    return space


def _embed(space: Space, data: Data, gathered: Any, methods: tuple[str, ...]) -> None:
    found = embeddings.embed_dataset(data.dataset, seed=data.seed, methods=methods, gathered=gathered)
    space.embedded, space.parts["embeddings"] = found, found.as_dict()
    space.figures["embeddings"] = embeddings.figures(found)
    space.says["embeddings"] = tuple(
        f"Do neighbors in other songs share it? {embeddings.said(one)}"
        for one in found.qualities
        if one.measure == _NEIGHBORS
    )


def _geometry(space: Space, data: Data, gathered: Any) -> None:
    found, why = geometry.geometry_of_dataset(data.dataset, *gathered, seed=data.seed)
    space.without |= {f"geometry of {modality}": reason for modality, reason in why.items()}
    if not found:
        raise RefusedError("no modality has colors enough to be placed; each says why")
    space.parts["geometry"] = {modality: one.as_dict() for modality, one in found.items()}
    space.figures["geometry"] = tuple(
        figure for modality, one in found.items() for figure in geometry.figures(one, modality)
    )
    space.says["geometry"] = tuple(
        f"{modality}: {line}"
        for modality, one in found.items()
        for line in (*(geometry.said(tested) for tested in one.tests.values()), *one.remarks)
    )


def _layers(space: Space, data: Data, held_out: HeldOut | None) -> None:
    encoders = [
        known.encoder for known in data.encoders.values() if getattr(known.encoder, "kind", "") != "ids"
    ]
    frozen = [one for one in encoders if getattr(one, "kind", "vector") != "tokens"]
    trained = []
    if held_out is not None and held_out.models:
        fitted = [model.fitted for model in held_out.models]
        songs = data.dataset.column("song_id")
        for name, bank in data.inputs.banks.items():
            if bank.kind != "vector" and all(name in one.modalities for one in fitted):
                own = (fitted, held_out.fold_of, data.inputs, songs, name)
                trained.append(layers.states_of_held_out(*own))
    if not frozen and not trained:
        raise RefusedError("the recipe reads words by counting them, which has no layers")
    field_ = data.recipe.text_fields[0]
    found = layers.layers_of_dataset(
        data.dataset, frozen, _PROBED, data.seed, trained=trained, text_field=field_
    )
    space.parts["layers"], space.figures["layers"] = found.as_dict(), layers.figures(found)
    space.says["layers"] = (_OF_LAYERS, *found.remarks)


def _emergent(space: Space, data: Data, gathered: Any, finder: str) -> None:
    found = emergent.emergent_of_dataset(data.dataset, seed=data.seed, finder=finder, gathered=gathered)
    space.parts["emergent"], space.figures["emergent"] = found.as_dict(), emergent.figures(found)
    space.says["emergent"] = (found.statement, emergent.NOT_EVIDENCE)
