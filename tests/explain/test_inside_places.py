"""What is read is placed at the word, note, second, band and stem it is of."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from asked_models import asked_model, planted_rows
from symusic.core import NoteTick, ScoreTick, TrackTick

from rebracket.catalogue.midi import midi_bytes
from rebracket.explain.asking.given import Given, GivenStem
from rebracket.explain.inside.entries import entries_of
from rebracket.explain.inside.places import counted_words, tokens_of_words
from rebracket.explain.inside.question import log_odds_of, question_of
from rebracket.models.pretrained.tokens import TextTokens
from rebracket.signal import BAR_GRID
from rows_dataset import RowsDataset
from tiny_networks import save_deberta, save_roberta


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> RowsDataset:
    return planted_rows(tmp_path_factory.mktemp("rows") / "dataset", songs=2)


def any_score(seed: int) -> bytes:
    """Two tracks of 40 notes each, chords and overlaps among them."""
    rng, score = np.random.default_rng(seed), ScoreTick(480)
    for name in ("one", "other"):
        track = TrackTick(name)
        for onset, length, pitch, velocity in rng.integers([0, 60, 40, 1], [4800, 900, 80, 127], (40, 4)):
            track.notes.append(NoteTick(int(onset) // 120 * 120, int(length), int(pitch), int(velocity)))
        score.tracks.append(track)
    return midi_bytes(score)


def with_notes(given: Given) -> Given:
    """Three stems, the last two with the same notes."""
    own = [any_score(0), any_score(1), any_score(1)]
    stems = [GivenStem(f"{n}", n, f"stem {n}", None, None, midi) for n, midi in enumerate(own, start=1)]
    return replace(given, stems=tuple(stems))


@pytest.mark.parametrize("stems", ["rows", "attention"])
@pytest.mark.parametrize("midi", ["bars", "events", "piano_roll"])
def test_what_is_read_of_notes_is_of_notes_of_that_pitch(midi: str, stems: str, dataset: RowsDataset) -> None:
    asked, givens = asked_model(dataset, midi=midi, hidden=4, epochs=1, stems=stems)
    question = question_of(asked, with_notes(givens[0]))
    placing = entries_of(question)[0].placing
    reading, pitches = question.readings["midi"], np.array([unit.pitch for unit in placing.units])
    values, mask = reading.values.numpy(), np.asarray(reading.mask)
    cell = np.array(np.unravel_index(placing.cell, placing.shape))
    if midi == "bars":
        assert np.array_equal(values[cell[0], cell[1], 2], pitches[placing.unit])
        assert np.array_equal(placing.of_cells(), mask)
    elif midi == "piano_roll":
        silent = values == values.min()
        assert np.array_equal(placing.of_cells(), ~silent)
        assert np.array_equal(cell[2], pitches[placing.unit])
    else:
        meanings = [BAR_GRID.meaning(int(values[m, t, 0])) for m, t in cell.T]
        told = [(value, pitch) for (kind, value), pitch in zip(meanings, pitches[placing.unit], strict=True)
                if kind == "pitch"]  # fmt: skip
        assert all(value == pitch for value, pitch in told)
        assert np.array_equal(placing.of_cells(), mask & (values[..., 0] != 0))  # 0 begins a bar
    assert set(placing.unit.tolist()) == set(range(240))  # each note is somewhere
    np.testing.assert_allclose(np.bincount(placing.cell, weights=placing.share)[placing.cell], 1.0)
    same = np.bincount(placing.unit, weights=placing.share, minlength=240)
    np.testing.assert_allclose(same[80:160], same[160:])  # stems of the same notes share them alike


@pytest.mark.parametrize("save", [save_roberta, save_deberta])
def test_tokens_know_the_characters_they_stand_for(save, tmp_path: Path) -> None:
    tokens = TextTokens(save(tmp_path / "tiny", longest=8))
    text = "the river  moves, a house that was\nwell stone orchard sound"
    spans = tokens.spans(text)
    assert len(spans) == len(tokens.ids(text))
    assert sum(span is None for span in spans) == 2 * len(tokens.windows(text))
    known = [text[slice(*span)] for span in spans if span is not None]
    assert "".join("".join(known).split()) == "".join(text.split())
    given = Given("s", "s", 0.0, 1.0, text, ())
    placing = tokens_of_words(given, spans, np.arange(len(spans)))
    for cell, unit in zip(placing.cell, placing.unit, strict=True):
        assert text[slice(*spans[cell])].strip() in placing.units[unit].label
    assert {placing.units[unit].label for unit in placing.unit} == set(text.replace(",", "").split())


def test_counted_words_lie_where_they_occur() -> None:
    given = Given("s", "s", 0.0, 1.0, "The rain, THE rain's end: I won't", ())
    placing = counted_words(given, ("end", "rain", "sun", "the", "won"), rows=1)
    scores = placing.of_units(np.array([[1.0, 2.0, 5.0, 4.0, 8.0]]))
    found = dict(zip([unit.label for unit in placing.units], scores.tolist(), strict=True))
    assert found == {"The": 2.0, "rain": 1.0, "THE": 2.0, "rain's": 1.0, "end": 1.0, "I": 0.0, "won't": 8.0}


def test_log_odds_are_those_of_the_mean_of_the_rows() -> None:
    logits, share = torch.randn(5, 3, 4, dtype=torch.float64), torch.tensor([0.5, 0.25, 0.25]).double()
    for several in (False, True):
        own = logits.sigmoid() if several else logits.softmax(dim=-1)
        mean = torch.einsum("src,r->sc", own, share)[:, 2]
        torch.testing.assert_close(log_odds_of(logits, 2, share, several), mean.logit())


def test_frames_are_of_the_patches_they_lie_in(dataset: RowsDataset) -> None:
    """Sound of 0.3 s in a segment of 10 s lies in its first patches."""
    asked, givens = asked_model(dataset, audio="cnn", hidden=4, epochs=1)
    placing = entries_of(question_of(asked, givens[0]))[0].placing
    assert len(placing.units) == 24
    assert {placing.units[unit].start_s for unit in placing.unit} == {0.0}
    assert {placing.units[unit].low_hz for unit in placing.unit} == {unit.low_hz for unit in placing.units}


def test_an_absent_modality_has_no_entry(dataset: RowsDataset) -> None:
    asked, givens = asked_model(dataset, text="tfidf", audio="spectral")
    deaf = replace(givens[0], stems=())
    assert [entry.modality for entry in entries_of(question_of(asked, givens[0]))] == ["audio", "text"]
    assert [entry.modality for entry in entries_of(question_of(asked, deaf))] == ["text"]
