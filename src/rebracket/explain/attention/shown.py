"""Attention as figures and as the block of a page that aligns words, seconds and notes."""

from __future__ import annotations

import re

import numpy as np

from rebracket.explain.attention.attention import Array, Attention, Looks, Weights
from rebracket.explain.attribution.attribution import Unit
from rebracket.page.blocks import AttentionMap
from rebracket.page.figures import Bars, Heat

__all__ = ["attention_map", "figures"]

_NOT = "What the answer rests on: a model may look at what changes nothing. The test by masking tells."
_MOST_ID = 100


def figures(attention: Attention, *, per_head: bool = False) -> tuple[Bars | Heat, ...]:
    """A heat map for each pair of modalities, in the mean of the heads, and bars for what is pooled.

    Args:
        attention: of a segment.
        per_head: whether each head has a heat map of its own beside.
    """
    found: list[Bars | Heat] = [_bars(attention, own) for own in attention.pools]
    for own in attention.maps:
        if own.rows and own.columns:
            found.append(_heat(attention, own, own.mean, "", "in the mean of its heads"))
            for head, values in enumerate(own.heads if per_head else ()):
                found.append(_heat(attention, own, values, f"-head-{head + 1}", f"in head {head + 1}"))
    return tuple(found)


def attention_map(attention: Attention) -> AttentionMap | None:
    """Words over seconds and notes, and seconds over notes; None where no two of them look at each other."""
    by_kinds = {own.kinds: own for own in attention.maps}
    pairs = {
        "word_seconds": ("words", "seconds"),
        "word_notes": ("words", "notes"),
        "second_notes": ("seconds", "notes"),
    }
    maps = {name: by_kinds[kinds] for name, kinds in pairs.items() if kinds in by_kinds}
    if not maps:
        return None
    units: dict[str, tuple[Unit, ...]] = {"words": (), "seconds": (), "notes": ()}
    for own in maps.values():
        units[own.kinds[0]], units[own.kinds[1]] = own.rows, own.columns
    return AttentionMap(
        _id(attention, "map"),
        "Which words, seconds and notes look at each other",
        "How much of each word's and each second's attention goes where, in the mean of the heads.",
        _NOT,
        words=tuple(unit.label for unit in units["words"]),
        seconds=_numbers(units["seconds"], ("start_s", "end_s")),
        notes=_numbers(units["notes"], ("start_s", "end_s", "pitch")),
        **{name: own.mean for name, own in maps.items()},
    )


def _numbers(units: tuple[Unit, ...], names: tuple[str, ...]) -> Array:
    rows = [[getattr(unit, name) for name in names] for unit in units]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(names))


def _bars(attention: Attention, own: Weights) -> Bars:
    pools = own.by == "pooling"
    how = "is made one by" if pools else "is looked at by the others"
    return Bars(
        _id(attention, f"{own.modality}-{own.kind}-{own.by}"),
        f"Attention over {own.kind} ({own.modality})",
        f"How much each of the {own.kind} counts where {own.modality} {how}"
        f"{' attention' if pools else ''}; {own.elsewhere:.0%} lie on end marks and signs.",
        _NOT,
        labels=_labels(own.units),
        values=own.weights,
        unit="share of attention",
    )


def _heat(attention: Attention, own: Looks, values: Array, name: str, how: str) -> Heat:
    return Heat(
        _id(attention, f"{own.looking}-{own.at}{name}"),
        f"{own.looking} looks at {own.at}",
        f"How much of the attention of each of the {own.kinds[0]} goes to each of the {own.kinds[1]}, {how}.",
        _NOT,
        rows=_labels(own.rows),
        columns=_labels(own.columns),
        values=values,
        unit="share of attention",
    )


def _labels(units: tuple[Unit, ...]) -> tuple[str, ...]:
    """Numbered where a label comes twice: a word may."""
    labels = [unit.label for unit in units]
    if len(set(labels)) == len(labels):
        return tuple(labels)
    return tuple(f"{number} {label}" for number, label in enumerate(labels, start=1))


def _id(attention: Attention, name: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", f"attention-{attention.segment_id}-{name}".lower())
    return plain[:_MOST_ID].strip("-")
