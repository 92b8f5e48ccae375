"""Severity is relative to the claim; the cheapest cheat is the cheapest; the document is of its shape."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from contracts.json_documents import errors
from evaluation.audit.audit_material import (
    NUMBERS,
    SONGS,
    audited,
    clean,
    found,
    labeled,
    of_rows,
    with_columns,
)
from rebracket.core.errors import RefusedError, UsageError
from rebracket.evaluation.audit import Claim, audit
from rebracket.evaluation.material import Material, Rule


def _repeated_text() -> Material:
    """One text a song, on all its rows: what a random split of rows has on both sides."""
    texts = np.array([f"text of {song}" for song in of_rows(SONGS)], dtype=object)
    return replace(clean(), contents={"text": texts})


def _rule_labels() -> Material:
    rule = Rule(of_rows(NUMBERS), ("concept",), "rule:abc")
    return replace(_repeated_text(), provenance="rule:abc", rule=rule)


def _without_sound() -> Material:
    return replace(clean(), inputs={}, contents={})


def test_a_text_of_each_song_is_fatal_for_rows_and_a_note_for_songs() -> None:
    assert found(audited(_repeated_text(), "rows"))["same-content-across-split"] == "fatal"
    assert found(audited(_repeated_text(), "songs"))["same-content-across-split"] == "note"


def test_a_text_that_songs_share_is_fatal_for_songs_too() -> None:
    shared = np.array([f"text {number}" for number in of_rows(NUMBERS)], dtype=object)
    assert found(audited(replace(clean(), contents={"text": shared})))["same-content-across-split"] == "fatal"


def test_content_that_is_everywhere_tells_nothing() -> None:
    same = np.full(len(of_rows(SONGS)), "one drum", dtype=object)
    codes = found(audited(replace(clean(), contents={"audio": same})))
    assert "same-content-across-split" not in codes


def test_content_that_the_model_does_not_read_does_not_leak() -> None:
    assert "same-content-across-split" not in found(audited(_repeated_text(), "rows", inputs=["spectral"]))


def test_rule_labels_are_convicted_and_the_rule_is_named_whatever_else_reaches_the_score() -> None:
    for claim in ("songs", "rows=1.0"):
        document = audited(_rule_labels(), claim)
        assert found(document)["label-from-input"] == "fatal"
        assert document["cheapest_cheat"]["name"] == "rule"
        assert "does not stand" in document["verdict"]


def test_a_rule_whose_text_the_model_does_not_read_is_a_warning() -> None:
    assert found(audited(_rule_labels(), inputs=["spectral"]))["label-from-input"] == "warning"


def test_labels_that_a_person_gave_are_not_a_rule_s_because_it_is_there() -> None:
    other = Rule(of_rows(1 - NUMBERS), ("concept",), "rule:abc")
    assert "label-from-input" not in found(audited(replace(clean(), rule=other)))


def test_the_cheapest_of_those_that_reach_the_claim_is_named() -> None:
    exact = of_rows(NUMBERS).astype(float)
    material = with_columns(clean(), "production", level_dbfs=exact)
    assert audited(material)["cheapest_cheat"]["name"] == "production"
    both = with_columns(material, "bookkeeping", lines=exact)
    assert audited(both)["cheapest_cheat"]["name"] == "bookkeeping"
    assert audited(clean(effect=0.0))["cheapest_cheat"]["name"] == "majority"
    # Who remembers sounds has met the music: the only one left where sound tells the class.
    assert audited(clean())["cheapest_cheat"]["name"] == "nearest audio"


def test_a_score_that_is_given_is_reached_by_the_cheat_s_own_interval() -> None:
    assert audited(_without_sound(), "songs=0.99")["cheapest_cheat"] is None
    low = audited(clean(), "songs=0.4")
    assert low["cheapest_cheat"]["name"] == "majority"
    assert low["claim"] == {"protocol": "songs", "score": 0.4}


def test_what_was_given_album_by_album_is_not_tested_song_by_song_where_albums_are_claimed() -> None:
    albums = of_rows([f"a{number}{song % 4 // 2}" for song, number in enumerate(NUMBERS)])
    lines = of_rows(NUMBERS).astype(float)
    material = with_columns(labeled(clean(), albums=albums), "bookkeeping", lines=lines)
    document = audited(material, "albums")
    assert (document["unit"], document["n_units"]) == ("album", 4)
    codes = found(document)
    assert codes["too-few-groups"] == "warning"
    assert codes.get("metadata-predicts-label") != "fatal"
    assert document["tests"] == 0


def test_inputs_that_repeat_a_cheat_add_nothing_and_others_do() -> None:
    gains = audited(clean())["gain"]
    assert gains["gain"]["low"] > 0
    exact = with_columns(clean(), "bookkeeping", lines=of_rows(NUMBERS).astype(float))
    assert abs(audited(exact)["gain"]["gain"]["value"]) < 0.1


def test_the_document_is_of_its_shape_and_the_same_again() -> None:
    for material in (clean(), _rule_labels(), with_columns(clean(), "production")):
        document = {"schema": "rebracket.audit/1", **audited(material)}
        assert errors("audit", document) == []
        again = {"schema": "rebracket.audit/1", **audited(material)}
        assert json.dumps(document, allow_nan=False) == json.dumps(again)


def test_several_labels_a_row_are_audited_as_sets() -> None:
    material = clean()
    numbers = material.labels.numbers
    indicators = np.stack([numbers == 0, numbers == 1, np.zeros(len(numbers), bool)], axis=1)
    several = labeled(
        material, classes=("calm", "storm", "fog"), numbers=np.zeros_like(numbers), indicators=indicators
    )
    assert found(audited(several)) == found(audited(material))


@pytest.mark.parametrize(
    ("text", "match"),
    [("song", "expected one of"), ("songs=", "expected a share"), ("rows=55", "expected a share")],
)
def test_a_claim_that_is_none_is_refused(text: str, match: str) -> None:
    with pytest.raises(UsageError, match=match):
        Claim.parse(text)


def test_an_input_that_there_is_not_is_refused() -> None:
    with pytest.raises(UsageError, match="found 'smell'"):
        audit(clean(), inputs=["smell"])


def test_labels_that_cannot_be_audited_are_refused() -> None:
    numbers = of_rows(NUMBERS)
    with pytest.raises(RefusedError, match="none of 96 rows is labeled"):
        audit(labeled(clean(), numbers=np.full_like(numbers, -1)))
    with pytest.raises(RefusedError, match="two classes are needed"):
        audit(labeled(clean(), numbers=np.zeros_like(numbers)))
    one_song = np.where(of_rows(SONGS) == "s00", 1, 0)
    with pytest.raises(RefusedError, match="two classes with two songs"):
        audit(labeled(clean(), numbers=one_song))


def test_a_protocol_that_cannot_be_run_is_said_to_be_so() -> None:
    albums = of_rows([f"a{number}" for number in NUMBERS])
    document = audited(labeled(clean(), albums=albums), "albums")
    for one in (document, audited(clean(), "sealed"), audited(clean(), "modes")):
        assert one["cheapest_cheat"] is None
        assert found(one)["too-few-groups"] == "fatal"
