"""What a song of the story says: title, concept and the lines of each section, from their carriers."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from rebracket.augment import Carriers, Passage, rebracket
from rebracket.augment.lines import plain_lines, words_of
from rebracket.demo.draws import stream
from rebracket.demo.story import THEMES, WAYS, SegmentCauses, SongCauses, shift
from rebracket.demo.texts import Texts, hook_of, title_of
from rebracket.demo.words import Said, Writer, vocabulary

__all__ = ["FAVOR", "SHARED", "Sung", "song_lyrics", "song_texts"]

SHARED = 0.05  # of the words belong to no theme
FAVOR = 1.4  # a theme has words that it says more often than others
_TOLD = 3  # words of its theme, at least, in a sentence of a concept
_MOST_SIGNS = 90  # of a line
_FURTHEST = 0.5  # of a line goes up to the one above where the push is greatest


@dataclass(frozen=True, slots=True)
class Sung:
    """The lines of a section, and what carries the boundary's move in them; None where no break moved."""

    lines: tuple[str, ...] = ()
    carriers: Carriers | None = None


def song_lyrics(song: SongCauses, seed: int) -> tuple[Sung, ...]:
    """The lines of each section, from what its words carry and nothing else of its causes.

    Each line has words of its theme, in the way of its section, and says the section's proposition. The
    push moves the line breaks. Choruses with the same carriers have the same lines. A section's lines
    depend on no other section.
    """
    hook = hook_of(seed, song.key.index)
    return tuple(_section(song, segment, seed, hook) for segment in song.segments)


def _section(song: SongCauses, segment: SegmentCauses, seed: int, hook: str) -> Sung:
    shown = segment.carriers.get("words")
    if shown is None or not shown.themes:
        return Sung()
    way = WAYS["words"][shown.way]
    place = segment.role if segment.role == "chorus" else segment.index
    purpose = (seed, song.song_id, "lines", place)
    frames = list(stream(*purpose, way).permutation(vocabulary()["ways"][way]["lines"]))
    lines = []
    for number, theme in enumerate(shown.themes):
        rng = stream(*purpose, number, way, theme)
        writer = Writer(rng, [THEMES[theme]], hook, shared=SHARED, favor=FAVOR, said=Said.of(shown.content))
        lines.append(writer.write(str(frames[number % len(frames)])))
    return _broken(tuple(lines), _FURTHEST * shift(shown.push), stream(*purpose, "breaks"))


def _broken(lines: tuple[str, ...], share: float, rng: np.random.Generator) -> Sung:
    """Line breaks that come later by a share of the line, or by less where one would grow too long."""
    passage = Passage(words=words_of(lines))
    longest = max(map(len, passage.lines))
    while len(lines) > 1 and round(share * longest) >= 1:
        moved, carriers = rebracket(passage, "spatial", share, 0.0, rng)
        broken = plain_lines(moved)
        if max(map(len, broken)) <= _MOST_SIGNS:
            return Sung(tuple(broken), carriers)
        share *= 0.8
    return Sung(lines)


def song_texts(song: SongCauses, seed: int) -> Texts:
    """The title and concept; its sentences have the themes and the way that the concept carries."""
    told = song.concept
    hook = hook_of(seed, song.key.index)
    themes = tuple(THEMES[theme] for theme in told.themes)
    about = song.segments[told.about].type
    title = title_of(seed, song.song_id, themes or (THEMES[0],), hook)
    return Texts(title, hook, themes, _concept(song, seed, hook), about or "none", about is not None)


def _concept(song: SongCauses, seed: int, hook: str) -> str:
    """An opener, a sentence of the way, something else, a sentence of the way …, and a closer."""
    words, told = vocabulary(), song.concept
    way = WAYS["words"][told.way]
    purpose = (seed, song.song_id, "concept")
    kinds = ["way" if place % 2 else "middles" for place in range(len(told.themes))]
    kinds[:1] = ["openers"] if kinds else []
    if len(kinds) > 2 and kinds[-1] == "middles":
        kinds[-1] = "closers"
    frames = {kind: words["notes"][kind] for kind in ("openers", "middles", "closers")}
    frames["way"] = words["ways"][way]["concept"]
    orders = {kind: list(stream(*purpose, kind, way).permutation(frames[kind])) for kind in frames}
    sentences = []
    for place, (kind, theme) in enumerate(zip(kinds, told.themes, strict=True)):
        rng = stream(*purpose, place, kind, way, theme)
        writer = Writer(rng, [THEMES[theme]], hook, shared=SHARED, favor=FAVOR, said=_said_of(song))
        written = writer.write(_told(str(orders[kind].pop(0)), writer))
        sentences.append(written[:1].upper() + written[1:])
    return " ".join(sentences)


def _told(sentence: str, writer: Writer) -> str:
    """The sentence, with a tail where it would say little of its theme."""
    slots = re.findall(r"\{(?:noun|adj|verb|site)s?\d?\}", sentence)
    if len(set(slots)) >= _TOLD:
        return sentence
    return sentence[:-1] + writer.pick(vocabulary()["notes"]["tails"]) + sentence[-1]


def _said_of(song: SongCauses) -> Said:
    """What the words of the segment that the concept is about say, where it has any."""
    shown = song.segments[song.concept.about].carriers.get("words")
    return Said.of(shown.content if shown else 0)
