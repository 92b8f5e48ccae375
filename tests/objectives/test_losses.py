"""Losses: the focal loss is cross entropy with less of what is known, and sigmoids are two classes."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from rebracket.objectives import losses, weighted_loss

LOGITS = st.lists(st.tuples(*[st.floats(-30, 30)] * 3), min_size=1, max_size=8)


def _truths(n: int) -> list[torch.Tensor]:
    labels = torch.arange(n) % 3
    return [labels, torch.nn.functional.one_hot(labels, 3).float()]


@given(LOGITS, st.floats(0.1, 5))
@settings(deadline=None)
def test_focal_loss_is_between_nothing_and_cross_entropy(rows: list[tuple[float, ...]], gamma: float) -> None:
    logits = torch.tensor(rows, dtype=torch.float64)
    for truth in _truths(len(rows)):
        entropy, focal = losses(logits, truth.to(logits.dtype) if truth.ndim > 1 else truth), None
        focal = losses(logits, truth.to(logits.dtype) if truth.ndim > 1 else truth, gamma)
        assert focal.shape == entropy.shape == truth.shape
        assert ((focal >= 0) & (focal <= entropy)).all()
        missing = 1 - torch.exp(-entropy)
        assert torch.allclose(focal, entropy * missing**gamma, atol=1e-6)


@given(LOGITS, st.sampled_from([0.0, 0.5, 2.0]))
@settings(deadline=None)
def test_every_slope_is_a_number(rows: list[tuple[float, ...]], gamma: float) -> None:
    for truth in _truths(len(rows)):
        logits = torch.tensor(rows, requires_grad=True)
        losses(logits, truth, gamma).sum().backward()
        assert logits.grad is not None
        assert logits.grad.isfinite().all()


def test_a_sigmoid_is_a_softmax_of_two() -> None:
    logits = torch.linspace(-3, 3, 7)
    two = torch.stack([torch.zeros(7), logits], dim=1)
    for gamma in (0.0, 2.0):
        for label in (0, 1):
            one = losses(logits[:, None], torch.full((7, 1), float(label)), gamma)[:, 0]
            assert torch.allclose(one, losses(two, torch.full((7,), label), gamma), atol=1e-6)


def test_balanced_log_loss_of_knowing_nothing_is_the_log_of_the_classes() -> None:
    truth, weights = torch.tensor([0, 0, 0, 1]), torch.tensor([1.0, 5.0, 2.0, 8.0])
    assert float(weighted_loss(torch.zeros(4, 2), truth, weights)) == pytest.approx(np.log(2))
