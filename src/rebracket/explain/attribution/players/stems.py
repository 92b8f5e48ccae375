"""Stems as players, with the words and all notes as two more."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from rebracket.explain.asking import Given
from rebracket.explain.attribution.attribution import Unit
from rebracket.explain.attribution.players.players import Keep, Players

__all__ = ["LYRICS", "NOTES", "modalities", "stems"]

LYRICS, NOTES, SOUND = "words", "notes", "sound"


def stems(given: Given) -> Players:
    """The sound of each stem; the words and the notes of all stems, where there are any, are one player each.

    The segment with some of them is that which a mix of these stems has: nothing is separated.
    """
    heard = [n for n, stem in enumerate(given.stems) if stem.audio]
    units = [Unit(given.stems[n].name, track=given.stems[n].track) for n in heard]
    return Players("stems", (*units, *_others(given)), partial(_kept, given, tuple(heard)))


def modalities(given: Given) -> Players:
    """All words, all sound and all notes, as far as there are any."""
    heard = tuple(n for n, stem in enumerate(given.stems) if stem.audio)
    units = (*((Unit(SOUND),) if heard else ()), *_others(given))
    return Players("modalities", units, partial(_kept_kinds, given, heard))


def _others(given: Given) -> list[Unit]:
    has_notes = any(stem.midi for stem in given.stems)
    return [*([Unit(LYRICS)] if given.text else []), *([Unit(NOTES)] if has_notes else [])]


def _kept(given: Given, heard: tuple[int, ...], keep: Keep) -> Given:
    silent = {n for n, stays in zip(heard, keep.tolist(), strict=False) if not stays}
    return _with(given, silent, keep[len(heard) :])


def _kept_kinds(given: Given, heard: tuple[int, ...], keep: Keep) -> Given:
    has_sound = bool(heard)
    silent = set(heard) if has_sound and not keep[0] else set()
    return _with(given, silent, keep[int(has_sound) :])


def _with(given: Given, silent: set[int], others: Keep) -> Given:
    gone = {unit.label for unit, stays in zip(_others(given), others.tolist(), strict=True) if not stays}
    own = tuple(
        replace(
            stem,
            audio=None if n in silent else stem.audio,
            midi=None if NOTES in gone else stem.midi,
        )
        for n, stem in enumerate(given.stems)
    )
    return replace(given, text="" if LYRICS in gone else given.text, stems=own)
