"""What a song says: its title, its concept, the type of rebracketing it speaks of, its lyrics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rebracket.demo.draws import stream
from rebracket.demo.styles import STYLES
from rebracket.demo.words import Writer, vocabulary

__all__ = ["Texts", "hook_of", "intended_type", "title_of", "write_lines", "write_texts"]

_HOME, _NEAR = 0.9, 0.06  # chance of a theme from the color's own, from its neighbors', else from anywhere
_SPEAKS_OF_TYPE, _HAS_MARKER = 0.9, 0.6
_LONGEST = 78  # words of a concept
_SHARED_IN_CONCEPT, _SHARED_IN_LYRICS, _SUNG_BREADTH = 0.24, 0.2, 0.75


@dataclass(frozen=True, slots=True)
class Texts:
    """A song's words but for its lyrics, and what was meant by them."""

    title: str
    hook: str
    themes: tuple[str, ...]
    concept: str
    intended_type: str
    has_marker: bool


def intended_type(seed: int, index: int, count: int, types: Sequence[str]) -> str:
    """The type of rebracketing of song ``index`` of ``count``: all types equally often, in random order."""
    return types[int(stream(seed, "types").permutation(count)[index]) % len(types)]


def hook_of(seed: int, index: int) -> str:
    """The noun of a song's title; no two songs of a catalogue share one."""
    nouns = sorted({noun for theme in vocabulary()["themes"].values() for noun in theme["nouns"]})
    return nouns[int(stream(seed, "hooks").permutation(len(nouns))[index % len(nouns)])]


def draw_themes(rng: np.random.Generator, color: str) -> tuple[str, ...]:
    """Three vocabularies for a song: mostly of its color or the ones beside it."""
    everything = list(vocabulary()["themes"])
    colors = list(STYLES)
    place = colors.index(color)
    home = list(STYLES[color].themes)
    near = [STYLES[colors[(place + step) % len(colors)]].themes[side] for step, side in ((1, 0), (-1, 1))]
    drawn: list[str] = []
    while len(drawn) < 3:
        chance = rng.random()
        pool = home if chance < _HOME else near if chance < _HOME + _NEAR else everything
        drawn.append(pool[int(rng.integers(len(pool)))])
    return tuple(drawn)


def write_texts(seed: int, song_id: str, color: str, *, index: int, type_: str) -> Texts:
    """The title and concept of a song; ``index`` counts songs over the whole catalogue."""
    hook = hook_of(seed, index)
    themes = draw_themes(stream(seed, song_id, "themes"), color)
    title = title_of(seed, song_id, themes, hook)
    rng = stream(seed, song_id, "concept")
    has_marker = bool(rng.random() < _HAS_MARKER)
    return Texts(title, hook, themes, _concept(rng, themes, hook, type_, has_marker), type_, has_marker)


def _concept(rng: np.random.Generator, themes: Sequence[str], hook: str, type_: str, has_marker: bool) -> str:
    words = vocabulary()
    writer = Writer(rng, themes, hook, shared=_SHARED_IN_CONCEPT)
    body: list[str] = []
    if rng.random() < _SPEAKS_OF_TYPE:
        body += list(rng.permutation(words["types"][type_])[:2])
    if has_marker:
        body.append(writer.pick(words["markers"]))
    middles = list(rng.permutation(words["concept"]["middles"]))
    body += middles[: 2 if len(body) > 1 else 4]
    body = [body[index] for index in rng.permutation(len(body))]
    sentences = [writer.pick(words["concept"]["openers"]), *body]
    written = [writer.write(str(sentence)) for sentence in sentences]
    closer = writer.write(writer.pick(words["concept"]["closers"]))
    while len(" ".join([*written, closer]).split()) > _LONGEST:
        written.pop()
    return " ".join([*written, closer])


def title_of(seed: int, song_id: str, themes: Sequence[str], hook: str) -> str:
    """A title with the hook in it."""
    writer = Writer(stream(seed, song_id, "title"), themes, hook)
    words = writer.write(writer.pick(vocabulary()["titles"])).split()
    small = ("and", "for", "a", "an", "at")
    return " ".join(
        word if word in small and place else word.capitalize() for place, word in enumerate(words)
    )


def write_lines(
    seed: int, song_id: str, texts: Texts, sections: Sequence[tuple[str, int]]
) -> list[list[str]]:
    """Lyrics for each sung section, given as (role, number of lines); choruses share their lines."""
    rng = stream(seed, song_id, "lyrics")
    writer = Writer(rng, texts.themes, texts.hook, shared=_SHARED_IN_LYRICS, breadth=_SUNG_BREADTH)
    words = vocabulary()["lyrics"]
    order = {role: list(writer_order) for role, writer_order in _orders(seed, song_id, words).items()}
    chorus = [writer.write(order["chorus"].pop(0)) for _ in range(4)]
    written: list[list[str]] = []
    for role, count in sections:
        if role == "chorus":
            written.append([chorus[line % len(chorus)] for line in range(count)])
        else:
            written.append([writer.write(_next(order["verse"])) for _ in range(count)])
    return written


def _orders(seed: int, song_id: str, words: dict[str, list[str]]) -> dict[str, list[str]]:
    rng = stream(seed, song_id, "lyric order")
    return {role: [str(line) for line in rng.permutation(words[role])] for role in ("verse", "chorus")}


def _next(order: list[str]) -> str:
    """The first of the sentences, which goes to the end of the queue."""
    order.append(order.pop(0))
    return order[-1]
