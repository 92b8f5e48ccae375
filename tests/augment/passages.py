"""Passages of any kind, for the laws."""

from __future__ import annotations

from hypothesis import strategies as st

from rebracket.augment import Note, Passage, Word
from rebracket.core import Meter

PARTS = ("lead", "keys", "bass")
METERS = (Meter(4, 4), Meter(3, 4), Meter(6, 8), Meter(5, 4), Meter(18, 32))


@st.composite
def musical(draw: st.DrawFn) -> Passage:
    """Up to 40 notes in up to three parts, on the grid and off it, some ringing beyond the end."""
    bars, meter = draw(st.integers(1, 6)), draw(st.sampled_from(METERS))
    end = Passage(bars=bars, meter=meter).end_ticks
    parts = PARTS[: draw(st.integers(1, 3))]
    note = st.builds(
        Note,
        onset_ticks=st.one_of(
            st.integers(0, end - 1), st.integers(0, (end - 1) // 120).map(lambda s: 120 * s)
        ),
        length_ticks=st.integers(1, 2000),
        pitch=st.integers(21, 108),
        velocity=st.integers(1, 127),
        part=st.sampled_from(parts),
    )
    notes = tuple(draw(st.lists(note, max_size=40)))
    return Passage(notes, (), bars, meter, 100.0, parts, draw(st.integers(1, 4)))


@st.composite
def verbal(draw: st.DrawFn) -> Passage:
    """Up to five lines of up to nine words, in brackets of any size, said by up to two voices."""
    words: list[Word] = []
    bracket = -1
    for line in range(draw(st.integers(0, 5))):
        voice = draw(st.sampled_from(["", "one", "two"]))
        for place in range(draw(st.integers(1, 9))):
            bracket += place == 0 or draw(st.booleans())
            text = draw(st.sampled_from(["we", "met", "at", "the", "edge", "of", "Town,"]))
            words.append(Word(text, len(words), line, bracket, voice, draw(st.booleans())))
    order = draw(st.permutations(words))
    return Passage((), tuple(order))


@st.composite
def passages(draw: st.DrawFn) -> Passage:
    """Music and words together."""
    music, words = draw(musical()), draw(verbal())
    return Passage(
        music.notes, words.words, music.bars, music.meter, music.bpm, music.parts, music.phrase_bars
    )
