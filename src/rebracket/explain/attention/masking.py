"""Is attention a guide to what the answer rests on? Masks what is attended most, and as much by chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from rebracket.core import Interval
from rebracket.core.errors import RefusedError
from rebracket.explain.asking import Given, log_odds
from rebracket.explain.asking.asked import Asked
from rebracket.explain.attention.attention import By, Weights
from rebracket.explain.attention.looking import attention_of
from rebracket.explain.attribution.players import PLAYERS, Players
from rebracket.explain.attribution.players.notes import placed_notes, without_notes
from rebracket.explain.attribution.players.players import Keep
from rebracket.explain.fidelity.by_song import interval_dict, mean_by_song

__all__ = ["AttentionCheck", "AttentionTest", "attention_test"]

_LEAST_UNITS = 3  # with two, a random one is the most attended one every other time


@dataclass(frozen=True, eq=False)
class AttentionCheck:
    """One kind of attention, checked.

    Args:
        modality: as the network calls it.
        kind: of the units that are masked.
        by: see `Weights`.
        n_segments: how many segments had enough units.
        n_songs: of how many songs.
        attended: by how many nats the answer changes without what is attended most, in the mean of songs.
        random: the same without as many units by chance.
        difference: attended less random, with its interval over songs; None of fewer than two songs.
    """

    modality: str
    kind: str
    by: By
    n_segments: int
    n_songs: int
    attended: float
    random: float
    difference: Interval | None

    @property
    def is_guide(self) -> bool | None:
        """Whether attention is shown to tell what the answer rests on; None where songs are too few."""
        return None if self.difference is None else self.difference.low > 0

    @property
    def says(self) -> str:
        """The finding in plain words."""
        how = "as the network pools them" if self.by == "pooling" else "as other modalities look at them"
        what = f"Attention over {self.kind} ({self.modality}), {how},"
        numbers = (
            f"masking the most attended changes the answer by {self.attended:.2f} nats, "
            f"as many random ones by {self.random:.2f}"
        )
        if self.difference is None:
            return f"{what} cannot be judged: {numbers}; found {self.n_songs} song, expected two or more."
        word = "is" if self.is_guide else "is not shown to be"
        return (
            f"{what} {word} a guide to what the answer rests on: {numbers} "
            f"(difference {self.difference}, {self.n_songs} songs)."
        )


@dataclass(frozen=True, eq=False)
class AttentionTest:
    """All kinds of attention that a model has, checked on the same segments.

    Args:
        checks: one for each.
        share: of the units that is masked.
        draws: how many random choices there were for each segment.
    """

    checks: tuple[AttentionCheck, ...]
    share: float
    draws: int

    @property
    def says(self) -> str:
        """All findings in plain words."""
        return " ".join(check.says for check in self.checks)

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "share": self.share,
            "draws": self.draws,
            "unit": "nats of log-odds",
            "checks": [
                {
                    "modality": own.modality,
                    "kind": own.kind,
                    "by": own.by,
                    "segments": own.n_segments,
                    "songs": own.n_songs,
                    "attended": own.attended,
                    "random": own.random,
                    "difference": interval_dict(own.difference),
                    "is_guide": own.is_guide,
                    "says": own.says,
                }
                for own in self.checks
            ],
        }


def attention_test(
    asked_of: Sequence[tuple[Asked, Given]], *, share: float = 0.2, draws: int = 8, seed: int = 0
) -> AttentionTest:
    """Masks what is attended most, and as many random units, and compares how far the answer moves.

    After Jain and Wallace (2019), Attention is not Explanation. The answer is the log-odds of the class that
    the model finds most likely, and moves either way. Segments of a song are averaged first. The segments
    must be of songs that the model has not seen, or it is tested on what it has by heart.

    Args:
        asked_of: n segments, each with its model; models of one recipe, which differ by fold.
        share: of the units that is masked, at least one.
        draws: how many random choices are asked about for each segment.
        seed: of these choices.

    Raises:
        RefusedError: where the model has no attention, or no segment has three units or more.
    """
    rng = np.random.default_rng(seed)
    moved: dict[tuple[str, str, By], list[tuple[str, float, float]]] = {}
    for asked, given in asked_of:
        for own in attention_of(asked, given).pools:
            if len(own.units) >= _LEAST_UNITS:
                key = (own.modality, own.kind, own.by)
                pair = _moved(asked, given, own, share, draws, rng)
                moved.setdefault(key, []).append((given.song_id, *pair))
    if not moved:
        raise RefusedError(
            f"found no segment of {len(asked_of)} with {_LEAST_UNITS} words, seconds, notes or stems that "
            "are attended to; expected longer segments, or a recipe that reads tokens"
        )
    return AttentionTest(tuple(_check(key, rows) for key, rows in sorted(moved.items())), share, draws)


def _check(key: tuple[str, str, By], rows: list[tuple[str, float, float]]) -> AttentionCheck:
    songs = [song for song, _, _ in rows]
    attended, random = np.array([pair for _, *pair in rows]).T
    counts = {song: songs.count(song) for song in songs}
    weights = np.array([1 / counts[song] for song in songs])
    difference = mean_by_song(attended - random, songs)
    by_song = [float(np.average(values, weights=weights)) for values in (attended, random)]
    return AttentionCheck(*key, len(rows), len(counts), by_song[0], by_song[1], difference)


def _moved(
    asked: Asked, given: Given, own: Weights, share: float, draws: int, rng: np.random.Generator
) -> tuple[float, float]:
    """By how many nats the answer moves without the most attended, and in the mean without random ones."""
    players, n = _players(given, own), len(own.units)
    most = max(1, round(share * n))
    masks = np.ones((draws + 2, n), dtype=bool)
    masks[1, np.argsort(-own.weights, kind="stable")[:most]] = False
    for row in range(draws):
        masks[row + 2, rng.permutation(n)[:most]] = False
    said = asked(players.keeping(masks))
    worth = log_odds(said[:, int(said[0].argmax())])
    change = np.abs(worth[1:] - worth[0])
    return float(change[0]), float(change[1:].mean())


def _players(given: Given, own: Weights) -> Players:
    """The same units, so that they can be taken out."""
    if own.kind == "stems":
        return Players("stems", own.units, partial(_without_stems, given, own))
    if own.kind == "seconds" and own.modality == "midi":
        return Players("seconds", own.units, partial(_without_beginnings, given, own))
    return PLAYERS[own.kind](given)


def _without_stems(given: Given, own: Weights, keep: Keep) -> Given:
    """Without the sound, or the notes, of some stems."""
    gone = {(unit.label, unit.track) for unit, stays in zip(own.units, keep, strict=True) if not stays}
    heard = own.modality == "audio"
    stems = tuple(
        stem
        if (stem.name, stem.track) not in gone
        else replace(stem, audio=None)
        if heard
        else replace(stem, midi=None)
        for stem in given.stems
    )
    return replace(given, stems=stems)


def _without_beginnings(given: Given, own: Weights, keep: Keep) -> Given:
    """Without the notes that begin in some stretches of time."""
    starts: npt.NDArray[np.float64] = np.array([unit.start_s for unit in own.units])
    notes = placed_notes(given)
    place = [max(0, int(np.searchsorted(starts, note.onset_s, side="right")) - 1) for note in notes]
    return without_notes(given, [note for note, unit in zip(notes, place, strict=True) if not keep[unit]])
