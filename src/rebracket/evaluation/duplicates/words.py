"""Songs that share words, up to light edits."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

import numpy as np

from rebracket.evaluation.duplicates.duplicate import Duplicate
from rebracket.evaluation.duplicates.index import shared_prints
from rebracket.evaluation.duplicates.sound import Rows
from rebracket.evaluation.duplicates.threshold import beyond_the_usual

__all__ = ["near_texts"]

_CHARACTERS = 5  # a shingle; a word that is changed costs some ten
_LEAST_SHINGLES = 40  # what is shorter is a phrase that anybody may use
_LEAST_SHARE, _ALWAYS = 0.6, 0.9


def near_texts(texts: Mapping[str, Sequence[str]], rows: Rows) -> list[Duplicate]:
    """The pairs of songs of which a text is, for the most part, in the other's.

    A field of a song is one text: its distinct values in order, so that a chorus counts once. Similarity
    is the share of the shorter text's shingles of five characters that the longer has (Broder, 1997).

    Args:
        texts: [N] text of each row, by field.
    """
    best: dict[tuple[str, str], Duplicate] = {}
    for field in sorted(texts):
        for one in _of_field(texts[field], rows):
            before = best.get((one.a, one.b))
            if before is None or one.similarity > before.similarity:
                best[(one.a, one.b)] = one
    return [best[key] for key in sorted(best)]


def _of_field(texts: Sequence[str], rows: Rows) -> list[Duplicate]:
    lines: dict[str, dict[str, int]] = {}
    for row, (song, text) in enumerate(zip(rows.songs.tolist(), texts, strict=True)):
        lines.setdefault(song, {}).setdefault(text or "", row)
    made = {song: _shingles(" ".join(held)) for song, held in lines.items()}
    songs = sorted(song for song, held in made.items() if len(held) >= _LEAST_SHINGLES)
    names = {shingle: n for n, shingle in enumerate(sorted(set().union(*(made[song] for song in songs))))}
    hashes = np.array([names[shingle] for song in songs for shingle in sorted(made[song])], dtype=np.int64)
    sizes = np.array([len(made[song]) for song in songs], dtype=np.intp)
    owners = np.repeat(np.arange(len(songs)), sizes)
    first, second, shared = shared_prints(hashes, owners, np.arange(len(songs)), 1)
    similarity = shared / np.minimum(sizes[first], sizes[second])
    n_pairs = len(songs) * (len(songs) - 1) // 2
    threshold = beyond_the_usual(similarity, n_pairs, _LEAST_SHARE, _ALWAYS)
    return [
        Duplicate(
            "text", songs[a], songs[b], float(same), threshold, *(_row(lines[songs[n]], rows) for n in (a, b))
        )
        for a, b, same in zip(first.tolist(), second.tolist(), similarity, strict=True)
        if same >= threshold
    ]


def _row(lines: Mapping[str, int], rows: Rows) -> tuple[str, ...]:
    """Id of the row where a song's first line of the field is read."""
    return tuple(rows.ids[row] for line, row in lines.items() if line)[:1]


def _shingles(text: str) -> frozenset[str]:
    """Shingles of what is written, whatever its case, marks and spaces."""
    plain = " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))
    return frozenset(plain[at : at + _CHARACTERS] for at in range(len(plain) - _CHARACTERS + 1))
