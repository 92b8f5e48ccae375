"""Nothing sung is lost without a word, and stamps inside a line are the times of its words."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rebracket.catalogue import Lyrics, lrc_text, parse_lrc
from rebracket.core import LyricLine
from rebracket.core.errors import InputError

WORDS = st.text(st.sampled_from("abcdé'-,"), min_size=1, max_size=6)
TEXTS = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
ROWS = st.one_of(
    TEXTS,
    st.builds("({})".format, TEXTS),
    st.builds("[{}]".format, TEXTS),
    st.builds("[00:{:02d}.{:03d}]".format, st.integers(0, 70), st.integers(0, 999)),
    st.builds("[{}:{:02d}]{}".format, st.integers(0, 120), st.integers(0, 59), TEXTS),
    st.builds("[00:{:02d}][01:{:02d}] {}".format, st.integers(0, 59), st.integers(0, 59), TEXTS),
    st.builds("[00:{:02d}][01:7x]{}".format, st.integers(0, 59), TEXTS),
    st.builds("[1:7x]{}".format, TEXTS),
    st.builds("[00:10.5]<00:10.5>{} <00:11>{}".format, TEXTS, TEXTS),
    st.just(""),
)


def named(lyrics: Lyrics) -> set[int]:
    """Numbers of the rows that a problem speaks of, alone or as a run of rows."""
    rows = set()
    for problem in lyrics.problems:
        first = problem.line or 0
        upto = re.search(r"up to line (\d+)", problem.found)
        rows |= set(range(first, int(upto[1]) + 1 if upto else first + 1))
    return rows


@given(st.lists(ROWS, max_size=10))
def test_every_word_is_in_a_line_or_in_a_row_that_a_problem_names(rows: list[str]) -> None:
    lyrics = parse_lrc("\n".join(rows), "a.lrc")
    sung = " ".join(line.text for line in lyrics.lines)
    lost_after: set[int] = set()
    for number, row in enumerate(rows, start=1):
        text = " ".join(re.sub(r"^\s*(\[\d+:[^\]]*\]\s*)+|<[\d:.]+>", "", row).split())
        if re.match(r"\[\d+:", row):
            bad = {number} & named(lyrics)
            lost_after = bad  # what follows a stamp that cannot be read is named with it
        assert text in sung or number in named(lyrics) or lost_after, (rows, text)


def test_text_under_a_lost_stamp_is_named_with_it() -> None:
    lyrics = parse_lrc("[00:01]\nKept\n[00:61]\nLost words\nand more\n[00:20]\nAfter\n", "a.lrc")
    assert [line.text for line in lyrics.lines] == ["Kept", "After"]
    (problem,) = lyrics.problems
    assert problem.found == "'[00:61]' before 'Lost words' and 1 more lines"


def test_text_before_the_first_stamp_is_named_as_a_run_of_rows() -> None:
    lyrics = parse_lrc("[ti: A]\nOne\n\nTwo\nThree\n[00:01]\nSung\n", "a.lrc")
    (problem,) = lyrics.problems
    assert (problem.line, problem.found) == (2, "'One' and 2 more lines up to line 5")


def test_a_bad_stamp_beside_a_good_one_leaves_the_text() -> None:
    lyrics = parse_lrc("[00:61][00:05]Sung\n", "a.lrc")
    assert [line.text for line in lyrics.lines] == ["Sung"]
    assert [(p.code, p.found) for p in lyrics.problems] == [("lrc-stamp", "'[00:61]'")]


@pytest.mark.parametrize(
    ("row", "text", "words"),
    [
        (
            "[00:01.00]<00:01.00>Word <00:01.50>by <00:02.00>word",
            "Word by word",
            ((1.0, "Word "), (1.5, "by "), (2.0, "word")),
        ),
        ("[00:01.00] Word <00:01.50>by", "Word by", ((1.0, "Word "), (1.5, "by"))),
        ("[00:01]<00:01>Lan<00:01.2>tern<00:02>", "Lantern", ((1.0, "Lan"), (1.2, "tern"), (2.0, ""))),
        ("[00:01]One [00:01.5]two", "One two", ((1.0, "One "), (1.5, "two"))),
        ("[00:01]\n<00:01>On <00:02>its row", "On its row", ((1.0, "On "), (2.0, "its row"))),
        ("[00:01]less < more > less", "less < more > less", ()),
        ("[00:01]<3 of them>", "<3 of them>", ()),
        ("[00:01]Word <00:61.00>by word", "Word by word", ()),
        ("[00:01]<00:03>Word <00:02>by", "Word by", ()),
    ],
)
def test_words_have_their_times(row: str, text: str, words: tuple[tuple[float, str], ...]) -> None:
    (line,) = parse_lrc(row, "a.lrc").lines
    assert line.text == text
    assert line.words == words


def test_words_belong_to_the_stamp_they_follow_and_move_with_the_offset() -> None:
    lyrics = parse_lrc("[offset: 500]\n[00:01][00:09]<00:09>Again <00:10>again\n", "a.lrc")
    first, second = lyrics.lines
    assert (first.start_s, first.words) == (0.5, ())
    assert (second.start_s, second.words) == (8.5, ((8.5, "Again "), (9.5, "again")))


@pytest.mark.parametrize(
    ("text", "tags", "sung"),
    [
        ("[ti:A][ar:B]\n[00:01]x", {"ti": "A", "ar": "B"}, ["x"]),
        ("[ti: A [live]]\n[00:01]x", {"ti": "A [live]"}, ["x"]),
        ("[by: A]\n[by: A]\n[00:01]x", {"by": "A"}, ["x"]),
        ("[00:01]\n[by: the river]\n[by: the sea]\n", {"by": "the river"}, ["[by: the sea]"]),
        ("[00:01]\n[laughs: softly]\n", {}, ["[laughs: softly]"]),
        ("[00:01]\n[1st voice]\n", {}, ["[1st voice]"]),
    ],
)
def test_what_is_a_tag_and_what_is_sung(text: str, tags: dict[str, str], sung: list[str]) -> None:
    lyrics = parse_lrc(text, "a.lrc")
    assert lyrics.tags == tags
    assert [line.text for line in lyrics.lines] == sung


@pytest.mark.parametrize(
    ("stamp", "start_s"),
    [
        ("[0:1]", 1.0),
        ("[00:01.5]", 1.5),
        ("[00:01.50]", 1.5),
        ("[00:01.500]", 1.5),
        ("[100:00.00]", 6000.0),
        ("[1:40:00.00]", 6000.0),
        ("[ 00 : 01 . 5 ]", 1.5),
    ],
)
def test_forms_of_stamps(stamp: str, start_s: float) -> None:
    lyrics = parse_lrc(f"{stamp}x", "a.lrc")
    assert [line.start_s for line in lyrics.lines] == [start_s]
    assert [p.code for p in lyrics.problems] == (["stamp-space"] if " " in stamp else [])


@given(
    st.lists(
        st.tuples(st.integers(0, 90_000), st.lists(st.tuples(st.integers(0, 900), WORDS), max_size=4)),
        max_size=5,
    )
)
def test_words_read_back_the_same(rows: list[tuple[int, list[tuple[int, str]]]]) -> None:
    lines = []
    for start_ms, timed in sorted(rows, key=lambda row: row[0]):
        offsets = sorted(offset for offset, _ in timed)
        words = tuple(
            ((start_ms + offset) / 1000, f"{word} ") for offset, (_, word) in zip(offsets, timed, strict=True)
        )
        lines.append(LyricLine(start_ms / 1000, " ".join(word for _, word in timed) or "x", words))
    back = parse_lrc(lrc_text(lines, tags={}), "a.lrc")
    assert list(back.lines) == lines
    assert back.problems == ()


@given(st.lists(st.tuples(st.floats(0, 100), WORDS), min_size=2, max_size=4))
def test_words_out_of_order_are_no_line(words: list[tuple[float, str]]) -> None:
    assume([start_s for start_s, _ in words] != sorted(start_s for start_s, _ in words))
    with pytest.raises(InputError, match="in order of time"):
        LyricLine(0.0, "x", tuple(words))


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("\n" * 20_001, "20002 lines, expected at most 20000"),
        ("[0:1]" * 20_001, "more than 20000 stamps"),
        ("[0:1x" * 20_001, "more than 20000 stamps"),
        ("[0:1]a" + "<0:1>a" * 20_001, "more than 20000 stamps"),
    ],
)
def test_what_claims_too_much_is_no_lyrics(text: str, match: str) -> None:
    with pytest.raises(InputError, match=match):
        parse_lrc(text, "a.lrc")


def test_a_hundred_problems_of_a_kind_are_told_and_the_rest_is_counted() -> None:
    lyrics = parse_lrc("[00:61]\n" * 1000, "a.lrc")
    assert len(lyrics.problems) == 100
    assert lyrics.problems[-1].found == "'[00:61]', and 900 more like it"
