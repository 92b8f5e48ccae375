"""Frames of sound and notes: a passage's are those of the whole, and nothing is absent by accident."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from symusic.core import ControlChangeTick, NoteTick, ScoreTick, TempoTick, TrackTick

from rebracket.catalogue.audio import encode_flac
from rebracket.catalogue.midi import midi_bytes, parse_midi
from rebracket.core import Span
from rebracket.core.errors import InputError
from rebracket.dataset.midi_slice import slices_of_midi
from rebracket.features.banks import audio_bank, midi_bank
from rebracket.features.encoders import AUDIO, MIDI, make_encoder
from rebracket.features.encoders.log_mel import LogMel
from rebracket.features.encoders.piano_roll import ROLL_FRAME_S, PianoRoll
from rebracket.signal.log_mel import N_MELS, log_mel
from rows_dataset import RATE_HZ, flac_tone, midi_line, rows_dataset

FRAME_TICKS = 48  # of 480 a quarter at 120 quarters a minute: 50 ms
notes = st.lists(
    st.tuples(st.integers(0, 9000), st.integers(1, 3000), st.integers(0, 127), st.integers(1, 127)),
    min_size=1,
    max_size=20,
)


def score_of(rows: list[tuple[int, int, int, int]], *, bpm: float = 120.0) -> ScoreTick:
    score = ScoreTick(480)
    score.tempos.append(TempoTick(0, bpm))
    track = TrackTick("notes")
    for onset, length, pitch, velocity in rows:
        track.notes.append(NoteTick(onset, length, pitch, velocity))
    score.tracks.append(track)
    return score


def roll(data: bytes) -> np.ndarray:
    (frames,) = PianoRoll().encode_sequences([data])
    return frames


@settings(deadline=None, max_examples=60)
@given(notes, st.integers(0, 150), st.integers(1, 100))
def test_the_roll_of_a_slice_is_that_part_of_the_whole(rows, first: int, length: int) -> None:
    """Slices end with their last note; behind it is silence.

    The score was read from a file: of two notes of a pitch at once, a file does not say which ends.
    """
    score = parse_midi(midi_bytes(score_of(rows)), "score")
    span = Span(first * ROLL_FRAME_S, (first + length) * ROLL_FRAME_S)
    (cut,) = slices_of_midi(score, [span])
    whole = roll(midi_bytes(score))[first : first + length]
    part = roll(cut.data) if cut.data is not None else np.zeros((0, 128), dtype=np.uint8)
    assert len(part) <= length
    assert np.array_equal(part, whole[: len(part)])
    assert not whole[len(part) :].any()


def test_a_roll_holds_velocities_as_they_are() -> None:
    frames = roll(midi_bytes(score_of([(0, 480, 60, 127), (480, 480, 62, 1)])))
    assert (frames.dtype, frames.shape) == (np.uint8, (20, 128))
    assert frames[:10, 60].tolist() == [127] * 10
    assert frames[10:, 62].tolist() == [1] * 10
    assert frames.sum() == 1280


def test_ten_minutes_are_counted_exactly() -> None:
    """Symusic's own seconds have 24 bits, which is a frame too many here and there."""
    rows = [(FRAME_TICKS * place, FRAME_TICKS, place % 128, 64) for place in range(12_000)]
    frames = roll(midi_bytes(score_of(rows)))
    assert frames.shape == (12_000, 128)
    assert np.array_equal(np.argmax(frames, axis=1), np.arange(12_000) % 128)
    assert (np.count_nonzero(frames, axis=1) == 1).all()


def test_notes_beyond_an_hour_are_refused() -> None:
    with pytest.raises(InputError, match="piano_roll: found 61 minutes of notes, expected at most 60"):
        roll(midi_bytes(score_of([(0, 61 * 60 * 960, 60, 64)])))


@pytest.mark.parametrize(("seconds", "frames"), [(0.05, 3), (0.3, 15), (30.0, 1500)])
def test_a_sound_has_fifty_frames_a_second(seconds: float, frames: int) -> None:
    (found,) = LogMel().encode_sequences([flac_tone(440, seconds)])
    assert (found.dtype, found.shape) == (np.float16, (frames, N_MELS))


def test_frames_are_the_log_mel_of_the_wave() -> None:
    wave = np.random.default_rng(0).integers(-3000, 3000, (RATE_HZ, 2)).astype(np.float32) / 32768
    (found,) = LogMel().encode_sequences([encode_flac(wave, RATE_HZ, "PCM_16")])
    assert np.abs(found - log_mel(wave, RATE_HZ)).max() <= 1 / 32


@pytest.mark.slow
def test_ten_minutes_of_sound_are_a_sequence_too() -> None:
    (found,) = LogMel().encode_sequences([flac_tone(440, 600.0)])
    assert found.shape == (30_000, N_MELS)


ENCODERS = [
    (LogMel(), [flac_tone(220), flac_tone(880), flac_tone(440, 0.05)]),
    *(
        (make_encoder(name, MIDI), [midi_line(60, 62), midi_line(40), midi_line(70, 70, 58)])
        for name in ("piano_roll", "events", "bars")
    ),
]


@pytest.mark.parametrize(("encoder", "contents"), ENCODERS, ids=lambda value: getattr(value, "name", ""))
def test_a_content_does_not_depend_on_the_others(encoder, contents: list[bytes]) -> None:
    together = encoder.encode_sequences(contents)
    alone = [encoder.encode_sequences([content])[0] for content in contents]
    assert encoder.encode_sequences([]) == []
    for one, other in zip(together, alone, strict=True):
        assert np.array_equal(one, other)
        assert one.dtype == np.dtype(encoder.dtype)
        assert one.ndim == 2
        assert one.shape[1] == encoder.width
    assert len({one.tobytes() for one in together}) == 3


@pytest.mark.parametrize(("encoder", "contents"), ENCODERS, ids=lambda value: getattr(value, "name", ""))
def test_tokens_are_below_their_sizes_and_frames_have_none(encoder, contents: list[bytes]) -> None:
    assert encoder.name in AUDIO or encoder.name in MIDI
    assert (encoder.kind == "tokens") == bool(encoder.sizes)
    if encoder.sizes:
        assert len(encoder.sizes) == encoder.width
        for tokens in encoder.encode_sequences(contents):
            assert ((tokens >= 0) & (tokens < encoder.sizes)).all()


@pytest.mark.parametrize("name", ["piano_roll", "events", "bars"])
def test_midi_without_a_note_has_length_zero(name: str) -> None:
    encoder = make_encoder(name, MIDI)
    silent = score_of([])
    silent.tracks[0].controls.append(ControlChangeTick(0, 7, 100))
    (found,) = encoder.encode_sequences([midi_bytes(silent)])
    assert found.shape == (0, encoder.width)
    assert found.dtype == np.dtype(encoder.dtype)


@pytest.mark.parametrize("encoder", [encoder for encoder, _ in ENCODERS], ids=lambda value: value.name)
def test_content_of_another_kind_is_refused(encoder) -> None:
    with pytest.raises(InputError, match=f"{encoder.name}: found str, expected the bytes"):
        encoder.encode_sequences(["text"])


@given(st.binary(max_size=200) | st.integers(0, 100).map(lambda n: midi_line(60, 61)[:n]))
@settings(deadline=None, max_examples=60)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for encoder, _ in ENCODERS:
        with suppress(InputError):
            (found,) = encoder.encode_sequences([data])
            assert np.isfinite(found).all()


@given(st.integers(0, 199), st.integers(1, 255))
@settings(deadline=None, max_examples=150)
def test_any_changed_byte_of_midi_is_read_or_refused(place: int, mask: int) -> None:
    data = bytearray(midi_line(60, 61, 62))
    data[place % len(data)] ^= mask
    for encoder, _ in ENCODERS[1:]:
        with suppress(InputError):
            (found,) = encoder.encode_sequences([bytes(data)])
            if encoder.sizes:
                assert ((found >= 0) & (found < encoder.sizes)).all()


@pytest.mark.parametrize(
    ("name", "read"),
    [("spectral", audio_bank), ("cnn", audio_bank), ("piano_roll", midi_bank), ("bars", midi_bank)],
)
def test_media_are_opened_once_however_often_they_are_asked_for(name: str, read, tmp_path: Path) -> None:
    """Runs after the first decode nothing, and neither do epochs: all is in files or memory by then."""
    dataset = rows_dataset(tmp_path)
    first = read(dataset, name)
    assert len(dataset.opened) == 1
    second = read(dataset, name)
    assert len(dataset.opened) == 1
    assert np.array_equal(first.index, second.index)
    for _ in range(3):
        for bank in (first, second):
            values = (
                bank.values if isinstance(bank.values, np.ndarray) else bank.values.padded(np.arange(4))[0]
            )
            assert values.any()
    assert len(dataset.opened) == 1
