"""All that is found of one segment: shares of the answer by what is read, and what would change it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rebracket.core.errors import RefusedError
from rebracket.explain.asking import Given
from rebracket.explain.asking.asked import Asked
from rebracket.explain.attention.attention import Attention
from rebracket.explain.attention.looking import attention_of, has_attention
from rebracket.explain.attribution import Attribution, explain
from rebracket.explain.attribution.gradients import gradient_attribution
from rebracket.explain.attribution.tabular import feature_shap
from rebracket.explain.counterfactual import Catalogue, Counterfactuals, counterfactuals
from rebracket.explain.counterfactual.boundary import Boundary
from rebracket.explain.of_run.examples import Example

__all__ = ["HOW", "INSIDE", "SongExplained", "explain_song", "kinds_of", "shared"]

HOW: Mapping[str, str] = {
    "modalities": "shapley",
    "words": "occlusion",
    "stems": "shapley",
    "bands": "occlusion",
    "seconds": "occlusion",
    "notes": "occlusion",
    "bars": "occlusion",
}
"""The method by which the answer is shared among each kind of unit: exact where they are few."""

INSIDE: Mapping[str, str] = {
    "integrated_gradients": "integrated gradients",
    "shap": "Shapley values of the network's inputs",
}
"""Methods that ask the network itself, as people call them."""

_WAYS = 2  # counterfactuals of each kind
_QUESTIONS = {"words": 200, "brackets": 60}  # each is a text that is encoded anew
_STEPS = 20  # of the way that gradients are summed along
_READ_BY = {
    "text": ("words",),
    "audio": ("stems", "bands", "seconds"),
    "midi": ("notes", "bars"),
}
_MOVES = {"text": ("words", "brackets"), "audio": ("stems", "bands"), "midi": ("notes",)}


@dataclass(frozen=True, eq=False)
class SongExplained:
    """A segment of a song, explained by a model that never saw the song.

    Args:
        target: what the model answers.
        example: the segment, and what the model says of it.
        given: what the model was given.
        attributions: by kind of unit.
        counterfactuals: by move.
        inside: shares of the same answer by the network's own inputs, a modality each: integrated gradients,
            and Shapley values where these inputs mean something by themselves.
        attention: where the model looks; None where it has no attention.
        without: why a kind or move has nothing, by its name.
        boundary: a picture of the smallest counterfactual's way; None where none can be drawn.
        sounds: (label, media type, file) to play.
    """

    target: str
    example: Example
    given: Given
    attributions: Mapping[str, Attribution]
    counterfactuals: Mapping[str, Counterfactuals]
    inside: tuple[Attribution, ...]
    attention: Attention | None
    without: Mapping[str, str]
    boundary: Boundary | None = None
    sounds: tuple[tuple[str, str, bytes], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain data; the sound is in the page."""
        own = self.example
        return {
            "target": self.target,
            "segment_id": own.segment_id,
            "song_id": own.song_id,
            "said": own.said,
            "probability": own.probability,
            "truth": list(own.truth),
            "attributions": [one.as_dict() for one in (*self.attributions.values(), *self.inside)],
            "attention": None if self.attention is None else self.attention.as_dict(),
            "counterfactuals": [one.as_dict() for one in self.counterfactuals.values()],
            "boundary": None if self.boundary is None else self.boundary.as_dict(),
            "without": dict(self.without),
        }


def kinds_of(asked: Asked) -> tuple[str, ...]:
    """The kinds of units that a model reads at all, in the order of `HOW`."""
    read = asked.recipe.modalities
    found = {kind for modality in read for kind in _READ_BY[modality]}
    found |= {"modalities"} if len(read) > 1 else set()
    return tuple(kind for kind in HOW if kind in found)


def explain_song(
    asked: Asked, given: Given, example: Example, target: str, catalogue: Catalogue, seed: int = 0
) -> SongExplained:
    """Shares the answer among all that the model reads, and looks for the smallest changes of it.

    Args:
        catalogue: of segments of all songs, which say what is usual.
    """
    found, without = shared(asked, given, example, target, seed)
    changed = dict[str, Counterfactuals]()
    for move in (move for modality in asked.recipe.modalities for move in _MOVES[modality]):
        changed[move] = counterfactuals(
            asked,
            given,
            asked.classes,
            move=move,
            catalogue=catalogue,
            several=asked.several,
            seed=seed,
            count=_WAYS,
            max_questions=_QUESTIONS.get(move),
        )
    inside = _inside(asked, given, example, target, seed, without)
    attention = attention_of(asked, given) if has_attention(asked) else None
    return SongExplained(target, example, given, found, changed, inside, attention, without)


def _inside(
    asked: Asked, given: Given, example: Example, target: str, seed: int, without: dict[str, str]
) -> tuple[Attribution, ...]:
    own = (asked, given, example.said, target)
    try:
        found = gradient_attribution(*own, steps=_STEPS, seed=seed)
    except RefusedError as error:
        without["gradients"] = str(error)
        return ()
    try:
        return (*found, *feature_shap(*own, seed=seed))
    except RefusedError:
        return tuple(found)  # vectors of a pretrained network have no names


def shared(
    asked: Asked,
    given: Given,
    example: Example,
    target: str,
    seed: int = 0,
    kinds: Sequence[str] | None = None,
) -> tuple[dict[str, Attribution], dict[str, str]]:
    """The attributions of a segment by kind, and why some kinds have none."""
    found, without = dict[str, Attribution](), dict[str, str]()
    for kind in kinds_of(asked) if kinds is None else kinds:
        try:
            found[kind] = explain(
                asked, given, target, asked.classes, example.said, kind=kind, method=HOW[kind], seed=seed
            )
        except RefusedError as error:
            without[kind] = str(error)
    return found, without
