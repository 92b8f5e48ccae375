"""The observer: calibrated, better than anything fitted, and never worse for knowing more."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from rebracket.demo.ceiling import (
    Scored,
    Seen,
    draw_fresh,
    known,
    observe,
    player_posterior,
    scored_sets,
    scores_of,
)
from rebracket.demo.ceiling.enumeration import look_ceiling
from rebracket.demo.ceiling.monte_carlo import accuracy, explained, log_likelihood, macro_f1, noisy, subsets
from rebracket.demo.story import CHANNELS, COLORS, Knobs, SongCauses, SongKey, draw_song, table

SONGS = 800
ASKED = (
    "color",
    "color by segment",
    "rebracketing_state",
    "rebracketing_state by segment",
    "has_rebracketing",
    "next_state",
)


def seen(songs: tuple[SongCauses, ...], channels: tuple[str, ...], knobs: Knobs) -> Seen:
    return Seen(songs, tuple(observe(song, channels, knobs) for song in songs))


@pytest.fixture(scope="module")
def songs() -> tuple[SongCauses, ...]:
    return draw_fresh(Knobs(), SONGS)


@pytest.fixture(scope="module")
def scored(songs: tuple[SongCauses, ...]) -> dict[tuple[str, ...], dict[str, Scored]]:
    """Everything that is asked, by channels."""
    knobs = Knobs()
    return {channels: scored_sets(seen(songs, channels, knobs), knobs) for channels in subsets(CHANNELS)}


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize("channels", [("words",), ("midi", "audio"), CHANNELS])
def test_posteriors_are_calibrated(
    scored: dict[tuple[str, ...], dict[str, Scored]], channels: tuple[str, ...], name: str
) -> None:
    """In each band of confidence it is right as often as it says."""
    found = scored[channels][name]
    np.testing.assert_allclose(found.posteriors.sum(axis=1), 1)
    sure, hits = found.posteriors.max(axis=1), found.posteriors.argmax(axis=1) == found.truth
    ece = 0.0
    for low in np.arange(0, 1, 0.1):
        inside = (sure > low) & (sure <= low + 0.1)
        ece += abs(float(hits[inside].sum() - sure[inside].sum())) / len(sure)
    assert ece < 0.05
    # Over all of it, the hits are as many as it expects, within four deviations (songs are one draw).
    bound = 4 * np.sqrt((sure * (1 - sure)).sum()) * 1.6
    assert abs(float(hits.sum() - sure.sum())) < bound


@pytest.mark.parametrize("name", ASKED)
def test_each_class_comes_up_as_often_as_it_is_believed(
    scored: dict[tuple[str, ...], dict[str, Scored]], name: str
) -> None:
    found = scored[CHANNELS][name]
    occurs = np.bincount(found.truth, minlength=found.posteriors.shape[1])
    believed = found.posteriors.sum(axis=0)
    assert np.all(np.abs(occurs - believed) < 5 * np.sqrt(np.maximum(occurs, 4)))


@pytest.mark.parametrize("name", ASKED)
def test_more_channels_are_never_worse(scored: dict[tuple[str, ...], dict[str, Scored]], name: str) -> None:
    for channels in scored:
        for more in scored:
            if set(channels) < set(more):
                few, many = (log_likelihood(scored[c][name]) for c in (channels, more))
                assert many.value > few.value - 3 * np.hypot(few.se, many.se)


def test_the_whole_song_is_never_worse_than_a_row(
    scored: dict[tuple[str, ...], dict[str, Scored]],
) -> None:
    for found in scored.values():
        for name in ("color", "rebracketing_state", "has_rebracketing"):
            alone, whole = (log_likelihood(found[n]) for n in (f"{name} by segment", name))
            assert whole.value > alone.value - 3 * np.hypot(alone.se, whole.se)
        assert explained(found["intensity"]).value > explained(found["intensity by segment"]).value - 0.02


def test_the_channels_stand_as_they_are_meant_to(
    scored: dict[tuple[str, ...], dict[str, Scored]],
) -> None:
    """Of the small demo: each channel by itself between 0.6 and 0.9, sound below all three together."""
    by_channel = {channels: accuracy(found["color"]).value for channels, found in scored.items()}
    for channel in CHANNELS:
        assert 0.57 < by_channel[(channel,)] < 0.9
    assert by_channel[("audio",)] < by_channel[("midi",)] < by_channel[("words",)] < by_channel[CHANNELS]


def test_noisy_labels_have_a_lower_ceiling(
    songs: tuple[SongCauses, ...], scored: dict[tuple[str, ...], dict[str, Scored]]
) -> None:
    knobs = Knobs()
    written = scored_sets(seen(songs, CHANNELS, knobs), knobs, labels="noisy")
    for name in ("rebracketing_state", "rebracketing_type", "has_rebracketing", "intensity"):
        for metric, clean in scores_of(name, scored[CHANNELS][name]).items():
            assert scores_of(name, written[name])[metric].value < clean.value, (name, metric)
    assert written["color"].truth.tolist() == scored[CHANNELS]["color"].truth.tolist()


def test_without_effects_everything_is_chance() -> None:
    knobs = Knobs.preset("zero")
    found = scored_sets(seen(draw_fresh(knobs, 48), CHANNELS, knobs), knobs)
    np.testing.assert_allclose(found["color"].posteriors, 1 / 8)
    for name in ("rebracketing_state", "rebracketing_type", "next_state", "intensity", "temporal_mode"):
        assert np.ptp(found[name].posteriors, axis=0).max() < 1e-9  # what is believed of anything is one


def test_looks_alone_say_what_they_can_be_counted_to() -> None:
    off = {f"effects.{channel}": 0 for channel in CHANNELS}
    knobs = Knobs().with_(**off, **{"looks.midi": 0.4, "looks.audio": 0.4})
    fresh = draw_fresh(knobs, 400)
    for channels in (("midi",), ("midi", "audio")):
        found = scored_sets(seen(fresh, channels, knobs), knobs)["color"]
        exact = look_ceiling(known(knobs), channels)
        for metric, score in (("accuracy", accuracy), ("log_likelihood", log_likelihood)):
            assert abs(score(found).value - exact[metric].value) < 4 * score(found).se


def test_intensity_is_believed_without_bias(scored: dict[tuple[str, ...], dict[str, Scored]]) -> None:
    for found in scored.values():
        rest = found["intensity"].truth - found["intensity"].posteriors[:, 0]
        assert abs(rest.mean()) < 4 * rest.std() / np.sqrt(SONGS)
        assert abs(np.corrcoef(rest, found["intensity"].posteriors[:, 0])[0, 1]) < 0.08


def test_at_full_strength_nothing_is_left_to_guess() -> None:
    knobs = Knobs.preset("full")
    fresh = draw_fresh(knobs, 80)
    for channels in (("midi",), ("audio",), CHANNELS):
        found = scored_sets(seen(fresh, channels, knobs), knobs)
        assert accuracy(found["color"]).value > 0.99
        assert accuracy(found["rebracketing_state"]).value > 0.97
        assert explained(found["intensity"]).value > 0.95
    words = scored_sets(seen(fresh, ("words",), knobs), knobs)
    assert accuracy(words["color"]).value > 0.99


def test_complementary_channels_say_far_more_together() -> None:
    knobs = Knobs.preset("complementary")
    fresh = draw_fresh(knobs, 200)
    found = [accuracy(scored_sets(seen(fresh, c, knobs), knobs)["color"]).value for c in subsets(CHANNELS)]
    assert found[-1] >= max(found[:3]) + 0.2


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_stronger_effect_is_a_higher_ceiling(channel: str) -> None:
    found = []
    for effect in (0.0, 0.4, 0.8, 1.6, 3.2):
        knobs = Knobs().with_(**{f"effects.{channel}": effect, "looks.midi": 0, "looks.audio": 0})
        fresh = draw_fresh(knobs, 100)
        found.append(log_likelihood(scored_sets(seen(fresh, (channel,), knobs), knobs)["color"]).value)
    assert found == sorted(found)
    assert found[0] == pytest.approx(-np.log(8))


@pytest.mark.parametrize("name", ["logistic", "forest", "lda"])
def test_no_classifier_is_better_than_the_observer(
    songs: tuple[SongCauses, ...], scored: dict[tuple[str, ...], dict[str, Scored]], name: str
) -> None:
    """Rows of other songs to learn from, every feature of the twin given; by row, color and state."""
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
    from sklearn.ensemble import ExtraTreesClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    made = {
        "logistic": make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=300)),
        "forest": ExtraTreesClassifier(100, min_samples_leaf=3, random_state=0, n_jobs=1),
        "lda": LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto"),
    }[name]
    train, test = table(draw_fresh(Knobs(), 600, replicate=1)), table(songs)
    for target, by in (("color", "color"), ("type", "rebracketing_state")):
        ceiling = accuracy(scored[CHANNELS][f"{by} by segment"])
        features = [np.hstack([rows.features[c] for c in CHANNELS]) for rows in (train, test)]
        made.fit(features[0], getattr(train, target))
        score = float(np.mean(made.predict(features[1]) == getattr(test, target)))
        assert score <= ceiling.value + 2 * ceiling.se
        assert score > 0.5  # the features do say something


def test_twins_share_their_content_and_differ_in_style() -> None:
    knobs = Knobs()
    key = SongKey.pure(COLORS[0], 1000, 1, 0)
    twins = [draw_song(replace(key, color=c, color_weights=((c, 1.0),)), knobs) for c in COLORS]
    posteriors = [observe(twin, CHANNELS, knobs) for twin in twins]
    for twin, posterior in zip(twins, posteriors, strict=True):
        np.testing.assert_allclose(posterior.content, posteriors[0].content)
        np.testing.assert_allclose(posterior.types, posteriors[0].types)
        assert posterior.content.argmax() == twin.motif
    own = [posterior.color[number] for number, posterior in enumerate(posteriors)]
    assert np.mean([posterior.color for posterior in posteriors]) < np.mean(own) - 0.3


def test_a_mixture_lies_between_its_colors() -> None:
    """Of 60 % and 40 % the stronger is the likelier, on average over songs."""
    knobs = Knobs()
    found = [
        observe(draw_song(SongKey.mixed({"R": 0.6, "G": 0.4}, 1000, 1 + n, n), knobs), CHANNELS, knobs).color
        for n in range(60)
    ]
    mean = dict(zip(COLORS, np.mean(found, axis=0), strict=True))
    assert mean["R"] > mean["G"]


def test_players_are_told_by_their_habits() -> None:
    knobs = Knobs()
    stems = [stem for song in draw_fresh(knobs, 200) for stem in song.stems]
    found = np.array([player_posterior(stem.habit, knobs.effects.player) for stem in stems])
    players = np.array([stem.player for stem in stems])
    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert np.mean(found.argmax(axis=1) == players) > 0.4
    np.testing.assert_allclose(player_posterior(stems[0].habit, 0.0), 1 / 5)
    np.testing.assert_allclose(player_posterior((0, 0, 0), 0.0, (0.5, 0.2, 0.1, 0.1, 0.1))[0], 0.5)


def test_scores_of_a_known_case() -> None:
    sure = Scored(np.eye(3)[[0, 1, 2, 2]], np.array([0, 1, 2, 0]), np.array([0, 0, 1, 2]))
    assert accuracy(sure).value == 0.75
    assert macro_f1(sure).value == pytest.approx((2 / 3 + 1 + 2 / 3) / 3)
    values = Scored(np.array([[1.0], [2.0], [3.0]]), np.array([1.0, 2.0, 4.0]), np.arange(3))
    assert explained(values).value == pytest.approx(1 - 1 / (14 / 3))
    rng = np.random.default_rng(0)
    flips = Scored(np.tile([0.6, 0.4], (2000, 1)), (rng.random(2000) < 0.4).astype(int), np.arange(2000))
    assert accuracy(flips).se == pytest.approx(np.sqrt(0.24 / 2000), rel=0.5)
    assert norm.cdf((accuracy(flips).value - 0.6) / np.sqrt(0.24 / 2000)) > 0.0005
    np.testing.assert_allclose(noisy(np.array([[1.0, 0, 0]]), 0.2), [[0.8, 0.1, 0.1]])


def test_rare_classes_are_chosen_where_that_pays() -> None:
    """A class of one in ten that is never the most probable: macro F1 wants it chosen all the same."""
    rng = np.random.default_rng(0)
    rare = np.where(rng.random(4000) < 0.25, 0.4, 0.02)
    truth = (rng.random(4000) < rare).astype(int)
    scored_ = Scored(np.stack([1 - rare, rare], axis=1), truth, np.arange(4000))
    never = 0.5 * 2 * (truth == 0).sum() / (len(truth) + (truth == 0).sum())
    assert macro_f1(scored_).value > never + 0.1
