"""Geometry of colors: distances without bias, labelings counted, chance at its rate, the planted found."""

from __future__ import annotations

import json
import math
from itertools import permutations

import numpy as np
import pytest
from scipy.stats import binom

from rebracket.core.errors import InputError, RefusedError
from rebracket.explain.geometry import figures, geometry
from rebracket.explain.geometry.claims import symmetries
from rebracket.explain.geometry.songs import songs_of, squared_distances
from rebracket.ontology import Ontology, ontology_from_dict, rainbow_table

WIDTH = 12
TAXONOMY = rainbow_table()
WITH_SONGS = tuple(TAXONOMY.colors)[:8]


def cube() -> Ontology:
    """Eight colors, one for each combination of three axes of two modes."""
    axes = {"first": ["a", "b"], "second": ["c", "d"], "third": ["e", "f"]}
    modes = [
        dict(zip(axes, [[one], [two], [three]], strict=True))
        for one in "ab"
        for two in "cd"
        for three in "ef"
    ]
    return ontology_from_dict(
        {"axes": axes, "colors": {f"k{n}": {"modes": own} for n, own in enumerate(modes)}}
    )


def songs(
    means: dict[str, np.ndarray], *, albums: int = 1, each: int = 6, of_album: float = 0.3, seed: int = 0
) -> tuple[np.ndarray, list[str], list[str]]:
    """Songs around albums around the means of colors: vectors, colors, albums."""
    rng = np.random.default_rng(seed)
    vectors, colors, names = [], [], []
    for color, mean in means.items():
        for album in range(albums):
            home = mean + of_album * rng.normal(size=len(mean))
            vectors.append(home + rng.normal(size=(each, len(mean))))
            colors += [color] * each
            names += [f"{color}-{album}"] * each
    return np.concatenate(vectors), colors, names


def nowhere(colors: tuple[str, ...] = WITH_SONGS) -> dict[str, np.ndarray]:
    return {color: np.zeros(WIDTH) for color in colors}


def test_distances_of_colors_at_one_place_are_zero_on_average() -> None:
    means = {"k0": np.zeros(WIDTH), "k1": np.zeros(WIDTH), "k2": np.full(WIDTH, 1.0)}
    found = []
    for seed in range(150):
        vectors, colors, albums = songs(means, each=4, of_album=0.0, seed=seed)
        own, _ = songs_of(vectors, colors, albums, tuple(means))
        found.append(squared_distances(own.gram))
    same, apart = np.array(found)[:, 0, 1], np.array(found)[:, 0, 2]
    assert abs(same.mean()) < 3.3 * same.std() / math.sqrt(len(same))
    assert apart.mean() > 10 * same.std() / math.sqrt(len(same))


def test_turning_and_moving_all_vectors_changes_no_distance_between_equal_scales() -> None:
    vectors, colors, albums = songs({f"k{n}": np.eye(WIDTH)[n] for n in range(4)})
    names = ("k0", "k1", "k2", "k3")
    one = songs_of(vectors, colors, albums, names)[0].gram
    other = songs_of(vectors[:, ::-1] * -3.0 + 7.0, colors, albums, names)[0].gram
    assert squared_distances(other) == pytest.approx(squared_distances(one), abs=1e-9)


def test_the_order_of_songs_does_not_matter() -> None:
    vectors, colors, albums = songs(nowhere())
    order = np.random.default_rng(1).permutation(len(colors))
    one = geometry(vectors, colors, albums, TAXONOMY, labelings=99, resamples=0)
    other = geometry(
        vectors[order],
        [colors[i] for i in order],
        [albums[i] for i in order],
        TAXONOMY,
        labelings=99,
        resamples=0,
    )
    assert other.distances == pytest.approx(one.distances, abs=1e-9)
    for name, tested in one.tests.items():
        assert other.tests[name].value == pytest.approx(tested.value, abs=1e-9), name


@pytest.mark.parametrize("count", [3, 4, 5, 6])
def test_symmetries_are_those_that_trying_all_of_them_finds(count: int) -> None:
    rng = np.random.default_rng(count)
    for _ in range(12):
        half = rng.integers(0, 2, (count, count))
        form = (half + half.T)[None].astype(float)
        all_of_them = map(list, permutations(range(count)))
        same = sum(np.array_equal(form[0][np.ix_(own, own)], form[0]) for own in all_of_them)
        assert symmetries([form]) == same


def test_a_form_that_the_score_cannot_tell_counts_too() -> None:
    one = np.diag([1.0, 0.0, 0.0])[None]
    other = np.diag([0.0, 1.0, 0.0])[None]
    assert symmetries([one]) == 2
    assert symmetries([one, other]) == 4
    assert symmetries([one, one]) == 2


def test_with_one_album_a_color_most_claims_cannot_be_tested_and_say_why() -> None:
    found = geometry(*songs(nowhere()), TAXONOMY, labelings=99, resamples=0).tests
    counted = {name: tested.result.distinct for name, tested in found.items() if tested.result is not None}
    assert counted["apart"] == 1
    assert counted["line"] == counted["path"] == counted["ends"] == math.factorial(8) // 2
    assert counted["axis-temporal"] == 15
    assert counted["axis-ontological"] == 315
    assert counted["crossed-temporal-ontological"] == 60
    assert counted["arithmetic"] == 10
    for name in ("apart", "axis-temporal", "arithmetic", "between"):
        assert found[name].p is None
        assert "not testable" in found[name].as_dict()["undefined"], name
    assert "axis-objectional" not in found  # the same partition as temporal: one measurement


def test_a_line_that_is_there_is_found() -> None:
    direction = np.random.default_rng(5).normal(size=WIDTH)
    means = {color: direction * rank * 0.5 for rank, color in enumerate(WITH_SONGS)}
    found = geometry(*songs(means), TAXONOMY, labelings=999, resamples=100)
    assert all((found.tests[name].p or 1) <= 0.01 for name in ("line", "path", "ends"))
    assert (found.line.share or 0) > 0.8
    assert (np.diff(found.line.place) > 0).all()


def test_colors_in_another_order_are_no_line() -> None:
    order = [3, 7, 0, 5, 1, 6, 2, 4]
    means = {color: np.ones(WIDTH) * order[rank] for rank, color in enumerate(WITH_SONGS)}
    found = geometry(*songs(means), TAXONOMY, labelings=999, resamples=0)
    assert all((found.tests[name].p or 0) > 0.05 for name in ("line", "path", "ends"))
    assert found.distances[np.triu_indices(8, 1)].min() > 0


def test_axes_that_are_there_are_found_orthogonal_and_add_up() -> None:
    taxonomy, rng = cube(), np.random.default_rng(2)
    directions = np.linalg.qr(rng.normal(size=(WIDTH, WIDTH)))[0][:3] * [[9], [7], [7]]
    means = {
        name: sum(
            directions[at] * (color.modes[axis][0] == taxonomy.axes[axis][0])
            for at, axis in enumerate(taxonomy.axes)
        )
        for name, color in taxonomy.colors.items()
    }
    found = geometry(*songs(means), taxonomy, labelings=999, resamples=50)
    assert found.tests["axis-first"].p == pytest.approx(1 / 35)  # the strongest: all other halvings are worse
    assert (found.tests["arithmetic"].p or 1) <= 0.05
    assert len(found.landings) >= 24
    assert all(landing.rank == 1 for landing in found.landings)
    assert all(axis.left_colors == 8 for axis in found.axes)
    assert all(axis.right_colors >= 7 for axis in found.axes)  # the mean of three others is off on other axes
    assert len(found.pairs) == 3
    assert all(np.abs(pair.cosines).max() < 0.35 for pair in found.pairs)


def test_axes_that_share_a_direction_are_not_orthogonal() -> None:
    taxonomy = cube()
    one, other = np.linalg.qr(np.random.default_rng(3).normal(size=(WIDTH, WIDTH)))[0][:2] * 5
    along = {"a": one, "c": one, "e": other}
    means = {
        name: sum(along.get(own[0], 0 * one) for own in color.modes.values())
        for name, color in taxonomy.colors.items()
    }
    found = geometry(*songs(means), taxonomy, labelings=999, resamples=50)
    pair = next(pair for pair in found.pairs if (pair.first, pair.second) == ("first", "second"))
    assert np.abs(pair.cosines).min() > 0.7
    assert (found.tests["crossed-first-second"].p or 0) > 0.5
    assert (
        found.tests["aligned-first-second"].p or 1
    ) < 0.2  # two directions in all: many labelings share one


def test_the_sixth_of_a_ring_and_the_color_between_are_where_the_modes_say() -> None:
    taxonomy, rng = TAXONOMY, np.random.default_rng(4)
    strength = {
        "temporal": 2,
        "objectional": 1,
        "ontological": 6,
    }  # else the other axis is as good a labeling
    effect = {
        mode: strength[axis] * rng.normal(size=WIDTH)
        for axis, modes in taxonomy.axes.items()
        for mode in modes
    }
    means = {}
    for name in WITH_SONGS:
        own = taxonomy.colors[name].modes
        parts = [np.mean([effect[mode] for mode in modes], axis=0) for modes in own.values()]
        means[name] = np.sum(parts, axis=0) if parts else rng.normal(size=WIDTH) * 9
    found = geometry(*songs(means, albums=2), taxonomy, labelings=199, resamples=0)
    rings = [landing for landing in found.landings if len(landing.terms) == 5]
    assert len(rings) == 6
    assert all(landing.rank == 1 for landing in rings)
    assert found.across == "album"
    assert found.tests["arithmetic"].p is None  # six colors in a ring have ten orders only
    assert (found.tests["apart"].p or 1) <= 0.05
    assert (found.tests["axis-ontological"].p or 1) <= 0.05


@pytest.mark.slow
def test_colors_that_are_apart_without_an_order_are_no_line_though_albums_agree() -> None:
    called = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        means = {color: 3 * rng.normal(size=WIDTH) for color in WITH_SONGS}
        found = geometry(
            *songs(means, albums=2, each=2, seed=seed), TAXONOMY, labelings=99, resamples=0
        ).tests
        assert (found["apart"].p or 1) <= 0.05
        called += (found["line"].p or 1) <= 0.05
    assert called <= binom.isf(0.001, 40, 0.05)


@pytest.mark.slow
@pytest.mark.parametrize("albums", [1, 2])
def test_shuffled_albums_are_called_something_as_often_as_p_says(albums: int) -> None:
    shuffles, hits = 40, {}
    for seed in range(shuffles):
        rng = np.random.default_rng((seed, albums))
        vectors, colors, names = songs(nowhere(), albums=albums, each=3, of_album=1.5, seed=seed)
        of_album = dict(zip(names, colors, strict=True))
        handed = dict(zip(of_album, rng.permutation(list(of_album.values())).tolist(), strict=True))
        found = geometry(
            vectors, [handed[name] for name in names], names, TAXONOMY, labelings=59, resamples=0
        )
        for name, tested in found.tests.items():
            if tested.p is not None:
                hits[name] = hits.get(name, 0) + (tested.p <= 0.05)
    assert len(hits) == (7 if albums == 2 else 6)
    most = binom.isf(0.001 / (2 * len(hits)), shuffles, 0.05)  # missed once in 1000 runs, all tests together
    assert max(hits.values()) <= most, hits
    assert sum(hits.values()) > 0  # a test that never calls anything is none


def test_songs_are_the_units_where_an_album_has_several_colors() -> None:
    vectors, colors, albums = songs(nowhere())
    found = geometry(vectors, colors, ["one"] * len(albums), TAXONOMY, labelings=99, resamples=0)
    assert found.unit == "song"
    assert found.tests["apart"].p is not None


def test_what_is_left_out_is_said() -> None:
    vectors, colors, albums = songs(nowhere())
    lone = [name if row != 0 else None for row, name in enumerate(colors)]
    lone[7:12] = [None] * 5  # the second color keeps one song
    found = geometry(vectors, lone, albums, TAXONOMY, labelings=19, resamples=20)
    assert WITH_SONGS[1] not in found.colors
    assert any("one song" in remark for remark in found.remarks)
    assert any(f"line goes from {WITH_SONGS[0]}" in remark for remark in found.remarks)


def test_too_few_colors_are_refused_and_broken_numbers_are_errors() -> None:
    vectors, colors, albums = songs(nowhere(WITH_SONGS[:2]))
    with pytest.raises(RefusedError, match="2 colors"):
        geometry(vectors, colors, albums, TAXONOMY)
    vectors, colors, albums = songs(nowhere())
    vectors[0, 0] = np.nan
    with pytest.raises(InputError, match="not finite"):
        geometry(vectors, colors, albums, TAXONOMY)
    with pytest.raises(InputError, match="expected one of each"):
        geometry(vectors, colors[:-1], albums, TAXONOMY)


@pytest.mark.parametrize("constant", [False, True])
def test_the_result_is_plain_data_and_is_drawn(constant: bool) -> None:
    vectors, colors, albums = songs(nowhere())
    found = geometry(vectors * (not constant), colors, albums, TAXONOMY, labelings=19, resamples=20)
    json.dumps(found.as_dict(), allow_nan=False)
    drawn = figures(found, "words")
    assert len({figure.id for figure in drawn}) == len(drawn) >= 3
    assert all(figure.id.endswith("-words") for figure in drawn)
