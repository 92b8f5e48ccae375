"""A text network that is tuned: what is trained, and that windows and padding are nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from rebracket.core.errors import UsageError
from rebracket.models.pretrained.text import TextNetwork
from rebracket.models.pretrained.tokens import TextTokens
from rebracket.models.pretrained.tuning import TextTransformer, lora_targets
from rebracket.models.threads import one_thread
from tiny_networks import save_deberta, save_roberta

TEXTS = ["the river moves", "a house that was the well " * 7, "stone", ""]


@pytest.fixture(autouse=True)
def _small_networks_on_one_thread() -> Iterator[None]:
    with one_thread():
        yield


@pytest.fixture(scope="module", params=[save_deberta, save_roberta], ids=["deberta", "roberta"])
def folder(request, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return request.param(tmp_path_factory.mktemp("networks") / "tiny")


def _batch(folder: Path, texts: list[str]) -> tuple[Tensor, Tensor]:
    """Ids as a batch of `Sequences` has them: zeros behind shorter texts."""
    ids = [TextTokens(folder).ids(text) for text in texts]
    mask = torch.arange(max(map(len, ids))) < torch.tensor([len(own) for own in ids])[:, None]
    return nn.utils.rnn.pad_sequence(ids, batch_first=True), mask


def _trained(network: TextTransformer, ids: Tensor, mask: Tensor) -> TextTransformer:
    network.train()
    step = torch.optim.Adam([weight for weight in network.parameters() if weight.requires_grad], lr=0.05)
    torch.manual_seed(1)
    for _ in range(3):
        step.zero_grad()
        network(ids, mask)[..., 0].mean().backward()  # not their length: the last layer has it normalized
        step.step()
    return network.eval()


def _learned(network: TextTransformer) -> dict[str, Tensor]:
    return {name: own.detach().clone() for name, own in network.named_parameters() if own.requires_grad}


@pytest.mark.parametrize("tuning", ["full", "lora"])
def test_it_starts_as_the_frozen_network(folder: Path, tuning: str) -> None:
    ids, mask = _batch(folder, TEXTS)
    network, frozen = TextTransformer(folder, tuning).eval(), TextNetwork(folder)
    with torch.no_grad():
        states = network(ids, mask)
    assert states.shape == (*ids.shape, network.width)
    for row, text in enumerate(TEXTS):
        torch.testing.assert_close(states[row, mask[row]], frozen.states(text), atol=1e-5, rtol=1e-4)
    assert not states[~mask].any()


@pytest.mark.parametrize("tuning", ["full", "lora"])
def test_a_text_does_not_depend_on_the_others(folder: Path, tuning: str) -> None:
    ids, mask = _batch(folder, TEXTS)
    network = TextTransformer(folder, tuning).eval()
    with torch.no_grad():
        together = network(ids, mask)
        order = torch.tensor([2, 0, 3, 1])
        torch.testing.assert_close(network(ids[order], mask[order]), together[order], atol=1e-5, rtol=1e-4)
        junk = torch.where(mask, ids, 5)
        torch.testing.assert_close(network(junk, mask), together)


def test_an_absent_text_is_zeros_and_has_a_gradient_of_none(folder: Path) -> None:
    ids, mask = _batch(folder, TEXTS[:1])
    network = TextTransformer(folder, "full").eval()
    with torch.no_grad():
        assert not network(ids, torch.zeros_like(mask)).any()
        beside = network(torch.cat([ids, ids]), torch.cat([mask, torch.zeros_like(mask)]))
    assert torch.isfinite(beside).all()
    assert not beside[1].any()


def test_lora_trains_adapters_only(folder: Path) -> None:
    ids, mask = _batch(folder, TEXTS)
    network = TextTransformer(folder, "lora", seed=3)
    before = {name: weight.clone() for name, weight in network.named_parameters()}
    state = _learned(network)
    assert state
    assert all("lora_" in name for name in state)
    assert sum(map(Tensor.numel, state.values())) < sum(map(Tensor.numel, before.values())) / 2
    _trained(network, ids, mask)
    changed = {name for name, weight in network.named_parameters() if not torch.equal(weight, before[name])}
    assert changed == set(state)


def test_full_tuning_trains_all_that_is_read(folder: Path) -> None:
    ids, mask = _batch(folder, TEXTS)
    network = TextTransformer(folder, "full")
    before = _learned(network)
    assert set(before) == {name for name, _ in network.named_parameters()}
    after = _learned(_trained(network, ids, mask))
    assert any("embeddings.word_embeddings" in n and not torch.equal(before[n], after[n]) for n in before)
    still = [name for name in before if torch.equal(before[name], after[name])]
    assert len(still) < len(before) / 4, still


def test_adapters_are_drawn_by_their_seed_alone(folder: Path) -> None:
    torch.manual_seed(1)
    first, noise = _learned(TextTransformer(folder, "lora", seed=3)), torch.rand(3)
    torch.manual_seed(1)
    assert torch.equal(torch.rand(3), noise)  # the caller's generator is where it was
    second, other = (_learned(TextTransformer(folder, "lora", seed=seed)) for seed in (3, 4))
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert any(not torch.equal(first[name], other[name]) for name in first)


def test_mistakes_are_named(folder: Path) -> None:
    with pytest.raises(UsageError, match="found 'half', expected 'full' or 'lora'"):
        TextTransformer(folder, "half")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=r"no queries and values in Sequential, only \['0'\]"):
        lora_targets(nn.Sequential(nn.Linear(2, 2)))


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ("query key value dense", ["query", "value"]),
        ("query_proj key_proj value_proj pos_query_proj", ["query_proj", "value_proj"]),
        ("q_lin k_lin v_lin out_lin", ["q_lin", "v_lin"]),
        ("q k v o", ["q", "v"]),
        ("Wqkv Wo", ["Wqkv"]),
    ],
)
def test_queries_and_values_are_found_by_their_names(names: str, found: list[str]) -> None:
    layers = nn.ModuleDict({name: nn.Linear(2, 2) for name in names.split()})
    assert lora_targets(nn.ModuleList([layers])) == found
