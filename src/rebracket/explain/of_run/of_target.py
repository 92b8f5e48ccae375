"""A target of a run, explained: examples from every class, and whether the explanations are true."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from rebracket.core.errors import RefusedError
from rebracket.explain.asking import Given, givens_of
from rebracket.explain.asking.asked import Asked
from rebracket.explain.asking.held_out import HeldOut, fit_held_out
from rebracket.explain.attention.masking import AttentionTest, attention_test
from rebracket.explain.attribution import Attribution
from rebracket.explain.attribution.players import PLAYERS
from rebracket.explain.counterfactual import catalogue_of
from rebracket.explain.fidelity import Agreement, Curve, Fidelity, agreement, curve_of, fidelity_of
from rebracket.explain.fidelity.by_song import interval_dict
from rebracket.explain.fidelity.randomized import randomized
from rebracket.explain.horse import RestsOn
from rebracket.explain.of_run.classes import what_classes_rest_on
from rebracket.explain.of_run.data import Data
from rebracket.explain.of_run.examples import choose_examples
from rebracket.explain.of_run.heard import heard
from rebracket.explain.of_run.one_song import HOW, INSIDE, SongExplained, explain_song, shared
from rebracket.explain.of_run.picture import with_picture
from rebracket.training import Target, load_target

__all__ = ["TargetExplained", "explain_target"]

Say = Callable[[int, int], None]

_ORDERS = {"words": 3, "seconds": 2, "bands": 2}
"""Random orders to compare with where a question is dear: a text or all stems are encoded anew for it."""

_NEXT_SEED = 100  # beyond what folds add

_CHEAP = ("modalities", "words", "stems", "notes", "bars")
"""Kinds whose attributions are made again by other models: what they ask about is encoded already."""


@dataclass(frozen=True, eq=False)
class TargetExplained:
    """What was found of a target.

    Args:
        target: its name.
        classes: what the models answer by.
        songs: a segment of each song that was explained.
        fidelity: how true the attributions are, a kind of unit each.
        rests_on: for each class of enough songs the stems and bands that stand out.
        attention: whether attention says what the answers rest on; None where there is none to test.
        held_out: the models that were asked; says why songs are missing.
    """

    target: str
    classes: tuple[str, ...]
    songs: tuple[SongExplained, ...]
    fidelity: tuple[Fidelity, ...]
    rests_on: tuple[RestsOn, ...]
    attention: AttentionTest | None
    held_out: HeldOut

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "target": self.target,
            "classes": list(self.classes),
            "unit": "song",
            "n_songs": len(self.songs),
            "fidelity": [one.as_dict() for one in self.fidelity],
            "rests_on": [one.as_dict() for one in self.rests_on],
            "attention": None if self.attention is None else self.attention.as_dict(),
            "songs": [one.as_dict() for one in self.songs],
            "flips": self.flips(),
            "why_not": self.held_out.why_not,
        }

    def summary(self) -> dict[str, Any]:
        """How true the explanations are, and what flips: without the songs."""
        return {
            "unit": "song",
            "n_songs": len(self.songs),
            "fidelity": [
                {
                    "units": own.kind,
                    "method": own.method,
                    "faithfulness": interval_dict(own.faithfulness),
                    "sufficiency": interval_dict(own.sufficiency),
                    "better_than_chance": own.faithfulness is not None and own.faithfulness.low > 0,
                }
                for own in self.fidelity
            ],
            "flips": self.flips(),
            "why_not": self.held_out.why_not,
        }

    def flips(self) -> dict[str, dict[str, float | int | None]]:
        """By move: of how many segments the answer could be changed, and the median size of the change."""
        told: dict[str, dict[str, float | int | None]] = {}
        for move in dict.fromkeys(move for song in self.songs for move in song.counterfactuals):
            tried = [song.counterfactuals[move] for song in self.songs if move in song.counterfactuals]
            sizes = [one.found[0].size for one in tried if one.flipped]
            median = float(np.median(sizes)) if sizes else None
            told[move] = {"tried": len(tried), "flipped": len(sizes), "median_size": median}
        return told


def explain_target(data: Data, name: str, say: Say | None = None) -> TargetExplained:
    """Explains a segment of each of some songs by a model that never saw the song, and checks it.

    Args:
        say: called with how many songs are done of how many.

    Raises:
        RefusedError: where no song can be held out, with the counts.
    """
    target = load_target(data.dataset, name, data.recipe.unknown_types)
    held_out = _models(data, target, 0)
    if not held_out.models:
        raise RefusedError(
            f"{name}: no song can be explained by a model that never saw it: {held_out.why_not}"
        )
    song_of, segments = (data.dataset.column(column) for column in ("song_id", "segment_id"))
    examples = choose_examples(held_out, data.inputs, target, song_of, segments, data.n_songs)
    ids = [example.segment_id for example in examples]
    givens = givens_of(data.dataset, data.recipe, ids)
    tables = catalogue_of(_catalogue(data, segments))
    mixes, names = (
        _mixes(data, ids),
        {color.id: color.name for color in data.dataset.ontology.colors.values()},
    )
    songs = []
    for done, (example, given) in enumerate(zip(examples, givens, strict=True), start=1):
        asked = held_out.models[example.fold]
        one = explain_song(asked, given, example, name, tables, data.seed)
        one = with_picture(asked, one, data.inputs, segments)
        songs.append(replace(one, sounds=tuple(heard(one, mixes.get(example.segment_id), names))))
        if say is not None:
            say(done, len(examples))
    others = {
        "the model of another seed": _models(data, target, 1),
        "the same network with random weights": _randomized(held_out, data.seed),
    }
    fidelity = tuple(_fidelity(name, kind, songs, held_out, others, data.seed) for kind in _kinds(songs))
    rests_on = what_classes_rest_on(data, held_out, target)
    attention = _attention(held_out, songs, data.seed)
    return TargetExplained(
        name, held_out.models[0].classes, tuple(songs), fidelity, rests_on, attention, held_out
    )


def _attention(held_out: HeldOut, songs: Sequence[SongExplained], seed: int) -> AttentionTest | None:
    pairs = [(held_out.models[song.example.fold], song.given) for song in songs if song.attention is not None]
    try:
        return attention_test(pairs, seed=seed) if pairs else None
    except RefusedError:
        return None  # too few words, seconds, notes or stems in each to mask some


def _models(data: Data, target: Target, more: int) -> HeldOut:
    songs = data.dataset.column("song_id")
    split = data.dataset.splits(target.name)["songs"]
    own = (data.recipe, data.inputs, target, songs, split)
    return fit_held_out(*own, seed=data.seed + _NEXT_SEED * more, encoders=data.encoders)


def _randomized(held_out: HeldOut, seed: int) -> HeldOut:
    return replace(held_out, models=tuple(randomized(model, seed) for model in held_out.models))


def _catalogue(data: Data, segments: Sequence[str]) -> list[Given]:
    """What is usual: all segments, without their sound, which no table is made of."""
    silent = data.recipe.model_copy(update={"audio": None})
    return givens_of(data.dataset, silent, list(dict.fromkeys(segments)))


def _mixes(data: Data, ids: Sequence[str]) -> dict[str, bytes]:
    wanted = frozenset(ids)
    return {segment: sound for segment, sound in data.dataset.mix_audio() if segment in wanted}


def _kinds(songs: Sequence[SongExplained]) -> list[str]:
    return [kind for kind in HOW if any(kind in song.attributions for song in songs)]


def _fidelity(
    target: str,
    kind: str,
    songs: Sequence[SongExplained],
    held_out: HeldOut,
    others: Mapping[str, HeldOut],
    seed: int,
) -> Fidelity:
    own = [song for song in songs if kind in song.attributions]
    curves = [_curve(held_out.models[song.example.fold], song, kind, seed) for song in own]
    again = others if kind in _CHEAP else {}
    agreements = {name: _agreement(models, own, kind, seed) for name, models in again.items()}
    agreements |= _with_inside(own, kind)
    ids = [song.example.song_id for song in own]
    return fidelity_of(target, HOW[kind], kind, curves, ids, agreements=agreements)


def _with_inside(songs: Sequence[SongExplained], kind: str) -> dict[str, Agreement]:
    """How far other methods, by the network's own inputs, rank the same units, where they speak of these."""
    pairs: dict[str, list[tuple[Attribution, Attribution]]] = {}
    ids: dict[str, list[str]] = {}
    for song in songs:
        for found in song.inside:
            if found.units == song.attributions[kind].units:
                pairs.setdefault(found.method, []).append((song.attributions[kind], found))
                ids.setdefault(found.method, []).append(song.example.song_id)
    return {INSIDE[method]: agreement(own, ids[method]) for method, own in pairs.items()}


def _curve(asked: Asked, song: SongExplained, kind: str, seed: int) -> Curve:
    number = asked.classes.index(song.example.said)
    orders = _ORDERS.get(kind, 5)
    return curve_of(
        asked, PLAYERS[kind](song.given), song.attributions[kind], number, seed=seed, n_orders=orders
    )


def _agreement(models: HeldOut, songs: Sequence[SongExplained], kind: str, seed: int) -> Agreement:
    """How far the attributions agree with those of other models, of the same class of the same segment."""
    pairs: list[tuple[Attribution, Attribution]] = []
    for song in songs:
        asked = models.models[song.example.fold]
        again, _ = shared(asked, song.given, song.example, song.target, seed, kinds=(kind,))
        pairs.append((song.attributions[kind], again[kind]))
    return agreement(pairs, [song.example.song_id for song in songs])
