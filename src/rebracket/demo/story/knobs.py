"""Everything about the story that can be turned, typed, each with its range."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rebracket.core.errors import UsageError

__all__ = ["CHANNELS", "PRESETS", "Knobs"]

CHANNELS = ("words", "midi", "audio")

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Scale = Annotated[float, Field(ge=0.0, le=20.0)]
Deviation = Annotated[float, Field(ge=0.01, le=20.0)]


class _Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False, allow_inf_nan=False)


class Sizes(_Group):
    """Songs an album, stems a song, seconds a song, lyric lines a sung section, themes in a concept.

    ``singles`` songs of each color on each album last two to three minutes instead.
    """

    songs: int = Field(default=6, ge=1, le=500)
    stems: int = Field(default=6, ge=1, le=40)
    seconds: float = Field(default=40.0, ge=8.0, le=600.0)
    lines: int = Field(default=4, ge=0, le=16)
    concept: int = Field(default=4, ge=0, le=16)
    singles: int = Field(default=0, ge=0, le=500)


class Albums(_Group):
    """On how many albums a color stands, and how many colors an album holds; 1 and 1 ties them."""

    per_color: int = Field(default=1, ge=1, le=20)
    colors_each: int = Field(default=1, ge=1, le=8)


class Style(_Group):
    """How far each part of the style moves a color: three axes, their interaction, the color's own."""

    temporal: Scale = 0.5
    objectional: Scale = 0.5
    ontological: Scale = 0.5
    interaction: Scale = 0.3
    own: Scale = 0.7
    roles: Scale = 1.0
    trajectory: Scale = 0.0
    drift: Scale = 0.0
    complementary: Share = 0.0


class Effects(_Group):
    """How strongly each channel shows the color, in deviations of a song; ``player`` likewise."""

    words: Scale = 1.0
    midi: Scale = 0.9
    audio: Scale = 0.85
    player: Scale = 1.0


class Looks(_Group):
    """Chance that a song takes its loops and scales (midi), or instruments (audio), from its color's own."""

    midi: Annotated[float, Field(ge=0.0, le=0.999)] = 0.3
    audio: Annotated[float, Field(ge=0.0, le=0.999)] = 0.25


class Types(_Group):
    """How sharply each channel shows the type; ``announcement`` is the chance of a true pickup."""

    words: Scale = 3.5
    midi: Scale = 3.0
    audio: Scale = 2.5
    announcement: Annotated[float, Field(ge=0.0, le=0.999)] = 0.5


class Intensity(_Group):
    """Correlation of each channel's shift with the intensity; the arc over a song and its noise."""

    words: Annotated[float, Field(ge=0.0, le=0.995)] = 0.5
    midi: Annotated[float, Field(ge=0.0, le=0.995)] = 0.7
    audio: Annotated[float, Field(ge=0.0, le=0.995)] = 0.5
    arc: Scale = 1.0
    noise: Deviation = 0.6


class Content(_Group):
    """Motifs there are, chance that a channel shows the true one, chance of quoting another song's."""

    motifs: int = Field(default=128, ge=2, le=4096)
    words: Annotated[float, Field(ge=0.0, le=0.999)] = 0.5
    midi: Annotated[float, Field(ge=0.0, le=0.999)] = 0.8
    audio: Annotated[float, Field(ge=0.0, le=0.999)] = 0.6
    quotation: Annotated[float, Field(ge=0.0, le=0.999)] = 0.05


class Chain(_Group):
    """How often a boundary moves at all, and how much the last two types and the role say of the next."""

    rate: Annotated[float, Field(ge=0.0, le=0.95)] = 0.75
    memory: Scale = 1.0
    roles: Share = 1.0


class Noise(_Group):
    """Deviations between songs and between sections; how evenly a song keeps to its themes; wrong labels."""

    song: Deviation = 1.0
    section: Deviation = 0.7
    concentration: Annotated[float, Field(ge=0.1, le=10_000.0)] = 12.0
    color_labels: Share = 0.0
    type_labels: Share = 0.1
    intensity_labels: Share = 0.1


class Missing(_Group):
    """Chance that a song has no lyrics, a stem no MIDI, a stem is silent in a section, and that nobody
    annotated a song."""

    lyrics: Share = 0.125
    midi: Share = 0.5
    silence: Share = 0.2
    annotations: Share = 0.0


class Axes(_Group):
    """1: modes as in the taxonomy. 0: every mode drawn anew, each axis by itself."""

    correlation: Share = 1.0


class Cheats(_Group):
    """Ways to be right without music, each with a dose; all off."""

    album_mastering: Share = 0.0
    file_names: Share = 0.0
    repeated_text: Share = 0.0
    keyword_labels: Share = 0.0
    shared_loops: Share = 0.0
    beep: Share = 0.0
    drum_sample: Share = 0.0
    collinear_axes: Share = 0.0


class Knobs(_Group):
    """The story's parameters. Same knobs, same catalogue.

    ``notation`` is what stamps count: one unit for all files, or ``mixed`` for one drawn per file.
    ``twins`` is the number of songs that are written in every other color too.
    """

    seed: int = Field(default=0, ge=0, lt=2**32)
    sizes: Sizes = Sizes()
    albums: Albums = Albums()
    style: Style = Style()
    effects: Effects = Effects()
    looks: Looks = Looks()
    types: Types = Types()
    intensity: Intensity = Intensity()
    content: Content = Content()
    chain: Chain = Chain()
    noise: Noise = Noise()
    missing: Missing = Missing()
    axes: Axes = Axes()
    notation: Literal["ms", "frames", "frames_subframes", "mixed"] = "ms"
    twins: int = Field(default=0, ge=0, le=500)
    cheats: Cheats = Cheats()

    def with_(self, **changes: Any) -> Knobs:
        """Knobs with some turned, named by their path: ``knobs.with_(**{"effects.audio": 0})``.

        Raises:
            UsageError: for a knob that does not exist (names the nearest) or a value out of range.
        """
        values = self.model_dump()
        for path, value in changes.items():
            _turn(values, path, value)
        try:
            return Knobs.model_validate(values)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            message = first["msg"][:1].lower() + first["msg"][1:]
            raise UsageError(f"{place}: found {first['input']!r}, {message}") from error

    def set(self, assignments: Sequence[str]) -> Knobs:
        """Knobs with some turned as on a command line: ``knobs.set(["effects.audio=0"])``.

        Raises:
            UsageError: where an assignment is not ``knob=value``, and as ``with_`` does.
        """
        return self.with_(**dict(_parsed(assignment) for assignment in assignments))

    @classmethod
    def preset(cls, name: str) -> Knobs:
        """Named knobs: ``default``, ``zero``, ``full`` or ``complementary``.

        Raises:
            UsageError: where there is no such preset.
        """
        if name not in PRESETS:
            raise UsageError(f"found preset {name!r}{_near(name, PRESETS)}, expected one of {list(PRESETS)}")
        return cls().with_(**PRESETS[name])

    @classmethod
    def paths(cls) -> tuple[str, ...]:
        """Every knob by its path, in order."""
        return tuple(_paths(cls().model_dump()))


PRESETS: dict[str, dict[str, Any]] = {
    "default": {},
    # Nothing shows anything: every score on such a catalogue is chance.
    "zero": {
        **{f"effects.{name}": 0 for name in (*CHANNELS, "player")},
        **{f"looks.{name}": 0 for name in ("midi", "audio")},
        **{f"types.{name}": 0 for name in (*CHANNELS, "announcement")},
        **{f"{group}.{name}": 0 for group in ("intensity", "content") for name in CHANNELS},
        **{"chain.memory": 0, "chain.roles": 0, "intensity.arc": 0},
    },
    # Everything shows everything, as nearly without noise as the densities allow.
    "full": {
        **{f"effects.{name}": 6 for name in (*CHANNELS, "player")},
        **{f"looks.{name}": 0.999 for name in ("midi", "audio")},
        **{f"types.{name}": 20 for name in CHANNELS},
        **{f"intensity.{name}": 0.995 for name in CHANNELS},
        **{f"content.{name}": 0.999 for name in CHANNELS},
        **{"types.announcement": 0.999, "noise.concentration": 1000, "noise.song": 0.5},
        **{"noise.section": 0.3, "noise.type_labels": 0, "noise.intensity_labels": 0, "missing.lyrics": 0},
    },
    # Each channel shows one axis only: together they say far more than the best of them.
    "complementary": {
        "style.complementary": 1.0,
        **{f"looks.{name}": 0 for name in ("midi", "audio")},
        **{"effects.midi": 0.5, "effects.audio": 0.6},
    },
}


def _paths(values: Mapping[str, Any], before: str = "") -> list[str]:
    found: list[str] = []
    for name, value in values.items():
        found += _paths(value, f"{before}{name}.") if isinstance(value, dict) else [before + name]
    return found


def _turn(values: dict[str, Any], path: str, value: Any) -> None:
    known = _paths(values)
    if path not in known:
        raise UsageError(f"found no knob {path!r}{_near(path, known)}")
    *groups, name = path.split(".")
    for group in groups:
        values = values[group]
    values[name] = value


def _parsed(assignment: str) -> tuple[str, Any]:
    path, equals, value = assignment.partition("=")
    if not equals or not path.strip():
        raise UsageError(f"found {assignment!r}, expected a knob and its value, such as effects.audio=0.5")
    try:
        return path.strip(), yaml.safe_load(value)
    except yaml.YAMLError as error:
        raise UsageError(f"{path.strip()}: found {value!r}, expected a number or a word") from error


def _near(name: str, known: Sequence[str] | Mapping[str, Any]) -> str:
    """What was probably meant: the path that ends alike, else the one that looks alike."""
    names = list(known)
    near = [other for other in names if other.split(".")[-1] == name.split(".")[-1]]
    near = near or difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    return f"; the nearest is {near[0]!r}" if near else ""
