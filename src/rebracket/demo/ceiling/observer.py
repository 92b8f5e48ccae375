"""The ideal observer: it knows the parameters, sees the carriers of some channels, and errs as little as
anything can that is given no more than their rendering.

A song's color shows in its values, looks and themes; its types in ways, announcements and pushes. The
two do not meet, so each posterior is exact by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import softmax

from rebracket.demo.ceiling.parameters import Parameters, known
from rebracket.demo.story import ROLES, Knobs, SongCauses
from rebracket.demo.story.chain import smooth
from rebracket.demo.story.constants import COLORS, NONE, STATES, THEMES, constants
from rebracket.demo.story.emission import (
    content_log_likelihood,
    gaussian_log_likelihood,
    push_log_likelihood,
    themes_log_likelihood,
)

__all__ = ["Posterior", "observe", "observe_with", "player_posterior"]

Array = np.ndarray


@dataclass(frozen=True, slots=True)
class Posterior:
    """What the carriers of some channels say of a song of N segments; C colors, S states, M motifs.

    ``*_alone`` is from what stands in the segment's own row: its carriers, the song's looks and, with
    words, its concept. ``types`` is given the whole song, ``types_ahead`` only what came before a
    segment. ``deviates`` are mean and deviation of the intensity's deviate, where a boundary moves.
    """

    color: Array  # [C]
    color_alone: Array  # [N, C]
    types: Array  # [N, S]
    types_alone: Array  # [N, S]
    types_ahead: Array  # [N, S]
    deviates: Array  # [N, 2]
    content: Array  # [M]


def observe(song: SongCauses, channels: Sequence[str], knobs: Knobs) -> Posterior:
    """The posterior of the observer who knows these knobs, over colors equally likely beforehand."""
    return observe_with(song, channels, known(knobs, song.key.track))


def observe_with(song: SongCauses, channels: Sequence[str], parameters: Parameters) -> Posterior:
    """The posterior of an observer who believes these parameters."""
    together, alone = _color(song, channels, parameters)
    shown, announced, deviates, concept = _types(song, channels, parameters)
    roles = [ROLES.index(segment.role) for segment in song.segments]
    count = len(roles)
    evidence, pickups = _views(shown, announced)
    evidence[:, song.concept.about] += concept
    found = smooth(parameters.chain, roles, evidence, pickups).given_all
    rows = np.arange(count)
    return Posterior(
        color=softmax(together),
        color_alone=softmax(alone, axis=1),
        types=found[-1],
        types_alone=found[rows, rows],
        types_ahead=found[count + rows, rows],
        deviates=deviates,
        content=softmax(_content(song, channels, parameters)),
    )


def _views(shown: Array, announced: Array) -> tuple[Array, Array]:
    """Evidence [2N + 1, N, S] for one pass of the chain: of each row by itself, of what comes before
    each segment, and of the whole song; and the pickups heard in each."""
    count = len(shown)
    own, before = np.eye(count), np.tri(count, k=-1)
    heard = np.concatenate([own, before, np.ones((1, count))])
    # A row holds the pickup at its end, which speaks of the next; the past holds the one that leads on.
    picked = np.concatenate([np.eye(count, k=1), np.tri(count), np.ones((1, count))])
    return heard[..., None] * shown, picked[..., None] * announced


def _color(song: SongCauses, channels: Sequence[str], parameters: Parameters) -> tuple[Array, Array]:
    """log P of the song's carriers under each color [C], and of each row's [N, C]."""
    roles = [ROLES.index(segment.role) for segment in song.segments]
    together, alone = np.zeros(len(COLORS)), np.zeros((len(roles), len(COLORS)))
    for channel in ("midi", "audio"):
        if channel in channels:
            values = np.array([segment.carriers[channel].style for segment in song.segments])
            means = parameters.means[channel][:, None] + parameters.roles[channel][roles]  # [C, N, K]
            of_song, of_rows = _values(channel, values, means, parameters)
            looks = np.log(parameters.looks[channel][:, song.looks[channel]])
            together, alone = together + of_song + looks, alone + of_rows + looks
    if "words" in channels:
        counts = _theme_counts(song)
        concept = np.bincount(song.concept.themes, minlength=len(THEMES))
        everything = np.vstack([counts, counts.sum(axis=0)]) + concept
        of_all = [
            themes_log_likelihood(row, parameters.leanings, parameters.concentration) for row in everything
        ]
        together, alone = together + of_all[-1], alone + np.array(of_all[:-1])
    return together, alone


def _values(channel: str, values: Array, means: Array, parameters: Parameters) -> tuple[Array, Array]:
    measured = (parameters.measured or {}).get(channel)
    song_sd, section_sd = parameters.song_sd[channel], parameters.section_sd[channel]
    of_song = gaussian_log_likelihood(
        values, means, song_sd=song_sd, section_sd=section_sd, measured=measured
    )
    of_rows = gaussian_log_likelihood(
        values[:, None], means.swapaxes(0, 1)[:, :, None], song_sd=song_sd, section_sd=section_sd,
        measured=measured,
    )  # fmt: skip
    return of_song, of_rows


def _theme_counts(song: SongCauses) -> Array:
    """How often each theme is sung in each segment, [N, themes]."""
    sung = [segment.carriers["words"].themes if segment.lines else () for segment in song.segments]
    return np.array([np.bincount(themes, minlength=len(THEMES)) for themes in sung], dtype=np.float64)


def _types(
    song: SongCauses, channels: Sequence[str], parameters: Parameters
) -> tuple[Array, Array, Array, Array]:
    """log P of what segments show of their state [N, S] and are announced as [N, S], the intensity's
    deviates [N, 2], and log P of the concept under the states of the segment it is about [S]."""
    count = len(song.segments)
    shown, announced, deviates = np.zeros((count, len(STATES))), np.zeros((count, len(STATES))), []
    hears_pickups = "midi" in channels or "audio" in channels
    for n, segment in enumerate(song.segments):
        heard = [(channel, segment.carriers[channel]) for channel in channels if channel in segment.carriers]
        for channel, carriers in heard:
            shown[n] += np.log(parameters.ways[channel][carriers.way])
        pushes = [(carriers.push, parameters.push[channel]) for channel, carriers in heard]
        still, moved, *deviate = push_log_likelihood(
            pushes, parameters.push_mean(n, count), parameters.push_sd
        )
        shown[n] += moved
        shown[n, NONE] += still - moved
        deviates.append(deviate)
        if hears_pickups and n + 1 < count:
            announced[n + 1] = np.log(parameters.announcements[STATES.index(segment.announces)])
    way = np.log(parameters.ways["words"][song.concept.way])
    return shown, announced, np.array(deviates), way if "words" in channels else np.zeros(len(STATES))


def _content(song: SongCauses, channels: Sequence[str], parameters: Parameters) -> Array:
    shown = [
        [(segment.carriers[c].content, parameters.content[c]) for c in channels if c in segment.carriers]
        for segment in song.segments
    ]
    return content_log_likelihood(shown, parameters.motifs, parameters.quotation)


def player_posterior(habit: Sequence[float], effect: float, prior: Sequence[float] | None = None) -> Array:
    """Who plays a stem, from its habit (timing, dynamics, articulation); even beforehand unless told."""
    habits = effect * constants().habits
    distance = ((np.asarray(habit) - habits) ** 2).sum(axis=1)
    return softmax(-0.5 * distance + (0 if prior is None else np.log(prior)))
