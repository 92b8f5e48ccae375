"""A song's causes and carriers from its key, each decision from a stream of its own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from scipy.special import ndtr

from rebracket.demo.draws import stream
from rebracket.demo.story.causes import Concept, SegmentCauses, SongCauses, StemCauses
from rebracket.demo.story.compiled import Story, color_weights, story_of
from rebracket.demo.story.constants import COLORS, PLAYERS, STATES, THEMES, constants
from rebracket.demo.story.emission import categorical_draw, themes_draw
from rebracket.demo.story.keys import SongKey
from rebracket.demo.story.knobs import CHANNELS, Knobs
from rebracket.demo.story.luck import Luck
from rebracket.demo.story.segments import SectionForm, draw_segments
from rebracket.demo.story.style import song_modes, song_style

__all__ = ["FORMS", "draw_song", "feels", "shift"]

Array = np.ndarray
FORMS: tuple[tuple[str, ...], ...] = (
    ("intro", "verse", "chorus", "verse", "chorus", "outro"),
    ("intro", "verse", "verse", "bridge", "verse"),
    ("verse", "chorus", "verse", "chorus", "outro"),
    ("verse", "verse", "bridge", "chorus"),
    ("intro", "verse", "chorus", "bridge", "chorus"),
)
_SUNG = ("verse", "chorus")
_UNITS = ("ms", "frames", "frames_subframes")
_ARTIST = 0.5  # of the stems the artist plays


def feels(style: Sequence[float]) -> tuple[float, ...]:
    """Values of midi or audio carriers as shares in [0, 1] for a renderer; monotone, so nothing is lost."""
    return tuple(ndtr(np.asarray(style) / 2).tolist())


def shift(push: float) -> float:
    """A carrier's push as the share of the phrase by which its channel moves the boundary."""
    return float(ndtr(push))


def draw_song(key: SongKey, knobs: Knobs, form: Sequence[SectionForm] | None = None) -> SongCauses:
    """Draws a song; ``form`` replaces the story's own.

    A song drawn with another color, other modes or other knobs keeps every chance: it is a twin.
    """
    story, luck = story_of(knobs), Luck(knobs.seed, key.song_id)
    has_lyrics = bool(luck.chances("lyrics")[0] >= knobs.missing.lyrics)
    sections = _sections(luck, knobs) if form is None else tuple(form)
    if not has_lyrics:
        sections = tuple(SectionForm(section.role, 0) for section in sections)
    z = song_style(key, knobs)
    leaning = story.leanings(z[None])[0]
    themes = themes_draw(leaning, knobs.noise.concentration, luck.chances("themes", size=len(THEMES)))
    motif = _motifs(knobs.seed, knobs.content.motifs)[key.index % knobs.content.motifs]
    segments = draw_segments(story, luck, sections, z, themes, motif)
    concept = _concept(story, luck, segments, themes)
    has_words = bool(concept.themes) or any(section.lines for section in sections)
    return SongCauses(
        key=key,
        style=tuple(z.tolist()),
        modes=song_modes(key, knobs),
        channels=CHANNELS if has_words else CHANNELS[1:],
        has_lyrics=has_lyrics,
        motif=motif,
        looks=_looks(story, luck, key),
        concept=concept,
        label_color=_label_color(luck, key, knobs),
        notation=_notation(luck, knobs),
        segments=segments,
        stems=_stems(luck, knobs, len(sections)),
    )


def _sections(luck: Luck, knobs: Knobs) -> tuple[SectionForm, ...]:
    roles = FORMS[int(luck.chances("form")[0] * len(FORMS))]
    return tuple(SectionForm(role, knobs.sizes.lines if role in _SUNG else 0) for role in roles)


@lru_cache(maxsize=32)
def _motifs(seed: int, motifs: int) -> tuple[int, ...]:
    """Whose motif is whose: songs own different ones as long as there are enough."""
    return tuple(stream(seed, "story", "motifs").permutation(motifs).tolist())


def _concept(story: Story, luck: Luck, segments: Sequence[SegmentCauses], themes: Array) -> Concept:
    chances = luck.chances("concept", size=2 + story.knobs.sizes.concept)
    about = int(chances[0] * len(segments))
    way = categorical_draw(story.ways["words"][:, STATES.index(segments[about].type)], chances[1])
    return Concept(tuple(categorical_draw(themes, chance) for chance in chances[2:]), way, about)


def _looks(story: Story, luck: Luck, key: SongKey) -> dict[str, int]:
    weights = color_weights(key)
    return {
        channel: categorical_draw(
            story.look_probabilities(channel, weights), float(luck.chances("look", channel)[0])
        )
        for channel in ("midi", "audio")
    }


def _label_color(luck: Luck, key: SongKey, knobs: Knobs) -> str:
    chances = luck.chances("color label", size=2)
    if key.color not in COLORS or chances[0] >= knobs.noise.color_labels:
        return key.color
    step = 1 + int(chances[1] * (len(COLORS) - 1))
    return COLORS[(COLORS.index(key.color) + step) % len(COLORS)]


def _notation(luck: Luck, knobs: Knobs) -> tuple[str, str]:
    """What stamps count in the manifest and in the LRC."""
    if knobs.notation != "mixed":
        return knobs.notation, knobs.notation
    chances = luck.chances("notation", size=2)
    return _UNITS[int(chances[0] * len(_UNITS))], _UNITS[int(chances[1] * len(_UNITS))]


def _stems(luck: Luck, knobs: Knobs, sections: int) -> tuple[StemCauses, ...]:
    """One stem at least has MIDI, and every section has a stem that sounds."""
    chances = luck.chances("stems", size=(knobs.sizes.stems, 3))
    habits = luck.normals("habits", size=(knobs.sizes.stems, 3))
    silent = luck.chances("silence", size=(sections, 64))[:, : knobs.sizes.stems] < knobs.missing.silence
    silent[np.arange(sections), np.argmax(~silent, axis=1)] = False
    stems = []
    for index, (who, guest, midi) in enumerate(chances):
        player = 0 if who < _ARTIST else 1 + int(guest * (len(PLAYERS) - 1))
        habit = knobs.effects.player * constants().habits[player] + habits[index]
        has_midi = bool(midi >= knobs.missing.midi) or index == 0
        silences = frozenset(np.flatnonzero(silent[:, index]).tolist())
        stems.append(StemCauses(index, player, tuple(habit.tolist()), has_midi, silences))
    return tuple(stems)
