from __future__ import annotations

import io
import logging
import os
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile
from catalogue_material import refusal, wav
from hypothesis import given
from hypothesis import strategies as st

from rebracket.catalogue import AudioInfo, decode_audio, encode_flac, probe_audio, read_audio, write_wav
from rebracket.core.errors import InputError

RATE_HZ = 8000


def noise(frames: int = 4000, channels: int = 2, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-1, 1, (frames, channels)).astype(np.float32)


def test_the_header_and_the_whole_agree(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    write_wav(path, noise(4000), RATE_HZ)
    wave, info = read_audio(path)
    assert info == probe_audio(path) == AudioInfo(4000, RATE_HZ, 2, "PCM_16", "WAV")
    assert (wave.shape, str(wave.dtype), info.duration_s) == ((4000, 2), "float32", 0.5)


@pytest.mark.parametrize(("subtype", "step"), [("PCM_16", 2**-15), ("PCM_24", 2**-23)])
def test_written_samples_are_rounded_to_the_nearest_step(tmp_path: Path, subtype: str, step: float) -> None:
    wave = noise(20_000)
    write_wav(tmp_path / "a.wav", wave, RATE_HZ, subtype)
    difference = read_audio(tmp_path / "a.wav")[0].astype(np.float64) - wave
    assert np.max(np.abs(difference[wave < 1 - step])) <= step / 2 + 1e-12
    assert abs(np.mean(difference)) < step / 20


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "PCM_U8", pytest.param("PCM_S8", id="flac-only")])
@given(seed=st.integers(0, 1000), channels=st.integers(1, 8))
def test_flac_holds_sources_of_up_to_24_bits_sample_by_sample(
    tmp_path_factory: pytest.TempPathFactory, subtype: str, seed: int, channels: int
) -> None:
    form = "FLAC" if subtype == "PCM_S8" else "WAV"
    path = tmp_path_factory.mktemp("audio") / "a"
    soundfile.write(path, noise(500, channels, seed), RATE_HZ, format=form, subtype=subtype)
    wave, info = read_audio(path)
    again, flac = decode_audio(encode_flac(wave, info.sample_rate_hz, info.subtype))
    assert np.array_equal(wave, again)
    assert (flac.format, flac.sample_rate_hz, flac.channels) == ("FLAC", RATE_HZ, channels)


@pytest.mark.parametrize("subtype", ["FLOAT", "PCM_32", "DOUBLE"])
def test_wider_sources_become_24_bits(tmp_path: Path, subtype: str) -> None:
    soundfile.write(tmp_path / "a.wav", noise() * 0.9, RATE_HZ, subtype=subtype)
    wave, info = read_audio(tmp_path / "a.wav")
    again, flac = decode_audio(encode_flac(wave, RATE_HZ, info.subtype))
    assert (info.subtype, flac.subtype) == (subtype, "PCM_24")
    assert np.max(np.abs(wave - again)) <= 2**-23


def test_the_same_samples_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.wav", "b.wav"):
        write_wav(tmp_path / name, noise(), RATE_HZ, "PCM_24")
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()
    assert encode_flac(noise(), RATE_HZ, "PCM_16") == encode_flac(noise(), RATE_HZ, "PCM_16")


def test_clipping_of_loud_float_sources_is_counted(caplog: pytest.LogCaptureFixture) -> None:
    wave = np.array([[0.5], [1.5], [-2.0]], dtype=np.float32)
    with caplog.at_level(logging.WARNING):
        again, _ = decode_audio(encode_flac(wave, RATE_HZ, "FLOAT"))
    assert again[:, 0] == pytest.approx([0.5, 1, -1], abs=1e-6)
    assert "2 samples beyond full scale clipped, peak 2.000" in caplog.text


@pytest.mark.parametrize(
    ("wave", "rate_hz", "subtype", "match"),
    [
        (np.full((4, 1), 1.5, np.float32), RATE_HZ, "PCM_16", "beyond full scale"),
        (np.full((4, 1), np.nan, np.float32), RATE_HZ, "PCM_16", "beyond full scale"),
        (np.zeros(4, np.float32), RATE_HZ, "PCM_16", r"expected \[T, C\]"),
        (np.zeros((4, 1), np.float32), 0, "PCM_16", "0 Hz"),
        (np.zeros((4, 1), np.float32), RATE_HZ, "FLOAT", "PCM_16 or PCM_24"),
    ],
)
def test_what_cannot_be_written_is_refused(
    tmp_path: Path, wave: np.ndarray, rate_hz: int, subtype: str, match: str
) -> None:
    with pytest.raises(InputError, match=match):
        write_wav(tmp_path / "a.wav", wave, rate_hz, subtype)
    assert not (tmp_path / "a.wav").exists()


def test_flac_has_at_most_eight_channels_and_finite_samples() -> None:
    with pytest.raises(InputError, match="9 channels"):
        encode_flac(np.zeros((4, 9), np.float32), RATE_HZ, "PCM_16")
    with pytest.raises(InputError, match="not finite"):
        encode_flac(np.full((4, 1), np.inf, np.float32), RATE_HZ, "FLOAT")


def test_the_content_decides_not_the_name(tmp_path: Path) -> None:
    wav(0.1)(tmp_path / "a.raw")
    assert probe_audio(tmp_path / "a.raw").format == "WAV"
    (tmp_path / "take.mp3").write_bytes(encode_flac(noise(), RATE_HZ, "PCM_16"))
    assert probe_audio(tmp_path / "take.mp3").format == "FLAC"
    (tmp_path / "a.vox").write_bytes(b"text " * 100)
    with pytest.raises(InputError, match=r"^a.vox: found .*, expected an audio file"):
        probe_audio(tmp_path / "a.vox")


def test_a_header_that_claims_too_much_costs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    write_wav(path, noise(1000, 1), RATE_HZ)
    data = bytearray(path.read_bytes())
    data[4:8] = data[40:44] = struct.pack("<I", 0x7FFFFFF0)
    path.write_bytes(bytes(data))
    assert read_audio(path)[0].shape == (1000, 1)


def test_samples_that_are_not_finite_are_refused(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.array([0.0, np.nan]), RATE_HZ, subtype="FLOAT")
    with pytest.raises(InputError, match=r"a\.wav: found samples that are not finite"):
        read_audio(tmp_path / "a.wav")


def test_no_audio_is_no_audio(tmp_path: Path) -> None:
    write_wav(tmp_path / "empty.wav", np.zeros((0, 1), np.float32), RATE_HZ)
    with pytest.raises(InputError, match="found 0 frames"):
        probe_audio(tmp_path / "empty.wav")
    with pytest.raises(InputError, match="found no file"):
        probe_audio(tmp_path / "missing.wav")
    os.mkfifo(tmp_path / "pipe.wav")
    with pytest.raises(InputError, match="found no file"):
        probe_audio(tmp_path / "pipe.wav")


def flac_cut(at: int) -> bytes:
    return encode_flac(noise(3000, 1), RATE_HZ, "PCM_16")[:at]


@given(st.one_of(st.binary(max_size=200), st.integers(0, 6000).map(flac_cut)))
def test_any_bytes_give_audio_or_one_kind_of_error(data: bytes) -> None:
    said = refusal(lambda: decode_audio(data))
    if said is None:
        wave, info = decode_audio(data)
        assert wave.shape == (info.frames, info.channels)
    else:
        assert said.startswith("audio: found")


@given(st.integers(0, 60), st.integers(0, 255))
def test_one_byte_of_a_wav_header_changed_does_no_harm(position: int, value: int) -> None:
    buffer = io.BytesIO()
    soundfile.write(buffer, noise(50, 1), RATE_HZ, format="WAV", subtype="PCM_16")
    data = bytearray(buffer.getvalue())
    data[position] = value
    said = refusal(lambda: decode_audio(bytes(data)))
    assert said is None or "expected" in said
