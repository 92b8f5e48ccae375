"""The vocal stem: one note a syllable, where the lyrics say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebracket.demo import SongPlan, plan, song_keys
from rebracket.demo.compose import compose
from rebracket.demo.scene import scenes
from rebracket.demo.vocal import count_syllables, offset_ticks

SUNG = [song for song in (plan(key, 2) for key in song_keys("small")[::4]) if song.lines]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("the kettle on the landing", 7),
        ("Don't walk, I wanted horses", 7),
        ("a radio, a piano", 8),
        ("boxes and bottles", 5),
        ("quiet language of the ocean", 8),
        ("little table", 4),
        ("we moved; it breathes", 4),
        ("station question", 4),
        ("idea: create a poem", 8),
    ],
)
def test_syllables_of_lines_one_can_count(text: str, count: int) -> None:
    assert count_syllables(text) == count


@given(st.lists(st.text("abcdefghijklmnopqrstuvwxyz'", min_size=1, max_size=9), max_size=8))
def test_syllables_add_up_over_words(words: list[str]) -> None:
    assert count_syllables(" ".join(words)) == sum(count_syllables(word) for word in words)
    assert count_syllables(" ".join(words).upper()) == count_syllables(" ".join(words))


@pytest.mark.parametrize("song", SUNG, ids=lambda song: song.key.song_id)
def test_each_line_has_a_note_a_syllable_from_its_stamp_and_a_known_offset(song: SongPlan) -> None:
    onsets = [note.onset_ticks for note in compose(song)["vocal"]]
    offset = offset_ticks(scenes(song)[0])
    assert offset == round(song.vocal_offset_s * song.bpm / 60 * 480) > 0
    stamps = [(bar * song.bar_ticks, text) for bar, text in song.lines]
    ends = [start for start, _ in stamps[1:]] + [song.bars * song.bar_ticks]
    for (start, text), end in zip(stamps, ends, strict=True):
        heard = [onset for onset in onsets if start <= onset < end]
        assert len(heard) == count_syllables(text)
        assert not heard or heard[0] == start + offset


def test_a_song_without_words_has_no_singer() -> None:
    silent = [song for song in (plan(key, 2) for key in song_keys("small")) if not song.lines]
    assert silent
    assert all("vocal" not in song.parts for song in silent)
    assert all("vocal" in song.parts for song in SUNG)
