"""Audio whose header was never finished, or has any of the forms that studios write."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile
from catalogue_material import refusal
from hypothesis import given
from hypothesis import strategies as st

from rebracket.catalogue import decode_audio, probe_audio, read_audio
from rebracket.catalogue.audio_header import data_size

RATE_HZ, FRAMES = 8000, 1000
TONE = (0.5 * np.sin(np.arange(FRAMES) / 9)).astype(np.float32)
FORMS = {
    ("WAV", "PCM_U8"): 2**-6,
    ("WAV", "PCM_16"): 2**-14,
    ("WAV", "PCM_24"): 2**-22,
    ("WAV", "PCM_32"): 2**-22,
    ("WAV", "FLOAT"): 1e-7,
    ("WAV", "DOUBLE"): 1e-7,
    ("WAV", "ALAW"): 0.05,
    ("WAVEX", "PCM_24"): 2**-22,
    ("WAVEX", "FLOAT"): 1e-7,
    ("RF64", "PCM_16"): 2**-14,
    ("W64", "PCM_24"): 2**-22,
    ("AIFF", "PCM_24"): 2**-22,
    ("AIFF", "FLOAT"): 1e-7,
    ("FLAC", "PCM_24"): 2**-22,
    ("OGG", "VORBIS"): 0.1,
    ("OGG", "OPUS"): 0.2,
    ("MP3", "MPEG_LAYER_III"): 0.2,
}


def encoded(form: str, subtype: str) -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, TONE, RATE_HZ, format=form, subtype=subtype)
    return buffer.getvalue()


def claiming(data: bytes, name: bytes, order: str, size: int) -> bytes:
    """The file with another size in the header of its chunk."""
    place = data.index(name) + 4
    return data[:place] + struct.pack(order, size) + data[place + 4 :]


@pytest.mark.parametrize(("form", "subtype"), FORMS)
def test_every_form_is_read_under_a_name_that_says_nothing(tmp_path: Path, form: str, subtype: str) -> None:
    (tmp_path / "take.txt").write_bytes(encoded(form, subtype))
    wave, info = read_audio(tmp_path / "take.txt")
    assert (info.format, info.subtype, info.unfinished) == (form, subtype, False)
    assert wave.shape == (FRAMES, 1)
    assert np.sqrt(np.mean((wave[:, 0] - TONE) ** 2)) <= FORMS[form, subtype]
    assert probe_audio(tmp_path / "take.txt") == info


@pytest.mark.parametrize("claimed", [0, 0xFFFFFFFF, 0x7FFFFFF0, 5_000])
@pytest.mark.parametrize("riff", [None, 0, 0xFFFFFFFF])
@pytest.mark.parametrize(("form", "name", "order"), [("WAV", b"data", "<I"), ("AIFF", b"SSND", ">I")])
def test_a_recording_that_was_never_finished_is_read_to_its_end(
    form: str, name: bytes, order: str, claimed: int, riff: int | None
) -> None:
    data = claiming(encoded(form, "PCM_16"), name, order, claimed)
    if riff is not None and form == "WAV":
        data = data[:4] + struct.pack("<I", riff) + data[8:]
    wave, info = decode_audio(data)
    assert info.unfinished
    assert np.array_equal(wave, decode_audio(encoded(form, "PCM_16"))[0])


def test_a_long_file_that_was_never_finished_is_read_to_its_end() -> None:
    data = encoded("RF64", "PCM_16")
    place = data.index(b"ds64") + 8
    wave, info = decode_audio(data[:place] + bytes(24) + data[place + 24 :])
    assert (len(wave), info.unfinished) == (FRAMES, True)


def test_a_wav_cut_short_holds_what_is_there() -> None:
    wave, info = decode_audio(encoded("WAV", "PCM_16")[:-1000])
    assert (len(wave), info.frames, info.unfinished) == (FRAMES - 500, FRAMES - 500, True)


def test_an_empty_chunk_of_samples_before_others_is_meant() -> None:
    empty = claiming(encoded("WAV", "PCM_16"), b"data", "<I", 0)[:44]
    listed = b"LIST" + struct.pack("<I", 12) + b"INFO" + b"ISFT" + bytes(4)
    size = data_size(io.BytesIO(empty + listed))
    assert size is not None
    assert (size.claimed, size.unfinished) == (0, False)
    assert "found 0 frames" in str(refusal(lambda: decode_audio(empty + listed)))


def test_chunks_after_the_samples_are_no_samples() -> None:
    data = encoded("WAV", "PCM_16")
    wave, info = decode_audio(data + b"LIST" + struct.pack("<I", 4) + b"INFO")
    assert (len(wave), info.unfinished) == (FRAMES, False)


@given(
    st.binary(max_size=120),
    st.sampled_from([b"RIFF\0\0\0\0WAVE", b"FORM\0\0\0\0AIFF", b"RF64\0\0\0\0WAVE", b""]),
)
def test_any_bytes_have_a_size_or_none_and_no_patch_is_outside(data: bytes, head: bytes) -> None:
    size = data_size(io.BytesIO(head + data))
    if size is not None:
        assert all(0 <= at <= len(head + data) - len(patch) for at, patch in size.patches)
    said = refusal(lambda: decode_audio(head + data))
    assert said is None or said.startswith("audio: found")
