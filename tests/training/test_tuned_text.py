"""Text networks that are tuned: what is planted in words is found, and what is saved says the same."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from planted import accuracy

from rebracket.core.errors import InputError
from rebracket.features import Sequences, TextSource
from rebracket.features.bank import Bank
from rebracket.features.encoders import Weights
from rebracket.features.encoders.text_ids import text_ids
from rebracket.models.branches.tuned_text import TunedText
from rebracket.models.pretrained.tokens import window_sizes
from rebracket.training import Inputs, Recipe, Target, choose, fit, load_fitted, save_fitted
from rebracket.training.batch import gather
from rebracket.training.contrastive import pairs_of
from rebracket.training.inputs import TUNED
from rebracket.training.network_of import text_reader
from rebracket.training.preparation import AsItIs
from tiny_networks import WORDS, save_roberta

SONGS, CLASSES = 8, 2


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_roberta(tmp_path_factory.mktemp("tiny"), longest=12)


def planted_words(folder: Path, seed: int = 0) -> tuple[Inputs, Target, list[str]]:
    """Two texts a song; one of the class's two words stands among words of no meaning."""
    rng = np.random.default_rng(seed)
    named, others = np.array(WORDS[:4]).reshape(2, 2), np.array(WORDS[4:])
    labels = np.repeat(np.arange(CLASSES), 2 * SONGS)
    texts = [" ".join(rng.permutation([*rng.choice(others, 3), rng.choice(named[c])])) for c in labels]
    encoder = text_ids("hf", Weights(str(folder)))
    ids = Sequences.of(encoder.encode_sequences(texts))
    source = TextSource("hf", str(folder), folder)
    version = f"{encoder.name}-{encoder.version[:16]}"
    bank = Bank(ids, np.arange(len(texts)), version, kind="ids", reads=source)
    songs = [f"{row // 2 // SONGS:02d}_{row // 2 % SONGS:02d}" for row in range(len(texts))]
    return Inputs({TUNED: bank}), Target("style", ("one", "other"), labels, "planted"), songs


def recipe_of(tuning: str, **changes: object) -> Recipe:
    plain = {"targets": ["style"], "text": "hf", "text_tuning": tuning, "hidden": 8, "epochs": 30}
    rates = {"learning_rate": 0.01, "learning_rates": {"text": 0.01}}
    return Recipe.model_validate({**plain, **rates, "batch_size": 16, "tuning_epochs": 15, **changes})


@pytest.mark.slow
@pytest.mark.parametrize("tuning", ["full", "lora", "contrastive"])
def test_what_is_planted_in_words_is_found_in_other_songs(tuning: str, folder: Path, tmp_path: Path) -> None:
    inputs, target, songs = planted_words(folder)
    held = np.array([int(song[-1]) % 4 == 3 for song in songs])
    recipe = recipe_of(tuning)
    fitted = fit(recipe, inputs, target, np.flatnonzero(~held), songs, seed=0)
    probabilities = fitted.predict(inputs, np.flatnonzero(held))
    assert accuracy(probabilities, target.labels[held]) >= 0.75

    save_fitted(fitted, tmp_path / "style")
    again = load_fitted(tmp_path / "style")
    assert again.predict(inputs, np.flatnonzero(held)) == pytest.approx(probabilities, abs=1e-6)
    small = (tmp_path / "style" / "model.safetensors").stat().st_size
    whole = (folder / "model.safetensors").stat().st_size
    assert (small < whole) == (tuning == "lora")  # of low rank, only what was added is kept

    save_roberta(tmp_path / "other", longest=12, seed=1)
    content = json.loads((tmp_path / "style" / "model.json").read_text("utf-8"))
    content["reads"][TUNED]["weights"] = "../other"
    (tmp_path / "style" / "model.json").write_text(json.dumps(content), "utf-8")
    with pytest.raises(InputError, match="tuned were hf-ids"):
        load_fitted(tmp_path / "style")


@pytest.mark.parametrize("tuning", ["full", "lora", "contrastive"])
def test_only_what_is_tuned_is_changed_and_the_same_seed_gives_the_same(tuning: str, folder: Path) -> None:
    inputs, target, songs = planted_words(folder)
    recipe = recipe_of(tuning, epochs=2, tuning_epochs=1)
    rows = np.arange(len(songs))
    one, other = (fit(recipe, inputs, target, rows, songs, seed=0) for _ in range(2))
    assert np.array_equal(one.predict(inputs, rows), other.predict(inputs, rows))
    fresh = dict(text_reader(inputs.banks[TUNED].reads, tuning, 0).named_parameters())
    tuned = dict(one.network.branches[TUNED].reader.named_parameters())
    changed = {name for name in fresh if not torch.equal(fresh[name], tuned[name])}
    added = {name for name in fresh if "lora" in name}
    assert changed
    assert (changed <= added) if tuning == "lora" else len(changed) > len(fresh) / 2


def test_contrastive_tuning_reads_no_text_that_is_held_out(folder: Path) -> None:
    inputs, target, songs = planted_words(folder)
    rows = np.array([row for row, song in enumerate(songs) if int(song[-1]) % 2])
    bank = inputs.banks[TUNED]
    held = np.setdiff1d(np.arange(len(songs)), rows)
    sequences = [bank.values[row] if row in rows else 0 * bank.values[row] + 5 for row in range(len(songs))]
    changed = Inputs({TUNED: replace(bank, values=Sequences.of(sequences))})
    flipped = target.labels.copy()
    flipped[held] = 1 - flipped[held]
    recipe = recipe_of("contrastive", epochs=2, tuning_epochs=2)
    one = fit(recipe, inputs, target, rows, songs, seed=0)
    other = fit(recipe, changed, replace(target, labels=flipped), rows, songs, seed=0)
    assert np.array_equal(one.predict(inputs, rows), other.predict(inputs, rows))


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 5)), max_size=30), st.integers(0, 99))
@settings(deadline=None)
def test_pairs_join_different_songs_and_agree_with_the_labels(rows: list, seed: int) -> None:
    truth, songs = np.array([label for label, _ in rows]), [{str(song)} for _, song in rows]
    found = pairs_of(truth, songs, np.random.default_rng(seed))
    for first, alike, other in found.tolist():
        assert songs[first].isdisjoint(songs[alike] | songs[other])
        assert truth[first] == truth[alike] != truth[other]
    can = [
        any(s != song and t == label for t, s in rows) and any(s != song and t != label for t, s in rows)
        for label, song in rows
    ]
    assert len(found) == sum(can)
    twice = pairs_of(np.eye(3, dtype=bool)[truth], songs, np.random.default_rng(seed)) if rows else found
    assert np.array_equal(found, twice)


def test_texts_that_share_a_song_are_no_pair() -> None:
    songs = [{"a", "b"}, {"b"}, {"c"}, {"a", "d"}, {"e"}]
    found = pairs_of(np.array([0, 0, 0, 1, 1]), songs, np.random.default_rng(0))
    assert found[:2].tolist() == [[0, 2, 4], [1, 2, found[1, 2]]]  # 1 and 3 share a song with 0
    assert found[:, 0].tolist() == [0, 1, 2, 3, 4]


def test_a_settled_reader_says_what_it_said(folder: Path) -> None:
    inputs, _, _ = planted_words(folder)
    branch = TunedText(text_reader(inputs.banks[TUNED].reads, "full", 0), 16, 4)
    branch = TunedText(branch.reader, branch.reader.width, 4).eval()
    ids, mask = inputs.banks[TUNED].values.padded(np.arange(6))
    given_ = torch.from_numpy(ids), torch.from_numpy(mask)
    before, _ = branch(*given_)
    branch.settle()
    for _ in range(2):
        torch.testing.assert_close(branch(*given_)[0], before, atol=1e-5, rtol=1e-4)
    branch.train()
    assert not branch.reader.training


def test_effort_takes_the_frozen_text_where_tuning_is_no_better(folder: Path) -> None:
    inputs, target, songs = planted_words(folder)
    rng = np.random.default_rng(0)
    noise = 0.01 * rng.normal(size=(len(songs), CLASSES))
    clear = (np.eye(CLASSES)[target.labels] + noise).astype(np.float32)
    both = Inputs({**inputs.banks, "text": Bank(clear, np.arange(len(songs)), "clear")})
    recipe = recipe_of("full", effort="auto", epochs=3)
    choice = choose(recipe, both, target, np.arange(len(songs)), songs, seed=0)
    assert [candidate.effort for candidate in choice.candidates] == ["probe", "head", "tune"]
    assert choice.inputs.modalities == ("text",)
    assert choice.recipe.effort == "fixed"
    fitted = fit(recipe, both, target, np.arange(len(songs)), songs, seed=0)
    assert fitted.predict(both, np.arange(4)).shape == (4, CLASSES)


def test_a_long_text_is_read_in_the_windows_of_its_network_whole(folder: Path) -> None:
    encoder = text_ids("hf", Weights(str(folder)))
    long = " ".join(np.random.default_rng(0).choice(WORDS, 1500))
    ids = Sequences.of(encoder.encode_sequences([long, "river"]))
    source = TextSource("hf", str(folder), folder)
    bank = Bank(ids, np.arange(2), "hf-ids-1", kind="ids", reads=source)
    reading = gather({TUNED: bank}, {TUNED: AsItIs(1)}, np.array([[0], [1]]))[TUNED].reading
    reader = text_reader(source, "full", 0).eval()
    assert len(ids[0]) > 1500
    assert reading.owner.tolist() == [0, 1]
    with torch.inference_mode():
        states = reader(reading.values[..., 0], reading.mask)
        first = reader.network(input_ids=torch.from_numpy(ids[0][:, 0]).long()[None, :12]).last_hidden_state
    assert int(reading.mask[0].sum()) == len(ids[0])
    assert window_sizes(len(ids[0]), 12)[0] == 12
    torch.testing.assert_close(states[0, :12], first[0], atol=1e-5, rtol=1e-4)
