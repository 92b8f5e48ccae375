"""How the times of a manifest, its audio and its lyrics are brought together, as laws over any times."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebracket.catalogue.found import Found, Place
from rebracket.catalogue.lrc import Lyrics
from rebracket.catalogue.manifest import Manifest, WrittenSection, read_manifest
from rebracket.catalogue.timeline import Timeline, read_timeline
from rebracket.catalogue.tracks import Media
from rebracket.catalogue.units import UnitChoice
from rebracket.core import LyricLine, Problem, Timecode, TimeUnit

AT = Place(1, 1)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    """A manifest that says nothing."""
    path: Path = tmp_path_factory.mktemp("manifest") / "a.yml"
    path.write_text("{}")
    manifest = read_manifest(path, Found("a.yml"))
    assert manifest is not None
    return manifest


def stamp(time_ms: int | None) -> Timecode | None:
    return None if time_ms is None else Timecode.from_seconds(time_ms / 1000)


def timeline(
    empty: Manifest,
    *,
    spans_ms: list[tuple[int | None, int | None]] | None = None,
    lines_ms: list[int] | None = None,
    trt_ms: int | None = None,
    mix_ms: int | None = None,
    stem_ms: int | None = None,
    offset_s: float | None = None,
    unit: TimeUnit = TimeUnit.MS,
) -> tuple[Timeline, list[Problem]]:
    fields = {name: getattr(empty, name) for name in Manifest.__slots__}
    fields["trt"] = stamp(trt_ms)
    fields["start_offset_s"] = offset_s
    fields["sections"] = tuple(
        WrittenSection(f"S{number}", stamp(start), stamp(end), "", Place(number, 1))
        for number, (start, end) in enumerate(spans_ms or [], start=1)
    )
    media = Media((), None, mix_ms and mix_ms / 1000, stem_ms and stem_ms / 1000)
    lines = tuple(LyricLine(start / 1000, "words") for start in sorted(lines_ms or []))
    found, lrc_found = Found("a.yml"), Found("a.lrc")
    lyrics = Lyrics(lines=lines, places=(AT,) * len(lines))
    choice = UnitChoice.told(unit, 25.0)
    made = read_timeline(Manifest(**fields), media, lyrics, unit=choice, found=found, lrc_found=lrc_found)
    return made, [*found.problems, *lrc_found.problems]


def test_nothing_known_is_no_running_time(empty: Manifest) -> None:
    assert timeline(empty) == (Timeline(None, (), ()), [])


@pytest.mark.parametrize(
    ("known", "running_s"),
    [
        ({"mix_ms": 9_000, "stem_ms": 10_000, "trt_ms": 8_000}, 9.0),
        ({"stem_ms": 10_000, "trt_ms": 8_000}, 10.0),
        ({"trt_ms": 8_000}, 8.0),
        ({"lines_ms": [1_000, 5_000]}, 7.0),
        ({"trt_ms": 6_500, "lines_ms": [1_000, 5_000]}, 7.0),
        ({"spans_ms": [(0, 4_000), (4_000, 9_000)]}, 9.0),
        ({"spans_ms": [(0, 4_000), (4_000, 9_000)], "trt_ms": 40_000}, 9.0),
        ({"spans_ms": [(0, 4_000), (4_000, 9_000)], "trt_ms": 27_000}, 27.0),
        ({"trt_ms": 3_000, "lines_ms": [1_000, 50_000, 90_000]}, 92.0),
    ],
)
def test_running_time(empty: Manifest, known: dict[str, Any], running_s: float) -> None:
    assert timeline(empty, **known)[0].running_s == running_s


@pytest.mark.parametrize(
    ("known", "codes"),
    [
        ({"mix_ms": 60_000, "trt_ms": 65_000}, []),
        ({"mix_ms": 60_000, "trt_ms": 65_001}, ["trt-contradicts"]),
        ({"spans_ms": [(0, 60_000)], "trt_ms": 30_000}, ["section-beyond-end"]),
        ({"spans_ms": [(0, 60_000)], "trt_ms": 29_999}, ["trt-contradicts"]),
        ({"spans_ms": [(0, 60_000)], "trt_ms": 58_000}, []),
        ({"spans_ms": [(0, 20_000)], "trt_ms": 50_000}, []),  # the end of a song need not be described
        ({"trt_ms": 60_000, "lines_ms": [89_999]}, ["trt-contradicts"]),
        ({"trt_ms": 60_000, "lines_ms": [1, 89_999]}, []),
        ({"trt_ms": 60_000, "lines_ms": [1, 90_000]}, ["lrc-beyond-end"]),
        ({"mix_ms": 60_000, "lines_ms": [1, 59_999]}, []),
        ({"mix_ms": 60_000, "lines_ms": [1, 60_000]}, ["lrc-beyond-end"]),
        ({"mix_ms": 60_000, "lines_ms": [3_600_001, 3_610_000]}, ["lrc-hour"]),
        ({"mix_ms": 7_200_000, "lines_ms": [3_600_001, 3_610_000]}, []),
        ({"trt_ms": 0}, ["trt-contradicts"]),
        ({"spans_ms": [(None, 3_000), (3_000, None)]}, []),  # named where the stamps were read
        ({"spans_ms": [(5_000, 5_000)]}, ["section-reversed"]),
        ({"spans_ms": [(5_000, 9_000), (5_000, 9_000)]}, ["section-overlap"]),
        ({"mix_ms": 8_000, "spans_ms": [(5_000, 8_001)]}, []),
        ({"mix_ms": 8_000, "spans_ms": [(5_000, 8_002)]}, ["section-trimmed"]),
        ({"mix_ms": 8_000, "spans_ms": [(8_000, 8_002)]}, ["section-beyond-end"]),
    ],
)
def test_what_contradicts_is_named(empty: Manifest, known: dict[str, Any], codes: list[str]) -> None:
    assert [problem.code for problem in timeline(empty, **known)[1]] == codes


@pytest.mark.parametrize(
    ("first_end_ms", "joined_s"),
    [(9_949, 9.949), (9_950, 10.0), (9_999, 10.0), (10_000, 10.0), (10_050, 10.0), (10_051, 10.051)],
)
def test_sections_join_across_one_unit_and_no_more(
    empty: Manifest, first_end_ms: int, joined_s: float
) -> None:
    made, _ = timeline(empty, spans_ms=[(0, first_end_ms), (10_000, 20_000)])
    assert made.sections[0].span.end_s == joined_s


TIMES_MS = st.integers(0, 700_000)
MAYBE_MS = st.one_of(st.none(), st.integers(1, 700_000))
SPANS_MS = st.lists(st.tuples(TIMES_MS, TIMES_MS), max_size=5)


@given(SPANS_MS, st.lists(TIMES_MS, max_size=5), MAYBE_MS, MAYBE_MS, MAYBE_MS)
def test_any_times_end_in_agreement(
    empty: Manifest,
    spans_ms: list[tuple[int | None, int | None]],
    lines_ms: list[int],
    trt_ms: int | None,
    mix_ms: int | None,
    stem_ms: int | None,
) -> None:
    made, told = timeline(
        empty, spans_ms=spans_ms, lines_ms=lines_ms, trt_ms=trt_ms, mix_ms=mix_ms, stem_ms=stem_ms
    )
    assert (made.running_s is None) == (
        not made.sections and not made.lines and not (mix_ms or stem_ms or trt_ms)
    )
    starts = [section.span.start_s for section in made.sections]
    assert starts == sorted(starts)
    assert all(section.span.end_s <= (made.running_s or 0) for section in made.sections)
    assert all(line.start_s < (made.running_s or 0) for line in made.lines)
    lost = len(spans_ms) + len(lines_ms) - len(made.sections) - len(made.lines)
    assert lost <= sum(p.code in ("section-reversed", "section-beyond-end", "lrc-beyond-end") for p in told)


@given(st.sets(st.integers(0, 35_999), min_size=2, max_size=6), st.integers(-50, 50))
def test_sections_that_nearly_meet_cover_the_song_without_a_word(
    empty: Manifest, edges: set[int], slip_ms: int
) -> None:
    marks = sorted(100 * edge for edge in edges)[:6]
    spans: list[tuple[int | None, int | None]] = [
        (a, b + slip_ms) for a, b in zip(marks[:-1], [*marks[1:-1], marks[-1] - slip_ms], strict=True)
    ]
    made, told = timeline(empty, spans_ms=spans)
    assert told == []
    ends = [section.span.end_s for section in made.sections]
    assert ends == [mark / 1000 for mark in marks[1:]]
