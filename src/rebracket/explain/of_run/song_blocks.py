"""What of a song's explanation is shown and played: blocks of its view."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from rebracket.explain.asking import Given
from rebracket.explain.attention.attention import Attention
from rebracket.explain.attention.shown import attention_map
from rebracket.explain.attention.shown import figures as attention_figures
from rebracket.explain.attribution import Attribution
from rebracket.explain.attribution.gradients import BASELINES
from rebracket.explain.counterfactual.boundary import figures as boundary_figures
from rebracket.explain.of_run.heard import summed
from rebracket.explain.of_run.one_song import INSIDE, SongExplained
from rebracket.page import Bars, Block, ClassKey, PianoRoll, Player, Prose, Table, Token, WaveHeat, Words

__all__ = ["song_blocks"]

_MOST_BARS = 12
_PEAKS = 400
_ONE_MODEL = "what another model would say, or what a listener hears: this is one model and one segment"
_OF_TAKING_OUT = "how the answer of a model that never saw this song changes when each is taken out"


def song_blocks(one: SongExplained, keys: Mapping[str, ClassKey]) -> tuple[Block, ...]:
    """The blocks of a song, from what it was given to what would have changed the answer.

    Args:
        one: what was found.
        keys: {class: the name and color that people know}.
    """
    names = {id_: key.name for id_, key in keys.items()}
    stem = f"{one.target}-{one.example.segment_id}".lower().replace("_", "-").replace(".", "-")
    toward = names.get(one.example.said, one.example.said)
    blocks: list[Block] = [_heard(one, stem)] if one.sounds else []
    for kind, attribution in one.attributions.items():
        blocks += _SHOWN.get(kind, _as_bars)(f"{stem}-{kind}", attribution, one, toward)
    blocks += [
        block
        for number, found in enumerate(one.inside, start=1)  # features of sound and of notes are of one kind
        for block in _as_bars(f"{stem}-inside-{number}", found, one, toward)
    ]
    if one.attention is not None:
        blocks += [*_attention_map(one.attention), *attention_figures(one.attention)]
    blocks += _changes(one, names)
    blocks += boundary_figures(one.boundary, keys) if one.boundary is not None else ()
    blocks += _waves(stem, one) if {"seconds", "bands"} <= set(one.attributions) else []
    if one.without:
        blocks.append(Prose("What could not be explained here", tuple(sorted(one.without.values()))))
    return tuple(blocks)


def _heard(one: SongExplained, stem: str) -> Block:
    return Player(
        f"{stem}-player",
        "Listen",
        one.sounds,
        "what the model was given, and the stems it rests on most and least, by their Shapley values"
        if "stems" in one.attributions
        else "what sounds in this segment; the model did not listen",
        "what a listener would go by",
    )


def _as_words(id_: str, attribution: Attribution, one: SongExplained, toward: str) -> list[Block]:
    text, last, tokens = one.given.text, 0, list[Token]()
    for unit, score in zip(attribution.units, attribution.scores.tolist(), strict=True):
        start, end = unit.start_char or 0, unit.end_char or 0
        tokens += [Token(text[last:start])] if start > last else []
        tokens.append(Token(text[start:end], score))
        last = end
    tokens += [Token(text[last:])] if last < len(text) else []
    lines = _split(tokens)
    return [Words(id_, "Words", _OF_TAKING_OUT.replace("each", "each word"), _ONE_MODEL, lines, toward)]


def _split(tokens: list[Token]) -> tuple[tuple[Token, ...], ...]:
    """Tokens in lines: between words stand the line ends."""
    lines: list[list[Token]] = [[]]
    for token in tokens:
        first, *others = token.text.split("\n") if token.weight is None else [token.text]
        lines[-1].append(Token(first, token.weight))
        lines += [[Token(other)] for other in others]
    return tuple(tuple(line) for line in lines if any(token.text.strip() for token in line))


def _as_notes(id_: str, attribution: Attribution, one: SongExplained, toward: str) -> list[Block]:
    units, top = attribution.units, float(np.abs(attribution.scores).max(initial=0.0)) or 1.0
    track_of = {stem.track: stem.name for stem in one.given.stems}
    return [
        PianoRoll(
            id_,
            f"Notes, toward {toward}",
            _OF_TAKING_OUT.replace("each", "each note") + f"; a weight of 1 is {top:.2g} nats",
            _ONE_MODEL,
            np.array([unit.start_s or 0.0 for unit in units]),
            np.array([max(unit.end_s or 0.0, unit.start_s or 0.0) for unit in units]),
            np.array([float(unit.pitch or 0) for unit in units]),
            np.clip(attribution.scores / top, -1.0, 1.0),
            tuple(track_of.get(unit.track) or "notes" for unit in units),
        )
    ]


def _as_bars(id_: str, attribution: Attribution, one: SongExplained, toward: str) -> list[Block]:
    by = INSIDE.get(attribution.method)
    if attribution.kind in ("seconds", "bands") and by is None:
        return []  # drawn together over the waveform
    strongest = np.argsort(-np.abs(attribution.scores), kind="stable")[:_MOST_BARS]
    shown = strongest[np.argsort(-attribution.scores[strongest], kind="stable")]
    values = attribution.scores[shown]
    errors = None if attribution.errors is None else 1.96 * attribution.errors[shown]
    left_out = len(attribution.units) - len(shown)
    more = f"; the {left_out} weakest are not shown" if left_out else ""
    return [
        Bars(
            f"{id_}-{attribution.kind}" if by else id_,
            f"{attribution.kind.capitalize()}, toward {toward}" + (f", by {by}" if by else ""),
            _how(attribution) + more,
            _ONE_MODEL,
            tuple(attribution.units[n].label for n in shown),
            values,
            None if errors is None else values - errors,
            None if errors is None else values + errors,
            "nats of log-odds",
        )
    ]


def _how(attribution: Attribution) -> str:
    """What the scores are, for the caption."""
    is_exact = attribution.errors is None
    over = "all sets of the others" if is_exact else "drawn orders, with 95 % intervals of the drawing"
    if attribution.method == "shapley":
        return f"each one's Shapley share of the log-odds, over {over}"
    if attribution.method == "shap":
        return f"each one's Shapley share, over {over}, beside {BASELINES[attribution.kind]}"
    if attribution.method in INSIDE:
        return f"how the answer changes along a straight way, from {BASELINES[attribution.kind]}"
    return _OF_TAKING_OUT


_SHOWN: Mapping[str, Callable[[str, Attribution, SongExplained, str], list[Block]]] = {
    "words": _as_words,
    "notes": _as_notes,
}


def _waves(stem: str, one: SongExplained) -> list[Block]:
    seconds, bands = one.attributions["seconds"], one.attributions["bands"]
    peaks = _peaks(one.given)
    if peaks is None:
        return []
    heat = np.repeat(bands.scores[:, None], len(seconds.units), axis=1)
    return [
        WaveHeat(
            f"{stem}-wave",
            "Seconds and bands",
            _OF_TAKING_OUT.replace("each", "each stretch of time, and each band of all of it,"),
            _ONE_MODEL + "; a band is one number for the whole segment",
            0.0,
            one.given.end_s - one.given.start_s,
            peaks,
            seconds.scores,
            tuple(unit.label for unit in bands.units),
            heat,
            player=f"{stem}-player" if one.sounds else "",
        )
    ]


def _peaks(given: Given) -> np.ndarray | None:
    """[p] the largest sample of the mix in each stretch, the loudest is 1."""
    found = summed(given)
    if found is None:
        return None
    largest = np.array([np.abs(part).max(initial=0.0) for part in np.array_split(found[0], _PEAKS)])
    return np.asarray(largest / (largest.max() or 1.0))


def _attention_map(attention: Attention) -> list[Block]:
    aligned = attention_map(attention)
    return [] if aligned is None else [aligned]


def _changes(one: SongExplained, names: Mapping[str, str]) -> list[Block]:
    """What would have changed the answer, a row a way; and what was tried in vain."""
    rows: list[tuple[str | float | None, ...]] = []
    for move, found in one.counterfactuals.items():
        for change in found.found:
            what = "; ".join(part.says for part in change.changes)
            to = names.get(change.to_class, change.to_class)
            rows.append((move, what, to, change.size, found.unit, change.plausibility))
        if not found.found:
            rows.append((move, f"nothing found: {found.tried}", None, None, found.unit, None))
    if not rows:
        return []
    head = ("changed", "what", "then it says", "size", "in", "plausibility")
    evidence = "the smallest changes found after which this model says something else, each asked anew"
    not_evidence = "that these are all there are, or that the music would then be of the other class"
    return [Table("What would have changed the answer", head, tuple(rows), evidence, not_evidence)]
