"""The musician's part of a report: the map of the catalogue, and the two ends of each class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from rebracket.explain.atlas import Atlas
from rebracket.explain.excerpts import Excerpts
from rebracket.explain.moments import Described
from rebracket.page import ClassKey, Dot, Exemplars, MapSection, Pair

__all__ = ["exemplars_section", "map_section", "neighbor_agreement"]

_PLAIN_NAMES = {"audio": "sound", "midi": "notes", "text": "words"}


def map_section(
    found: Atlas,
    described: Sequence[Described],
    keys: tuple[ClassKey, ...],
    sounds: Excerpts,
    made_from: Sequence[str],
) -> MapSection:
    """The map, its dots in the order of the atlas; ``made_from`` names the modalities it was made from."""
    dots = tuple(
        Dot(item.moment, float(x), float(y), tuple(int(i) for i in near if i >= 0))
        for item, (x, y), near in zip(described, found.xy, found.neighbours, strict=True)
    )
    first = next((found.typical[key.id] for key in keys if key.id in found.typical), 0)
    act = "Click one to hear it." if sounds.mp3 else "Click one to read it; no sound is stored."
    return MapSection(
        heading="The catalogue as a map",
        lead=f"Each dot is a moment of a song. What sounds and reads alike lies together. {act}",
        classes=keys,
        dots=dots,
        caption=(
            *_limits(found, made_from),
            *_agreement(found, described),
            *_about_sounds(sounds, len(dots)),
        ),
        chosen=first,
    )


def exemplars_section(found: Atlas, described: Sequence[Described], keys: tuple[ClassKey, ...]) -> Exemplars:
    """The most typical and the most astray moment of each class."""

    pairs = tuple(
        Pair(
            key,
            described[found.typical[key.id]].moment if key.id in found.typical else None,
            described[found.astray[key.id]].moment if key.id in found.astray else None,
        )
        for key in keys
    )
    return Exemplars(
        heading="At home, and astray",
        lead="Typical: closest to the other songs of its own class, compared with the songs of all others. "
        "Astray: the reverse. Its own song never counts.",
        pairs=pairs,
    )


def neighbor_agreement(
    neighbors: np.ndarray, groups: Sequence[str | None], songs: Sequence[str]
) -> tuple[float, float] | None:
    """The share of neighbors [S, k] in one's own group, and that share were they drawn blindly.

    Blindly means: among the segments of other songs, all alike likely. None where there is no pair.
    """
    counts, of_song = Counter(groups), Counter(songs)
    own = Counter(zip(songs, groups, strict=True))
    same: list[float] = []
    blind: list[float] = []
    for index, near in enumerate(neighbors):
        group, song = groups[index], songs[index]
        apart = len(songs) - of_song[song]
        for other in near[near >= 0]:
            if group is not None:
                same.append(float(groups[int(other)] == group))
                blind.append((counts[group] - own[(song, group)]) / apart)
    return (float(np.mean(same)), float(np.mean(blind))) if same else None


def _limits(found: Atlas, made_from: Sequence[str]) -> tuple[str, ...]:
    means = _listed([_PLAIN_NAMES.get(name, name) for name in made_from])
    if found.method == "t-SNE":
        picture = (
            "The map is a t-SNE: who lies next to whom means something; how far two groups lie apart, how "
            "large or dense one looks, and which way it points mean little."
        )
    else:
        picture = (
            "The map shows the two widest principal components; most of what differs is not in the picture."
        )
    weight = ", each with the same weight" if len(made_from) > 1 else ""
    return (
        f"Made from {means}{weight}. {picture} Two groups apart on it are no proof that "
        "they can be told apart in new songs: for that, see the songs held out further below.",
        "Nearest is by the features themselves, not by the picture. Songs of one album also share its "
        "production (room, singer, mastering), so neighbors of one class may only have been recorded alike.",
    )


def _listed(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def _agreement(found: Atlas, described: Sequence[Described]) -> tuple[str, ...]:
    songs = [item.song_id for item in described]
    shares = neighbor_agreement(found.neighbours, [item.moment.class_id for item in described], songs)
    if shares is None:
        return ()
    return (
        f"Of the {found.neighbours.shape[1]} nearest moments in other songs, {shares[0]:.0%} are of the same "
        f"class; drawn blindly it would be {shares[1]:.0%}. That describes these "
        f"{len(set(songs))} songs and tests nothing.",
    )


def _about_sounds(sounds: Excerpts, n_segments: int) -> tuple[str, ...]:
    if not sounds.mp3:
        return ()
    parts = ["Sounds are mono MP3 excerpts, meant for finding one's way"]
    if sounds.cut:
        parts.append(f"{sounds.cut} of {n_segments} are cut after {sounds.longest_s:.1f} s")
    silent = n_segments - len(sounds.mp3)
    if silent:
        parts.append(f"{silent} moments have no sound here")
    if sounds.left_out:
        parts.append(f"{sounds.left_out} of them to keep this file small")
    if sounds.failed:
        parts.append(f"{len(sounds.failed)} of them because their audio cannot be decoded")
    return ("; ".join(parts) + ".",)
