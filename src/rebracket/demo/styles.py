"""What is a color's own: scales, instruments, words. A song takes them by its looks, which lean to its color
and never give it away for certain; how it feels follows from the story.
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
    """What is a color's own; how a song feels follows from the story.

    ``drive`` in [0, 1] says whether there are drums at all. ``tonics`` are the pitch classes its hands fall
    on. ``themes`` are the vocabularies its words come from.
    """

    drive: float
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
        drive=0.8,
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
        drive=0.25,
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
        drive=0.6,
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
        drive=0.7,
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
        drive=0.15,
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
        drive=0.4,
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
        drive=0.5,
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
        drive=0.65,
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
