"""The head: modalities in, logits out, absence learned."""

import pytest
import torch

from rebracket.models.head import Head

WIDTHS = {"text": 6, "audio": 4}


def _batch(n: int, seed: int = 0) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    generator = torch.Generator().manual_seed(seed)
    vectors = {name: torch.randn(n, width, generator=generator) for name, width in WIDTHS.items()}
    present = {name: torch.rand(n, generator=generator) > 0.3 for name in WIDTHS}
    return vectors, present


def _head(hidden: int) -> Head:
    torch.manual_seed(1)
    head = Head(WIDTHS, 3, hidden, dropout=0.5).eval()
    for weight in head.parameters():
        torch.nn.init.normal_(weight)
    return head


@pytest.mark.parametrize("hidden", [0, 8])
def test_permuting_a_batch_permutes_its_outputs(hidden: int) -> None:
    head, (vectors, present) = _head(hidden), _batch(20)
    order = torch.randperm(20, generator=torch.Generator().manual_seed(2))
    logits = head(vectors, present)
    permuted = head({k: v[order] for k, v in vectors.items()}, {k: v[order] for k, v in present.items()})
    assert logits.shape == (20, 3)
    torch.testing.assert_close(logits[order], permuted)


@pytest.mark.parametrize("hidden", [0, 8])
def test_what_stands_where_a_modality_is_absent_is_never_read(hidden: int) -> None:
    head, (vectors, present) = _head(hidden), _batch(20)
    other = {k: torch.where(present[k][:, None], v, 1e6) for k, v in vectors.items()}
    torch.testing.assert_close(head(vectors, present), head(other, present))


def test_absence_is_not_a_zero_vector() -> None:
    head = _head(8)
    nothing = {name: torch.zeros(1, width) for name, width in WIDTHS.items()}
    here, absent = ({name: torch.tensor([flag]) for name in WIDTHS} for flag in (True, False))
    assert not torch.allclose(head(nothing, here), head(nothing, absent))


@pytest.mark.parametrize("hidden", [0, 8])
def test_a_new_head_knows_nothing(hidden: int) -> None:
    vectors, present = _batch(20)
    assert bool((Head(WIDTHS, 3, hidden, 0.0)(vectors, present) == 0).all())


def test_the_absent_token_learns() -> None:
    head = Head(WIDTHS, 3, 0, 0.0)
    vectors, present = _batch(20)
    head(vectors, present)[:, 0].sum().backward()
    assert all(token.grad is not None and token.grad.abs().sum() > 0 for token in head.absent.values())


def test_the_order_in_which_modalities_are_named_does_not_matter() -> None:
    torch.manual_seed(0)
    one = Head({"text": 6, "audio": 4}, 3, 8, 0.0).state_dict()
    torch.manual_seed(0)
    other = Head({"audio": 4, "text": 6}, 3, 8, 0.0).state_dict()
    assert list(one) == list(other)
    assert all(torch.equal(one[name], other[name]) for name in one)
