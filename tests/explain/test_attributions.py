"""Shares of an answer: exact where the answer is known, sums that hold, and units that can be taken out."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from rebracket.catalogue.audio import decode_audio
from rebracket.core.errors import RefusedError, UsageError
from rebracket.explain.asking import Given, GivenStem, log_odds
from rebracket.explain.attribution import Attribution, explain
from rebracket.explain.attribution.game import Game
from rebracket.explain.attribution.players import PLAYERS
from rebracket.explain.attribution.players.notes import placed_notes
from rebracket.explain.attribution.players.sound import equalizer
from rebracket.explain.attribution.shapley import shapley
from rows_dataset import flac_tone, midi_line

CLASSES = ("no", "yes")


def segment(text: str = "", stems: Sequence[tuple[bytes | None, bytes | None]] = ()) -> Given:
    own = tuple(GivenStem(f"r{n}", n, f"stem {n}", None, *media) for n, media in enumerate(stems, start=1))
    return Given("s-0-300", "s", 0.0, 0.3, text, own)


def odds(values: Sequence[float]) -> np.ndarray:
    """[n] log-odds -> [n, 2] probabilities of which the second has them."""
    yes = 1 / (1 + np.exp(-np.array(values, dtype=np.float64)))
    return np.column_stack([1 - yes, yes])


def counting(weights: dict[str, float]):  # type: ignore[no-untyped-def]
    """A model whose log-odds are a sum over words, wherever they stand."""
    return lambda asked: odds([sum(weights.get(word, 0.0) for word in one.text.split()) for one in asked])


def attributed(ask, example: Given, kind: str, method: str) -> Attribution:  # type: ignore[no-untyped-def]
    return explain(ask, example, "t", CLASSES, "yes", kind=kind, method=method)


@pytest.mark.parametrize("method", ["occlusion", "shapley"])
@given(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=12))
@settings(max_examples=25)
def test_of_a_sum_every_method_gives_the_terms(method: str, words: list[str]) -> None:
    weights = {word: 0.1 * place - 0.3 for place, word in enumerate("abcdefgh")}
    found = attributed(counting(weights), segment(" ".join(words)), "words", method)
    np.testing.assert_allclose(found.scores, [weights[word] for word in words], atol=1e-9)
    assert found.residual == pytest.approx(0, abs=1e-9)
    assert [unit.label for unit in found.units] == words


def test_shapley_values_share_what_only_two_together_do() -> None:
    def ask(asked: Sequence[Given]) -> np.ndarray:
        return odds([2.0 * ({"a", "b"} <= set(one.text.split())) for one in asked])

    assert attributed(ask, segment("a b c"), "words", "shapley").scores == pytest.approx([1, 1, 0])
    assert attributed(ask, segment("a b c"), "words", "occlusion").scores == pytest.approx([2, 2, 0])


def test_sampled_values_add_up_and_are_within_their_error_of_the_exact_ones() -> None:
    rng = np.random.default_rng(0)
    weights = rng.normal(size=(9, 9)) / 9

    class Pairs(Game):
        def __len__(self) -> int:
            return 9

        def worth(self, masks: np.ndarray) -> np.ndarray:
            return np.einsum("mi,ij,mj->m", masks.astype(float), weights, masks.astype(float))

    game = Pairs(lambda asked: odds([]), PLAYERS["words"](segment("a")), 1)
    exact = (weights + weights.T).sum(axis=1) / 2
    found = shapley(game, seed=1, pairs=64)
    assert found.errors is not None
    assert found.scores.sum() == pytest.approx(found.value - found.baseline)
    # Of pairs of an order and its reverse, the mean is exact for a game of pairs.
    np.testing.assert_allclose(found.scores, exact, atol=1e-9)
    assert found.errors.max() < 1e-9


def test_a_word_that_goes_leaves_no_gap_and_all_gone_is_no_text() -> None:
    players = PLAYERS["words"](segment("The sea, the sea's edge –\nhome"))
    assert [unit.label for unit in players.units] == ["The", "sea", "the", "sea's", "edge", "home"]
    keep = np.array([True, False, True, True, True, True])
    assert players.kept(keep).text == "The , the sea's edge –\nhome"
    assert players.kept(np.ones(6, dtype=bool)).text == "The sea, the sea's edge –\nhome"
    assert players.kept(np.zeros(6, dtype=bool)).text == ""


def test_stems_words_and_notes_are_players_and_each_alone_goes() -> None:
    whole = segment("words", [(b"one", b"midi"), (b"two", None), (None, b"more")])
    players = PLAYERS["stems"](whole)
    assert [unit.label for unit in players.units] == ["stem 1", "stem 2", "words", "notes"]
    made = players.keeping(~np.eye(4, dtype=bool))
    assert [[stem.audio for stem in one.stems] for one in made[:2]] == [
        [None, b"two", None],
        [b"one", None, None],
    ]
    assert (made[2].text, made[3].text) == ("", "words")
    assert [stem.midi for stem in made[3].stems] == [None, None, None]
    assert [unit.label for unit in PLAYERS["modalities"](whole).units] == ["sound", "words", "notes"]
    silent = PLAYERS["modalities"](whole).kept(np.array([False, True, True]))
    assert ([stem.audio for stem in silent.stems], silent.text) == ([None] * 3, "words")


def test_a_note_that_goes_is_gone_and_the_others_stay() -> None:
    whole = segment("", [(None, midi_line(60, 64, 67)), (None, midi_line(48))])
    players = PLAYERS["notes"](whole)
    assert [(unit.track, unit.pitch) for unit in players.units] == [(1, 60), (1, 64), (1, 67), (2, 48)]
    without = players.kept(np.array([True, False, True, True]))
    assert [(note.stem, note.pitch, note.onset_s) for note in placed_notes(without)] == [
        (0, 60, 0.0),
        (0, 67, 1.0),
        (1, 48, 0.0),
    ]
    assert players.kept(np.array([True, True, True, False])).stems[1].midi is None


def test_bars_hold_the_notes_of_all_stems() -> None:
    whole = segment("", [(None, midi_line(60, 62, 64, 65, 67)), (None, midi_line(48))])
    players = PLAYERS["bars"](whole)
    assert [unit.label for unit in players.units] == ["bar 1", "bar 2"]
    assert [note.pitch for note in placed_notes(players.kept(np.array([False, True])))] == [67]


def test_a_band_that_goes_takes_its_tone_and_no_other() -> None:
    both = segment("", [(flac_tone(200), None), (flac_tone(3000), None)])
    desk = replace(equalizer(both), edges_hz=(0.0, 1000.0, 8000.0))

    def levels(given: Given) -> list[float]:
        return [float(np.sqrt(np.mean(decode_audio(stem.audio or b"")[0] ** 2))) for stem in given.stems]

    low, high = levels(both)
    without_low = levels(desk.at([0, 1]))
    assert without_low[0] < 0.05 * low
    assert without_low[1] == pytest.approx(high, rel=0.02)
    assert desk.at([1, 1]) == both


def test_a_gain_of_nothing_changes_nothing_and_of_six_decibels_doubles() -> None:
    given = segment("", [(flac_tone(440), None)])
    desk = equalizer(given)
    assert desk.at(np.ones(8)) == given
    louder = desk.at(np.full(8, 2.0)).stems[0].audio or b""
    wave = decode_audio(given.stems[0].audio or b"")[0]
    np.testing.assert_allclose(decode_audio(louder)[0], 2 * wave, atol=1e-4)
    assert soundfile.info(io.BytesIO(louder)).subtype == "FLOAT"


def test_patches_add_up_to_the_sound_wherever_gains_stand() -> None:
    given = segment("", [(flac_tone(440), None)])
    desk, gains = equalizer(given, 3, 4), np.random.default_rng(0).uniform(0.1, 2, 12)

    def wave(gains: np.ndarray) -> np.ndarray:
        return decode_audio(desk.at(gains).stems[0].audio or b"")[0]

    alone = sum(wave(np.where(np.arange(12) == n, gains, 0.0)) for n in range(12))
    np.testing.assert_allclose(wave(gains), alone, atol=1e-4)


def test_log_odds_of_certainty_are_finite_and_those_of_a_half_are_none() -> None:
    assert np.isfinite(log_odds(np.array([0.0, 1.0]))).all()
    assert log_odds(np.array([0.5]))[0] == 0


@pytest.mark.parametrize(
    ("kind", "method", "class_name", "said"),
    [
        ("word", "occlusion", "yes", "found no kind 'word'"),
        ("words", "guess", "yes", "found no method 'guess'"),
        ("words", "occlusion", "maybe", "found no class 'maybe'"),
    ],
)
def test_what_there_is_not_is_named(kind: str, method: str, class_name: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        explain(counting({}), segment("a"), "t", CLASSES, class_name, kind=kind, method=method)


@pytest.mark.parametrize("kind", list(PLAYERS))
def test_a_segment_without_such_units_is_refused(kind: str) -> None:
    with pytest.raises(RefusedError, match=f"found no {kind}"):
        attributed(counting({}), segment(), kind, "occlusion")
