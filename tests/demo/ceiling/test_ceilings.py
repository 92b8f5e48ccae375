"""Ceilings: by enumeration where it can be, by draws that agree with it, below them what songs can teach."""

from __future__ import annotations

import json

import numpy as np
import pytest
from jsonschema import validate

from rebracket.core.errors import UsageError
from rebracket.demo.ceiling import (
    INPUTS,
    SCHEMA,
    Scored,
    Seen,
    ceiling_document,
    draw_fresh,
    fit,
    known,
    observe_with,
    scored_sets,
)
from rebracket.demo.ceiling.enumeration import look_ceiling, theme_ceiling
from rebracket.demo.ceiling.monte_carlo import accuracy, log_likelihood
from rebracket.demo.story import CHANNELS, COLORS, Knobs, SectionForm
from rebracket.demo.story.emission import themes_log_likelihood

_SCORE = {
    "type": "object",
    "required": ["value", "se"],
    "properties": {"value": {"type": "number"}, "se": {"type": "number", "minimum": 0}},
    "additionalProperties": False,
}
_ENTRY = {
    "type": "object",
    "required": ["channels", "labels", "targets"],
    "properties": {
        "channels": {"type": "array", "items": {"enum": list(CHANNELS)}, "minItems": 1},
        "labels": {"enum": ["clean", "noisy"]},
        "targets": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "propertyNames": {"enum": ["song", "segment"]},
                "additionalProperties": {
                    "type": ["object", "null"],
                    "propertyNames": {"enum": ["accuracy", "macro_f1", "log_likelihood", "r2"]},
                    "additionalProperties": _SCORE,
                },
            },
        },
    },
}
CEILING_SCHEMA = {
    "type": "object",
    "required": ["schema", "unit", "n_units", "method", "inputs", "exact", "observer", "oracle", "knobs"],
    "properties": {
        "schema": {"const": SCHEMA},
        "unit": {"const": "song"},
        "n_units": {"type": "integer", "minimum": 1},
        "observer": {"type": "array", "items": _ENTRY, "minItems": 14, "maxItems": 14},
        "oracle": {"type": "array", "items": {**_ENTRY, "required": [*_ENTRY["required"], "songs"]}},
        "exact": {"type": "object"},
    },
    "additionalProperties": False,
    **{"$schema": "https://json-schema.org/draft/2020-12/schema"},
}
CEILING_SCHEMA["properties"] |= {name: {} for name in ("method", "inputs", "knobs")}


@pytest.fixture(scope="module")
def document() -> dict:
    return ceiling_document(Knobs(), songs=48, fitted_to=(24,), replicates=2)


def test_the_document_is_as_its_schema_says(document: dict) -> None:
    validate(json.loads(json.dumps(document, allow_nan=False)), CEILING_SCHEMA)
    assert set(document["inputs"]) == set(INPUTS)
    assert {tuple(entry["channels"]) for entry in document["observer"]} == {
        tuple(entry["channels"]) for entry in document["oracle"]
    }


def test_the_document_is_the_same_again(document: dict) -> None:
    assert ceiling_document(Knobs(), songs=48, fitted_to=(24,), replicates=2) == document


def test_what_cannot_be_asked_is_null() -> None:
    """With a certain type everywhere no segment is without: presence has one class; without types none."""
    found = ceiling_document(Knobs().with_(**{"chain.rate": 0, "noise.type_labels": 0}), songs=16)
    assert found["observer"][0]["targets"]["rebracketing_type"]["song"] is None
    assert found["observer"][0]["targets"]["has_rebracketing"]["song"]["accuracy"]["value"] == 1
    json.dumps(found, allow_nan=False)


@pytest.mark.parametrize("lines", [1, 3])
def test_enumerated_themes_agree_with_drawn_ones(lines: int) -> None:
    knobs = Knobs().with_(**{"sizes.concept": lines, "missing.lyrics": 1})
    parameters = known(knobs)
    fresh = draw_fresh(knobs, 500)
    counts = np.array([np.bincount(song.concept.themes, minlength=16) for song in fresh])
    each = themes_log_likelihood(counts[:, None], parameters.leanings, parameters.concentration)
    posteriors = np.exp(each) / np.exp(each).sum(axis=1, keepdims=True)
    truth = np.array([COLORS.index(song.color) for song in fresh])
    drawn = Scored(posteriors, truth, np.arange(len(truth)))
    exact = theme_ceiling(parameters, lines)
    for metric, score in (("accuracy", accuracy), ("log_likelihood", log_likelihood)):
        found = score(drawn)
        assert abs(found.value - exact[metric].value) < 4 * found.se


def test_looks_by_hand() -> None:
    parameters = known(Knobs().with_(**{"looks.midi": 0.3, "looks.audio": 0}))
    assert look_ceiling(parameters, ["midi"])["accuracy"].value == pytest.approx(0.3 + 0.7 / 8)
    assert look_ceiling(parameters, ["audio"])["accuracy"].value == pytest.approx(1 / 8)
    assert look_ceiling(parameters, ["audio"])["log_likelihood"].value == pytest.approx(-np.log(8))
    both = look_ceiling(parameters, ["midi", "audio"])
    assert both["accuracy"].value == pytest.approx(0.3 + 0.7 / 8)


def test_too_many_outcomes_are_refused() -> None:
    with pytest.raises(UsageError, match="outcomes of 12 lines, expected at most 200000"):
        theme_ceiling(known(Knobs()), 12)


def test_the_oracle_learns_towards_the_observer() -> None:
    """The more songs, the better, and never better than who knows the parameters."""
    knobs = Knobs()
    fresh = draw_fresh(knobs, 120)

    def score(parameters: object, name: str) -> float:
        posteriors = tuple(observe_with(song, CHANNELS, parameters) for song in fresh)
        return log_likelihood(scored_sets(Seen(fresh, posteriors), knobs)[name]).value

    few, many = (fit(draw_fresh(knobs, count, replicate=1), knobs) for count in (24, 400))
    for name in ("color", "rebracketing_state", "next_state"):
        assert score(few, name) < score(many, name) < score(known(knobs), name)


def test_a_fit_to_many_songs_finds_the_parameters() -> None:
    knobs = Knobs()
    found, true = fit(draw_fresh(knobs, 800, replicate=2), knobs), known(knobs)
    for channel in ("midi", "audio"):
        assert found.song_sd[channel] == pytest.approx(true.song_sd[channel], rel=0.1)
        assert found.section_sd[channel] == pytest.approx(true.section_sd[channel], rel=0.05)
        apart = [p.means[channel] - p.means[channel].mean(axis=0) for p in (found, true)]
        np.testing.assert_allclose(*apart, atol=0.45)
        np.testing.assert_allclose(found.looks[channel], true.looks[channel], atol=0.08)
        np.testing.assert_allclose(found.ways[channel], true.ways[channel], atol=0.12)
    np.testing.assert_allclose(found.announcements, true.announcements, atol=0.05)
    np.testing.assert_allclose(found.chain.sum(axis=-1), 1)
    np.testing.assert_allclose(found.leanings, true.leanings, atol=0.06)


def test_a_fit_without_a_color_still_answers() -> None:
    """Colors that no song had keep the mean of all, which is no evidence for or against them."""
    knobs = Knobs()
    songs = [song for song in draw_fresh(knobs, 40) if song.color != COLORS[3]]
    found = fit(songs, knobs)
    assert np.isfinite(found.means["midi"]).all()
    posterior = observe_with(draw_fresh(knobs, 8)[3], CHANNELS, found)
    assert np.isfinite(posterior.color).all()


def test_a_ceiling_is_of_the_forms_that_are_asked_about() -> None:
    """Fewer sections say less of a song."""
    knobs = Knobs()
    one = ceiling_document(knobs, songs=80, form_of=lambda key: [SectionForm("verse", 0)])
    many = ceiling_document(knobs, songs=80)
    short, long = (
        next(e for e in d["observer"] if e["channels"] == ["midi"])["targets"]["color"]["song"]
        for d in (one, many)
    )
    assert short["log_likelihood"]["value"] < long["log_likelihood"]["value"]
