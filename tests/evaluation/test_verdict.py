from __future__ import annotations

from dataclasses import replace

from rebracket.core import Interval
from rebracket.evaluation import Facts, verdict

FACTS = Facts(
    n_songs=24,
    n_albums=8,
    scores={"rows": Interval(1.0, 0.9, 1.0), "songs": Interval(0.4, 0.2, 0.6), "albums": None},
    baselines={
        "majority": Interval(0.13, 0.0, 0.3),
        "names": Interval(0.35, 0.2, 0.5),
        "tfidf": Interval(0.5, 0.3, 0.7),
    },
    paired={"majority": {"low": 0.1}, "names": {"low": -0.1}, "tfidf": {"low": -0.2}},
    permutation={"songs": {"p": 0.025, "unit": "song", "distinct": 10**9, "smallest_p": 0.025}},
    class_is_album=True,
    seen_texts=1.0,
)


def said(songs: Interval | None = None, **changes: object) -> str:
    if songs is not None:
        changes["scores"] = {**FACTS.scores, "songs": songs}
    return " ".join(verdict(replace(FACTS, **changes)))  # type: ignore[arg-type]


def test_it_says_what_was_held_out_and_what_the_leak_is() -> None:
    assert "40% of the time [20% to 60%; 24 songs, 8 albums]" in said()
    assert "scores 100%. Believe the 40%" in said()
    assert "100% of the test rows have their very text, with its answer" in said()
    assert "one variable" in said()
    assert "does as well or better: 50%" in said()


def test_a_score_that_guessing_reaches_is_not_called_more() -> None:
    text = said(songs=Interval(0.2, 0.05, 0.35), permutation={})
    assert "do not show that it knows more" in text
    assert "more than guessing" not in text


def test_a_score_below_guessing_is_called_an_artefact() -> None:
    assert "below guessing" in said(songs=Interval(0.03, 0.0, 0.1))


def test_where_no_test_can_tell_it_says_so() -> None:
    why = "not testable: labels can be handed to 4 songs in 3 ways"
    assert f"whether chance alone could do it is {why}." in said(permutation={"songs": {"undefined": why}})
    assert "unknown: no test" in said(permutation={"songs": {"undefined": "no test"}})


def test_a_score_that_shuffled_labels_reach_is_not_called_more() -> None:
    text = said(permutation={"songs": {"p": 0.3, "unit": "album"}})
    assert "Labels handed out anew reach as much (p = 0.3)" in text
    assert "more than guessing" not in text
    assert "more than guessing (p = 0.025, labels exchanged by song)" in said()


def test_the_cheapest_way_without_music_is_named() -> None:
    assert "needs no music: 35% come from names and ids alone" in said()
    beaten = {"majority": {"low": 0.1}, "names": {"low": 0.01}, "tfidf": {"low": -0.2}}
    assert "needs no music" not in said(paired=beaten)  # words are no cheat
    assert "needs no music" not in said(paired={**beaten, "majority": {"low": -0.1}, "names": {"low": -0.1}})


def test_production_is_named_beside_what_is_cheaper_and_cannot_be_heard() -> None:
    def heard(low: float, production: Interval, **changes: object) -> bool:
        baselines = {**FACTS.baselines, "production": production}
        paired = {**FACTS.paired, "production": {"low": low}}
        return "may know the production" in said(baselines=baselines, paired={**paired, **changes})

    more, guessing = Interval(0.42, 0.3, 0.54), Interval(0.15, 0.07, 0.22)
    assert heard(-0.14, more)
    assert not heard(0.01, more)
    assert not heard(-0.14, guessing)
    assert not heard(-0.14, more, names={"low": 0.1})  # then it is what is named
    assert not heard(-0.14, more, majority={"low": -0.1})


def test_albums_left_out_are_compared_with_their_own_null() -> None:
    scores = {**FACTS.scores, "albums": Interval(0.1, 0.0, 0.2)}
    text = said(scores=scores, permutation={"albums": {"p": 0.02}})
    assert "whole albums left out it is right 10% of the time, more than labels handed out anew" in text
    assert "reach as much (p = 0.5)" in said(scores=scores, permutation={"albums": {"p": 0.5}})
    assert "is not testable: x." in said(
        scores=scores, permutation={"albums": {"undefined": "not testable: x"}}
    )
    assert "left out" not in said()


def test_a_rule_over_the_input_is_named() -> None:
    assert "computed by a rule from the concept" in said(rule_reads="concept")
    assert "rule" not in said()


def test_classes_that_are_no_albums_are_not_called_one_variable() -> None:
    assert "one variable" not in said(class_is_album=False)


def test_memory_of_texts_is_claimed_only_where_texts_give_the_answer() -> None:
    assert "very text" not in said(seen_texts=0.4)
    assert "remembers songs" in said(seen_texts=None)


def test_a_leak_that_gains_nothing_is_not_called_memory() -> None:
    text = said(scores={**FACTS.scores, "rows": Interval(0.55, 0.5, 0.6)})
    assert "memory" not in text
    assert "which leaks, gives 55%; only the 40% counts" in text


def test_sentences_round_as_tables_do() -> None:
    for value in (0.125, 0.325, 0.625, 0.005):
        interval = Interval(value, 0.0, 1.0)
        assert f"is right {100 * float(f'{value:.2f}'):.0f}% of the time" in said(songs=interval)


def test_what_cannot_be_run_says_why() -> None:
    undefined = replace(FACTS, scores={**FACTS.scores, "songs": None}, why="one song")
    assert verdict(undefined) == ["These data cannot answer this: one song."]


def test_what_a_text_encoder_adds_to_counted_words_is_said_with_its_interval() -> None:
    def over(value: float, low: float, high: float) -> str:
        return said(text_adds=("minilm", {"value": value, "low": low, "high": high}))

    shown = "adds to counting its words (TF-IDF): 12 points [5, 19] of accuracy, paired, 24 songs held out."
    assert f"Reading its text by minilm {shown}" in over(0.12, 0.05, 0.19)
    assert "is not shown to add to counting its words (TF-IDF): 1 point [-9, 11]" in over(0.01, -0.09, 0.11)
    assert "does worse than counting its words (TF-IDF): -10 points [-18, -2]" in over(-0.1, -0.18, -0.02)
    assert "Reading its text" not in said()
