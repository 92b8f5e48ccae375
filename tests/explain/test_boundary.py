"""The plane holds the three places it goes through, and says how its regions were made."""

from __future__ import annotations

import json

import numpy as np
import pytest

from rebracket.core.errors import InputError, RefusedError
from rebracket.explain.counterfactual import Boundary, boundary, figures
from rebracket.page import ClassKey

CLASSES = ("sea", "land", "sky")
SIDE = np.array([1.0, 0.5, 0, 0, 0, 0])


def model(vectors: np.ndarray) -> np.ndarray:
    """Sea on one side of a plane in six dimensions, land on the other, sky far up."""
    scores = np.column_stack([-vectors @ SIDE, vectors @ SIDE, 4 * (vectors[:, 5] - 2.5)])
    shares = np.exp(4 * (scores - scores.max(axis=1, keepdims=True)))
    return shares / shares.sum(axis=1, keepdims=True)


def drawn(**how) -> tuple[Boundary, np.ndarray, np.ndarray]:  # type: ignore[no-untyped-def]
    vectors = np.random.default_rng(0).normal(size=(60, 6))
    vectors[:, 2:] *= 0.2
    path = np.array([[-1.0, 0, 0, 0, 0, 0], [-0.2, 0.3, 0, 0, 0, 0], [0.4, 0.6, 0, 0, 0, 0]])
    ids = [f"s{n}" for n in range(60)]
    made = boundary("x_1-0-9", path, model(path), ids, vectors, model(vectors), CLASSES, **how)
    return made, vectors, path


@pytest.mark.parametrize("of_vectors", [None, model])
def test_distances_between_the_three_places_are_kept(of_vectors) -> None:  # type: ignore[no-untyped-def]
    made, vectors, path = drawn(of_vectors=of_vectors)
    nearest = int(made.nearest_id[1:])
    assert (made.from_class, made.to_class, made.point_classes[nearest]) == ("sea", "land", "land")
    land = np.flatnonzero(model(vectors).argmax(axis=1) == 1)
    assert nearest == land[np.linalg.norm(vectors[land] - path[0], axis=1).argmin()]
    three = np.stack([path[0], path[-1], vectors[nearest]])
    flat = np.stack([made.path[0], made.path[-1], made.points[nearest]])
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert np.linalg.norm(flat[one] - flat[other]) == pytest.approx(
            np.linalg.norm(three[one] - three[other])
        )


def test_where_the_model_can_be_asked_each_place_has_its_own_answer() -> None:
    made, vectors, path = drawn(of_vectors=model)
    nearest = vectors[int(made.nearest_id[1:])]
    basis = np.linalg.qr(np.stack([nearest - path[0], path[-1] - path[0]]).T)[0].T
    x0, x1, y0, y1 = made.extent
    x, y = np.meshgrid(np.linspace(x0, x1, made.grid.shape[1]), np.linspace(y0, y1, made.grid.shape[0]))
    signs = np.sign(basis @ np.stack([nearest - path[0], path[-1] - path[0]]).T).diagonal()
    places = path[0] + np.column_stack([x.ravel(), y.ravel()]) @ (signs[:, None] * basis)
    np.testing.assert_array_equal(made.grid.ravel(), model(places).argmax(axis=1))
    assert made.is_asked


def test_where_it_cannot_the_regions_are_of_the_segments_around_and_it_is_said() -> None:
    made, *_ = drawn()
    asked, *_ = drawn(of_vectors=model)
    assert (made.grid == asked.grid).mean() > 0.85
    assert made.agreement > 0.8
    (plane,) = figures(made)
    assert "the model itself was not asked there" in plane.evidence
    assert f"{made.agreement:.0%} of 60 segments" in plane.evidence
    assert "the model was asked about the feature vector" in figures(asked)[0].evidence
    assert plane.id == "boundary-x-1-0-9"
    first = made.classes[0]
    (named,) = figures(made, {first: ClassKey(first, "Cerise", "#DE3163")})
    assert (named.classes[0], named.classes[1:]) == ("Cerise", plane.classes[1:])
    assert named.hex_of == {"Cerise": "#DE3163"}
    assert first not in named.title.split()
    json.dumps(made.as_dict(), allow_nan=False)


def test_regions_of_answers_by_chance_agree_no_better_than_chance() -> None:
    rng = np.random.default_rng(1)
    vectors, path = rng.normal(size=(300, 4)), np.array([[-1.0, 0, 0, 0], [1.0, 0, 0, 0]])
    said = np.eye(2)[rng.integers(2, size=300)]
    made = boundary("x", path, np.eye(2), [str(n) for n in range(300)], vectors, said, CLASSES[:2])
    assert 0.35 < made.agreement < 0.65  # left out: with itself counted in, it would be near 1


def test_a_counterfactual_with_the_same_features_still_has_a_plane() -> None:
    vectors = np.random.default_rng(0).normal(size=(9, 3))
    said = model(np.pad(vectors, ((0, 0), (0, 3))))
    path = np.stack([vectors[0], vectors[0]])
    path_said = np.array([[0.8, 0.2, 0.0], [0.2, 0.8, 0.0]])
    made = boundary("x", path, path_said, [str(n) for n in range(9)], vectors, said, CLASSES)
    np.testing.assert_allclose(made.path, 0, atol=1e-12)
    assert made.points.std(axis=0).min() > 0


def test_what_cannot_be_drawn_is_refused() -> None:
    vectors, ids = np.arange(8.0)[:, None] * [1.0, 2.0, 3.0], [str(n) for n in range(8)]
    said = np.eye(3)[[0, 0, 0, 0, 1, 1, 1, 1]]
    path, path_said = vectors[[0, 5]], said[[0, 5]]
    with pytest.raises(RefusedError, match="lie on one line"):
        boundary("x", path, path_said, ids, vectors, said, CLASSES)
    with pytest.raises(RefusedError, match="the path stays in sea"):
        boundary("x", path, path_said[[0, 0]], ids, vectors, said, CLASSES)
    with pytest.raises(RefusedError, match="takes none of 8 segments for sky"):
        boundary("x", path, np.eye(3)[[0, 2]], ids, vectors, said, CLASSES)
    with pytest.raises(InputError, match=r"found vectors \(8, 3\), expected \(7, 3\)"):
        boundary("x", path, path_said, ids[:7], vectors, said, CLASSES)
