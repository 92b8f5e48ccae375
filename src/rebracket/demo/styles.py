"""What the songs of a color lean to.

Every value is the center of a wide distribution that overlaps with its neighbors': a song shows its
color the way a musician's period shows in a song, by tendency and never for certain.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from rebracket.ontology import Ontology, rainbow_table

__all__ = ["STYLES", "Style", "taxonomy"]


@cache
def taxonomy() -> Ontology:
    """The taxonomy the demo follows, parsed once."""
    return rainbow_table()


@dataclass(frozen=True, slots=True)
class Style:
    """Tendencies of a color; shares are in [0, 1].

    ``brightness`` opens the filters, ``density`` counts notes, ``drive`` is how much the drums do,
    ``register`` how high the parts lie, ``softness`` how legato, ``space`` how much room, ``grain`` how
    worn the sound, ``body`` how heavy its low end. ``tonics`` are the pitch classes
    its hands fall on. ``themes`` are the vocabularies its words come from.
    """

    bpm: float
    brightness: float
    density: float
    drive: float
    register: float
    softness: float
    space: float
    grain: float
    body: float
    tonics: tuple[int, ...]
    modes: tuple[str, ...]
    keys: tuple[str, ...]
    pads: tuple[str, ...]
    arps: tuple[str, ...]
    leads: tuple[str, ...]
    basses: tuple[str, ...]
    kit: str
    themes: tuple[str, str]
    moods: tuple[str, ...]
    genres: tuple[str, ...]


STYLES: dict[str, Style] = {
    "Z": Style(
        bpm=112,
        brightness=0.38,
        density=0.62,
        drive=0.8,
        register=0.2,
        softness=0.4,
        space=0.7,
        grain=0.6,
        body=0.85,
        tonics=(4, 9, 11),
        modes=("aeolian", "phrygian", "harmonic minor"),
        keys=("chapel organ", "toy harpsichord"),
        pads=("choir pad", "tape pad"),
        arps=("pulse sequence", "nylon guitar"),
        leads=("lead voice", "saw lead"),
        basses=("picked bass", "saw bass"),
        kit="room kit",
        themes=("cellar", "stage"),
        moods=("dark", "ritual", "uneasy", "hypnotic"),
        genres=("psychedelic rock", "post-punk"),
    ),
    "R": Style(
        bpm=96,
        brightness=0.55,
        density=0.38,
        drive=0.25,
        register=0.6,
        softness=0.35,
        space=0.2,
        grain=0.2,
        body=0.3,
        tonics=(7, 2, 0),
        modes=("dorian", "ionian", "mixolydian"),
        keys=("felt piano", "toy harpsichord"),
        pads=("bowed strings", "choir pad"),
        arps=("nylon guitar", "music box"),
        leads=("lead voice", "small reed"),
        basses=("round bass", "picked bass"),
        kit="brushes",
        themes=("letters", "kitchen"),
        moods=("wry", "cozy", "bookish", "fond"),
        genres=("chamber pop", "folk"),
    ),
    "O": Style(
        bpm=104,
        brightness=0.65,
        density=0.5,
        drive=0.6,
        register=0.45,
        softness=0.6,
        space=0.45,
        grain=0.45,
        body=0.6,
        tonics=(9, 2, 4),
        modes=("mixolydian", "lydian", "dorian"),
        keys=("electric piano", "chapel organ"),
        pads=("bowed strings", "tape pad"),
        arps=("nylon guitar", "marimba"),
        leads=("wooden flute", "lead voice"),
        basses=("round bass", "picked bass"),
        kit="boxes and bottles",
        themes=("quarry", "orchard"),
        moods=("sunlit", "wistful", "dusty", "warm"),
        genres=("art rock", "folk"),
    ),
    "Y": Style(
        bpm=126,
        brightness=0.9,
        density=0.78,
        drive=0.7,
        register=0.7,
        softness=0.15,
        space=0.55,
        grain=0.1,
        body=0.25,
        tonics=(0, 5, 6),
        modes=("lydian", "mixolydian", "ionian"),
        keys=("electric piano", "toy harpsichord"),
        pads=("glass pad", "tape pad"),
        arps=("pulse sequence", "music box"),
        leads=("saw lead", "lead voice"),
        basses=("saw bass", "sub bass"),
        kit="drum machine",
        themes=("observatory", "transit"),
        moods=("bright", "restless", "cosmic", "playful"),
        genres=("synth pop", "space rock"),
    ),
    "G": Style(
        bpm=82,
        brightness=0.4,
        density=0.22,
        drive=0.15,
        register=0.65,
        softness=0.72,
        space=0.85,
        grain=0.25,
        body=0.45,
        tonics=(7, 0, 5),
        modes=("ionian", "dorian", "lydian"),
        keys=("felt piano", "chapel organ"),
        pads=("glass pad", "bowed strings"),
        arps=("nylon guitar", "marimba"),
        leads=("wooden flute", "small reed"),
        basses=("sub bass", "round bass"),
        kit="brushes",
        themes=("farm", "weather"),
        moods=("pastoral", "wide", "wistful", "calm"),
        genres=("ambient", "country"),
    ),
    "B": Style(
        bpm=90,
        brightness=0.1,
        density=0.42,
        drive=0.4,
        register=0.4,
        softness=0.5,
        space=0.3,
        grain=0.8,
        body=0.65,
        tonics=(3, 10, 5),
        modes=("dorian", "aeolian", "ionian"),
        keys=("electric piano", "felt piano"),
        pads=("tape pad", "choir pad"),
        arps=("marimba", "music box"),
        leads=("lead voice", "small reed"),
        basses=("round bass", "sub bass"),
        kit="drum machine",
        themes=("radio", "family"),
        moods=("hazy", "fond", "lonesome", "worn"),
        genres=("lo-fi", "soul"),
    ),
    "I": Style(
        bpm=118,
        brightness=0.55,
        density=0.7,
        drive=0.5,
        register=0.3,
        softness=0.15,
        space=0.2,
        grain=0.6,
        body=0.15,
        tonics=(1, 6, 11),
        modes=("phrygian", "dorian", "aeolian"),
        keys=("toy harpsichord", "electric piano"),
        pads=("choir pad", "glass pad"),
        arps=("marimba", "pulse sequence"),
        leads=("small reed", "saw lead"),
        basses=("sub bass", "saw bass"),
        kit="boxes and bottles",
        themes=("harbor", "bureau"),
        moods=("cryptic", "uneasy", "dry", "playful"),
        genres=("electronica", "post-punk"),
    ),
    "V": Style(
        bpm=108,
        brightness=0.75,
        density=0.5,
        drive=0.65,
        register=0.5,
        softness=0.65,
        space=0.6,
        grain=0.1,
        body=0.8,
        tonics=(8, 3, 10),
        modes=("ionian", "aeolian", "mixolydian"),
        keys=("electric piano", "felt piano"),
        pads=("bowed strings", "glass pad"),
        arps=("pulse sequence", "nylon guitar"),
        leads=("lead voice", "wooden flute"),
        basses=("saw bass", "round bass"),
        kit="room kit",
        themes=("hotel", "wardrobe"),
        moods=("glossy", "nocturnal", "warm", "wry"),
        genres=("soul", "synth pop"),
    ),
}
