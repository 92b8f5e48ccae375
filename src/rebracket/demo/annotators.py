"""People who are asked: annotators of segments and listeners to songs, with known bias and noise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, softmax

from rebracket.demo.ceiling import observe
from rebracket.demo.draws import stream
from rebracket.demo.story import CHANNELS, COLORS, STATES, Knobs, SongCauses
from rebracket.demo.story.emission import categorical_draw

__all__ = [
    "ANNOTATORS",
    "LISTENERS",
    "Annotation",
    "Annotator",
    "Listener",
    "annotate",
    "expected_alpha",
    "listen",
]

Array = np.ndarray


@dataclass(frozen=True, slots=True)
class Annotator:
    """How somebody writes down what they find in a segment.

    Args:
        name: as it stands in a manifest.
        care: share of the segments where the true state is written.
        leaning: what is written otherwise, weights by state; states not named have 1.
        bias: added to every intensity.
        noise: deviation of intensities.
        missed: share of the segments of which nothing is said.
    """

    name: str
    care: float = 0.85
    leaning: tuple[tuple[str | None, float], ...] = ()
    bias: float = 0.0
    noise: float = 0.1
    missed: float = 0.0

    @property
    def confusion(self) -> Array:
        """P(written | true) as [true S, written S]."""
        weights = np.ones(len(STATES))
        for state, weight in self.leaning:
            weights[STATES.index(state)] = weight
        others = np.tile(weights, (len(STATES), 1)) * (1 - np.eye(len(STATES)))
        return self.care * np.eye(len(STATES)) + (1 - self.care) * others / others.sum(axis=1, keepdims=True)


@dataclass(frozen=True, slots=True)
class Annotation:
    """What an annotator wrote of a segment; ``type`` None is no rebracketing, and intensity is then 0."""

    annotator: str
    type: str | None
    intensity: float


ANNOTATORS: tuple[Annotator, ...] = (
    Annotator("Ida Quist", care=0.92, noise=0.06),
    Annotator("Tomas Bly", care=0.8, leaning=((None, 6.0),), bias=-0.1, missed=0.1),
    Annotator("Wren Adeyo", care=0.8, leaning=(("temporal", 5.0), ("narrative", 3.0)), bias=0.1, noise=0.15),
)


def annotate(song: SongCauses, annotator: Annotator, knobs: Knobs) -> tuple[Annotation | None, ...]:
    """What the annotator says of each segment; None where nothing is said."""
    confusion = annotator.confusion
    chances = stream(knobs.seed, song.song_id, "annotation", annotator.name).random((len(song.segments), 3))
    said: list[Annotation | None] = []
    for segment, (missing, which, astray) in zip(song.segments, chances, strict=True):
        state = categorical_draw(confusion[STATES.index(segment.type)], which)
        heard = segment.intensity if segment.type is not None else 0.5  # of what is not there, anything
        strayed = heard + annotator.bias + annotator.noise * float(ndtri(np.clip(astray, 1e-12, 1 - 1e-12)))
        intensity = float(np.clip(strayed, 0.01, 1)) if STATES[state] is not None else 0.0
        said.append(
            None if missing < annotator.missed else Annotation(annotator.name, STATES[state], intensity)
        )
    return tuple(said)


def expected_alpha(annotators: Sequence[Annotator], shares: Array) -> float:
    """Krippendorff's nominal alpha (2011) of types in the limit of many segments, states [S] in shares.

    Exact where everybody annotates every segment, or misses segments whatever they are about: a segment
    counts by the pairs of values it has.
    """
    confusions = [annotator.confusion for annotator in annotators]
    present = np.array([1 - annotator.missed for annotator in annotators])
    observed, pairable = 0.0, np.zeros(len(shares))
    # A segment annotated by a set of m >= 2 gives each value the weight 1 and each pair 1 / (m - 1).
    for number in range(1, 2 ** len(annotators)):
        who = [place for place in range(len(annotators)) if number >> place & 1]
        if len(who) < 2:
            continue
        chance = float(np.prod(np.where(np.isin(range(len(annotators)), who), present, 1 - present)))
        for one in who:
            pairable += chance * shares @ confusions[one]
            for other in who:
                if one != other:
                    agree = float(shares @ (confusions[one] * confusions[other]).sum(axis=1))
                    observed += chance * (1 - agree) / (len(who) - 1)
    total = pairable.sum()
    expected = 1 - float(((pairable / total) ** 2).sum())
    return 1 - (observed / total) / expected if expected > 0 else 1.0


@dataclass(frozen=True, slots=True)
class Listener:
    """How somebody names the color of a song they hear.

    Args:
        name: who.
        channels: what they attend to.
        temperature: 1 follows the evidence, more flattens it.
        leaning: added to the log probability of a color before choosing.
        lapses: share of the songs where they choose blindly.
    """

    name: str
    channels: tuple[str, ...] = CHANNELS
    temperature: float = 1.5
    leaning: tuple[tuple[str, float], ...] = ()
    lapses: float = 0.05

    def chances(self, posterior: Array) -> Array:
        """P(named) over colors from the posterior [C] of whoever hears the same."""
        bias = np.array([dict(self.leaning).get(color, 0.0) for color in COLORS])
        named = softmax(np.log(np.maximum(posterior, 1e-300)) / self.temperature + bias)
        return (1 - self.lapses) * named + self.lapses / len(COLORS)


LISTENERS: tuple[Listener, ...] = (
    Listener("a friend", temperature=1.2, lapses=0.02),
    Listener("a singer", channels=("words",), temperature=1.5),
    Listener("a producer", channels=("midi", "audio"), temperature=1.3, leaning=((COLORS[4], 1.0),)),
    Listener("a passer-by", temperature=3.0, lapses=0.2),
)


def listen(song: SongCauses, listener: Listener, knobs: Knobs) -> tuple[str, Mapping[str, float]]:
    """The color the listener names, and how likely each was to be named."""
    chances = listener.chances(observe(song, listener.channels, knobs).color)
    chance = float(stream(knobs.seed, song.song_id, "listener", listener.name).random())
    return COLORS[categorical_draw(chances, chance)], dict(zip(COLORS, chances.tolist(), strict=True))
