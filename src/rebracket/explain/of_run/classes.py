"""What a class rests on: the stems and bands that add more to it in its own songs than in others."""

from __future__ import annotations

from rebracket.core.errors import RefusedError
from rebracket.explain.asking import givens_of
from rebracket.explain.asking.held_out import HeldOut
from rebracket.explain.attribution import explain_classes
from rebracket.explain.attribution.attribution import Array
from rebracket.explain.horse import RestsOn, Scored, by_band, by_group, rests_on
from rebracket.explain.of_run.data import Data
from rebracket.explain.of_run.examples import choose_examples
from rebracket.explain.of_run.one_song import HOW
from rebracket.training import Target

__all__ = ["what_classes_rest_on"]

_TIMES = 3  # as many songs as are shown: a class needs two, and stems and bands are cheap beside the rest


def what_classes_rest_on(data: Data, held_out: HeldOut, target: Target) -> tuple[RestsOn, ...]:
    """For each class of two songs, and each of stems and bands, how far each unit stands out.

    A segment of each of three times as many songs as are shown is explained for every class.
    Nothing for a recipe that does not listen, or a target with several labels a row.
    """
    if data.recipe.audio is None or target.several:
        return ()
    songs, segments = (data.dataset.column(name) for name in ("song_id", "segment_id"))
    found = choose_examples(held_out, data.inputs, target, songs, segments, _TIMES * data.n_songs)
    examples = [one for one in found if one.truth]
    givens = givens_of(data.dataset, data.recipe, [one.segment_id for one in examples])
    classes = held_out.models[0].classes
    scored: dict[tuple[str, str], list[Scored]] = {
        (kind, name): [] for kind in ("stems", "bands") for name in classes
    }
    for example, given in zip(examples, givens, strict=True):
        asked = held_out.models[example.fold]
        if not any(stem.audio for stem in given.stems):
            continue
        own = explain_classes(
            asked, given, target.name, classes, classes, kind="stems", method=HOW["stems"], seed=data.seed
        )
        answers: dict[bytes, Array] = {}
        for number, name in enumerate(classes):
            is_own = name == example.truth[0]
            scored["stems", name].append(by_group(own[number], given, is_own))
            scored["bands", name].append(by_band(asked, given, number, is_own, known=answers))
    told = [_told(of_class, target.name, name, kind) for (kind, name), of_class in scored.items()]
    return tuple(one for one in told if one is not None)


def _told(scored: list[Scored], target: str, name: str, kind: str) -> RestsOn | None:
    try:
        return rests_on(scored, target, name, kind)
    except RefusedError:
        return None  # a class with a single song among these, which nothing can be compared with
