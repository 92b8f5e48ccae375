"""Rebracketing of sections, consent of players, and what was estimated: forms that are read, and problems."""

from __future__ import annotations

import pytest
from catalogue_material import MANIFEST, manifest, problems, read, song

from rebracket.catalogue import Catalogue
from rebracket.core import Player, Rebracketing, Song
from rebracket.core.errors import InputError


def annotated(text: str) -> str:
    """The manifest whose first section, in line 14, has an annotation."""
    return manifest("It opens", f"It opens\n    rebracketing: {text}")


def told(catalogue: Catalogue) -> list[tuple[str, str]]:
    """Codes of the problems and what was found, but for missing media and units of time."""
    others = ("media-missing", "time-unit-undecided", "time-unit-decided")
    return [(p.code, p.found) for p in catalogue.problems if p.code not in others]


def only(text: str) -> Song:
    return read(song(text)).songs[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("temporal", Rebracketing(("temporal",))),
        ("Temporal", Rebracketing(("temporal",))),
        ("[spatial, memory]", Rebracketing(("spatial", "memory"))),
        ("[spatial, spatial]", Rebracketing(("spatial",))),
        ("other", Rebracketing(("other",))),
        ("none", Rebracketing(())),
        ("false", Rebracketing(())),
        ("[]", Rebracketing(())),
        ("", None),
        ("~", None),
        ("{}", None),
        ("{annotator: A}", None),
        ("{type: causal}", Rebracketing(("causal",))),
        (
            "{types: [causal, identity], annotator: A. B}",
            Rebracketing(("causal", "identity"), annotator="A. B"),
        ),
        ("{intensity: 0.25}", Rebracketing(intensity=0.25)),
        (
            "{type: none, coverage: 1, uncertainty: 0, fluidity: 0, complexity: 1, memory_discrepancy: 0.5}",
            Rebracketing((), None, 1.0, 0.0, 0.0, 1.0, 0.5),
        ),
        (
            "{ontological_uncertainty: 0.1, boundary_fluidity: 0.2, temporal_complexity: 0.3}",
            Rebracketing(uncertainty=0.1, fluidity=0.2, complexity=0.3),
        ),
    ],
)
def test_forms_of_annotations(text: str, expected: Rebracketing | None) -> None:
    catalogue = read(song(annotated(text)))
    assert told(catalogue) == []
    assert [section.rebracketing for section in catalogue.songs[0].sections] == [expected, None]


@pytest.mark.parametrize(
    ("said", "there"),
    [
        (Rebracketing(("temporal",), intensity=0.0), True),
        (Rebracketing((), intensity=0.5), False),
        (Rebracketing(intensity=0.5), True),
        (Rebracketing(intensity=0.0), False),
        (Rebracketing(coverage=0.5), None),
    ],
)
def test_whether_there_is_rebracketing(said: Rebracketing, there: bool | None) -> None:
    assert said.is_there is there


@pytest.mark.parametrize(
    ("text", "code", "found"),
    [
        ("experiential", "type-unknown", "'experiential'"),
        ("{intensity: 40}", "value-invalid", "intensity: '40'"),
        ("{intensity: high}", "value-invalid", "intensity: 'high'"),
        ("{intensty: 0.5}", "key-unknown", "'intensty'"),
        ("[[temporal]]", "value-invalid", "rebracketing: no text"),
        ("{type: {a: b}}", "value-invalid", "type: no text"),
    ],
)
def test_what_is_wrong_with_an_annotation_is_named_in_its_place(text: str, code: str, found: str) -> None:
    (problem,) = problems(song(annotated(text)), code)
    assert found in problem.found
    assert problem.line in (14, 18)


def test_a_type_that_the_ontology_has_not_counts_as_its_other_type() -> None:
    assert only(annotated("[experiential, temporal, dreamlike]")).sections[0].rebracketing == Rebracketing(
        ("other", "temporal")
    )
    (problem,) = problems(song(annotated("tempral")), "type-unknown")
    assert problem.expected.endswith("perhaps 'temporal'")


@pytest.mark.parametrize("wrong", [{"intensity": 1.5}, {"coverage": -0.1}, {"types": ("a", "a")}])
def test_a_wrong_annotation_cannot_be_built(wrong: dict[str, object]) -> None:
    with pytest.raises(InputError, match="expected"):
        Rebracketing(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("old", "new", "extra", "expected"),
    [
        ("", "", "", ()),
        ("A. Friend", "A. Friend\n    consent: true", "", (Player("A. Friend", True),)),
        ("A. Friend", "{name: A. Friend, consent: no}", "", (Player("A. Friend", False),)),
        ("A. Friend", "{name: A. Friend}", "", ()),
        ("", "", "players:\n  - {name: a. friend, consent: true}\n", (Player("a. friend", True),)),
        (
            "A. Friend",
            "a. friend\n    consent: false",
            "players:\n  - {name: A. Friend, consent: true}\n  - {name: Zoë, consent: true}\n",
            (Player("A. Friend", False), Player("Zoë", True)),  # refused anywhere is refused
        ),
    ],
)
def test_consent_of_players(old: str, new: str, extra: str, expected: tuple[Player, ...]) -> None:
    assert only(manifest(old, new) + extra if old else MANIFEST + extra).players == expected


@pytest.mark.parametrize(
    ("extra", "found"),
    [
        ("players: A. Friend\n", "players: a text"),
        ("players:\n  - {consent: true}\n", "players: a player without name"),
        ("players:\n  - {name: A, consent: perhaps}\n", "consent: 'perhaps'"),
        ("estimated: bpm\n", "estimated: no mapping"),
        ("estimated: {bpm: 2}\n", "bpm: '2'"),
    ],
)
def test_what_cannot_be_read_is_named(extra: str, found: str) -> None:
    (problem,) = problems(song(MANIFEST + extra), "value-invalid")
    assert problem.found == found


def test_estimates_are_kept_and_one_note() -> None:
    catalogue = read(song(MANIFEST + "estimated: {bpm: 0.8, structure: 0.25}\n"))
    assert catalogue.songs[0].estimated == (("bpm", 0.8), ("structure", 0.25))
    assert told(catalogue) == [("values-estimated", "'bpm' (0.8), 'structure' (0.25)")]


def test_groups_that_differ_in_case_and_space_are_one_and_shown_as_written() -> None:
    text = MANIFEST.replace("    player: A. Friend", "    group: 'drums'").replace(
        "audio_file: bass.wav", "group: 'Drums '\n    audio_file: bass.wav"
    )
    stems = only(text).stems
    assert [stem.group for stem in stems] == ["Drums", "drums"]
    assert len({stem.group_key for stem in stems}) == 1


@pytest.mark.parametrize(
    ("extra", "lacking"),
    [
        ("TRT: '[00:20]'\n", "mix, structure"),
        ("lyrics: true\n", "running time, mix, lyrics, structure"),
        ("main_audio_file: a.wav\nTRT: '[00:20]'\nlrc_file: a.lrc\n", "lyrics, structure"),
    ],
)
def test_a_song_in_the_making_is_one_note_that_says_what_is_not_there_yet(extra: str, lacking: str) -> None:
    made = "manifest_id: '09_01'\ntitle: Early\nrainbow_color: A\n"
    catalogue = read({"09_01/09_01.yml": made + extra, **song()})
    assert told(catalogue) == [("song-unfinished", f"no {lacking} yet")]
    assert ("09_01" in [s.song_id for s in catalogue.songs]) == ("TRT" in extra)
