"""The network: one contract for every fusion and every way of reading, absence learned."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from rebracket.models.fusion import FUSIONS
from rebracket.models.network import BranchShape, Network, NetworkShape
from rebracket.models.reading import Reading

BRANCHES = {
    "audio": BranchShape("frames", 6, several=True),
    "midi": BranchShape("tokens", 2, (20, 5), several=True),
    "text": BranchShape("vector", 4),
}
VECTORS = {"audio": BranchShape("vector", 4), "text": BranchShape("vector", 6)}
N, C = 9, 3


def network(fusion: str, hidden: int = 8, branches: dict | None = None, **changes: float) -> Network:
    """A network whose weights are all drawn, so that nothing is zero by chance."""
    torch.manual_seed(1)
    made = Network(NetworkShape(branches or BRANCHES, C, hidden, fusion=fusion, **changes)).eval()
    for weight in made.parameters():
        torch.nn.init.normal_(weight, std=0.3)
    return made


def readings(seed: int = 0, n: int = N, longer: int = 0) -> dict[str, Reading]:
    """Sounds of several members, notes of one, and vectors; some of each are absent."""
    random = torch.Generator().manual_seed(seed)
    owner = torch.tensor([place for place in range(n) for _ in range(place % 3)])
    steps = torch.randint(1, 40, (len(owner),), generator=random)
    longest = int(steps.max()) + longer
    present = torch.zeros(n, dtype=torch.bool)
    present[owner] = True
    sounds = torch.randn(len(owner), longest, 6, generator=random)
    sound = Reading(sounds, present, torch.arange(longest) < steps[:, None], owner)
    played = torch.arange(n)[1::2]
    ids = torch.stack([torch.randint(0, size, (len(played), 7), generator=random) for size in (20, 5)], -1)
    notes = Reading(ids, torch.isin(torch.arange(n), played), torch.ones(len(played), 7).bool(), played)
    has_text = torch.arange(n) % 4 < 2
    return {"audio": sound, "midi": notes, "text": Reading(torch.randn(n, 4, generator=random), has_text)}


def some(read: dict[str, Reading], order: list[int]) -> dict[str, Reading]:
    """The inputs at some places, in their order."""
    return {name: _some(reading, order) for name, reading in read.items()}


def _some(reading: Reading, order: list[int]) -> Reading:
    if reading.owner is None:
        return reading.take(torch.tensor(order))
    members = [m for place in order for m in (reading.owner == place).nonzero()[:, 0].tolist()]
    owner = [new for new, place in enumerate(order) for _ in range(int((reading.owner == place).sum()))]
    assert reading.mask is not None
    return Reading(
        reading.values[members], reading.present[order], reading.mask[members], torch.tensor(owner).long()
    )


def close(one: torch.Tensor, other: torch.Tensor) -> None:
    torch.testing.assert_close(one, other, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("fusion", FUSIONS)
@given(order=st.permutations(range(N)), cut=st.integers(1, N))
@settings(deadline=None, max_examples=15)
def test_what_is_said_of_an_input_does_not_depend_on_the_others(
    fusion: str, order: list[int], cut: int
) -> None:
    made, read = network(fusion), readings()
    whole, part = made(read), made(some(read, order[:cut]))
    close(whole.logits[order[:cut]], part.logits)
    close(whole.weights[order[:cut]], part.weights)


@pytest.mark.parametrize("fusion", FUSIONS)
def test_padding_changes_nothing(fusion: str) -> None:
    made, read = network(fusion), readings()
    sound = read["audio"]
    values = torch.cat([sound.values, 1e3 * torch.ones(len(sound.values), 30, 6)], dim=1)
    mask = torch.cat([sound.mask, torch.zeros(len(sound.values), 30, dtype=torch.bool)], dim=1)
    close(made(read).logits, made({**read, "audio": replace(sound, values=values, mask=mask)}).logits)


@pytest.mark.parametrize("fusion", FUSIONS)
def test_what_stands_where_a_modality_is_absent_is_never_read(fusion: str) -> None:
    made, read = network(fusion), readings()
    text, sound = read["text"], read["audio"]
    other = replace(text, values=torch.where(text.present[:, None], text.values, 1e6))
    loud = replace(sound, values=torch.where(sound.mask[..., None], sound.values, 1e6))
    close(made(read).logits, made({**read, "text": other, "audio": loud}).logits)


@pytest.mark.parametrize("fusion", FUSIONS)
@pytest.mark.parametrize("left", ["audio", "midi", "text", None])
def test_any_modality_alone_and_none_at_all_get_an_answer(fusion: str, left: str | None) -> None:
    made, read = network(fusion), readings()
    alone = {name: reading if name == left else _nothing(reading) for name, reading in read.items()}
    said = made(alone)
    assert bool(said.logits.isfinite().all())
    here = alone[left].present if left else torch.zeros(N, dtype=torch.bool)
    expected = torch.zeros(N, len(BRANCHES))
    if left:
        expected[here, made.modalities.index(left)] = 1.0
        assert said.logits[here].std(dim=0).min() > 0  # it is read
    close(said.weights, expected)
    close(said.logits[~here], said.logits[~here][:1].expand_as(said.logits[~here]))


def _nothing(reading: Reading) -> Reading:
    gone = torch.zeros_like(reading.present)
    if reading.owner is None:
        return replace(reading, present=gone)
    return Reading(reading.values[:0], gone, reading.mask[:0], reading.owner[:0])


@pytest.mark.parametrize("fusion", FUSIONS)
def test_weights_are_shares_of_what_is_there(fusion: str) -> None:
    for made in (network(fusion), Network(NetworkShape(BRANCHES, C, 8, fusion=fusion)).eval()):
        read = readings()
        said = made(read)
        present = torch.stack([read[name].present for name in made.modalities], dim=1)
        assert torch.equal(said.present, present)
        assert bool((said.weights >= 0).all())
        assert bool((said.weights[~present] == 0).all())
        close(said.weights.sum(dim=1), present.any(dim=1).float())


@pytest.mark.parametrize("fusion", FUSIONS)
def test_absence_is_not_a_zero_vector(fusion: str) -> None:
    made = network(fusion, branches=VECTORS)
    nothing = {"audio": torch.zeros(1, 4), "text": torch.zeros(1, 6)}
    here = {name: Reading(value, torch.tensor([True])) for name, value in nothing.items()}
    without = {**here, "audio": replace(here["audio"], present=torch.tensor([False]))}
    assert not torch.allclose(made(here).logits, made(without).logits)


@pytest.mark.parametrize("fusion", FUSIONS)
def test_a_new_network_knows_nothing_and_all_of_it_can_learn(fusion: str) -> None:
    torch.manual_seed(0)
    made, read = Network(NetworkShape(BRANCHES, C, 8, fusion=fusion, own=True)), readings()
    assert bool((made(read).logits == 0).all())
    made = network(fusion, own=True)
    said = made(read)
    (said.logits[:, 0].sum() + (said.own**2).sum()).backward()
    still = {name for name, weight in made.named_parameters() if weight.grad is None or not weight.grad.any()}
    # What late fusion lets an absent modality say is nothing, so its token is never read.
    assert still <= ({f"fusion.absent.{name}" for name in BRANCHES} if fusion == "late" else set())


@pytest.mark.parametrize("hidden", [0, 8])
def test_the_order_in_which_modalities_are_named_does_not_matter(hidden: int) -> None:
    states = []
    for branches in (VECTORS, dict(reversed(VECTORS.items()))):
        torch.manual_seed(0)
        states.append(Network(NetworkShape(branches, C, hidden)).state_dict())
    assert list(states[0]) == list(states[1])
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])


def test_a_linear_probe_adds_what_is_linear_in_each_modality() -> None:
    made = network("early", 0, VECTORS)
    read = {name: Reading(torch.randn(5, own.width), torch.ones(5).bool()) for name, own in VECTORS.items()}
    twice = {name: replace(reading, values=2 * reading.values) for name, reading in read.items()}
    zero = {name: replace(reading, values=0 * reading.values) for name, reading in read.items()}
    one, two, none = (made(some_).logits for some_ in (read, twice, zero))
    close(two - none, 2 * (one - none))


def test_a_linear_probe_is_of_vectors_and_early() -> None:
    with pytest.raises(ValueError, match="need a hidden layer for gated fusion"):
        NetworkShape(VECTORS, C, 0, fusion="gated")
    with pytest.raises(ValueError, match=r"what is learned of \['audio', 'midi'\]"):
        NetworkShape(BRANCHES, C, 0)


@pytest.mark.parametrize("fusion", FUSIONS)
def test_modality_dropout_hides_some_and_never_the_last(fusion: str) -> None:
    made, read = network(fusion, modality_dropout=0.9), readings()
    before = torch.stack([read[name].present for name in made.modalities], dim=1)
    made.train()
    torch.manual_seed(3)
    seen = torch.stack([made(read).present for _ in range(30)])
    assert bool((seen <= before).all())
    assert torch.equal(seen.any(dim=2), before.any(dim=1).expand(30, N))
    one, several = before.sum(dim=1) == 1, before.sum(dim=1) > 1
    assert torch.equal(seen[:, one].sum(dim=2), torch.ones(30, int(one.sum())).long())
    assert seen[:, several].float().mean() < before[several].float().mean()
    made.eval()
    assert torch.equal(made(read).present, before)


def test_attention_between_modalities_can_be_read() -> None:
    made, read = network("cross_attention"), readings()
    tokens = made.tokens(read)
    found = made.fusion.attention_weights(tokens, "text")
    assert list(found) == ["audio", "midi"]
    assert found["audio"].shape == (N, 4, 1, tokens["audio"].values.shape[1])
    close(sum(part.sum(dim=-1) for part in found.values()), torch.ones(N, 4, 1))
    unread = ~tokens["audio"].mask
    unread[:, 0] = False  # the learned token stands there where there is no sound
    assert bool((found["audio"].mean(dim=1)[:, 0][unread] == 0).all())
