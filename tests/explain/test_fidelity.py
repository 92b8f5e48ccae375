"""Laws of checking explanations: what a perfect one, a reversed one and a random one must score."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from rebracket.core.errors import RefusedError, UsageError
from rebracket.explain.asking import Given
from rebracket.explain.attribution import Attribution, explain
from rebracket.explain.attribution.players import PLAYERS
from rebracket.explain.attribution.players.players import Players
from rebracket.explain.fidelity import (
    agreement,
    carriers_by_song,
    carriers_found,
    curve_of,
    fidelity_of,
    figures,
    rank_correlation,
)
from rebracket.explain.fidelity.by_song import mean_by_song, ratio_by_song

Array = npt.NDArray[np.float64]
N = 17
WORTH = np.random.default_rng(0).normal(scale=0.5, size=N)
TEXT = " ".join(f"w{number}" for number in range(N))
GIVEN = Given("s", "song", 0.0, 4.0, TEXT, ())
CLASSES = ("no", "yes")


def additive(given: Sequence[Given]) -> Array:
    """A model whose log-odds are the sum of what its words are worth."""
    sums = np.array([sum(WORTH[int(word[1:])] for word in one.text.split()) for one in given])
    yes = 1 / (1 + np.exp(-sums))
    return np.column_stack([1 - yes, yes])


def scored(scores: Array, class_name: str = "yes") -> tuple[Players, Attribution]:
    players = PLAYERS["words"](GIVEN)
    attribution = Attribution(
        "s", "t", class_name, "any", "words", players.units, scores, None, 0.0, 0.0, 0.0
    )
    return players, attribution


def faithfulness(scores: Array, seed: int = 0) -> float:
    return curve_of(additive, *scored(scores), 1, seed=seed).faithfulness


def test_occlusion_of_an_additive_model_is_its_worths() -> None:
    found = explain(additive, GIVEN, "t", CLASSES, "yes", kind="words", method="occlusion")
    np.testing.assert_allclose(found.scores, WORTH, atol=1e-9)


def test_no_order_deletes_better_than_the_true_one_and_none_worse_than_its_reverse() -> None:
    best, worst = faithfulness(WORTH), faithfulness(-WORTH)
    rng = np.random.default_rng(1)
    others = [faithfulness(rng.normal(size=N)) for _ in range(60)]
    assert worst < min(others) < max(others) < best


def test_deletion_of_the_best_and_the_worst_order_add_up_to_everything_at_every_share() -> None:
    curve, reverse = (curve_of(additive, *scored(sign * WORTH), 1) for sign in (1, -1))
    whole = WORTH.sum()
    np.testing.assert_allclose(curve.shares + curve.shares[::-1], 1.0)
    np.testing.assert_allclose(curve.deletion + reverse.deletion[::-1], whole, atol=1e-9)
    np.testing.assert_allclose(curve.insertion, whole - curve.deletion, atol=1e-9)
    assert curve.deletion[0] == pytest.approx(whole)
    assert curve.deletion[-1] == pytest.approx(0.0, abs=1e-9)


def test_random_scores_are_as_faithful_as_random_orders() -> None:
    rng = np.random.default_rng(2)
    values = np.array([faithfulness(rng.normal(size=N), seed) for seed in range(200)])
    error = values.std(ddof=1) / np.sqrt(len(values))
    assert abs(values.mean()) < 3 * error
    assert error < faithfulness(WORTH) / 20


def test_one_unit_has_nothing_to_be_ordered() -> None:
    one = Given("s", "song", 0.0, 4.0, "w3", ())
    players = PLAYERS["words"](one)
    alone = Attribution("s", "t", "yes", "any", "words", players.units, np.ones(1), None, 0.0, 0.0, 0.0)
    curve = curve_of(additive, players, alone, 1)
    assert curve.faithfulness == curve.sufficiency == 0.0


def test_no_segment_is_asked_about_twice() -> None:
    asked: list[str] = []

    def watched(given: Sequence[Given]) -> Array:
        asked.extend(one.text for one in given)
        return additive(given)

    curve = curve_of(watched, *scored(WORTH), 1)
    assert len(asked) == len(set(asked))
    assert len(asked) <= 22 + 10 * curve.n_orders


def test_players_of_another_segment_are_refused() -> None:
    _, attribution = scored(WORTH)
    other = PLAYERS["words"](Given("s", "song", 0.0, 4.0, "w1 w2", ()))
    with pytest.raises(UsageError, match="found 2 words"):
        curve_of(additive, other, attribution, 1)


# Carriers --------------------------------------------------------------------------------------------------


def test_scores_that_are_the_truth_find_all_and_their_reverse_none() -> None:
    truth = np.arange(20) < 5
    right, wrong = (carriers_found(sign * truth.astype(float), truth) for sign in (1, -1))
    assert (right.found, right.ratio) == (1.0, 4.0)
    assert wrong.found == 0.0


def test_scores_that_say_nothing_find_what_chance_finds() -> None:
    truth = np.arange(20) < 5
    assert carriers_found(np.zeros(20), truth).ratio == pytest.approx(1.0)
    rng = np.random.default_rng(3)
    ratios = np.array([carriers_found(rng.normal(size=20), truth).ratio for _ in range(500)])
    assert abs(ratios.mean() - 1) < 3 * ratios.std(ddof=1) / np.sqrt(len(ratios))


def test_equal_scores_share_the_places_that_are_left() -> None:
    found = carriers_found(np.array([2.0, 1.0, 1.0, 1.0]), np.array([True, True, False, False]))
    assert found.found == pytest.approx((1 + 1 / 3) / 2)


@pytest.mark.parametrize("truth", [np.zeros(4, dtype=bool), np.ones(4, dtype=bool)])
def test_where_no_unit_or_every_unit_carries_there_is_nothing_to_find(truth: npt.NDArray[np.bool_]) -> None:
    with pytest.raises(RefusedError, match="among 4 units"):
        carriers_found(np.arange(4.0), truth)


def test_a_song_with_many_segments_counts_once() -> None:
    truth = np.array([True, False, False, False])
    right, wrong = carriers_found(1.0 * truth, truth), carriers_found(-1.0 * truth, truth)
    even = carriers_by_song([right, wrong], ["a", "b"])
    uneven = carriers_by_song([right] * 9 + [wrong], ["a"] * 9 + ["b"])
    assert even.found is not None
    assert uneven.found is not None
    assert even.found.value == uneven.found.value == 0.5
    assert (uneven.n_segments, uneven.n_songs, uneven.most) == (10, 2, 4.0)


def test_intervals_of_ratios_hold_the_true_ratio_as_often_as_they_say() -> None:
    rng, held = np.random.default_rng(4), 0
    songs = [str(number) for number in range(20)]
    for _ in range(400):
        below = rng.uniform(0.1, 0.3, size=20)
        interval = ratio_by_song(3 * below + rng.normal(scale=0.2, size=20), below, songs)
        assert interval is not None
        held += interval.low <= 3 <= interval.high
    assert 0.91 <= held / 400 <= 0.98


def test_one_song_has_no_interval() -> None:
    assert mean_by_song([1.0, 2.0], ["a", "a"]) is None
    assert ratio_by_song([1.0], [1.0], ["a"]) is None


# Agreement -------------------------------------------------------------------------------------------------


def test_only_ranks_count_in_an_agreement() -> None:
    _, one = scored(WORTH)
    assert rank_correlation(one, scored(np.exp(WORTH))[1]) == pytest.approx(1.0)
    assert rank_correlation(one, scored(-WORTH)[1]) == pytest.approx(-1.0)
    assert rank_correlation(one, scored(np.zeros(N))[1]) is None


def test_attributions_of_other_classes_are_not_compared() -> None:
    with pytest.raises(UsageError, match="compare attributions of the same"):
        rank_correlation(scored(WORTH)[1], scored(WORTH, "no")[1])


def test_pairs_that_say_nothing_are_counted_and_left_out() -> None:
    same, flat = (scored(WORTH)[1], scored(WORTH)[1]), (scored(WORTH)[1], scored(np.zeros(N))[1])
    found = agreement([same, same, flat], ["a", "b", "c"])
    assert found.mean is not None
    assert found.mean.value == pytest.approx(1.0)
    assert (found.n_pairs, found.n_songs, found.n_undefined) == (2, 2, 1)


# Together --------------------------------------------------------------------------------------------------


def test_a_result_is_plain_data_and_its_figures_say_what_they_are_no_evidence_of() -> None:
    curves = [curve_of(additive, *scored(WORTH), 1, seed=seed) for seed in range(3)]
    same = agreement([(scored(WORTH)[1], scored(WORTH)[1])] * 2, ["a", "b"])
    result = fidelity_of("t", "occlusion", "words", curves, ["a", "a", "b"], agreements={"other seeds": same})
    plain = json.loads(json.dumps(result.as_dict(), allow_nan=False))
    assert plain["faithfulness"]["low"] > 0
    assert plain["carriers"] is None
    assert (plain["segments"], plain["songs"]) == (3, 2)
    drawn = figures(result)
    assert [figure.id for figure in drawn] == ["fidelity-t-words-occlusion", "agreement-t-words-occlusion"]
    assert all(figure.not_evidence for figure in drawn)


def test_a_single_song_has_curves_without_bands() -> None:
    result = fidelity_of("t", "occlusion", "words", [curve_of(additive, *scored(WORTH), 1)], ["a"])
    assert result.faithfulness is None
    (curves,) = figures(result)
    assert not curves.low  # type: ignore[union-attr]
    assert np.isfinite(result.lines["deletion"].mean).all()
