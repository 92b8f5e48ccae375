"""What several people said becomes one label, and every voice is kept."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebracket.core import Annotation, Rebracketing, Section, Segment, SegmentKind, Song, Span
from rebracket.core.rebracketing import SCALARS
from rebracket.labels import (
    ANNOTATION_COLUMNS,
    agreement,
    annotation_rows,
    consensus,
    labels_by_people,
    labels_by_rule,
)
from rebracket.ontology import rainbow_table

TYPES = tuple(rainbow_table().types)


def voice(*types: str, by: str = "Ada") -> Rebracketing:
    return Rebracketing(types, annotator=by)


@pytest.mark.parametrize(
    ("said", "there", "type_", "types"),
    [
        ([voice("causal"), voice("causal")], True, "causal", ("causal",)),
        ([voice("causal"), voice("causal"), voice("memory")], True, "causal", ("causal",)),
        ([voice("memory"), voice("causal")], True, None, ("causal", "memory")),
        ([voice("memory", "causal"), voice("causal")], True, "causal", ("causal",)),
        ([voice("memory", "causal"), voice("causal", "memory")], True, None, ("causal", "memory")),
        ([voice(), voice("causal")], None, None, None),
        ([voice(), Rebracketing(intensity=0.5)], None, None, None),
        ([voice(), voice(), voice("causal")], False, None, ()),
        ([voice(), voice("causal"), voice("causal")], True, "causal", ("causal",)),
        ([voice(), Rebracketing(intensity=0.5), Rebracketing(intensity=1.0)], True, None, None),
        ([Rebracketing(coverage=0.5), voice("causal")], True, "causal", ("causal",)),
        ([Rebracketing(coverage=0.5), Rebracketing(intensity=0.0)], False, None, None),
        ([Rebracketing(coverage=0.5)], None, None, None),
    ],
)
def test_the_majority_of_types(
    said: list[Rebracketing], there: bool | None, type_: str | None, types: tuple[str, ...] | None
) -> None:
    named = [replace(each, annotator=f"p{n}") for n, each in enumerate(said)]
    together = consensus(named)
    assert (together.is_there, together.type, together.said.types) == (there, type_, types)


SHARES = st.none() | st.integers(0, 10).map(lambda n: n / 10)
VOICES = st.lists(
    st.builds(
        Rebracketing,
        st.none() | st.lists(st.sampled_from(TYPES[:3]), unique=True, max_size=2).map(tuple),
        *[SHARES] * len(SCALARS),
    ),
    min_size=1,
    max_size=4,
).map(lambda said: [replace(each, annotator=f"p{n}") for n, each in enumerate(said)])


@given(VOICES, st.randoms(use_true_random=False))
def test_the_order_of_voices_does_not_matter(said: list[Rebracketing], rng: random.Random) -> None:
    assert consensus(rng.sample(said, len(said))) == consensus(said)


@given(VOICES)
def test_one_voice_said_often_is_that_voice(said: list[Rebracketing]) -> None:
    one = consensus(said[:1])
    assert one.said == replace(said[0], annotator=None)
    assert (one.is_there, one.n_annotators, one.agreement) == (said[0].is_there, 1, None)
    thrice = consensus([replace(said[0], annotator=name) for name in ("c", "a", "b")])
    assert thrice.is_there == one.is_there
    assert thrice.type == one.type
    assert set(thrice.said.types or ()) == set(one.said.types or ())
    assert thrice.provenance == "annotators:a+b+c"
    assert thrice.agreement in (None, 1)


@given(VOICES)
def test_a_consensus_is_made_of_what_was_said(said: list[Rebracketing]) -> None:
    together = consensus(said)
    named = {name for each in said for name in each.types or ()}
    assert set(together.said.types or ()) <= named
    types = together.said.types
    assert together.type == (types[0] if types and len(types) == 1 else None)
    assert types is None or bool(types) is together.is_there
    for name in SCALARS:
        values = [v for each in said if (v := getattr(each, name)) is not None]
        mean = getattr(together.said, name)
        assert (mean is None) == (not values)
        assert mean is None or min(values) - 1e-9 <= mean <= max(values) + 1e-9
    assert together.agreement is None or 0 <= together.agreement <= 1


def song(*said: Annotation, song_id: str = "01_01") -> Song:
    sections = (Section("A", Span(0.0, 10.0)), Section("B", Span(10.0, 20.0), "", voice("causal", by="Ada")))
    return Song(song_id, "01", Path(), "T", "R", 30.0, sections=sections, annotations=said)


def segment(start_s: float, end_s: float, section: int | None = None, song_id: str = "01_01") -> Segment:
    return Segment(song_id, "01", 0, Span(start_s, end_s), SegmentKind.GAP, section=section)


def said_at(start_s: float, end_s: float, *types: str, by: str = "Ben") -> Annotation:
    return Annotation(Span(start_s, end_s), voice(*types, by=by))


@pytest.mark.parametrize(
    ("said", "where", "provenance", "types"),
    [
        ((), segment(0, 5, 0), None, None),
        ((), segment(10, 15, 1), "annotator:Ada", ["causal"]),
        ((), segment(5, 14, 1), "annotator:Ada", ["causal"]),  # its section, less than half of it
        ((), segment(11, 14), "annotator:Ada", ["causal"]),
        ((said_at(2, 4, "memory"),), segment(0, 4, 0), "annotator:Ben", ["memory"]),
        ((said_at(2, 4, "memory"),), segment(0, 4.1, 0), None, None),
        ((said_at(0, 9, "memory"), said_at(1, 4, "spatial")), segment(1, 4, 0), "annotator:Ben", ["spatial"]),
        ((said_at(0, 9, "memory"), said_at(1, 4, "spatial")), segment(0, 9, 0), "annotator:Ben", ["memory"]),
        ((said_at(12, 18, "causal"),), segment(12, 18, 1), "annotators:Ada+Ben", ["causal"]),
        ((said_at(10, 20, "memory", by=" aDA"),), segment(12, 18, 1), "annotator:Ada", ["causal"]),
        ((said_at(12, 18, "memory", by=" aDA"),), segment(12, 18, 1), "annotator: aDA", ["memory"]),
    ],
)
def test_what_holds_for_a_segment(
    said: tuple[Annotation, ...], where: Segment, provenance: str | None, types: list[str] | None
) -> None:
    columns = labels_by_people(song(*said), where)
    assert (columns.get("rebracketing_provenance"), columns.get("rebracketing_types")) == (provenance, types)


def test_people_fill_every_column_that_the_rule_fills() -> None:
    spoken = replace(song(), concept="a wall between rooms, and a shifting border")
    by_rule = labels_by_rule(spoken, rainbow_table())
    by_people = labels_by_people(spoken, segment(10, 20, 1))
    assert set(by_rule) <= set(by_people)
    assert (by_rule["n_annotators"], by_people["n_annotators"]) == (0, 1)
    assert labels_by_rule(song(), rainbow_table()) == {"n_annotators": 0}


def test_every_voice_has_its_row_and_what_holds_for_nothing_has_one_too() -> None:
    moment = Annotation(Span(25.0, 25.5), voice("spatial", by="Cy"), "one hit")
    rows = annotation_rows(
        song(said_at(0, 20, "causal"), moment), [segment(0, 10, 0), segment(10, 20, 1), segment(20, 30)]
    )
    assert [(row["segment_id"], row["annotator"]) for row in rows] == [
        ("01_01-0-10000", "Ben"),
        ("01_01-10000-20000", "Ada"),
        ("01_01-10000-20000", "Ben"),
        (None, "Cy"),
    ]
    assert all(list(row) == list(ANNOTATION_COLUMNS) for row in rows)
    assert (rows[-1]["note"], rows[-1]["start_s"], rows[-1]["types"]) == ("one hit", 25.0, ["spatial"])


def test_agreement_counts_segments_songs_and_people() -> None:
    rows = []
    for number, types in enumerate(["causal", "memory", "causal", "memory", "causal"]):
        song_id = f"01_0{number}"
        said = [said_at(0, 10, types), said_at(0, 10, types if number else "memory", by="Cy")]
        segments = [segment(0, 5, 0, song_id), segment(5, 10, 0, song_id), segment(20, 30, None, song_id)]
        rows += annotation_rows(song(*said, song_id=song_id), segments)
    found = {each.target: each for each in agreement(rows)}
    assert list(agreement(list(reversed(rows)))) == list(found.values())
    types_ = found["rebracketing_types"]
    assert (types_.units, types_.songs, types_.annotators) == (10, 5, 2)
    assert types_.alpha == pytest.approx(1 - 19 * 4 / (2 * 10 * 10))
    assert types_.interval is not None
    assert types_.interval.low <= types_.interval.value < types_.interval.high == 1
    assert found["has_rebracketing"].alpha is None
    assert found["has_rebracketing"].undefined == "all said the same of every segment"
    assert found["intensity"].undefined == "no segment of which two people said it"
    assert (found["intensity"].units, found["intensity"].annotators) == (0, 0)
    assert found["rebracketing_types"].as_dict()["alpha"] == types_.alpha


def test_one_person_agrees_with_nobody() -> None:
    rows = annotation_rows(song(), [segment(10, 20, 1), segment(20, 30)])
    assert len(rows) == 1
    assert agreement(rows) == agreement([]) == ()
