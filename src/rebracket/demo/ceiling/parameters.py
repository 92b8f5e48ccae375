"""What an observer believes of the story: its true parameters, or ones fitted to songs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from rebracket.demo.story.compiled import story_of
from rebracket.demo.story.constants import COLORS
from rebracket.demo.story.knobs import CHANNELS, Knobs
from rebracket.demo.story.style import drift_of

__all__ = ["Parameters", "known"]

Array = np.ndarray


@dataclass(frozen=True, slots=True)
class Parameters:
    """Likelihoods of every carrier; C colors, S states, K values, L looks.

    ``measured`` is the covariance of a measurement of midi or audio values, where they were not seen
    but measured.
    """

    means: dict[str, Array]  # midi, audio: [C, K]
    roles: dict[str, Array]  # midi, audio: [roles, K]
    song_sd: dict[str, float]
    section_sd: dict[str, float]
    leanings: Array  # [C, themes]
    concentration: float
    looks: dict[str, Array]  # midi, audio: [C, L]
    chain: Array  # [roles, S, S, S]
    ways: dict[str, Array]  # channel: [ways, S]
    announcements: Array  # [S shown, S true]
    push: dict[str, float]  # channel: correlation with the intensity's deviate
    arc: float
    push_sd: float
    content: dict[str, float]  # channel: chance of the true motif
    motifs: int
    quotation: float
    measured: dict[str, Array] | None = None

    def push_mean(self, place: int, count: int) -> float:
        """The center of the intensity's deviate at a place of a song, as the story has it."""
        return self.arc * (float(np.sin(np.pi * (place + 0.5) / count)) - 0.5)


@lru_cache(maxsize=128)
def known(knobs: Knobs, track: int = 1) -> Parameters:
    """The story's own parameters for songs at this place of an album, which only drift makes matter."""
    story = story_of(knobs)
    styles = story.styles + drift_of(track, knobs)
    music = ("midi", "audio")
    return Parameters(
        means={channel: styles @ story.emission[channel].T for channel in music},
        roles=story.roles,
        song_sd=dict.fromkeys(music, knobs.noise.song),
        section_sd=dict.fromkeys(music, knobs.noise.section),
        leanings=story.leanings(styles),
        concentration=knobs.noise.concentration,
        looks={channel: story.look_probabilities(channel, np.eye(len(COLORS))) for channel in music},
        chain=story.chain,
        ways=story.ways,
        announcements=story.announcements,
        push={channel: float(getattr(knobs.intensity, channel)) for channel in CHANNELS},
        arc=knobs.intensity.arc,
        push_sd=knobs.intensity.noise,
        content={channel: float(getattr(knobs.content, channel)) for channel in CHANNELS},
        motifs=knobs.content.motifs,
        quotation=knobs.content.quotation,
    )
