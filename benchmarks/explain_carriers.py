"""On known truth: the share of words and notes that carry a color which attributions find."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.explain_catalogues import FIRST_PITCH, Learned
from rebracket.demo.lyrics import FAVOR, SHARED
from rebracket.demo.story import COLORS, THEMES, Knobs
from rebracket.demo.story.compiled import story_of
from rebracket.demo.words import plural, third_person, vocabulary
from rebracket.explain.attribution import Attribution, explain
from rebracket.explain.attribution.players import PLAYERS
from rebracket.explain.fidelity import (
    Curve,
    Found,
    carriers_by_song,
    carriers_found,
    curve_of,
    fidelity_of,
)
from rebracket.explain.fidelity.by_song import interval_dict, mean_by_song

Array = np.ndarray
Carries = Callable[[Attribution, str], Array]

LEAST_NATS = float(np.log(2))
_ARTICLES = frozenset(("a", "an", "the", "of", "to", "for", "in", "on", "at", "with", "by", "and"))
_KINDS = ("nouns", "adjectives", "verbs", "sites")


def weight_of_words(knobs: Knobs) -> dict[str, Array]:
    """Of each word of the story's vocabularies, its evidence for each color, [C] nats.

    The log of how much more often a song of the color has it than a song of the others, by the story that
    wrote the texts: a color leans to themes, a theme to words. Sites count word by word; articles do not.
    """
    story, words = story_of(knobs), vocabulary()
    leanings = story.leanings(story.styles)  # [C, themes]
    chances: dict[str, Array] = defaultdict(lambda: np.zeros(len(COLORS)))
    tables = [(words["themes"][name], (1 - SHARED) * leanings[:, t]) for t, name in enumerate(THEMES)]
    for table, leaning in [*tables, (words["shared"], np.full(len(COLORS), SHARED))]:
        for kind in _KINDS:
            ranks = np.arange(1, len(table[kind]) + 1) ** -FAVOR
            for word, share in zip(table[kind], ranks / ranks.sum(), strict=True):
                for token in _tokens(word, kind):
                    chances[token] += leaning * share
    count = len(COLORS) - 1
    return {word: np.log(own) - np.log((own.sum() - own) / count) for word, own in chances.items()}


def _tokens(word: str, kind: str) -> set[str]:
    forms = [word] + ([plural(word)] if kind == "nouns" else [])
    forms += [third_person(word)] if kind == "verbs" else []
    return {token for form in forms for token in re.findall(r"\w+", form.lower())} - _ARTICLES


def carrying_words(knobs: Knobs) -> Carries:
    """Words at least twice as likely in a song of this color as in songs of the others."""
    weights = weight_of_words(knobs)
    nothing = np.zeros(len(COLORS))

    def carries(attribution: Attribution, color: str) -> Array:
        number = COLORS.index(color)
        found = [weights.get(unit.label.lower(), nothing)[number] for unit in attribution.units]
        return np.array(found) > LEAST_NATS

    return carries


def carrying_notes(attribution: Attribution, color: str) -> Array:
    """The notes that were planted."""
    return np.array([(unit.pitch or 0) >= FIRST_PITCH for unit in attribution.units])


@dataclass(frozen=True, eq=False)
class Scored:
    """Segments of a catalogue, each explained for its own color by models that have not seen its song.

    Args:
        found: carriers found, of each segment that has some and other units.
        other_end: the same, of those that are said to speak most against the color.
        songs: [n] the songs of these.
        curves: deletion and insertion of the same, where they were asked for.
        accuracy: the share whose color the models say.
    """

    found: tuple[Found, ...]
    other_end: tuple[Found, ...]
    songs: tuple[str, ...]
    curves: tuple[Curve, ...]
    accuracy: float


def scored(
    learned: Learned,
    segment_ids: Sequence[str],
    kind: str,
    method: str,
    carries: Carries,
    *,
    with_curves: bool = False,
) -> Scored:
    """Attributions of some segments beside the truth."""
    found, other_end = list[Found](), list[Found]()
    songs, curves = list[str](), list[Curve]()
    given = [one for one in learned.givens(segment_ids) if PLAYERS[kind](one).units]
    for one in given:
        model, color = learned.of(one.song_id), learned.class_of[one.song_id]
        said = explain(model, one, "color", model.classes, color, kind=kind, method=method)
        truth = carries(said, color)
        if not 0 < truth.sum() < len(truth):
            continue
        found.append(carriers_found(said.scores, truth))
        other_end.append(carriers_found(-said.scores, truth))
        songs.append(f"{learned.catalogue.knobs.seed} {one.song_id}")
        if with_curves:
            curves.append(curve_of(model, PLAYERS[kind](one), said, model.classes.index(color)))
    return Scored(tuple(found), tuple(other_end), tuple(songs), tuple(curves), learned.accuracy(given))


def summary(catalogues: Sequence[Scored]) -> dict[str, Any]:
    """Over the songs of all catalogues.

    What stands out moves any answer, this way or that: so ``direction`` is the share found less that found
    at the other end, which is 0 for a model that has learned nothing.
    """
    songs = [song for one in catalogues for song in one.songs]
    curves = [curve for one in catalogues for curve in one.curves]
    entry = carriers_by_song([found for one in catalogues for found in one.found], songs).as_dict()
    entry["accuracy"] = round(float(np.mean([one.accuracy for one in catalogues])), 4)
    pairs = [pair for one in catalogues for pair in zip(one.found, one.other_end, strict=True)]
    entry["direction"] = interval_dict(mean_by_song([a.found - b.found for a, b in pairs], songs))
    if curves:
        whole = fidelity_of("color", "any", "units", curves, songs).as_dict()
        entry |= {name: whole[name] for name in ("faithfulness", "sufficiency")}
    return entry
