"""What a class rests on: the stems and bands that add more to it in its own songs than in others."""

from __future__ import annotations

from rebracket.core.errors import RefusedError
from rebracket.explain.asking import Given, givens_of
from rebracket.explain.asking.held_out import HeldOut
from rebracket.explain.attribution import Attribution, explain_classes
from rebracket.explain.horse import RestsOn, Scored, by_group, by_unit, rests_on
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
        for kind in ("stems", "bands"):
            model = (held_out.models[example.fold], given, target.name, classes, classes)
            try:
                shares = explain_classes(*model, kind=kind, method=HOW[kind], seed=data.seed)
            except RefusedError:
                continue  # a segment in which no stem sounds
            for own in shares:
                is_own = own.class_name == example.truth[0]
                scored[kind, own.class_name].append(_scored(own, given, is_own))
    told = [_told(of_class, target.name, name, kind) for (kind, name), of_class in scored.items()]
    return tuple(one for one in told if one is not None)


def _scored(own: Attribution, given: Given, is_own: bool) -> Scored:
    return by_group(own, given, is_own) if own.kind == "stems" else by_unit(own, given, is_own)


def _told(scored: list[Scored], target: str, name: str, kind: str) -> RestsOn | None:
    try:
        return rests_on(scored, target, name, kind)
    except RefusedError:
        return None  # a class with a single song among these, which nothing can be compared with
