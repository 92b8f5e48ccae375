"""The story's tables for one setting of the knobs, worked out once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import softmax

from rebracket.demo.story.chain import transitions
from rebracket.demo.story.constants import COLORS, ROLES, STATES, constants
from rebracket.demo.story.emission import way_probabilities
from rebracket.demo.story.keys import SongKey
from rebracket.demo.story.knobs import CHANNELS, Knobs
from rebracket.demo.story.style import all_styles, emission_of

__all__ = ["Story", "story_of"]

Array = np.ndarray


@dataclass(frozen=True, slots=True)
class Story:
    """What both the drawing and the observing side look up; C colors, S states, D directions."""

    knobs: Knobs
    styles: Array  # [C, D], without drift
    emission: dict[str, Array]  # channel: [K, D]
    roles: dict[str, Array]  # midi, audio: [roles, K]
    chain: Array  # [roles, S, S, S]
    ways: dict[str, Array]  # channel: [ways, S]
    announcements: Array  # [S shown, S true]

    def means(self, channel: str, styles: Array, roles: list[int]) -> Array:
        """The centers of midi or audio values for styles [H, D] in sections of these roles, [H, N, K]."""
        return (styles @ self.emission[channel].T)[:, None] + self.roles[channel][roles]

    def leanings(self, styles: Array) -> Array:
        """The leaning to each theme for styles [H, D], [H, themes]."""
        return softmax(styles @ self.emission["words"].T, axis=-1)

    def look_probabilities(self, channel: str, weights: Array) -> Array:
        """P(look) for color weights [H, C]; what is of no color of the catalogue looks like any."""
        strength = float(getattr(self.knobs.looks, channel))
        return strength * weights + (1 - strength * weights.sum(-1, keepdims=True)) / len(COLORS)

    def push_mean(self, place: int, count: int) -> float:
        """The center of the intensity's deviate: an arc that is highest in the middle of the song."""
        return self.knobs.intensity.arc * (float(np.sin(np.pi * (place + 0.5) / count)) - 0.5)


@lru_cache(maxsize=32)
def story_of(knobs: Knobs) -> Story:
    """The tables of these knobs."""
    held = constants()
    true = knobs.types.announcement
    return Story(
        knobs=knobs,
        styles=all_styles(knobs),
        emission={channel: emission_of(channel, knobs) for channel in CHANNELS},
        roles={
            channel: knobs.style.roles * np.array([held.roles[role][channel] for role in ROLES])
            for channel in ("midi", "audio")
        },
        chain=transitions(knobs),
        ways={c: way_probabilities(held.ways[c], float(getattr(knobs.types, c))) for c in CHANNELS},
        announcements=true * np.eye(len(STATES)) + (1 - true) / len(STATES),
    )


def color_weights(key: SongKey) -> Array:
    """The weights of a song's colors in the order of ``COLORS``, [C]; others are left out."""
    weights = dict(key.color_weights)
    return np.array([weights.get(color, 0.0) for color in COLORS])
