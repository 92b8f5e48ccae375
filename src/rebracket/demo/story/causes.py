"""What causes a song and its segments, and what each channel shows of it."""

from __future__ import annotations

from dataclasses import dataclass

from rebracket.demo.story.keys import SongKey

__all__ = ["Carriers", "Concept", "SegmentCauses", "SongCauses", "StemCauses"]


@dataclass(frozen=True, slots=True)
class Carriers:
    """What one channel shows in one segment: all that an observer of this channel is told.

    A renderer makes its channel from these and from nothing else of the causes, or the bound is none.

    Args:
        style: midi and audio: the values named by ``FEELS``, in deviations of a song; ``feels`` maps
            them to [0, 1]. Words: the song's own leaning to each theme, which only ``themes`` shows.
        way: how the type is shown, a number of ``WAYS[channel]``; in midi 0 leaves the boundary where
            it is and ``t`` performs the operation of the type ``STATES[t]``, which need not be the true one.
        push: how far the boundary moves, as a normal deviate; ``shift`` maps it to [0, 1].
        content: the motif (midi, audio) or the propositions (words) that are heard.
        themes: words only: the theme of each line, a number of ``THEMES``.
    """

    style: tuple[float, ...]
    way: int
    push: float
    content: int
    themes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SegmentCauses:
    """The causes of a section, what was written down of them, and their carriers.

    ``type`` is None where no boundary moves, and ``intensity`` is then 0. ``announces`` is the type that
    the pickup at its end speaks of, rightly or wrongly; None is no pickup. ``motif`` differs from the
    song's own where another song is quoted. ``label_type`` and ``label_intensity`` are what an annotator
    wrote. ``carriers`` holds a channel only where it sounds.
    """

    index: int
    role: str
    lines: int
    type: str | None
    intensity: float
    softness: float
    announces: str | None
    motif: int
    degrees: tuple[int, ...]
    propositions: tuple[int, ...]
    label_type: str | None
    label_intensity: float
    carriers: dict[str, Carriers]


@dataclass(frozen=True, slots=True)
class StemCauses:
    """A stem: its player (a number of ``PLAYERS``, 0 the artist), how that player plays here (timing,
    dynamics, articulation, in deviations), whether it has MIDI, and the sections it is silent in."""

    index: int
    player: int
    habit: tuple[float, ...]
    has_midi: bool
    silent: frozenset[int]


@dataclass(frozen=True, slots=True)
class Concept:
    """The song's own text: the theme of each sentence, the way it speaks, and of which segment."""

    themes: tuple[int, ...]
    way: int
    about: int


@dataclass(frozen=True, slots=True)
class SongCauses:
    """A song before a note or a word of it exists.

    ``style`` is z, ``modes`` the modes of each axis, ``channels`` those that say anything. ``looks``
    gives for midi and audio the color, as a number of ``COLORS``, whose loops and scales, or whose
    instruments, the song takes. ``notation`` is what stamps count in the manifest and in the LRC.
    """

    key: SongKey
    style: tuple[float, ...]
    modes: tuple[tuple[str, ...], ...]
    channels: tuple[str, ...]
    has_lyrics: bool
    motif: int
    looks: dict[str, int]
    concept: Concept
    label_color: str
    notation: tuple[str, str]
    segments: tuple[SegmentCauses, ...]
    stems: tuple[StemCauses, ...]

    @property
    def song_id(self) -> str:
        return self.key.song_id

    @property
    def album_id(self) -> str:
        return self.key.album_id

    @property
    def color(self) -> str:
        return self.key.color

    @property
    def weights(self) -> dict[str, float]:
        return dict(self.key.color_weights)
