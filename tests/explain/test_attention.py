"""Attention adds up to 1 over what is there, is told by its units, and is tested by masking."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from asked_models import asked_model, planted_rows

from rebracket.core.errors import RefusedError
from rebracket.explain.attention.looking import attention_of, has_attention
from rebracket.explain.attention.masking import attention_test
from rebracket.explain.attention.shown import attention_map, figures
from rebracket.explain.inside.question import question_of
from rows_dataset import RowsDataset, midi_line
from tiny_networks import save_roberta

ALL = {
    "text": "hf",
    "text_pooling": "attention",
    "audio": "cnn",
    "midi": "bars",
    "hidden": 8,
    "fusion": "cross_attention",
    "epochs": 3,
}


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> RowsDataset:
    return planted_rows(tmp_path_factory.mktemp("rows") / "dataset", songs=3, tracks=4)


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(save_roberta(tmp_path_factory.mktemp("tiny") / "roberta", longest=12))


@pytest.mark.parametrize("stems", ["rows", "attention"])
def test_weights_are_1_together_over_what_is_there(stems: str, dataset: RowsDataset, weights: str) -> None:
    asked, givens = asked_model(dataset, **ALL, text_weights=weights, stems=stems)
    own = attention_of(asked, givens[0])
    pools = {(pool.modality, pool.kind, pool.by) for pool in own.pools}
    by_pooling = {("text", "words"), ("audio", "seconds"), ("audio", "stems"), ("midi", "notes")}
    assert {(*pair, "pooling") for pair in by_pooling} <= pools
    for pool in own.pools:
        assert pool.weights.sum() + pool.elsewhere == pytest.approx(1.0)
        assert pool.weights.min() >= 0
    assert len(own.maps) == 6
    for looking in ("text", "audio", "midi"):
        maps = [looks for looks in own.maps if looks.looking == looking]
        total = sum(looks.heads.sum(axis=-1) + looks.rest for looks in maps)
        there = own.of(looking, maps[0].kinds[0]).weights > 0
        np.testing.assert_allclose(total[:, there], 1.0, atol=1e-5)
        assert not total[:, ~there].any()  # a second without sound does not look
    if stems == "attention":  # nothing is absent, and only text has end marks
        assert own.of("audio", "seconds").elsewhere == pytest.approx(0.0, abs=1e-6)
        assert own.map("text", "audio").rest.max() < 1e-6
    assert own.map("audio", "text").rest.min() >= 0
    json.dumps(own.as_dict(), allow_nan=False)
    page = attention_map(own)
    assert page is not None
    assert page.word_seconds.shape == (6, len(page.seconds))
    shown = figures(own, per_head=True)
    assert len({figure.id for figure in shown}) == len(shown) == len(own.pools) + 6 * 5


def test_what_is_absent_is_not_looked_at(dataset: RowsDataset, weights: str) -> None:
    asked, givens = asked_model(dataset, **ALL, text_weights=weights, stems="attention")
    deaf = replace(givens[0], stems=tuple(replace(stem, audio=None) for stem in givens[0].stems))
    own = attention_of(asked, deaf)
    assert {pool.modality for pool in own.pools} == {"text", "midi"}
    assert {(looks.looking, looks.at) for looks in own.maps} == {("text", "midi"), ("midi", "text")}
    assert 0 < own.map("text", "midi").heads.sum(axis=-1).max() < 1  # the rest goes to the absent token


def test_words_have_the_weights_of_their_tokens(dataset: RowsDataset, weights: str) -> None:
    changes = {"text": "hf", "text_weights": weights, "text_pooling": "attention", "hidden": 8}
    asked, givens = asked_model(dataset, **changes)
    pool = asked.fitted.network.fusion.pools["text"]
    torch.nn.init.normal_(pool.score.weight, generator=torch.Generator().manual_seed(0))
    question = question_of(asked, givens[0])
    direct = pool.weights(question.tokens["text"])[0].detach().numpy()  # one token a word, and two marks
    own = attention_of(asked, givens[0]).of("text", "words")
    assert [unit.label for unit in own.units] == givens[0].text.split()
    np.testing.assert_allclose(own.weights, direct[1:-1], atol=1e-6)
    assert own.elsewhere == pytest.approx(direct[0] + direct[-1], abs=1e-6)
    assert np.ptp(own.weights) > 0.01


def test_stems_keep_their_weights_in_any_order(dataset: RowsDataset) -> None:
    changes = {"audio": "spectral", "midi": "histogram", "stems": "attention", "hidden": 8}
    asked, givens = asked_model(dataset, **changes)
    torch.nn.init.normal_(asked.fitted.network.fusion.pools["audio"].score.weight)
    own = givens[0]
    turned = replace(own, stems=own.stems[::-1])
    for modality in ("audio", "midi"):
        one, other = (attention_of(asked, given).of(modality, "stems") for given in (own, turned))
        weights = dict(zip(one.units, one.weights, strict=True))
        np.testing.assert_allclose([weights[unit] for unit in other.units], other.weights, atol=1e-6)
    silent = replace(own, stems=(replace(own.stems[0], audio=None), *own.stems[1:]))
    assert [unit.track for unit in attention_of(asked, silent).of("audio", "stems").units] == [2, 3, 4]
    twice = replace(own, stems=(own.stems[0], replace(own.stems[1], audio=own.stems[0].audio)))
    found = attention_of(asked, twice).of("audio", "stems").weights
    np.testing.assert_allclose(found, [0.5, 0.5], atol=1e-6)  # the same sound is one token


def test_models_without_attention_are_refused_with_what_has_some(dataset: RowsDataset) -> None:
    asked, givens = asked_model(dataset, text="tfidf", hidden=4, epochs=1)
    assert not has_attention(asked)
    with pytest.raises(RefusedError, match=r"fusion: cross_attention.*text_pooling: attention.*stems: att"):
        attention_of(asked, givens[0])
    with pytest.raises(RefusedError, match="found no attention"):
        attention_test([(asked, one) for one in givens])
    pools, givens = asked_model(dataset, audio="spectral", stems="attention", hidden=4, epochs=1)
    bare = [replace(given, stems=given.stems[:2]) for given in givens]
    with pytest.raises(RefusedError, match="no segment of 9 with 3 words"):
        attention_test([(pools, one) for one in bare])
    with pytest.raises(RefusedError, match="found nothing that the model reads"):
        attention_of(pools, replace(givens[0], stems=()))


def test_attention_that_decides_is_a_guide_and_attention_that_does_not_is_none(dataset: RowsDataset) -> None:
    """Pooling that takes one stem and leaves the others; then one that takes all alike."""
    asked, givens = asked_model(dataset, audio="spectral", stems="attention", hidden=8)
    network = asked.fitted.network
    score = network.fusion.pools["audio"].score
    tokens = network.branches["audio"].project
    with torch.no_grad():
        score.weight.copy_(30 * tokens.weight[:, :20].mean(dim=1)[None])
    sharp = attention_test([(asked, one) for one in givens], draws=4, seed=1).checks[0]
    assert (sharp.modality, sharp.kind, sharp.by) == ("audio", "stems", "pooling")
    assert (sharp.n_segments, sharp.n_songs) == (9, 9)
    assert sharp.is_guide
    assert sharp.attended > 2 * sharp.random
    assert "is a guide to what the answer rests on" in sharp.says
    torch.nn.init.zeros_(score.weight)
    even = attention_test([(asked, one) for one in givens], draws=4, seed=1)
    assert not even.checks[0].is_guide
    assert "is not shown to be a guide" in even.says
    assert json.loads(json.dumps(even.as_dict(), allow_nan=False))["checks"][0]["is_guide"] is False
    again = attention_test([(asked, one) for one in givens], draws=4, seed=1)
    assert again.as_dict() == even.as_dict()
    alone = attention_test([(asked, givens[0])], draws=2).checks[0]
    assert alone.is_guide is None
    assert "found 1 song, expected two or more" in alone.says


def test_every_kind_of_unit_can_be_masked(dataset: RowsDataset, weights: str) -> None:
    lines = [midi_line(*range(40 + n, 48 + n)) for n in range(3)]
    changes = {**ALL, "text_weights": weights, "stems": "attention"}
    asked, givens = asked_model(dataset, **changes)
    own = givens[0]
    stems = tuple(replace(stem, midi=line) for stem, line in zip(own.stems, lines, strict=False))
    found = attention_test([(asked, replace(own, stems=stems)), (asked, givens[4])], draws=1)
    keys = {(check.modality, check.kind, check.by) for check in found.checks}
    assert ("text", "words", "others") in keys
    assert {(name, "stems", "pooling") for name in ("audio", "midi")} <= keys
    assert ("audio", "seconds", "pooling") in keys
    assert ("midi", "notes", "pooling") in keys
    roll, givens = asked_model(dataset, midi="piano_roll", hidden=8, stems="attention", epochs=1)
    own = replace(givens[0], stems=stems, end_s=givens[0].start_s + 4.0)
    seconds = [check for check in attention_test([(roll, own)]).checks if check.kind == "seconds"]
    assert seconds
    assert seconds[0].attended > 0
