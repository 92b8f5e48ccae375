"""Layers: alignment that axes do not change, probes at chance without labels, and what they are made into."""

from __future__ import annotations

import json

import numpy as np
import pytest

from rebracket.core.errors import InputError
from rebracket.evaluation.protocols import Labels
from rebracket.explain.layers import Layers, States, figures, layers_of, linear_cka
from rebracket.ontology import rainbow_table

TAXONOMY = rainbow_table()
COLORS = tuple(TAXONOMY.colors)[:4]
SONGS = 40


def labels(names: list[str]) -> Labels:
    classes = tuple(dict.fromkeys(names))
    numbers = np.array([classes.index(name) for name in names])
    songs = np.array([f"s{n:02d}" for n in range(len(names))])
    return Labels(classes, numbers, songs, np.array([f"album of {name}" for name in names]))


def layered(
    names: list[str], strengths: tuple[float, ...], seed: int = 0, *, fold: np.ndarray | None = None
) -> States:
    """Layers that tell the color ever more."""
    rng = np.random.default_rng(seed)
    centers = {name: rng.normal(size=6) for name in dict.fromkeys(names)}
    told = np.array([centers[name] for name in names])
    networks = 1 if fold is None else int(fold.max()) + 1
    values = tuple(
        tuple(strength * told + rng.normal(size=told.shape) for _ in range(networks))
        for strength in strengths
    )
    names_of = tuple(f"layer {n}" for n in range(len(strengths)))
    return States("tower", "text", names_of, values, np.ones(len(names), dtype=bool), fold)


def found_in(states: list[States], names: list[str], seed: int = 0) -> Layers:
    return layers_of(states, labels(names), TAXONOMY, names, "color", labelings=49, seed=seed)


def test_a_turned_moved_and_scaled_copy_is_wholly_alike() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=(12, 7))
    turn = np.linalg.qr(rng.normal(size=(7, 7)))[0]
    assert linear_cka(values, 3 * values @ turn + 5) == pytest.approx(1.0)
    assert linear_cka(values, values) == pytest.approx(1.0)


def test_stretching_one_axis_is_another_space() -> None:
    values = np.random.default_rng(0).normal(size=(30, 5))
    assert (linear_cka(values, values * [30, 1, 1, 1, 1]) or 1) < 0.7


def test_noise_has_nothing_in_common_however_wide() -> None:
    rng = np.random.default_rng(1)
    found = [linear_cka(rng.normal(size=(12, 200)), rng.normal(size=(12, 200))) or 0.0 for _ in range(200)]
    naive = []
    for _ in range(20):
        one, other = (values - values.mean(axis=0) for values in rng.normal(size=(2, 12, 200)))
        naive.append(
            ((one @ one.T) * (other @ other.T)).sum()
            / np.sqrt(((one @ one.T) ** 2).sum() * ((other @ other.T) ** 2).sum())
        )
    assert abs(np.mean(found)) < 4 * np.std(found) / np.sqrt(len(found))
    assert np.mean(naive) > 0.8  # what is not debiased


def test_what_cannot_be_aligned_is_none() -> None:
    values = np.random.default_rng(0).normal(size=(6, 3))
    assert linear_cka(values[:3], values[:3]) is None
    assert linear_cka(np.full((6, 3), 0.1), values) is None
    with pytest.raises(ValueError, match="same songs"):
        linear_cka(values, values[:5])


def test_a_layer_that_tells_more_probes_better_and_lies_farther_apart() -> None:
    names = [COLORS[n % 4] for n in range(SONGS)]
    found = found_in([layered(names, (0.0, 1.0, 4.0))], names)
    accuracies = [layer.accuracy.value for layer in found.layers if layer.accuracy]
    assert accuracies[0] < 0.55
    assert accuracies == sorted(accuracies)
    assert accuracies[-1] > 0.95
    distances = [layer.distance or 0.0 for layer in found.layers]
    assert distances == sorted(distances)
    assert all(layer.majority is not None and layer.majority.value <= 0.3 for layer in found.layers)


def test_probes_of_shuffled_labels_are_at_chance() -> None:
    reached = []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        names = rng.permutation([COLORS[n % 4] for n in range(SONGS)]).tolist()
        honest = [COLORS[n % 4] for n in range(SONGS)]
        found = found_in([layered(honest, (3.0,), seed)], names, seed)
        reached.append(found.layers[0].accuracy)
    values = np.array([one.value for one in reached if one])
    assert abs(values.mean() - 0.25) < 0.07
    assert sum(one.low <= 0.25 <= one.high for one in reached if one) >= 6


def test_one_album_a_color_is_not_testable_and_says_so() -> None:
    names = [COLORS[n % 4] for n in range(SONGS)]
    (layer,) = found_in([layered(names, (2.0,))], names).layers
    assert layer.test is not None
    assert "not testable" in layer.as_dict()["test"]["undefined"]
    assert "not testable" in layer.as_dict()["geometry"]["apart"]["undefined"]


def test_networks_of_folds_are_probed_on_the_songs_they_never_saw() -> None:
    """A network that remembers its songs says nothing of others, and must not seem to."""
    names = np.random.default_rng(3).permutation([COLORS[n % 4] for n in range(SONGS)]).tolist()
    fold = np.arange(SONGS) % 5
    told = np.eye(4)[[COLORS.index(name) for name in names]]
    rng = np.random.default_rng(4)
    remembered = [np.where((fold == own)[:, None], rng.normal(size=told.shape), 9 * told) for own in range(5)]
    states = States("taught", "text", ("layer 0",), (tuple(remembered),), np.ones(SONGS, dtype=bool), fold)
    found = found_in([states, layered(names, (1.0,))], names)
    assert found.layers[0].accuracy is not None
    assert found.layers[0].accuracy.value < 0.55
    assert found.layers[0].distance is None
    assert any("seen most songs" in remark for remark in found.remarks)
    assert np.isfinite(found.cka).all()


def test_absent_songs_are_never_read() -> None:
    names = [COLORS[n % 4] for n in range(SONGS)]
    states = layered(names, (1.0, 2.0))
    there = np.arange(SONGS) % 5 > 0
    spoiled = tuple((np.where(there[:, None], own[0], 1e6),) for own in states.values)
    one = States(states.encoder, "text", states.layers, states.values, there)
    other = States(states.encoder, "text", states.layers, spoiled, there)
    found = [found_in([own], names).as_dict() for own in (one, other)]
    assert found[0] == found[1]
    assert found[0]["layers"][0]["songs"] == there.sum()


def test_songs_that_do_not_fit_are_an_error() -> None:
    names = [COLORS[n % 4] for n in range(SONGS)]
    with pytest.raises(InputError, match="expected 40 in each"):
        layers_of([layered(names[:-1], (1.0,))], labels(names), TAXONOMY, names, "color")


@pytest.mark.parametrize("count", [4, 40])
def test_the_result_is_plain_data_and_is_drawn(count: int) -> None:
    names = [COLORS[n % 4] for n in range(count)]
    found = found_in([layered(names, (1.0, 2.0))], names)
    json.dumps(found.as_dict(), allow_nan=False)
    drawn = figures(found)
    assert len({figure.id for figure in drawn}) == len(drawn) == (1 if count == 4 else 3)
