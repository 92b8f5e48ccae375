"""What a song is called and what its words are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rebracket.demo.draws import stream
from rebracket.demo.words import Writer, vocabulary

__all__ = ["Texts", "hook_of", "title_of"]


@dataclass(frozen=True, slots=True)
class Texts:
    """A song's words but for its lyrics, and what was meant by them."""

    title: str
    hook: str
    themes: tuple[str, ...]
    concept: str
    intended_type: str
    has_marker: bool


def hook_of(seed: int, index: int) -> str:
    """The noun of a song's title; no two songs of a catalogue share one."""
    nouns = sorted({noun for theme in vocabulary()["themes"].values() for noun in theme["nouns"]})
    return nouns[int(stream(seed, "hooks").permutation(len(nouns))[index % len(nouns)])]


def title_of(seed: int, song_id: str, themes: Sequence[str], hook: str) -> str:
    """A title with the hook in it."""
    writer = Writer(stream(seed, song_id, "title"), themes, hook)
    words = writer.write(writer.pick(vocabulary()["titles"])).split()
    small = ("and", "for", "a", "an", "at")
    return " ".join(
        word if word in small and place else word.capitalize() for place, word in enumerate(words)
    )
