"""What the answers for each class rest on more than those for others, over more songs than are shown."""

from __future__ import annotations

from dataclasses import replace

from rebracket.core.errors import RefusedError
from rebracket.explain.asking import givens_of
from rebracket.explain.asking.held_out import HeldOut
from rebracket.explain.horse import RestsOn, Scored, by_group, by_unit, rests_on
from rebracket.explain.of_run.data import Data
from rebracket.explain.of_run.examples import choose_examples
from rebracket.explain.of_run.one_song import shared
from rebracket.training import Target

__all__ = ["what_classes_rest_on"]

_TIMES = 3  # as many songs as are shown: a class needs two, and stems and bands are cheap beside the rest


def what_classes_rest_on(data: Data, held_out: HeldOut, target: Target) -> tuple[RestsOn, ...]:
    """For each class with two songs, and each of stems and bands, which of them stands out.

    A segment of each of three times as many songs as are shown is explained for its song's own class.
    Nothing for a recipe that does not listen, or a target with several labels a row.
    """
    if data.recipe.audio is None or target.several:
        return ()
    songs, segments = (data.dataset.column(name) for name in ("song_id", "segment_id"))
    found = choose_examples(held_out, data.inputs, target, songs, segments, _TIMES * data.n_songs)
    examples = [one for one in found if one.truth and one.truth[0] in held_out.models[one.fold].classes]
    scored: dict[str, list[Scored]] = {"stems": [], "bands": []}
    givens = givens_of(data.dataset, data.recipe, [one.segment_id for one in examples])
    for example, given in zip(examples, givens, strict=True):
        own = replace(example, said=example.truth[0])
        model = held_out.models[example.fold]
        parts, _ = shared(model, given, own, target.name, data.seed, kinds=tuple(scored))
        if "stems" in parts:
            scored["stems"].append(by_group(parts["stems"], given))
        if "bands" in parts:
            scored["bands"].append(by_unit(parts["bands"], given))
    return tuple(told for kind, of_kind in scored.items() for told in _of_kind(of_kind, target.name, kind))


def _of_kind(scored: list[Scored], target: str, kind: str) -> list[RestsOn]:
    told = []
    for name in dict.fromkeys(one.class_name for one in scored):
        try:
            told.append(rests_on(scored, target, name, kind))
        except RefusedError:
            continue  # a class with a single song, which nothing can be compared with
    return told
