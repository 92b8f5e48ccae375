"""What file and folder names say: which file is the mix, what a track is, what a song is called."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["MIX_WORDS", "description_of", "is_drums", "is_plain", "slug", "title_of", "words_of"]

MIX_WORDS = ("mix", "mixdown", "mixed", "master", "mastered", "main")
_DRUM_WORDS = frozenset(
    {"beat", "clap", "cymbal", "cymbals", "drum", "drums", "hat", "hats", "hihat", "kick", "kit", "overhead"}
    | {"overheads", "perc", "percussion", "rim", "shaker", "snare", "tom", "toms"}
)
_WORD = re.compile(r"[^\W\d_]+|\d+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NUMBERED = re.compile(r"(?P<number>\d{1,3})\s*[-._ )]\s*(?P<rest>.*\w.*)")
_SLUG_LENGTH = 40  # what an ontology allows


def is_plain(name: str) -> bool:
    """Whether a manifest can name a file so that it is found again."""
    return (
        name.isprintable()
        and "\\" not in name
        and name == name.strip()
        and not any("\ud800" <= sign <= "\udfff" for sign in name)
    )


def words_of(name: str) -> list[str]:
    """The words and numbers of a name, folded; ``MainMix_02`` has three."""
    return _WORD.findall(_CAMEL.sub(" ", name).casefold())


def is_drums(name: str) -> bool:
    """Whether a name speaks of drums, which have no key."""
    return not _DRUM_WORDS.isdisjoint(words_of(name))


def description_of(stem: str, folder_name: str) -> str:
    """What a track's file is called once the song's name before it is left out."""
    rest = stem.removeprefix(folder_name).strip(" _-.")
    text = " ".join(re.split(r"[\s_]+", rest if words_of(rest) else stem)).strip()
    return text or stem


def title_of(folder_name: str) -> tuple[str, int | None]:
    """A title and, where the name begins with one, a track number: ``03 - Low_Tide`` is 3, ``Low Tide``."""
    numbered = _NUMBERED.fullmatch(folder_name)
    has_letters = numbered is not None and any(sign.isalpha() for sign in numbered["rest"])
    name = numbered["rest"] if numbered and has_letters else folder_name
    title = " ".join(name.replace("_", " ").split()) or folder_name
    return title, int(numbered["number"]) if numbered and has_letters else None


def slug(name: str, otherwise: str) -> str:
    """A name in plain letters, digits and ``-``, at most 40; ``otherwise`` where nothing is left of it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-").lower()[:_SLUG_LENGTH].strip("-") or otherwise
