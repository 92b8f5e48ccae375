"""On catalogues whose truth is known, explanations find what carries a color; in full in the benchmark."""

from __future__ import annotations

import pytest
from benchmarks.explain_carriers import carrying_words, scored, summary
from benchmarks.explain_catalogues import learned, rendered
from benchmarks.explain_horses import horse_of, planted_colors

from rebracket.demo import knobs_of
from rebracket.demo.story import COLORS

pytestmark = pytest.mark.slow

WORDS = ["sizes.songs=5", "sizes.seconds=8", "sizes.stems=1", "missing.lyrics=0"]
BEEP = ["sizes.songs=3", "sizes.seconds=8", "sizes.stems=2", "missing.lyrics=1"]


def test_words_of_a_color_are_found_and_not_once_colors_are_dealt_anew() -> None:
    with rendered(knobs_of("tiny", 0).set(WORDS), colors=COLORS[:4]) as catalogue:
        ids = [segments[0] for segments in catalogue.segments_of.values()]
        carries = carrying_words(catalogue.knobs)
        true, dealt = (
            learned(catalogue, "lyrics", ["text=tfidf", "text_fields=concept"], shuffled=seed)
            for seed in (None, 1)
        )
        found = summary([scored(true, ids, "words", "occlusion", carries, with_curves=True)])
        null = summary([scored(dealt, ids, "words", "occlusion", carries)])
    assert found["ratio"]["low"] > 2
    assert found["faithfulness"]["low"] > 0
    # Words that stand out move any answer, this way or that: without truth, as often that way.
    assert found["direction"]["low"] > 0.2
    assert null["direction"]["low"] < 0.1
    assert null["direction"]["high"] < found["direction"]["low"]


def test_a_planted_beep_is_named_by_its_band() -> None:
    knobs, color = knobs_of("tiny", 1, "zero").set(BEEP), planted_colors(1)["beep"]
    with rendered(knobs, colors=(*COLORS[:3], color)) as catalogue:
        horse = horse_of(catalogue, 1, "beep")
    assert horse.certainty > 0.5
    assert horse.said.named == horse.truth
