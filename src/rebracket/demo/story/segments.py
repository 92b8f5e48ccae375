"""The segments of a song: causes first, then what each channel shows of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv, ndtr

from rebracket.demo.story.causes import Carriers, SegmentCauses
from rebracket.demo.story.chain import draw_chain
from rebracket.demo.story.compiled import Story
from rebracket.demo.story.constants import FEELS, NONE, ROLES, STATES
from rebracket.demo.story.emission import (
    categorical_draw,
    content_probabilities,
    gaussian_draw,
    push_draw,
    spread,
)
from rebracket.demo.story.luck import Luck

__all__ = ["SectionForm", "draw_segments"]

Array = np.ndarray
MOST_LINES = 64  # chances are drawn for so many, so that a longer section does not move the next one's
_SOFTNESS = (1.6, 2.4)  # of a beta distribution
_DEGREES, _PROPOSITIONS = 7, 64


@dataclass(frozen=True, slots=True)
class SectionForm:
    """A section before anything fills it: its role and how many lines are sung in it."""

    role: str
    lines: int


@dataclass(frozen=True, slots=True)
class _Moved:
    """What is rebracketed in a song: states, deviates of the intensity, announced states, motifs."""

    states: list[int]
    deviates: Array
    announced: list[int]
    motifs: list[int]


def draw_segments(
    story: Story, luck: Luck, form: Sequence[SectionForm], z: Array, themes: Array, motif: int
) -> tuple[SegmentCauses, ...]:
    """The segments of a song of style ``z`` [D] that leans to ``themes`` and owns ``motif``."""
    count, noise = len(form), story.knobs.noise
    moved = _draw_moved(story, luck, form, motif)
    channels = [_channel(story, luck, channel, form, moved, z, themes) for channel in FEELS]
    words = _words(story, luck, form, moved, themes)
    softness = betaincinv(*_SOFTNESS, luck.chances("softness", size=count))
    wrong = luck.chances("type label", size=(count, 2))
    astray = noise.intensity_labels * luck.normals("intensity label", size=count)
    segments = []
    for n, section in enumerate(form):
        state = moved.states[n]
        intensity = float(ndtr(moved.deviates[n])) if state != NONE else 0.0
        label = _other(state, wrong[n, 1]) if wrong[n, 0] < noise.type_labels else state
        carriers = {"midi": channels[0][n], "audio": channels[1][n]}
        if section.lines:
            carriers = {"words": words[n], **carriers}
        segments.append(
            SegmentCauses(
                index=n,
                role=section.role,
                lines=section.lines,
                type=STATES[state],
                intensity=intensity,
                softness=float(softness[n]),
                announces=STATES[moved.announced[n]],
                motif=moved.motifs[n],
                degrees=_degrees(luck, section.role),
                propositions=_propositions(luck, section.role, n),
                label_type=STATES[label],
                label_intensity=float(np.clip(intensity + astray[n], 0, 1)) if label != NONE else 0.0,
                carriers=carriers,
            )
        )
    return tuple(segments)


def _draw_moved(story: Story, luck: Luck, form: Sequence[SectionForm], motif: int) -> _Moved:
    count, knobs = len(form), story.knobs
    states = draw_chain(
        story.chain, [ROLES.index(section.role) for section in form], luck.chances("type", size=count)
    )
    means = np.array([story.push_mean(n, count) for n in range(count)])
    pickups = luck.chances("announcement", size=count)
    announced = [
        categorical_draw(story.announcements[:, after], chance)
        for after, chance in zip(states[1:], pickups, strict=False)
    ]
    motifs = content_probabilities(motif, knobs.content.motifs, knobs.content.quotation)
    return _Moved(
        states,
        means + knobs.intensity.noise * luck.normals("intensity", size=count),
        [*announced, NONE],
        [categorical_draw(motifs, chance) for chance in luck.chances("quotation", size=count)],
    )


def _channel(
    story: Story,
    luck: Luck,
    channel: str,
    form: Sequence[SectionForm],
    moved: _Moved,
    z: Array,
    themes: Array,
) -> list[Carriers]:
    """Midi or audio, section by section."""
    width, noise = len(FEELS[channel]), story.knobs.noise
    values = gaussian_draw(
        story.means(channel, z[None], [ROLES.index(section.role) for section in form])[0],
        luck.normals("style", channel, size=width),
        luck.normals("section style", channel, size=(len(form), width)),
        song_sd=noise.song,
        section_sd=noise.section,
    )
    shown = _shown(story, luck, channel, moved)
    return [Carriers(tuple(row), *rest) for row, rest in zip(values.tolist(), shown, strict=True)]


def _words(
    story: Story, luck: Luck, form: Sequence[SectionForm], moved: _Moved, themes: Array
) -> list[Carriers]:
    edges, own = np.cumsum(themes), tuple(themes.tolist())
    chances = luck.chances("themes of lines", size=(len(form), MOST_LINES))
    drawn = np.minimum(np.searchsorted(edges, chances, side="right"), len(themes) - 1).tolist()
    shown = _shown(story, luck, "words", moved)
    return [
        Carriers(own, *rest, themes=tuple(row[: section.lines]))
        for section, row, rest in zip(form, drawn, shown, strict=True)
    ]


def _shown(story: Story, luck: Luck, channel: str, moved: _Moved) -> list[tuple[int, float, int]]:
    """Way, push and content of each section in a channel."""
    knobs, count = story.knobs, len(moved.states)
    correlation = float(getattr(knobs.intensity, channel))
    strength, motifs = float(getattr(knobs.content, channel)), knobs.content.motifs
    ways, contents = (luck.chances(purpose, channel, size=count) for purpose in ("way", "content"))
    normals = luck.normals("push", channel, size=count)
    shown = []
    for n, state in enumerate(moved.states):
        deviate = None if state == NONE else float(moved.deviates[n])
        heard = spread(np.eye(1, motifs, moved.motifs[n])[0], strength)
        shown.append(
            (
                categorical_draw(story.ways[channel][:, state], ways[n]),
                push_draw(deviate, correlation, float(normals[n])),
                categorical_draw(heard, contents[n]),
            )
        )
    return shown


def _other(state: int, chance: float) -> int:
    """Any state but this one."""
    return (state + 1 + int(chance * (len(STATES) - 1))) % len(STATES)


def _degrees(luck: Luck, role: str) -> tuple[int, ...]:
    """A loop of four chords, one for the chorus and the bridge and one for everything else."""
    second = role in ("chorus", "bridge")
    steps = 1 + (luck.chances("degrees", int(second), size=3) * (_DEGREES - 1)).astype(int)
    return (3 if second else 0, *(np.cumsum(steps) % _DEGREES).tolist())


def _propositions(luck: Luck, role: str, place: int) -> tuple[int, ...]:
    """What is said, two at a time; every chorus says the same."""
    where = "chorus" if role == "chorus" else place
    return tuple((luck.chances("propositions", where, size=2) * _PROPOSITIONS).astype(int).tolist())
