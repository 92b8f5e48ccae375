"""Cheats that were planted are named by their own code, and gone where they were not; clean data stays clean.

The bench has the same at three doses, twenty times each.
"""

from __future__ import annotations

import pytest
from benchmarks.planted_cheats import CLEAN_TARGETS, PLANS, audited, clean

pytestmark = pytest.mark.slow

# Catalogues of these seeds only: at the full dose a cheat alone is right nearly always, so that in a
# right implementation none is missed.
PLANTED = (0,)


@pytest.mark.parametrize("name", PLANS)
def test_at_its_full_dose_a_cheat_is_named_and_is_the_cheapest_that_reaches_the_claim(name: str) -> None:
    plan = PLANS[name]
    for seed in PLANTED:
        seen = audited(name, 1.0, seed)
        assert seen.names(plan)
        if plan.procedures:
            assert seen.is_cheapest(plan)
            assert seen.above_majority


@pytest.mark.parametrize("name", PLANS)
def test_without_a_dose_its_code_is_gone_and_it_reaches_nothing(name: str) -> None:
    plan = PLANS[name]
    for seed in PLANTED:
        seen = audited(name, 0.0, seed)
        assert not seen.names(plan)
        assert not (seen.is_cheapest(plan) and seen.above_majority)


@pytest.mark.parametrize("target", CLEAN_TARGETS)
def test_a_clean_catalogue_has_nothing_fatal(target: str) -> None:
    assert "fatal" not in clean(target, 0).codes.values()
