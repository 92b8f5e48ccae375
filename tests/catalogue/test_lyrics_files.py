from __future__ import annotations

from pathlib import Path

import pytest
from catalogue_material import refusal
from hypothesis import given
from hypothesis import strategies as st

from rebracket.catalogue import lrc_text, parse_lrc, read_lrc, write_lrc
from rebracket.core import LyricLine, TimeUnit
from rebracket.core.errors import InputError


def said(text: str) -> list[tuple[float, str]]:
    return [(round(line.start_s, 6), line.text) for line in parse_lrc(text, "a.lrc").lines]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("[00:01.500]\nA line\n[01:02.250]\nNext\n", [(1.5, "A line"), (62.25, "Next")]),
        ("[00:01.50]A line\n[01:02.25] Next", [(1.5, "A line"), (62.25, "Next")]),
        ("[00:01][00:09]Refrain\n[00:05]Verse\n", [(1, "Refrain"), (5, "Verse"), (9, "Refrain")]),
        ("[00:01.0]\n[00:02.0]\nLater\n", [(1, ""), (2, "Later")]),
        ("[00:01.0]\nOne\n[00:01.0]\nTwo\n", [(1, "One"), (1, "Two")]),
        ("[00:01.00]<00:01.00>Word <00:01.50>by <00:02.00>word", [(1, "Word by word")]),
        ("[00:01]\n[Chorus] again\n", [(1, "[Chorus] again")]),
        ("[00:01]\n[ laughs: softly ]\n", [(1, "[ laughs: softly ]")]),
        ("[01:00:02.500]\nAfter an hour\n", [(3602.5, "After an hour")]),
        ("\ufeff[00:01]\r\nA line\r\n", [(1, "A line")]),
        ("[00:01]\rA line\r", [(1, "A line")]),
        ("[offset: 250]\n[00:01]Earlier", [(0.75, "Earlier")]),
        ("[00:01]Earlier\n[offset:-250]", [(1.25, "Earlier")]),
        ("", []),
    ],
)
def test_forms_of_lrc(text: str, lines: list[tuple[float, str]]) -> None:
    assert said(text) == lines


def test_tags_are_read_from_the_head_and_known_ones_from_anywhere() -> None:
    lyrics = parse_lrc("[ti: A: B]\n[key: Am]\n[00:01]\nLine\n[AR: Somebody]\n", "a.lrc")
    assert lyrics.tags == {"ti": "A: B", "key": "Am", "ar": "Somebody"}
    assert [line.text for line in lyrics.lines] == ["Line"]


@pytest.mark.parametrize("stamp", ["[1:7x]", "[00:61.000]", "[00:10.1234]", "[00:10"])
def test_a_stamp_that_cannot_be_read_takes_only_its_own_line_along(stamp: str) -> None:
    lyrics = parse_lrc(f"[00:01]\nBefore\n{stamp}\nLost\n[00:20]\nAfter\n", "a.lrc")
    kept = [line.text for line in lyrics.lines]
    assert kept == ["Before", "After"]
    assert [(p.code, p.line, p.column) for p in lyrics.problems] == [("lrc-stamp", 3, 1)]
    assert stamp in lyrics.problems[0].found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.lrc"
    mark = "\ufeff" if encoding == "utf-16-le" else ""
    path.write_bytes((mark + "[00:01]\nCafé für zwölf\n").encode(encoding))
    lyrics = read_lrc(path)
    assert [line.text for line in lyrics.lines] == ["Café für zwölf"]
    named = {"cp1252": ["text-encoding"], "utf-16": ["text-utf-16"], "utf-16-le": ["text-utf-16"]}
    assert [p.code for p in lyrics.problems] == named.get(encoding, [])


def test_the_unit_is_an_argument(tmp_path: Path) -> None:
    path = tmp_path / "a.lrc"
    path.write_text("[00:01.213]\nLine\n")
    assert read_lrc(path).lines[0].start_s == pytest.approx(1.213)
    tens = read_lrc(path, unit=TimeUnit.FRAMES_SUBFRAMES)
    assert tens.lines[0].start_s == pytest.approx(1 + (21 + 30 / 80) / 25)
    path.write_text("[00:01.012]\nLine\n")
    assert read_lrc(path, unit=TimeUnit.FRAMES, fps=30).lines[0].start_s == pytest.approx(1.4)


@pytest.mark.parametrize(
    ("content", "match"),
    [(None, "found no file"), (b"\x00\x00", "no text"), (b"[00:01]\n" * 200_000, "more than")],
)
def test_what_is_no_lyrics_file_is_refused_by_name(tmp_path: Path, content: bytes | None, match: str) -> None:
    path = tmp_path / "a.lrc"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=f"a.lrc: .*{match}"):
        read_lrc(path)


def test_written_lyrics_have_each_stamp_on_a_line_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "a.lrc"
    write_lrc([LyricLine(1.5, "A  line"), LyricLine(62.25, "")], path, tags={"ti": "Title", "al": "Album"})
    assert path.read_bytes() == b"[ti: Title]\n[al: Album]\n[00:01.500]\nA line\n[01:02.250]\n\n"


@pytest.mark.parametrize(
    "lines",
    [
        [LyricLine(1, "[00:05.000] a stamp")],
        [LyricLine(1, "[ti: a tag]")],
        [LyricLine(2, "late"), LyricLine(1, "early")],
    ],
)
def test_lyrics_that_would_be_read_as_something_else_are_not_written(
    tmp_path: Path, lines: list[LyricLine]
) -> None:
    with pytest.raises(InputError, match="LRC cannot hold"):
        write_lrc(lines, tmp_path / "a.lrc", tags={})
    assert not (tmp_path / "a.lrc").exists()


TEXTS = st.text(st.characters(codec="utf-8"), max_size=30)
TIMES_MS = st.integers(0, 80_000_000)


@given(st.lists(st.tuples(TIMES_MS, TEXTS), max_size=8))
def test_what_is_written_reads_back_the_same(rows: list[tuple[int, str]]) -> None:
    lines = [LyricLine(time_ms / 1000, text) for time_ms, text in sorted(rows, key=lambda row: row[0])]
    try:
        written = lrc_text(lines, tags={"ti": "T"})
    except InputError:
        assert any(set(line.text) & set("[<") for line in lines)
        return
    read = parse_lrc(written, "a.lrc")
    assert [line.text for line in read.lines] == [" ".join(line.text.split()) for line in lines]
    assert [line.start_s for line in read.lines] == pytest.approx([line.start_s for line in lines], abs=1e-9)
    assert read.problems == ()


LRC_LIKE = st.lists(
    st.sampled_from(
        ["[", "]", ":", ".", "<", ">", "0", "59", "61", " ", "\n", "\r", "ti", "offset", "-", "é", "x"]
    )
).map("".join)


@given(st.one_of(LRC_LIKE, st.text()))
def test_any_text_gives_lines_in_order_and_problems(text: str) -> None:
    lyrics = parse_lrc(text, "a.lrc")
    starts = [line.start_s for line in lyrics.lines]
    assert starts == sorted(starts)
    assert len(lyrics.places) == len(lyrics.lines)
    assert all(p.path == "a.lrc" for p in lyrics.problems)


@given(st.binary(max_size=300))
def test_any_bytes_give_lyrics_or_one_kind_of_error(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.mktemp("lyrics") / "a.lrc"
    path.write_bytes(data)
    said = refusal(lambda: read_lrc(path))
    assert said is None or said.startswith("a.lrc: ")
