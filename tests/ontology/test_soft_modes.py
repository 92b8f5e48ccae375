"""Laws of modes and soft targets, for any taxonomy."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rebracket.core.errors import InputError, UsageError
from rebracket.ontology import Color, Ontology, rainbow_table

LAW = settings(deadline=None, max_examples=200)


@st.composite
def taxonomies(draw: st.DrawFn) -> Ontology:
    """One axis and one color, with any number of its modes."""
    modes = draw(st.lists(st.text("abcdef", min_size=1, max_size=3), min_size=1, max_size=6, unique=True))
    own = draw(st.lists(st.sampled_from(modes), unique=True))
    color = Color("c", "C", "#000000", {"axis": tuple(own)})
    return Ontology("drawn", "", {"axis": tuple(modes)}, {"c": color}, {}, "other", ())


@LAW
@given(taxonomies(), st.floats(0, 1))
def test_a_soft_mode_is_a_distribution_or_masked(taxonomy: Ontology, own: float) -> None:
    soft = taxonomy.soft_mode("c", "axis", own)
    if not taxonomy.colors["c"].modes["axis"]:
        assert soft is None
    else:
        assert soft is not None
        assert len(soft) == len(taxonomy.axes["axis"])
        assert sum(soft) == pytest.approx(1)
        assert min(soft) >= -1e-12


@LAW
@given(taxonomies())
def test_modes_of_a_color_are_equal_and_above_the_others(taxonomy: Ontology) -> None:
    own, soft = taxonomy.colors["c"].modes["axis"], taxonomy.soft_mode("c", "axis")
    shares = dict(zip(taxonomy.axes["axis"], soft or (), strict=bool(soft)))
    mine = {round(shares[name], 9) for name in own}
    rest = {round(share, 9) for name, share in shares.items() if name not in own}
    assert len(mine) == bool(own)
    assert len(rest) <= 1
    assert not (mine and rest) or min(mine) > max(rest)


@LAW
@given(taxonomies())
def test_a_hard_mode_is_there_exactly_where_there_is_one(taxonomy: Ontology) -> None:
    own = taxonomy.colors["c"].modes["axis"]
    assert taxonomy.mode("c", "axis") == (own[0] if len(own) == 1 else None)


@pytest.mark.parametrize("own", [-0.1, 1.1, float("nan")])
def test_a_share_of_its_own_is_a_share(own: float) -> None:
    with pytest.raises(UsageError, match="expected a share in"):
        rainbow_table().soft_mode("R", "temporal", own)


_COLOR = Color("c", "C", "#000000", {"axis": ("x",)})
_ONE = Ontology("one", "", {"axis": ("x", "y")}, {"c": _COLOR}, {}, "other", ())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"colors": {}}, "found no colors"),
        ({"axes": {"axis": ()}}, r"axes\.axis: found \[\], expected modes, each once"),
        ({"axes": {"axis": ("x", "x")}}, r"axes\.axis: found \['x', 'x'\]"),
        (
            {"axes": {"other": ("x",)}},
            r"colors\.c\.modes: found the axis 'axis', expected one of \['other'\]",
        ),
        ({"axes": {"axis": ("y",)}}, r"colors\.c\.modes\.axis: found the mode 'x', expected one of \['y'\]"),
        ({"colors": {"c": replace(_COLOR, modes={"axis": ("x", "x")})}}, "found the mode 'x' twice"),
        ({"colors": {"c": replace(_COLOR, transmigration=("z",))}}, r"transmigration: found the axis 'z'"),
    ],
)
def test_a_wrong_taxonomy_cannot_be_built(changes: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        replace(_ONE, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "two"},
        {"axes": {"axis": ("y", "x")}},
        {"markers": ("m",)},
        {"colors": {"c": replace(_COLOR, open=True)}},
    ],
)
def test_the_hash_changes_with_the_content(changes: dict[str, object]) -> None:
    assert replace(_ONE, **changes).hash != _ONE.hash  # type: ignore[arg-type]
    assert len(_ONE.hash) == 16
