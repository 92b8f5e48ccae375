"""What a section does in the form, from its name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebracket.segments import ROLES, section_role


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("Verse 1", "verse"), ("VERSE", "verse"), ("verse2", "verse"), (" Chorus (again) ", "chorus"),
        ("Pre-Chorus 1", "pre-chorus"), ("Pre Chorus", "pre-chorus"), ("prechorus1", "pre-chorus"),
        ("Refrain", "chorus"), ("Introduction", "intro"), ("intro_2", "intro"), ("Guitar Solo", "solo"),
        ("Ending", "outro"), ("Coda", "coda"), ("Bridge/Breakdown", "bridge"),
        ("Reverse tape", None), ("Universe", None), ("Absolom", None), ("", None), ("12", None),
        ("Part A", None), ("Strophe", None),
    ],
)  # fmt: skip
def test_a_name_tells_its_role_or_none(name: str, role: str | None) -> None:
    assert section_role(name) == role


@pytest.mark.parametrize("role", ROLES)
@given(number=st.integers(0, 99), sign=st.sampled_from([" ", "-", "_", " #", ""]))
def test_every_role_is_found_whatever_its_case_and_number(role: str, number: int, sign: str) -> None:
    assert section_role(f"{role.title()}{sign}{number}") == section_role(role.upper()) == role


@given(st.text(max_size=30))
def test_any_name_has_a_known_role_or_none(name: str) -> None:
    assert section_role(name) in {None, *ROLES}
