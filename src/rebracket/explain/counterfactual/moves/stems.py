"""Stems muted, the sound and the notes of each together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rebracket.explain.asking import Given, GivenStem
from rebracket.explain.attribution import Unit
from rebracket.explain.counterfactual.catalogue import Catalogue
from rebracket.explain.counterfactual.change import Change
from rebracket.explain.counterfactual.moves.space import Margins

__all__ = ["Stems"]


class Stems:
    """Which stems of a segment may be muted. Something stays: a stem, or words."""

    unit = "stems"
    nothing = "the segment has no stem that the model hears or whose notes it reads"
    caution = "A muted stem's sound and notes are gone; the words that it sings are left."

    def __init__(self, given: Given, catalogue: Catalogue) -> None:
        self._given, self._catalogue = given, catalogue

    def probes(self) -> Sequence[Change]:
        """Each stem muted."""
        heard = [(n, stem) for n, stem in enumerate(self._given.stems) if stem.audio or stem.midi]
        return [
            Change(n, Unit(stem.name, track=stem.track), f"{_name(stem)} muted", 1.0) for n, stem in heard
        ]

    def options(self, places: Sequence[int], margins: Margins) -> Sequence[Change]:
        """None: a stem is muted or not."""
        return ()

    def make(self, changes: frozenset[Change]) -> Given | None:
        """The segment without some stems; None where nothing would be left."""
        silent = {change.place for change in changes}
        own = tuple(
            replace(stem, audio=None, midi=None) if n in silent else stem
            for n, stem in enumerate(self._given.stems)
        )
        left = self._given.text or any(stem.audio or stem.midi for stem in own)
        return replace(self._given, stems=own) if left else None

    def weaker(self, change: Change) -> Sequence[Change]:
        """None."""
        return ()

    def plausible(self, changes: frozenset[Change]) -> tuple[float, str]:
        """The share of the catalogue's other songs that have none of the muted stems' kinds."""
        muted = [self._given.stems[change.place] for change in changes]
        without, n = self._catalogue.songs_without(muted, self._given.song_id)
        return (without / n if n else 0.0), f"{without} of {n} other songs have no such stem"


def _name(stem: GivenStem) -> str:
    return stem.name if stem.track is None else f"{stem.name} (track {stem.track})"
