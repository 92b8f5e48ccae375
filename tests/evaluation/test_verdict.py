from __future__ import annotations

from dataclasses import replace

from rebracket.core import Interval
from rebracket.evaluation import Facts, verdict

FACTS = Facts(
    n_songs=24,
    n_albums=8,
    rows=Interval(1.0, 0.9, 1.0),
    songs=Interval(0.4, 0.2, 0.6),
    majority=Interval(0.13, 0.0, 0.3),
    tfidf=Interval(0.5, 0.3, 0.7),
    relabelings=10**9,
    class_is_album=True,
    seen_texts=1.0,
)


def said(**changes: object) -> str:
    return " ".join(verdict(replace(FACTS, **changes)))  # type: ignore[arg-type]


def test_it_says_what_was_held_out_and_what_the_leak_is() -> None:
    assert "40% of the time [20% to 60%; 24 songs, 8 albums]" in said()
    assert "scores 100%. Believe the 40%" in said()
    assert "100% of the test rows have their very text, with its answer" in said()
    assert "one variable" in said()
    assert "does as well or better: 50%" in said()


def test_a_score_that_guessing_reaches_is_not_called_more() -> None:
    text = said(songs=Interval(0.2, 0.05, 0.35))
    assert "do not show that it knows more" in text
    assert "more than guessing" not in text


def test_a_score_below_guessing_is_called_an_artefact() -> None:
    assert "below guessing" in said(songs=Interval(0.03, 0.0, 0.1))


def test_too_few_songs_to_tell() -> None:
    text = said(songs=Interval(1.0, 0.6, 1.0), relabelings=6, n_songs=4)
    assert "handed out in 6 ways" in text
    assert "more than guessing" not in text


def test_a_rule_over_the_input_is_named() -> None:
    assert "computed by a rule from the concept" in said(rule_reads="concept")
    assert "rule" not in said()


def test_classes_that_are_no_albums_are_not_called_one_variable() -> None:
    assert "one variable" not in said(class_is_album=False)


def test_memory_of_texts_is_claimed_only_where_texts_give_the_answer() -> None:
    assert "very text" not in said(seen_texts=0.4)
    assert "remembers songs" in said(seen_texts=None)


def test_a_leak_that_gains_nothing_is_not_called_memory() -> None:
    text = said(rows=Interval(0.55, 0.5, 0.6))
    assert "memory" not in text
    assert "which leaks, gives 55%; only the 40% counts" in text


def test_sentences_round_as_tables_do() -> None:
    for value in (0.125, 0.325, 0.625, 0.005):
        interval = Interval(value, 0.0, 1.0)
        assert f"right {100 * float(f'{value:.2f}'):.0f}% of the time" in said(songs=interval)


def test_what_cannot_be_run_says_why() -> None:
    assert verdict(replace(FACTS, songs=None, why="one song")) == ["These data cannot answer this: one song."]
