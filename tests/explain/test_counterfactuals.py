"""The smallest change is found where it is known, nothing less than it flips, and no flip is claimed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from rebracket.catalogue.audio import decode_audio
from rebracket.core.errors import InputError, RefusedError, UsageError
from rebracket.explain.asking import Ask, Given, GivenStem
from rebracket.explain.attribution.players.notes import placed_notes
from rebracket.explain.counterfactual import MOVES, Counterfactuals, catalogue_of, counterfactuals
from rows_dataset import flac_tone, midi_line

CLASSES = ("sea", "land", "sky")


def segment(
    text: str = "", stems: Sequence[GivenStem] = (), *, song: str = "s", start_s: float = 0.0
) -> Given:
    return Given(f"{song}-{start_s}", song, start_s, start_s + 1.0, text, tuple(stems))


def stem(number: int, audio: bytes | None = None, midi: bytes | None = None, name: str = "") -> GivenStem:
    return GivenStem(f"r{number}", number, name or f"stem{number}", None, audio, midi)


def scoring(score) -> Ask:  # type: ignore[no-untyped-def]
    """A model that is a softmax of a score for each class."""

    def ask(asked: Sequence[Given]) -> np.ndarray:
        scores = np.array([score(one) for one in asked], dtype=np.float64)
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        return shares / shares.sum(axis=1, keepdims=True)

    return ask


def of_words(weights: dict[str, tuple[float, float, float]]) -> Ask:
    def score(one: Given) -> np.ndarray:
        found = [weights.get(word.strip(",.;:!?").lower(), (0, 0, 0)) for word in one.text.split()]
        return np.sum([(0.0, 0.0, -1.0), *found], axis=0)

    return scoring(score)


SEA = of_words(
    {"wave": (1, 0, 0), "tide": (1, 0, 0), "hill": (0, 1, 0), "field": (0, 3, 0), "cloud": (0, 0, 3)}
)
OTHERS = [
    segment("the hill is old, and the field is green", song="a"),
    segment("a cloud over the field", song="b"),
    segment("the stone is old", song="c"),
]


def found(ask: Ask, one: Given, move: str, others: Sequence[Given] = (), **how) -> Counterfactuals:  # type: ignore[no-untyped-def]
    result = counterfactuals(ask, one, CLASSES, move=move, catalogue=[one, *others], **how)
    json.dumps(result.as_dict(), allow_nan=False)
    assert all(each.valid for each in result.found)
    for each in result.found:
        assert ask([each.given])[0].argmax() == CLASSES.index(each.to_class) != ask([one])[0].argmax()
    return result


def test_one_word_of_another_song_is_enough_and_stands_where_it_can() -> None:
    one = segment("the wave is old, and the tide is green")
    result = found(SEA, one, "words", OTHERS)
    best = result.found[0]
    assert (best.size, best.to_class, result.from_class) == (1, "land", "sea")
    assert best.given.text in (one.text.replace("wave", "field"), one.text.replace("tide", "field"))
    assert "replaced by “field”" in best.changes[0].says
    assert best.plausibility == 1.0 or "wave" not in best.given.text


def test_without_other_songs_words_only_go_and_just_as_many_as_must() -> None:
    one = segment("wave, tide and wave on the hill")
    result = found(SEA, one, "words", to="land")
    assert result.found[0].size == 3  # a tie is none: all of the sea has to go
    assert result.found[0].given.text == ", and on the hill"
    short = found(SEA, one, "words", max_size=2, to="land")
    assert not short.flipped
    assert short.closest is not None
    assert not short.closest.valid
    assert short.closest.size <= 2
    assert "at most 2 words" in short.tried


def test_the_only_word_is_not_removed_but_replaced() -> None:
    (best,) = found(SEA, segment("wave"), "words", [segment("field", song="a")]).found
    assert (best.given.text, best.size) == ("field", 1)


def test_the_class_that_is_named_is_reached() -> None:
    one = segment("the wave is old")
    assert found(SEA, one, "words", OTHERS).found[0].to_class == "land"
    sky = found(SEA, one, "words", OTHERS, to="sky")
    assert {each.to_class for each in sky.found} == {"sky"}
    assert sky.to_class == "sky"


def test_several_counterfactuals_differ_in_what_they_touch() -> None:
    one = segment("the wave is old, and the stone is green")
    result = found(SEA, one, "words", OTHERS)
    touched = [frozenset(change.place for change in each.changes) for each in result.found]
    assert len(touched) == 3
    assert not any(a <= b for a in touched for b in touched if a is not b)


@pytest.mark.parametrize("move", ["words", "brackets"])
@pytest.mark.parametrize("text", ["", " \n\t ", "—…!?", "\x00\u202e\ufeff"])
def test_a_text_without_words_has_none_to_change(move: str, text: str) -> None:
    result = found(SEA, segment(text), move, OTHERS)
    assert (result.found, result.closest) == ((), None)
    assert result.tried == MOVES[move].space(segment(text), catalogue_of([]), np.random.default_rng()).nothing


@pytest.mark.parametrize("move", ["notes", "stems", "bands"])
def test_without_stems_there_is_nothing_to_change(move: str) -> None:
    for one in (segment("the wave"), segment("the wave", [stem(1)])):
        result = found(SEA, one, move, OTHERS)
        assert (result.found, result.closest, result.n_questions) == ((), None, 1)
        assert result.tried.startswith("the segment has no")


HOSTILE = [
    "wave " * 500,
    "wave" * 5000,
    "\u202ewave‮ \x00wave <b>wave</b> \ud7ff",
    "wave\r\nwave\n\n\nwave'",
    "ﬁ ǅ ß wave",
]


@pytest.mark.parametrize("move", ["words", "brackets"])
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_answered(move: str, text: str) -> None:
    result = found(SEA, segment(text), move, [segment(HOSTILE[2], song="b"), *OTHERS], max_questions=80)
    assert result.tried
    assert result.n_questions <= 80 + 64


@drawn(
    st.lists(st.sampled_from(["wave", "tide", "hill", "cloud", "the", "old"]), min_size=1, max_size=9),
    st.data(),
)
@settings(max_examples=25, deadline=None)
def test_what_is_found_flips_and_no_part_of_it_does(words: list[str], data: st.DataObject) -> None:
    weights = {
        word: tuple(data.draw(st.lists(st.integers(-3, 3), min_size=3, max_size=3))) for word in set(words)
    }
    one, ask = segment(" ".join(words)), of_words(weights)
    start = ask([one])[0].argmax()
    for each in found(ask, one, "words", OTHERS).found:
        kept = {change.place: change.new for change in each.changes}
        assert len(kept) == each.size
        parts = [part for size in range(1, len(kept)) for part in combinations(kept, size)]
        for part in parts:
            made = [kept[n] if n in part else word for n, word in enumerate(words)]
            assert ask([segment(" ".join(word for word in made if word))])[0].argmax() == start


def test_the_same_question_has_the_same_answer() -> None:
    one = segment("the wave is old, and the tide is green")
    first, again = (found(SEA, one, "words", OTHERS, seed=3).as_dict() for _ in range(2))
    assert first == again


def test_a_flip_that_does_not_hold_when_asked_anew_is_none() -> None:
    def crowd(asked: Sequence[Given]) -> np.ndarray:  # says something else of all but the first of many
        said = np.tile([0.6, 0.3, 0.1], (len(asked), 1))
        said[1:] = [0.1, 0.8, 0.1]
        return said

    assert found(crowd, segment("the wave is old"), "words", OTHERS).found == ()


def test_a_line_break_moved_by_a_word_is_enough() -> None:
    def score(one: Given) -> tuple[float, float, float]:
        return (0, len(one.text.split("\n")[0].split()) - 3.5, -9)

    one = segment("low is the wave\nold is the hill")
    assert scoring(score)([one])[0].argmax() == 1
    best = found(scoring(score), one, "brackets").found[0]
    assert (best.given.text, best.size) == ("low is the\nwave old is the hill", 1)
    assert best.changes[0].says == (
        "the line break between “wave” and “old” moved 1 word earlier, to between “the” and “wave”"
    )


def test_words_cross_the_ends_of_a_segment_and_those_of_the_song_stay() -> None:
    texts = [
        "all of it, always\nthe first line",
        "all of it, always\nthe wave is old",
        "all of it, always\nso cloud",
    ]
    before, one, after = (segment(text, start_s=float(n)) for n, text in enumerate(texts))
    result = found(SEA, one, "brackets", [before, after], to="sky")
    assert [each.given.text for each in result.found][:1] == ["all of it, always\nthe wave is old so cloud"]
    assert result.found[0].changes[0].says == (
        "the segment ends 2 words later: “so cloud” come from the segment after it"
    )
    assert result.found[0].size == 2
    gone = found(of_words({"wave": (1, 0, 0), "is": (-2, 0, 0.5)}), one, "brackets", [before, after])
    assert not gone.flipped or all("all of it" in each.given.text for each in gone.found)


def by_pitch_class(pitch_class: int, at_least: int) -> Ask:
    def score(one: Given) -> tuple[float, float, float]:
        n = sum(note.pitch % 12 == pitch_class for note in placed_notes(one))
        return (n - at_least + 0.5, 0, -1)

    return scoring(score)


def test_as_few_notes_are_changed_as_the_model_counts() -> None:
    one = segment("", [stem(1, midi=midi_line(60, 64, 60, 67, 72)), stem(2, midi=midi_line(48, 55))])
    result = found(by_pitch_class(0, 3), one, "notes")  # it has four of C: two have to go
    assert {each.size for each in result.found} == {2}
    assert all(sum(note.pitch % 12 == 0 for note in placed_notes(each.given)) == 2 for each in result.found)
    assert all(change.unit.pitch in (48, 60, 72) for each in result.found for change in each.changes)
    more = found(
        scoring(lambda g: (0, sum(n.pitch % 12 == 11 for n in placed_notes(g)) - 0.5, -1)), one, "notes"
    )
    (only,) = more.found  # no note is B; the highest C alone is transposed there within what its stem plays
    assert (more.from_class, only.size) == ("sea", 1)
    assert only.changes[0].says == "stem1: note 72 at 2.00 s transposed by -1 to 71"
    assert only.plausibility == 0  # the song has no B


def test_a_note_moves_to_where_another_begins_and_others_stay() -> None:
    one = segment("", [stem(1, midi=midi_line(60, 64, 67))])

    def score(given: Given) -> tuple[float, float, float]:
        onsets = [note.onset_s for note in placed_notes(given)]
        return (0, 0.5 if (len(onsets), len(set(onsets))) == (3, 2) else -0.5, -1)

    result = found(scoring(score), one, "notes")
    assert len(result.found) == 3  # each of the notes by itself
    for each in result.found:
        assert "moved to" in each.changes[0].says
        assert sorted(note.pitch for note in placed_notes(each.given)) == [60, 64, 67]
        assert each.plausibility == 1


LOUD, SOFT = flac_tone(440.0), flac_tone(110.0)


def heard(*weights: float) -> Ask:
    """The more of the stems sound the more it is the sea, each with its weight."""

    def score(one: Given) -> tuple[float, float, float]:
        return (sum(w for w, s in zip(weights, one.stems, strict=True) if s.audio) - 1.0, 0, -5)

    return scoring(score)


def test_one_stem_is_muted_and_where_one_is_not_enough_two() -> None:
    stems = [
        stem(n, SOFT, midi_line(60), name) for n, name in enumerate(("bass", "lead voice", "drums"), start=1)
    ]
    one = segment("the wave", stems)
    result = found(heard(0.2, 1.5, 0.3), one, "stems")
    assert [each.changes[0].says for each in result.found] == ["lead voice (track 2) muted"]
    gone = result.found[0].given.stems
    assert [(s.audio is None, s.midi is None) for s in gone] == [(False, False), (True, True), (False, False)]
    pairs = found(heard(0.8, 0.8, 0.8), one, "stems")
    assert {each.size for each in pairs.found} == {2}
    assert (
        len({frozenset(change.place for change in each.changes) for each in pairs.found})
        == len(pairs.found)
        > 1
    )


def test_how_usual_a_song_without_such_a_stem_is() -> None:
    others = [
        segment("", [stem(1, SOFT, None, name)], song=name) for name in ("sub bass", "Bass, walking", "pads")
    ]
    one = segment("wave", [stem(1, SOFT, None, "round bass"), stem(2, SOFT, None, "pads")])
    (best,) = found(heard(2.0, 0.0), one, "stems", others).found
    assert (best.plausibility, best.plausibility_says) == (
        pytest.approx(1 / 3),
        "1 of 3 other songs have no such stem",
    )


def test_silence_is_no_counterfactual() -> None:
    result = found(heard(2.0), segment("", [stem(1, SOFT)]), "stems")
    assert (result.found, result.closest) == ((), None)


def level_db(one: Given) -> float:
    """Of all that sounds, in dB."""
    waves = [decode_audio(s.audio)[0] for s in one.stems if s.audio]
    return float(10 * np.log10(sum(np.mean(wave**2) for wave in waves) + 1e-12))


def test_the_least_gain_of_the_band_that_matters() -> None:
    one = segment("", [stem(1, LOUD)])
    start = level_db(one)
    result = found(scoring(lambda g: (0, level_db(g) - start - 5.0, -99)), one, "bands")
    assert 5.0 < result.found[0].size <= 5.5
    change = result.found[0].changes[0]
    assert change.unit.low_hz is not None
    assert change.unit.high_hz is not None
    assert change.unit.low_hz <= 440 <= change.unit.high_hz
    assert "louder in all stems" in change.says
    deaf = found(scoring(lambda g: (1, 0, 0)), one, "bands")
    assert (deaf.found, deaf.closest is not None) == ((), True)


def test_of_several_labels_the_one_that_is_meant_crosses_a_half() -> None:
    def ask(asked: Sequence[Given]) -> np.ndarray:
        has = np.array([["wave" in one.text, "hill" in one.text, True] for one in asked])
        return np.where(has, 0.8, 0.1)

    one = segment("the wave is old")
    on = counterfactuals(ask, one, CLASSES, move="words", catalogue=OTHERS, several=True, to="land")
    assert (on.from_class, on.found[0].to_class) == ("land", "land")
    assert (on.found[0].before["land"], on.found[0].after["land"]) == (0.1, 0.8)
    off = counterfactuals(ask, one, CLASSES, move="words", catalogue=OTHERS, several=True)
    assert (off.from_class, off.found[0].size, off.found[0].after["sea"]) == ("sea", 1, 0.1)


def test_questions_are_counted_and_not_more_than_allowed() -> None:
    asked = []

    def ask(some: Sequence[Given]) -> np.ndarray:
        asked.extend(some)
        return SEA(some)

    one = segment("wave " * 40 + "tide")
    result = counterfactuals(ask, one, CLASSES, move="words", catalogue=OTHERS, max_questions=60)
    assert len(asked) == result.n_questions <= 61
    assert not result.flipped


def test_what_cannot_be_asked_is_refused() -> None:
    one = segment("the wave")
    with pytest.raises(UsageError, match="no move 'verbs', expected one of words"):
        found(SEA, one, "verbs")
    with pytest.raises(UsageError, match="no class 'fire', expected one of sea, land, sky"):
        found(SEA, one, "words", to="fire")
    with pytest.raises(UsageError, match="says sea already"):
        found(SEA, one, "words", to="sea")
    with pytest.raises(UsageError, match="found count 0"):
        found(SEA, one, "words", count=0)
    with pytest.raises(RefusedError, match="one class, sea"):
        counterfactuals(lambda some: np.ones((len(some), 1)), one, ("sea",), move="words", catalogue=OTHERS)
    with pytest.raises(InputError, match="model: found answers"):
        found(lambda some: np.full((len(some), 3), np.nan), one, "words")
