"""Single values of a manifest: forms that are read, forms that are problems, and where they stand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from catalogue_material import MANIFEST, Files, manifest, problems, read, song
from hypothesis import given
from hypothesis import strategies as st

from rebracket.catalogue.found import Found
from rebracket.catalogue.tree import Fields, Items, Scalar, parse_yaml
from rebracket.core import Artist, Key, Meter, Song


def only(files: Files) -> Song:
    return read(files).songs[0]


@pytest.mark.parametrize(
    ("old", "new", "value", "expected"),
    [
        ("bpm: 120", "bpm: 94.22", lambda s: s.bpm, 94.22),
        ("bpm: 120", "bpm: null", lambda s: s.bpm, None),
        ("bpm: 120", "bpm: 1e3", lambda s: s.bpm, None),
        ("bpm: 120", "bpm: .nan", lambda s: s.bpm, None),
        ("bpm: 120", "bpm: [120]", lambda s: s.bpm, None),
        ("4/4", "18/32", lambda s: s.meter, Meter(18, 32)),
        ("4/4", "4/5", lambda s: s.meter, None),
        ("C major", "f# minor", lambda s: s.key, Key("F#", "minor")),
        ("C major", "B♭ Maj", lambda s: s.key, Key("Bb", "major")),
        ("C major", "Am", lambda s: s.key, Key("A", "minor")),
        ("C major", "E-flat dorian", lambda s: s.key, Key("Eb", "dorian")),
        ("C major", "atonal", lambda s: s.key, None),
        ("'2019-01-11'", "2019-01-11", lambda s: s.released, "2019-01-11"),
        ("'2019-01-11'", "2019", lambda s: s.released, "2019"),
        ("'2019-01-11'", "11 Jan", lambda s: s.released, None),
        ("mood: [calm]", "mood: calm", lambda s: s.moods, ("calm",)),
        ("mood: [calm]", "mood: [calm, [x], '', 3]", lambda s: s.moods, ("calm", "3")),
        ("mood: [calm]", "mood: {calm: 1}", lambda s: s.moods, ()),
        (
            "- name: Nobody Known",
            "- Somebody\n  - name: Nobody",
            lambda s: s.sounds_like,
            (Artist("Somebody"), Artist("Nobody", 12)),
        ),
        ("_color: R", "_color: violet", lambda s: s.color, "V"),
        ("TRT: '[00:20.500]'", "TRT: [00:20.500]", lambda s: s.running_s, 20.5),
        ("TRT: '[00:20.500]'", "TRT: 0:20", lambda s: s.running_s, 20.5),
        ("concept: A lantern", "concept: |\n  A lantern", lambda s: s.concept, "A lantern made of letters"),
        ("player: A. Friend", "group: Drums", lambda s: s.stems[1].group, "Drums"),
        ("title: Paper", "title: &a Paper", lambda s: s.title, "Paper Lantern"),
    ],
)
def test_a_value_as_it_is_read(old: str, new: str, value: Callable[[Song], object], expected: object) -> None:
    assert value(only(song(manifest(old, new), media=False))) == expected


@pytest.mark.parametrize("null", ["", "~", "null"])
def test_null_is_absence_and_no_problem(null: str) -> None:
    emptied = {"bpm": "120", "tempo": "4/4", "key": "C major", "vocals": "true", "album_sequence": "2"}
    text = MANIFEST
    for key, value in emptied.items():
        text = text.replace(f"{key}: {value}", f"{key}: {null}")
    catalogue = read(song(text))
    assert catalogue.problems == ()
    assert (catalogue.songs[0].bpm, catalogue.songs[0].meter, catalogue.songs[0].key) == (None, None, None)


def test_a_quoted_null_is_a_text() -> None:
    assert only(song(manifest("title: Paper Lantern", "title: 'null'"), lrc=None)).title == "null"


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "found"),
    [
        ("bpm: 120", "bpm: fast", "bpm-invalid", 1, "bpm: 'fast'"),
        ("tempo: 4/4", "tempo: 4-4", "meter-invalid", 3, "tempo: '4-4'"),
        ("album_sequence: 2", "album_sequence: two", "value-invalid", 8, "album_sequence: 'two'"),
        ("vocals: true", "vocals: maybe", "value-invalid", 11, "vocals: 'maybe'"),
        ("end_time: '[00:20.500]'", "end_time: '[00:7x]'", "value-invalid", 20, "'[00:7x]'"),
        ("end_time: '[00:20.500]'", "end_tim: '[00:20]'", "key-unknown", 20, "'end_tim'"),
        ("mood: [calm]", "mood: {a: b}", "value-invalid", 22, "mood: a mapping"),
        ("TRT: '[00:20.500]'", "TRT: '[1441:00]'", "value-invalid", 10, "'[1441:00]'"),
        ("    description: Voice", "    colour: Voice", "key-unknown", 35, "'colour'"),
    ],
)
def test_a_problem_names_its_line_and_what_was_found(
    old: str, new: str, code: str, line: int, found: str
) -> None:
    (problem,) = problems(song(manifest(old, new)), code)
    assert (problem.path, problem.line, problem.song) == ("01_02/01_02.yml", line, "01_02")
    assert found in problem.found


def test_an_unknown_key_is_told_the_nearest_one() -> None:
    (problem,) = problems(song(manifest("concept:", "concpet:")), "key-unknown")
    assert (problem.line, problem.column) == (28, 1)
    assert problem.expected == "perhaps 'concept'"


def test_very_many_unknown_keys_are_one_problem() -> None:
    extra = "".join(f"x{number}: 1\n" for number in range(5_000))
    (problem,) = problems(song(manifest("", extra)), "key-unknown")
    assert problem.found.startswith("5000 unknown keys, 'x0' first")


def test_a_very_long_value_takes_no_long_time() -> None:
    catalogue = read(song(manifest("C major", "A" + " " * 400_000 + "1")))
    assert [p.code for p in catalogue.problems] == ["key-signature-invalid"]


@pytest.mark.parametrize(
    ("text", "code", "found"),
    [
        ("a: !!str b", "yaml-refused", "tag"),
        ("a: !x [b]", "yaml-refused", "tag"),
        ("a: &x [b]\nc: *x", "yaml-refused", "alias"),
        ("a: &x\n  b: *x", "yaml-refused", "alias"),
        ("{a: b}\n---\n{c: d}", "yaml-refused", "second document"),
        ("? [a]\n: b", "yaml-refused", "key that is"),
        ("a: " + "[" * 21 + "]" * 21, "yaml-refused", "deeper than 20"),
        ("[" * 200_000, "yaml-refused", "deeper than 20"),
        ("a: [b", "yaml-invalid", "expected ',' or ']'"),
        ("a: b: c", "yaml-invalid", "mapping values"),
        ("\ta: b", "yaml-invalid", "cannot start any token"),
        ("a: \x07", "yaml-invalid", "control characters"),
        ("", "yaml-invalid", "nothing"),
        ("just text", "yaml-invalid", "no mapping"),
        ("- a", "yaml-invalid", "no mapping"),
    ],
)
def test_yaml_that_a_manifest_has_no_need_of(text: str, code: str, found: str) -> None:
    place = Found("a.yml")
    assert parse_yaml(text, place) is None
    assert [problem.code for problem in place.problems] == [code]
    assert found in place.problems[0].found


def test_the_tree_remembers_places_and_keeps_the_last_of_two_values() -> None:
    place = Found("a.yml")
    tree = parse_yaml("a: &x 1\nb:\n  - '2'\n  - {c: *x}\na: 3\n", place)
    assert isinstance(tree, Fields)
    first, items = tree.values["a"], tree.values["b"]
    assert isinstance(first, Scalar)
    assert isinstance(items, Items)
    assert (first.text, first.at.line, tree.keys["a"].line) == ("3", 5, 5)
    inner = items.values[1]
    assert isinstance(inner, Fields)
    assert inner.values["c"] == Scalar("1", True, inner.values["c"].at)
    assert [(p.code, p.line) for p in place.problems] == [("key-twice", 5)]


@given(st.text(st.sampled_from("abc:-[]{},&*!'\"|>?#%@ \n\t0~<")))
def test_any_text_is_a_tree_or_a_problem(text: str) -> None:
    place = Found("a.yml")
    if parse_yaml(text, place) is None:
        assert place.problems[-1].code in ("yaml-invalid", "yaml-refused")


def test_the_unit_can_be_set_for_each_file_and_then_nothing_is_assumed() -> None:
    frames = MANIFEST.replace("10.250", "10.012").replace("10.251", "10.013").replace("20.500", "20.024")
    lrc = "".join(f"[00:0{second}.0{10 + second}]\nline\n" for second in range(1, 8))
    told = only(song(frames + "time_unit: frames\nlrc_time_unit: frames\nfps: 30\n", lrc, media=False))
    assert told.running_s == pytest.approx(20 + 24 / 30)
    assert told.lines[0].start_s == pytest.approx(1 + 11 / 30)
    settled = read(song(frames + "time_unit: ms\nlrc_time_unit: ms\n", lrc)).problems
    assert not [p for p in settled if p.code.startswith("time-unit")]
