"""The facts of The Rainbow Table as the artist published them."""

from __future__ import annotations

import pytest

from rebracket.ontology import Ontology, rainbow_table

FACTS = [
    ("Z", "Black", "#231F20", "The Conjurer's Thread", 2017, (), (), ()),
    ("R", "Red", "#AE1E36", "Light Reading", 2019, ("past",), ("thing",), ("known",)),
    ("O", "Orange", "#EF7143", "Ruine", 2020, ("past",), ("thing",), ("imagined",)),
    ("Y", "Yellow", "#FFFF00", "Pulsar Palace", 2020, ("future",), ("place",), ("imagined",)),
    ("G", "Green", "#ABD96D", "The Empty Fields", 2021, ("future",), ("place",), ("forgotten",)),
    ("B", "Blue", "#042A7B", "Taped Over", 2023, ("present",), ("person",), ("forgotten",)),
    ("I", "Indigo", "#26294A", "Infranyms", 2024, (), (), ("known", "forgotten")),
    ("V", "Violet", "#AD85D6", "Vanity Pressing", 2025, ("present",), ("person",), ("known",)),
    ("A", "White", "#F6F6F6", None, None, (), (), ()),
]
AXES = ("temporal", "objectional", "ontological")


@pytest.fixture(scope="module")
def table() -> Ontology:
    return rainbow_table()


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact[1])
def test_each_album_is_as_published(table: Ontology, fact: tuple[object, ...]) -> None:
    color = table.colors[str(fact[0])]
    modes = tuple(color.modes.get(axis, ()) for axis in AXES)
    assert (color.id, color.name, color.hex, color.album, color.released, *modes) == fact


def test_there_are_nine_in_their_order(table: Ontology) -> None:
    assert list(table.colors) == [fact[0] for fact in FACTS]


def test_axes_have_three_modes_each(table: Ontology) -> None:
    assert table.axes == {
        "temporal": ("past", "present", "future"),
        "objectional": ("thing", "place", "person"),
        "ontological": ("known", "imagined", "forgotten"),
    }


def test_only_the_album_in_the_making_is_open(table: Ontology) -> None:
    assert [color.name for color in table.colors.values() if color.open] == ["White"]


def test_transmigrations_are_each_others_reverse_in_their_ends(table: Ontology) -> None:
    assert table.colors["Z"].transmigration == ("objectional", "temporal", "ontological")
    assert table.colors["A"].transmigration == tuple(reversed(table.colors["Z"].transmigration))


def test_temporal_and_objectional_modes_are_the_same_partition(table: Ontology) -> None:
    pairs = {(table.mode(id_, "temporal"), table.mode(id_, "objectional")) for id_ in table.colors}
    assert pairs == {("past", "thing"), ("future", "place"), ("present", "person"), (None, None)}


def test_six_of_27_combinations_are_used(table: Ontology) -> None:
    combinations = {tuple(table.mode(id_, axis) for axis in AXES) for id_ in table.colors}
    assert len([modes for modes in combinations if None not in modes]) == 6


def test_the_eight_types_and_the_class_of_others(table: Ontology) -> None:
    assert set(table.types) == {
        "spatial", "temporal", "causal", "perceptual", "memory", "ontological", "narrative", "identity",
    }  # fmt: skip
    assert table.other_type == "other"
    assert all(kind.boundary and kind.words for kind in table.types.values())


def test_targets_are_the_class_and_a_mode_for_each_axis(table: Ontology) -> None:
    assert table.targets == ("color", "temporal_mode", "objectional_mode", "ontological_mode")


def test_the_default_soft_targets_are_the_documented_ones(table: Ontology) -> None:
    assert table.soft_mode("R", "temporal") == pytest.approx((0.8, 0.1, 0.1))
    assert table.soft_mode("I", "ontological") == pytest.approx((0.45, 0.1, 0.45))
    assert table.soft_mode("I", "temporal") is None
    assert table.mode("I", "ontological") is None
    assert [table.soft_mode("A", axis) for axis in AXES] == [None, None, None]


def test_its_maker_is_credited(table: Ontology) -> None:
    assert "The Earthly Frames" in table.credit
    assert "CC BY-SA 4.0" in table.credit
