"""A set of segments as a hypothesis: what supports it, what is typical of it, and what to hear."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rebracket.core import Interval
from rebracket.explain.emergent.naming import Contrast, TypicalWord

__all__ = ["NOT_EVIDENCE", "Pattern"]

_TELLING_P = 0.05
NOT_EVIDENCE = (
    "It is not evidence that the group exists outside these songs, that anyone hears it, or of why it is "
    "there. Its names were looked for after it was found; where vectors were made of words or notes, those "
    "that name it are no second witness. What is taken out is what least squares can tell: a bent effect of "
    "production may be left."
)


@dataclass(frozen=True)
class Pattern:
    """Segments that lie together in what is left, as a hypothesis.

    Args:
        members: ids of its segments.
        n_songs: that have any of them.
        largest_share: of its members, in one song.
        stability: mean share of it that is found again in three of four songs, and the range of nine tenths
            of the resamples of songs.
        n_resamples: behind it.
        p: by kind of nothing, how often that gives a set as stable.
        words, numbers, stems: what is typical of it.
        examples: ids of segments of different songs, the most typical first.
    """

    members: tuple[str, ...]
    n_songs: int
    largest_share: float
    stability: Interval
    n_resamples: int
    p: Mapping[str, float]
    words: tuple[TypicalWord, ...]
    numbers: tuple[Contrast, ...]
    stems: tuple[Contrast, ...]
    examples: tuple[str, ...]

    @property
    def stands_out(self) -> bool:
        """Whether nothing of any kind gives a set as stable in more than one draw of twenty."""
        return bool(self.p) and max(self.p.values()) <= _TELLING_P

    @property
    def name(self) -> str:
        """Its most typical words, numbers and stems; or that none of them is typical."""
        parts = [", ".join(f"“{one.word}”" for one in self.words[:3])]
        parts += [f"{'more' if n.difference.value > 0 else 'less'} {n.name}" for n in self.numbers[:2]]
        parts += [f"{'with' if s.difference.value > 0 else 'without'} {s.name}" for s in self.stems[:1]]
        return "; ".join(part for part in parts if part) or "nothing typical among words, numbers and stems"

    @property
    def statement(self) -> str:
        """The hypothesis in plain words, with its support."""
        often = "; ".join(f"p = {p:.2f} against {name} data" for name, p in self.p.items())
        doubt = "" if self.stands_out else " Chance alone makes sets as stable, so there may be nothing here."
        again = f"{self.stability.value:.0%} is found again in other draws of the songs"
        return (
            f"Hypothesis: {len(self.members)} segments of {self.n_songs} songs have something in common "
            f"({self.name}). Of it {again} ({often}).{doubt}"
        )

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON data."""
        held_again = self.stability
        return {
            "name": self.name,
            "statement": self.statement,
            "not_evidence": NOT_EVIDENCE,
            "stands_out": self.stands_out,
            "members": list(self.members),
            "songs": self.n_songs,
            "largest_share_of_one_song": self.largest_share,
            "stability": {
                "value": held_again.value,
                "low": held_again.low,
                "high": held_again.high,
                "level": held_again.level,
                "unit": "resample of songs",
                "resamples": self.n_resamples,
            },
            "p": dict(self.p),
            "words": [one.as_dict() for one in self.words],
            "numbers": [one.as_dict() for one in self.numbers],
            "stems": [one.as_dict() for one in self.stems],
            "examples": list(self.examples),
        }
