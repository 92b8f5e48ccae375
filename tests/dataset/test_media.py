"""Laws of the tiers: the same bytes each time, the right length, and what each promises of the sound."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from rebracket.catalogue import decode_audio
from rebracket.catalogue.audio import read_pcm, to_float
from rebracket.core.errors import InputError
from rebracket.dataset.media import AUDIO_TIERS, TIERS, Clip, samples_sha256
from rebracket.dataset.media.features import decode_features
from rebracket.dataset.media.lossy import one_channel

KBPS = {
    "opus": lambda channels: 96 * channels,
    "mp3": lambda channels: 96 * channels,
    "preview": lambda _: 64,
}
LOSSY = sorted(KBPS)


def clip(rate_hz: int = 44_100, channels: int = 1, seconds: float = 2.0, subtype: str = "PCM_16") -> Clip:
    """Noise over a tone of 440 Hz, each channel its own."""
    rng = np.random.default_rng(7)
    times_s = np.arange(round(seconds * rate_hz)) / rate_hz
    tone = 0.3 * np.sin(2 * np.pi * 440 * times_s)[:, None]
    wave = tone + 0.02 * rng.standard_normal((len(times_s), channels))
    if subtype == "PCM_24":
        return Clip(np.rint(wave * 2**23).astype(np.int32) << 8, rate_hz, subtype)
    return Clip(np.rint(wave * 2**15).astype(np.int16), rate_hz, subtype)


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize(("rate_hz", "channels"), [(8_000, 1), (44_100, 2), (48_000, 1), (96_000, 2)])
def test_a_tier_gives_the_same_bytes_and_the_whole_length(tier: str, rate_hz: int, channels: int) -> None:
    own = clip(rate_hz, channels, seconds=0.5)
    data = TIERS[tier].encode(own)
    assert data == TIERS[tier].encode(own)
    if TIERS[tier].is_audio:
        wave, info = decode_audio(data)
        assert len(wave) == np.ceil(len(own.samples) * info.sample_rate_hz / rate_hz)
        assert info.channels == (1 if tier == "preview" else channels)
    else:
        assert len(decode_features(data)) == np.ceil(0.5 / 0.02)


@pytest.mark.parametrize("tier", LOSSY)
@pytest.mark.parametrize("channels", [1, 2])
def test_the_lossy_tiers_keep_the_rate_that_they_name_and_the_tone(tier: str, channels: int) -> None:
    own = clip(channels=channels, seconds=8.0)
    data = TIERS[tier].encode(own)
    assert len(data) * 8 / 8.0 / 1000 == pytest.approx(KBPS[tier](channels), rel=0.06)
    wave, info = decode_audio(data)
    spectrum = np.abs(np.fft.rfft(wave[: info.sample_rate_hz, 0]))
    assert np.argmax(spectrum) == 440
    level_db = 20 * np.log10(np.sqrt(np.mean(wave**2) / np.mean(own.wave**2)))
    assert abs(level_db) < 1.0


@pytest.mark.parametrize("tier", AUDIO_TIERS)
def test_several_blocks_are_read_as_one_and_nothing_is_said(
    tier: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """A seek after each block, even to where it is, makes the decoder of MP3 start anew and complain."""
    fading = np.exp(-(np.arange(150_000) % 5_000) / 700)[:, None]
    wave = fading * np.random.default_rng(1).standard_normal((150_000, 1))
    own = Clip(np.rint(8_000 * wave).clip(-32768, 32767).astype(np.int16), 22_050, "PCM_16")
    data = TIERS[tier].encode(own)
    whole = soundfile.SoundFile(io.BytesIO(data)).read(dtype="float32", always_2d=True)
    assert np.array_equal(decode_audio(data)[0], whole)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("channels", "subtype"), [(1, "PCM_16"), (2, "PCM_16"), (1, "PCM_24"), (2, "PCM_24")]
)
def test_flac_holds_the_very_samples(channels: int, subtype: str, tmp_path: Path) -> None:
    own = clip(channels=channels, subtype=subtype)
    path = tmp_path / "a.flac"
    path.write_bytes(TIERS["flac"].encode(own))
    samples, info = read_pcm(path)
    assert (info.format, info.subtype, info.sample_rate_hz) == ("FLAC", subtype, own.rate_hz)
    assert samples.dtype == own.samples.dtype
    assert np.array_equal(samples, own.samples)
    assert samples_sha256(samples, info.sample_rate_hz) == samples_sha256(own.samples, own.rate_hz)


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "FLOAT"])
def test_samples_are_read_as_they_are_stored(subtype: str, tmp_path: Path) -> None:
    wave = np.rint(np.random.default_rng(1).uniform(-0.9, 0.9, (999, 2)) * 100) / 128
    soundfile.write(tmp_path / "a.wav", wave, 8000, subtype=subtype)
    samples, _ = read_pcm(tmp_path / "a.wav")
    assert samples.dtype == {"PCM_24": np.int32, "FLOAT": np.float32}.get(subtype, np.int16)
    assert to_float(samples).dtype == np.float32
    assert np.array_equal(to_float(samples), wave.astype(np.float32))


def test_the_hash_of_samples_knows_rate_and_channels() -> None:
    samples = clip(channels=2).samples
    others = [samples_sha256(samples.reshape(-1, 1), 44_100), samples_sha256(samples, 48_000)]
    assert samples_sha256(samples, 44_100) not in others
    assert samples_sha256(np.asfortranarray(samples), 44_100) == samples_sha256(samples, 44_100)


def test_a_pair_in_opposite_phase_is_heard_in_one_channel() -> None:
    left = clip().wave
    assert np.array_equal(one_channel(np.hstack([left, -left])), left)
    assert np.allclose(one_channel(np.hstack([left, left])), left)
    preview, _ = decode_audio(TIERS["preview"].encode(Clip(np.hstack([left, -left]), 44_100, "FLOAT")))
    assert np.sqrt(np.mean(preview**2)) == pytest.approx(np.sqrt(np.mean(left**2)), rel=0.1)


def test_features_are_frames_of_sixteen_bits() -> None:
    frames = decode_features(TIERS["features"].encode(clip(seconds=1.0)))
    assert frames.shape == (50, 64)
    assert frames.dtype == np.float16
    assert -80.1 <= frames.min() < frames.max() < 0
    for wrong in (b"", b"123", np.full(64, np.nan, dtype="<f2").tobytes()):
        with pytest.raises(InputError, match="found"):
            decode_features(wrong)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 400), st.sampled_from(AUDIO_TIERS))
def test_the_shortest_clips_can_be_stored(n: int, tier: str) -> None:
    samples = (np.arange(n, dtype=np.int16) % 100)[:, None] * 200
    wave, info = decode_audio(TIERS[tier].encode(Clip(samples, 44_100, "PCM_16")))
    assert len(wave) == np.ceil(n * info.sample_rate_hz / 44_100)


_OPUS = """
import sys, numpy as np
from rebracket.dataset.media import TIERS, Clip
samples = (8000 * np.sin(np.arange(30000) / 20)).astype(np.int16)[:, None]
sys.stdout.buffer.write(TIERS["opus"].encode(Clip(samples, 44100, "PCM_16")))
"""


def test_opus_is_the_same_in_another_process() -> None:
    made = [
        subprocess.run([sys.executable, "-c", _OPUS], check=True, capture_output=True).stdout for _ in "ab"
    ]
    assert made[0] == made[1]
    assert decode_audio(made[0])[1].subtype == "OPUS"
