"""Files of annotations: where each holds, what is wrong with it, and that writing and reading are inverse."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from catalogue_material import MANIFEST, Files, manifest, problems, read, song, write
from hypothesis import given, settings
from hypothesis import strategies as st

from rebracket.catalogue import Catalogue, annotation_text, read_catalogue
from rebracket.core import Annotation, Rebracketing, Severity, Song, Span, TimeUnit
from rebracket.core.errors import InputError
from rebracket.ontology import rainbow_table

BASE = read(song(media=False)).songs[0]
IN_FRAMES = (
    MANIFEST.replace(".250", ".006").replace(".251", ".006").replace(".500", ".012") + "time_unit: frames\n"
)
VERSE, CHORUS = (section.span for section in BASE.sections)


def with_said(text: str | bytes, manifest_text: str = MANIFEST, name: str = "ada.annotations.yml") -> Files:
    return {**song(manifest_text), f"01_02/{name}": text}


def items(*rows: str) -> str:
    return "annotator: Ada\nannotations:\n" + "".join(f"  - {{{row}}}\n" for row in rows)


def told(catalogue: Catalogue) -> list[tuple[str, int | None]]:
    """Code and line of every problem of the annotation files."""
    return [(p.code, p.line) for p in catalogue.problems if p.path.endswith("annotations.yml")]


@pytest.mark.parametrize(
    ("row", "span", "said"),
    [
        ("section: Verse, type: causal", VERSE, Rebracketing(("causal",))),
        ("section: ' CHORUS ', types: [Memory, spatial]", CHORUS, Rebracketing(("memory", "spatial"))),
        ("section: 2, type: none", CHORUS, Rebracketing(())),
        ("section: Verse, intensity: 0.5, fluidity: 1", VERSE, Rebracketing(None, 0.5, fluidity=1.0)),
        (
            "start_time: '[00:01.250]', end_time: '[00:02]', type: causal",
            Span(1.25, 2.0),
            Rebracketing(("causal",)),
        ),
        (
            "start_time: [00:01.250], end_time: 00:00:02:00, type: causal",
            Span(1.25, 2.0),
            Rebracketing(("causal",)),
        ),
        (
            "start_time: '[00:20.000]', end_time: '[00:20.520]', type: causal",
            Span(20.0, 20.5),
            Rebracketing(("causal",)),
        ),
    ],
)
def test_where_and_what(row: str, span: Span, said: Rebracketing) -> None:
    catalogue = read(with_said(items(f"{row}, note: 'the bar, late'")))
    assert told(catalogue) == []
    expected = Annotation(span, replace(said, annotator="Ada"), "the bar, late")
    assert catalogue.songs[0].annotations == (expected,)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("annotator: Ada\nannotations: 5", "value-invalid", 2),
        ("annotator: Ada\nannotations:\n  - Verse\n", "value-invalid", 3),
        ("annotator: Ada\nannotation: []\n", "key-unknown", 2),
        ("- a\n", "annotations-unreadable", 1),
        ("annotator: !!python/object:os.system {}\n", "annotations-unreadable", 1),
        (b"\x00\x01\x02", "annotations-unreadable", None),
        (b"a: " + b"x" * 1_000_000, "annotations-unreadable", None),
        (items(*["section: 1, type: causal"] * 1001), "annotations-unreadable", None),
        (items("section: Verse, type: tempral"), "type-unknown", 3),
        (items("section: Verse, type: causal, intensity: 40"), "value-invalid", 3),
        (items("section: Verse, type: causal", "section: Verse, typ: causal"), "key-unknown", 4),
        (items("type: causal"), "annotation-place", 3),
        (items("section: , start_time: , type: causal"), "annotation-place", 3),
        (
            items("section: 1, start_time: '[00:01]', end_time: '[00:02]', type: causal"),
            "annotation-place",
            3,
        ),
        (items("start_time: '[00:01]', type: causal"), "annotation-place", 3),
        (items("start_time: '[00:02]', end_time: '[00:02]', type: causal"), "annotation-place", 3),
        (items("start_time: '[00:99]', end_time: '[00:02]', type: causal"), "value-invalid", 3),
        (items("section: 0, type: causal"), "annotation-place", 3),
        (items("section: 3, type: causal"), "annotation-place", 3),
        (items("section: '²', type: causal"), "annotation-place", 3),
        (items("start_time: '[01:00]', end_time: '[01:02]', type: causal"), "annotation-outside", 3),
    ],
)
def test_what_is_wrong_is_named_in_its_place_and_the_song_stays(
    text: str | bytes, code: str, line: int | None
) -> None:
    catalogue = read(with_said(text))
    assert (code, line) in told(catalogue)
    (read_song,) = catalogue.songs
    assert replace(read_song, annotations=(), folder=Path()) == replace(
        read(song()).songs[0], annotations=(), folder=Path()
    )
    assert all(a.said.types in (("other",), ("causal",)) for a in read_song.annotations)


def test_a_name_that_several_sections_share_needs_a_number() -> None:
    twice = manifest("section_name: Chorus", "section_name: verse")
    (problem,) = problems(with_said(items("section: Verse, type: causal"), twice), "annotation-place")
    assert (problem.found, problem.expected) == ("the section 'Verse'", "a number, 1 or 2")
    catalogue = read(with_said(items("section: 2, type: causal"), twice))
    assert [a.span for a in catalogue.songs[0].annotations] == [CHORUS]


def test_numbers_do_not_count_where_a_section_was_thrown_away() -> None:
    reversed_ = manifest("end_time: '[00:10.250]'", "end_time: '[00:00.000]'")
    (problem,) = problems(with_said(items("section: 1, type: causal"), reversed_), "annotation-place")
    assert problem.expected == "a name, as a section of the manifest was thrown away"
    catalogue = read(with_said(items("section: Chorus, type: causal"), reversed_))
    assert len(catalogue.songs[0].annotations) == 1


def test_what_reaches_beyond_the_song_is_cut_and_named() -> None:
    catalogue = read(with_said(items("start_time: '[00:19.000]', end_time: '[00:25.000]', type: causal")))
    assert [a.span for a in catalogue.songs[0].annotations] == [Span(19.0, 20.5)]
    (problem,) = [p for p in catalogue.problems if p.code == "annotation-outside"]
    assert problem.severity is Severity.ERROR
    assert "[00:20.500]" in problem.expected


@pytest.mark.parametrize(("time_unit", "end_s"), [("ms", 2.012), ("frames", 2.48)])
def test_stamps_count_what_those_of_the_manifest_count(time_unit: str, end_s: float) -> None:
    files = with_said(
        items("start_time: '[00:01.000]', end_time: '[00:02.012]', type: causal"),
        IN_FRAMES.replace("time_unit: frames", f"time_unit: {time_unit}"),
    )
    (annotation,) = read(files).songs[0].annotations
    assert annotation.span == Span(1.0, end_s)


def test_an_hour_that_comes_off_the_manifest_comes_off_the_annotations() -> None:
    late = MANIFEST.replace("start_time: '[00", "start_time: '[60").replace(
        "end_time: '[00", "end_time: '[60"
    )
    at_hour = items("start_time: '[60:01.000]', end_time: '[60:02.000]', type: causal")
    at_zero = items("start_time: '[00:01.000]', end_time: '[00:02.000]', type: causal")
    for text in (at_hour, at_zero):
        (annotation,) = read(with_said(text, late)).songs[0].annotations
        assert annotation.span == Span(1.0, 2.0)
    assert read(with_said(at_hour)).songs[0].annotations == ()


def test_files_are_people_in_order_of_name_and_no_manifests() -> None:
    files = {
        **song(),
        "01_02/b.annotations.yaml": items("section: 1, type: causal").replace("Ada", "Ben"),
        "01_02/a.annotations.yml": items("section: 1, type: causal"),
        "01_02/.c.annotations.yml": items("section: 1, type: causal"),
        "01_03/any.yml": MANIFEST.replace("01_02", "01_03"),
        "01_03/01_03.annotations.yml": "annotations:\n  - {section: 2, type: none}\n",
        "notes/x.annotations.yml": "",
    }
    first, second = read(files).songs
    assert [a.annotator for a in first.annotations] == ["Ada", "Ben"]
    assert [a.annotator for a in second.annotations] == ["01_03"]


def test_overlaps_of_one_person_are_told_and_of_two_are_not() -> None:
    inner = "start_time: '[00:01.000]', end_time: '[00:03.000]', type: spatial"
    one = read(with_said(items("section: Verse, type: causal", inner)))
    assert told(one) == [("annotation-overlap", 4)]
    assert len(one.songs[0].annotations) == 2
    two = with_said(items("section: Verse, type: causal"))
    two = {**two, "01_02/ben.annotations.yml": items(inner).replace("Ada", "Ben")}
    assert told(read(two)) == []
    assert told(read({**two, "01_02/ben.annotations.yml": items(inner).replace("Ada", " aDA ")})) == [
        ("annotation-overlap", 3)
    ]


def test_more_files_than_people_are_not_read() -> None:
    files = {
        **song(),
        **{f"01_02/{n:03d}.annotations.yml": items("section: 1, type: causal") for n in range(22)},
    }
    catalogue = read(files)
    unread = [p.path for p in catalogue.problems if p.code == "annotations-unreadable"]
    assert unread == ["01_02/020.annotations.yml", "01_02/021.annotations.yml"]
    assert len(catalogue.songs[0].annotations) == 20


def test_a_file_that_leads_out_of_the_folder_is_not_opened(tmp_path: Path) -> None:
    root = write(tmp_path / "catalogue", song())
    write(tmp_path, {"secret.yml": items("section: 1, type: causal")})
    (root / "01_02" / "x.annotations.yml").symlink_to(tmp_path / "secret.yml")
    catalogue = read_catalogue(root)
    assert catalogue.songs[0].annotations == ()
    assert told(catalogue) == [("annotations-unreadable", None)]


SHARES = st.none() | st.integers(0, 100).map(lambda n: n / 100)
TYPES = tuple(rainbow_table().types)
SAID = st.builds(
    Rebracketing,
    st.none() | st.lists(st.sampled_from(TYPES), unique=True, max_size=3).map(tuple),
    SHARES,
    SHARES,
    annotator=st.just("Zoë: 7"),
).filter(lambda said: said != Rebracketing(annotator=said.annotator))
SPANS = st.sampled_from([VERSE, CHORUS]) | st.tuples(st.integers(0, 240), st.integers(1, 240)).map(
    lambda pair: Span(pair[0] / 25, (pair[0] + pair[1]) / 25)
)
NOTES = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=9)
ANNOTATIONS = st.lists(st.builds(Annotation, SPANS, SAID, NOTES), min_size=1, max_size=6)


@given(said=ANNOTATIONS, unit=st.sampled_from([TimeUnit.MS, TimeUnit.FRAMES]))
@settings(max_examples=40, deadline=None)
def test_what_is_written_is_read_back(said: list[Annotation], unit: TimeUnit) -> None:
    in_unit = MANIFEST if unit is TimeUnit.MS else IN_FRAMES
    files = {**song(in_unit, media=False), "01_02/z.annotations.yml": annotation_text(said, BASE, unit=unit)}
    catalogue = read(files)
    assert {code for code, _ in told(catalogue)} <= {"annotation-overlap"}
    sections = catalogue.songs[0].sections
    spans = {VERSE: sections[0].span, CHORUS: sections[1].span}
    read_back = catalogue.songs[0].annotations
    assert [(a.said, a.note) for a in read_back] == [(a.said, a.note) for a in said]
    for before, after in zip((spans.get(a.span, a.span) for a in said), read_back, strict=True):
        assert (after.span.start_s, after.span.end_s) == pytest.approx((before.start_s, before.end_s))


def test_a_file_is_of_one_person() -> None:
    said = [Annotation(VERSE, Rebracketing(("causal",), annotator=name)) for name in ("Ada", "Ben")]
    with pytest.raises(InputError, match="annotations of 2 people"):
        annotation_text(said, BASE)


PIECES = [
    b"[",
    b"]",
    b"{",
    b"}",
    b":",
    b"\n",
    b"- ",
    b"|",
    b"#",
    b"\t",
    b"&a ",
    b"*a",
    b"!!x ",
    b"---\n",
    b"\x00",
    b"section: ",
    b"'[99:99]'",
    b"1e9",
    b"~",
    b"\xff",
    b"types: ",
    b"\xe2\x80\xa8",
]


def test_whatever_stands_in_a_file_the_song_is_read() -> None:
    rng = np.random.default_rng(7)
    good = items(
        "section: Verse, type: causal", "start_time: '[00:01]', end_time: '[00:02]', coverage: 0.5"
    ).encode()
    for _ in range(60):
        text = bytearray(good)
        for _ in range(rng.integers(1, 5)):
            place = int(rng.integers(len(text)))
            text[place : place + int(rng.integers(4))] = PIECES[int(rng.integers(len(PIECES)))]
        (kept,) = read({**song(media=False), "01_02/ada.annotations.yml": bytes(text)}).songs
        assert isinstance(kept, Song)
        assert all(a.span.end_s <= kept.running_s for a in kept.annotations)
