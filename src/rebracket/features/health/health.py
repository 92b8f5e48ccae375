"""Whether an encoder says more of the music than that it is there and how loud it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from rebracket.features.bank import Bank
from rebracket.features.health.codec import Codec
from rebracket.features.health.joint import Joint
from rebracket.features.health.sample import sample_of
from rebracket.features.health.shape import Shape, explained, explained_within, shape_of
from rebracket.features.health.songs import Points, Songwise, songwise
from rebracket.features.source import Source

__all__ = [
    "FACTS",
    "LEAST_SPREAD",
    "LEAST_VARIATION",
    "Health",
    "Verdict",
    "encoder_health",
    "facts_of",
    "least_rank",
]

Verdict = Literal["healthy", "collapsed", "loudness-ordered", "codec-dependent", "unknown"]
Array = npt.NDArray[np.float64]

FACTS = {"loudness": "level_dbfs", "length": "duration_s", "silence": "active_share"}
"""What an encoder should not hang on, and the column of a dataset that tells it."""

LEAST_SPREAD = 0.05  # of unit vectors: a mean cosine of 0.9975
LEAST_VARIATION = 0.1
_LEAST_RANK = 2.0
_ORDERED = 0.8  # of the first component's variance that loudness explains
_FIRST = 0.5  # of all variance that the first component must have for that to matter
_MOVED = 0.5  # what a codec may do, against how far contents are apart
_FEWEST, _FEWEST_SONGS = 3, 2  # contents and songs, before anything can be said


@dataclass(frozen=True, slots=True)
class Health:
    """What the vectors of one encoder are like, each distinct content once. None is what cannot be told.

    Args:
        encoder: name and version.
        verdict: ``unknown`` below three contents or two songs; what the others mean stands at
            `encoder_health`.
        n: contents that were looked at.
        n_songs: songs they are of.
        effective_rank: of the standardized vectors, from 1 to D (Roy and Vetterli, 2007); 0 where all
            are one.
        spread: how far vectors are from their mean, against how long they are.
        variation: how far a column deviates, against how large it is; the median of the columns that vary.
        cosines: 5 %, 50 % and 95 % point of the cosines between the means of songs.
        cosines_within: the same between contents of one song.
        cosines_across: the same between contents of different songs.
        same_song: share of contents whose nearest neighbor is of the same song.
        same_song_by_chance: what it would be without regard to the vectors.
        nearer: how far the nearest content of the same song is, against the nearest of another; the median.
        nearer_by_chance: the same with songs handed out anew.
        first_share: of the variance that the first component has.
        explained: share of the first component's variance that each of `FACTS` explains, a line being
            fitted; None where it is unknown or never varies.
        explained_of_all: the same of the whole variance of the standardized vectors.
        codec: what each codec does to the vectors; empty where it was not measured.
        joint: how well texts and sound of one segment are paired, by the column of the text; empty for
            encoders that read one of them only.
        stops: whether there is so little in the vectors that nothing can be learned of them.
    """

    encoder: str
    verdict: Verdict
    n: int
    n_songs: int
    effective_rank: float | None = None
    spread: float | None = None
    variation: float | None = None
    cosines: Points | None = None
    cosines_within: Points | None = None
    cosines_across: Points | None = None
    same_song: float | None = None
    same_song_by_chance: float | None = None
    nearer: float | None = None
    nearer_by_chance: float | None = None
    first_share: float | None = None
    explained: Mapping[str, float | None] = field(default_factory=dict)
    explained_of_all: Mapping[str, float | None] = field(default_factory=dict)
    codec: Mapping[str, Codec] = field(default_factory=dict)
    joint: Mapping[str, Joint] = field(default_factory=dict)
    stops: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Plain data, to be shown, to six digits: the last ones depend on the machine."""
        return {name: _rounded(value) for name, value in asdict(self).items()}


def facts_of(dataset: Source) -> dict[str, Array]:
    """[N] of each of `FACTS`, NaN where unknown."""
    return {
        name: np.array(dataset.rows.column(column).to_pylist(), dtype=np.float64)
        for name, column in FACTS.items()
    }


def encoder_health(
    bank: Bank,
    songs: npt.NDArray[Any],
    facts: Mapping[str, Array],
    seed: int = 0,
    *,
    codec: Mapping[str, Codec] | None = None,
    joint: Mapping[str, Joint] | None = None,
) -> Health:
    """Looks at the vectors of a bank, or the means over time of sequences; of many, at some that are drawn.

    Collapsed: the effective rank is below `least_rank`, or the spread below 0.05 and the variation below
    0.1: either alone can be a matter of units or of a few large columns. Loudness-ordered: the
    first component has half of the variance and loudness explains four fifths of it, among contents of one
    song too. Codec-dependent: a codec moves a content at least half as far as contents are apart.
    What is collapsed, or would be but for an order of loudness, stops.

    Args:
        bank: of vectors or of sequences of vectors.
        songs: [N] song of each row.
        facts: [N] by name, as `facts_of` gives them.
        codec: as `codec_figures` measures it.
        joint: as `joint_figures` measures it.

    Raises:
        ValueError: for a bank of texts, tokens or frames, which no frozen encoder made.
        InputError: for numbers that are not finite.
    """
    sample = sample_of(bank, seed)
    names, song_of = np.unique(songs[sample.rows].astype(str), return_inverse=True)
    known = {name: values[sample.rows] for name, values in facts.items() if sample.own}
    seen = Health(bank.version, "unknown", len(sample), len(names), codec=codec or {}, joint=joint or {})
    if len(sample) < _FEWEST:
        return replace(seen, **_explained(None, {}, facts))
    shape = shape_of(sample.vectors)
    told = replace(
        seen,
        effective_rank=shape.rank,
        spread=shape.spread,
        variation=shape.variation,
        first_share=shape.first_share,
        **_explained(shape, known, facts),
        **_between(songwise(sample.vectors, shape.scaled, song_of, seed)),
    )
    if len(names) < _FEWEST_SONGS:
        return told
    hardly = shape.spread < LEAST_SPREAD and shape.variation < LEAST_VARIATION
    few = hardly or shape.rank < least_rank(len(sample))
    ordered = not hardly and _ordered(shape, known.get("loudness"), song_of)
    return replace(told, verdict=_verdict(few, ordered, seen.codec), stops=few)


def least_rank(n: int) -> float:
    """The effective rank that n contents must have: 2, and less below eleven, which span few directions."""
    return min(_LEAST_RANK, 1 + (n - 1) / 10)


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, Mapping):
        return {name: _rounded(one) for name, one in value.items()}
    return [_rounded(one) for one in value] if isinstance(value, tuple) else value


def _between(pairs: Songwise) -> dict[str, Any]:
    return {
        "cosines": pairs.between,
        "cosines_within": pairs.within,
        "cosines_across": pairs.across,
        "same_song": pairs.same,
        "same_song_by_chance": pairs.same_by_chance,
        "nearer": pairs.nearer,
        "nearer_by_chance": pairs.nearer_by_chance,
    }


def _explained(shape: Shape | None, known: Mapping[str, Array], facts: Mapping[str, Array]) -> dict[str, Any]:
    """Of the first component and of all; None for each fact that is not known of the contents."""
    first = all_ = dict.fromkeys(facts)
    if shape is not None:
        first = first | {name: explained(shape.first[:, None], values) for name, values in known.items()}
        all_ = all_ | {name: explained(shape.scaled, values) for name, values in known.items()}
    return {"explained": first, "explained_of_all": all_}


def _verdict(few: bool, ordered: bool, codec: Mapping[str, Codec]) -> Verdict:
    if ordered:  # where loudness is all that there is, it is an order rather than nothing
        return "loudness-ordered"
    if few:
        return "collapsed"
    moved = any(one.moved is not None and one.moved >= _MOVED for one in codec.values())
    return "codec-dependent" if moved else "healthy"


def _ordered(shape: Shape, loudness: Array | None, song_of: npt.NDArray[np.intp]) -> bool:
    """A few songs differ in level by chance; that is no order unless it holds within them."""
    if loudness is None or shape.first_share < _FIRST:
        return False
    first = shape.first[:, None]
    told = (explained(first, loudness), explained_within(first, loudness, song_of))
    return all(share is not None and share >= _ORDERED for share in told)
