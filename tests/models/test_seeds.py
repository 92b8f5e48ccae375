"""Drawing from a seed: the numbers of torch's own seeding, and nothing left behind."""

from __future__ import annotations

import torch

from rebracket.models.drawing import drawing_from


def test_the_numbers_are_those_of_torchs_own_seeding() -> None:
    with drawing_from(7):
        drawn = torch.rand(5)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(7)
        assert torch.equal(drawn, torch.rand(5))


def test_the_caller_goes_on_where_it_was() -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        undisturbed = torch.rand(3)
        torch.manual_seed(1)
        with drawing_from(2):
            torch.rand(8)
        assert torch.equal(torch.rand(3), undisturbed)
