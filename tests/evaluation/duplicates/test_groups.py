"""Songs that are connected, by whatever, are one group; the others are not named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebracket.evaluation.duplicates import KINDS, Duplicate, merged_groups

PAIRS = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 12)).filter(lambda pair: pair[0] != pair[1]), max_size=12
)


def _duplicates(pairs: list[tuple[int, int]]) -> list[Duplicate]:
    named = [sorted((f"{a:02d}", f"{b:02d}")) for a, b in pairs]
    return [Duplicate("text", a, b, 1.0, 0.5) for a, b in named]


@given(PAIRS, st.permutations(range(12)))
def test_groups_are_what_pairs_connect_in_whatever_order(pairs: list, order: list[int]) -> None:
    found = _duplicates(pairs)
    groups = merged_groups(found)
    assert set(groups) == {song for one in found for song in (one.a, one.b)}
    assert all(groups[one.a] == groups[one.b] for one in found)
    assert all(groups[group] == group <= song for song, group in groups.items())
    assert len(set(groups.values())) >= len(groups) - len({(one.a, one.b) for one in found})
    shuffled = [found[place] for place in order if place < len(found)]
    assert merged_groups(shuffled) == groups


def test_it_is_plain_data_with_its_unit() -> None:
    shown = Duplicate("loop", "01", "02", 6.1, 3.0, ("a",), ("b",)).as_dict()
    assert shown["songs"] == ["01", "02"]
    assert shown["unit"] == KINDS["loop"]


@pytest.mark.parametrize(
    ("kind", "a", "b"), [("smell", "01", "02"), ("text", "02", "01"), ("text", "1", "1")]
)
def test_what_is_no_pair_of_a_kind_cannot_be(kind: str, a: str, b: str) -> None:
    with pytest.raises(ValueError, match="two songs in order"):
        Duplicate(kind, a, b, 1.0, 0.5)
