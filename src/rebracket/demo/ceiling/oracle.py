"""The finite-sample oracle: it knows the shape of the likelihoods, and their parameters only from songs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from rebracket.demo.ceiling.parameters import Parameters, known
from rebracket.demo.story import COLORS, ROLES, STATES, Knobs, SongCauses
from rebracket.demo.story.constants import NONE, THEMES, WAYS
from rebracket.demo.story.emission import themes_log_likelihood

__all__ = ["fit"]

Array = np.ndarray
_CONCENTRATIONS = tuple(np.geomspace(1.0, 300.0, 20))
_PRIOR = 1.0  # of each category of a song's looks, themes and ways; Laplace's
_PULL = 8.0  # observations that a row of the chain's table is worth before it differs from its role's


def fit(songs: Sequence[SongCauses], knobs: Knobs) -> Parameters:
    """Parameters of the story's family fitted to songs whose causes are told.

    Means by color shrunk to the whole (empirical Bayes), one covariance for all colors; themes, looks,
    ways and the chain counted over a Dirichlet prior. Intensity and content keep their true parameters:
    they carry nothing of color or type but what the pushes say of presence.
    """
    colors = np.array([COLORS.index(song.color) for song in songs])
    music = {channel: _fit_values(songs, colors, channel) for channel in ("midi", "audio")}
    counts = _theme_counts(songs)
    leanings = _fit_leanings(counts, colors)
    return replace(
        known(knobs),
        means={channel: fitted[0] for channel, fitted in music.items()},
        roles={channel: fitted[1] for channel, fitted in music.items()},
        song_sd={channel: fitted[2] for channel, fitted in music.items()},
        section_sd={channel: fitted[3] for channel, fitted in music.items()},
        leanings=leanings,
        concentration=_fit_concentration(counts, colors, leanings),
        looks={channel: _fit_looks(songs, colors, channel) for channel in ("midi", "audio")},
        chain=_fit_chain(songs),
        ways={channel: _fit_ways(songs, channel) for channel in WAYS},
        announcements=_fit_announcements(songs),
    )


def _fit_values(
    songs: Sequence[SongCauses], colors: Array, channel: str
) -> tuple[Array, Array, float, float]:
    """Means [C, K], what roles add [roles, K], deviation of songs and of sections."""
    values = np.array([s.carriers[channel].style for song in songs for s in song.segments])
    roles = np.array([ROLES.index(s.role) for song in songs for s in song.segments])
    number = np.repeat(np.arange(len(songs)), [len(song.segments) for song in songs])
    sizes = np.bincount(number)[:, None]
    in_roles, offsets = np.eye(len(ROLES))[roles], np.zeros((len(ROLES), values.shape[1]))
    of_songs = _means(values, number, len(songs))
    for _ in range(20):  # songs and roles take turns until both fit
        offsets = _means(values - of_songs[number], roles, len(ROLES))
        of_songs = _means(values - in_roles @ offsets, number, len(songs))
    rest = values - in_roles @ offsets - of_songs[number]
    section = float(np.sqrt((rest**2).sum() / (max(1, len(values) - len(songs)) * values.shape[1])))
    centers, each = _means(of_songs, colors, len(COLORS)), np.bincount(colors, minlength=len(COLORS))
    within = ((of_songs - centers[colors]) ** 2).sum(axis=0) / max(1, len(songs) - (each > 0).sum())
    song = float(np.sqrt(max(0.01, within.mean() - section**2 * float((1 / sizes).mean()))))
    whole = of_songs.mean(axis=0)
    noise = within.mean() / np.maximum(each, 1)[:, None]
    between = max(0.0, float(((centers - whole)[each > 0] ** 2).mean() - noise[each > 0].mean()))
    kept = np.where(each[:, None] > 0, between / np.maximum(between + noise, 1e-12), 0.0)
    return whole + kept * (centers - whole), offsets, song, section


def _means(values: Array, groups: Array, count: int) -> Array:
    """The mean of each group's rows; 0 where a group has none."""
    members = np.eye(count)[groups]
    return members.T @ values / np.maximum(members.sum(axis=0), 1)[:, None]


def _theme_counts(songs: Sequence[SongCauses]) -> Array:
    def said(song: SongCauses) -> list[int]:
        lines = [theme for s in song.segments if s.lines for theme in s.carriers["words"].themes]
        return [*lines, *song.concept.themes]

    return np.array([np.bincount(said(song), minlength=len(THEMES)) for song in songs], dtype=np.float64)


def _fit_leanings(counts: Array, colors: Array) -> Array:
    """Themes by color: each song's shares, songs alike, over a prior that follows the whole."""
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    whole = (shares.sum(axis=0) + 1 / len(THEMES)) / (len(shares) + 1)
    members = np.eye(len(COLORS))[colors]
    found = members.T @ shares + _PRIOR * whole
    return found / found.sum(axis=1, keepdims=True)


def _fit_concentration(counts: Array, colors: Array, leanings: Array) -> float:
    """The likeliest of a grid."""

    def likelihood(concentration: float) -> float:
        return float(themes_log_likelihood(counts, leanings[colors], concentration).sum())

    return max(_CONCENTRATIONS, key=likelihood)


def _fit_looks(songs: Sequence[SongCauses], colors: Array, channel: str) -> Array:
    """Which look a color takes: its own with a chance common to all colors, else any."""
    own = np.mean([song.looks[channel] == color for song, color in zip(songs, colors, strict=True)])
    size = len(COLORS)
    strength = float(np.clip((own * size - 1) / (size - 1), 0.0, 0.99)) * len(songs) / (len(songs) + _PRIOR)
    return strength * np.eye(size) + (1 - strength) / size


def _states(song: SongCauses) -> list[int]:
    return [STATES.index(segment.type) for segment in song.segments]


def _fit_chain(songs: Sequence[SongCauses]) -> Array:
    """Counts after the last two types, drawn to those after the last, and these to the role's."""
    counts = np.zeros((len(ROLES), *[len(STATES)] * 3))
    for song in songs:
        states = _states(song)
        pasts = zip([NONE, NONE, *states], [NONE, *states], song.segments, states, strict=False)
        for before, last, segment, state in pasts:
            counts[ROLES.index(segment.role), before, last, state] += 1
    of_roles = counts.sum(axis=(1, 2)) + counts.sum(axis=(0, 1, 2)) / counts.sum() * _PULL + 0.1
    of_roles /= of_roles.sum(axis=-1, keepdims=True)
    of_last = _drawn(counts.sum(axis=(0, 1)), of_roles.mean(axis=0))
    ratio = of_last / of_roles.mean(axis=0)  # what the last type changes, alike in every role
    first = of_roles[:, None, None] * ratio[None, None]
    first = np.broadcast_to(first / first.sum(axis=-1, keepdims=True), counts.shape)
    return _drawn(counts, first)


def _drawn(counts: Array, center: Array) -> Array:
    return (counts + _PULL * center) / (counts.sum(axis=-1, keepdims=True) + _PULL)


def _fit_ways(songs: Sequence[SongCauses], channel: str) -> Array:
    counts = np.full((len(WAYS[channel]), len(STATES)), _PRIOR)
    for song in songs:
        for segment in song.segments:
            if channel in segment.carriers:
                counts[segment.carriers[channel].way, STATES.index(segment.type)] += 1
        if channel == "words":
            counts[song.concept.way, _states(song)[song.concept.about]] += 1
    return counts / counts.sum(axis=0)


def _fit_announcements(songs: Sequence[SongCauses]) -> Array:
    """Pickups speak true with a chance common to all types, else of any."""
    pairs = [
        (STATES.index(now.announces), STATES.index(after.type))
        for song in songs
        for now, after in zip(song.segments, song.segments[1:], strict=False)
    ]
    size = len(STATES)
    right = float(np.mean([shown == true for shown, true in pairs])) if pairs else 1 / size
    strength = float(np.clip((right * size - 1) / (size - 1), 0.0, 0.99))
    return strength * np.eye(size) + (1 - strength) / size
