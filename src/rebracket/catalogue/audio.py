"""Audio files in and out; a file's content decides what it is, never its name."""

from __future__ import annotations

import io
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import soundfile

from rebracket.catalogue.audio_header import DataSize, Patched, data_size
from rebracket.catalogue.files import require_regular
from rebracket.core.errors import InputError

__all__ = [
    "AudioInfo",
    "decode_audio",
    "encode_flac",
    "full_scale",
    "open_blocks",
    "probe_audio",
    "read_audio",
    "read_opening",
    "read_pcm",
    "to_float",
    "write_wav",
]

_log = logging.getLogger(__name__)
_BLOCK_FRAMES = 1 << 16
_MAX_SAMPLES = 1 << 28  # 1 GiB of float32; 46 minutes of stereo at 48 kHz
_MAX_CHANNELS, _FLAC_CHANNELS = 64, 8
_RATES_HZ = range(1_000, 655_351)  # up to what FLAC can hold
_BITS = {"PCM_16": 16, "PCM_24": 24}
# Sources that 16 bits hold without loss, or that are lossy and gain nothing from more.
_LOSSY = ("ULAW", "ALAW", "MPEG_LAYER_I", "MPEG_LAYER_II", "MPEG_LAYER_III", "VORBIS", "OPUS")
_SIXTEEN_BIT = frozenset({"PCM_16", "PCM_S8", "PCM_U8", *_LOSSY})
# What holds a source's samples as they are; wider and lossy sources are what float32 makes of them.
_NATIVE = {"PCM_S8": "int16", "PCM_U8": "int16", "PCM_16": "int16", "PCM_24": "int32"}


@dataclass(frozen=True, slots=True)
class AudioInfo:
    """What the header of an audio file says; ``subtype`` and ``format`` in libsndfile's words."""

    frames: int
    sample_rate_hz: int
    channels: int
    subtype: str
    format: str
    unfinished: bool = False  # the header claims other than what is there: recorders crash

    @property
    def duration_s(self) -> float:
        return self.frames / self.sample_rate_hz


def probe_audio(path: Path) -> AudioInfo:
    """Reads the header of an audio file.

    Raises:
        InputError: where the file is missing, no audio, empty, or its header makes no sense.
    """
    with _opened(path) as sound:
        return _info(sound, path.name)


def read_audio(path: Path) -> tuple[np.ndarray, AudioInfo]:
    """Reads a whole audio file as float32 [T, C], full scale at 1; its info counts the frames that are there.

    Raises:
        InputError: as ``probe_audio``, and where samples cannot be decoded, are not finite or too many.
    """
    with _opened(path) as sound:
        return _read(sound, path.name)


def read_pcm(path: Path) -> tuple[np.ndarray, AudioInfo]:
    """Reads a whole audio file as it is stored, [T, C]: int16 up to 16 bits, int32 (the low byte 0) for 24.

    Sources of other kinds are float32. Twice as fast as ``read_audio`` for 16 bits, and half as large.

    Raises:
        InputError: as ``read_audio``.
    """
    with _opened(path) as sound:
        return _read(sound, path.name, dtype=_NATIVE.get(sound.file.subtype, "float32"))


def to_float(samples: np.ndarray) -> np.ndarray:
    """Samples as ``read_pcm`` gives them, as float32 with full scale at 1; no copy of float32."""
    if samples.dtype.kind == "f":
        return samples
    # Without the type, 32-bit integers would become float64.
    return np.multiply(samples, np.float32(1 / full_scale(samples)), dtype=np.float32)


def full_scale(samples: np.ndarray) -> float:
    """What stands for 1 in samples as ``read_pcm`` gives them."""
    return 1.0 if samples.dtype.kind == "f" else 2.0 ** (8 * samples.dtype.itemsize - 1)


def read_opening(path: Path, longest_s: float) -> tuple[np.ndarray, AudioInfo]:
    """Reads the first seconds of an audio file as float32 [T, C]; no more of it is decoded.

    Raises:
        InputError: as ``read_audio``.
    """
    with _opened(path) as sound:
        info = _info(sound, path.name)
        return _read(sound, path.name, longest=max(1, round(longest_s * info.sample_rate_hz)))


def decode_audio(data: bytes) -> tuple[np.ndarray, AudioInfo]:
    """Reads audio from the bytes of a file as float32 [T, C].

    Raises:
        InputError: as ``read_audio``.
    """
    with _sound(io.BytesIO(data), "audio") as sound:
        return _read(sound, "audio")


def write_wav(path: Path, wave: np.ndarray, sample_rate_hz: int, subtype: str = "PCM_16") -> None:
    """Writes float32 [T, C] as WAV of 16 or 24 bits; the same samples give the same bytes.

    Raises:
        InputError: where samples are not finite or beyond full scale, or the subtype is not PCM_16 or PCM_24.
    """
    if wave.size and not float(np.max(np.abs(wave))) <= 1.0:  # also refuses NaN
        raise InputError(f"{path.name}: found samples beyond full scale, expected [-1, 1]")
    path.write_bytes(_encode(wave, sample_rate_hz, "WAV", subtype))


def encode_flac(wave: np.ndarray, sample_rate_hz: int, subtype: str) -> bytes:
    """Encodes [T, C] as FLAC; exact for sources of up to 24 bits, 24 bits for wider ones.

    Samples beyond full scale, which float and lossy sources can hold, are clipped and counted in the log.

    Args:
        wave: as ``read_audio`` or ``read_pcm`` gives it.
        subtype: the source's, as ``AudioInfo`` gives it.

    Raises:
        InputError: where samples are not finite or there are more than eight channels.
    """
    if wave.ndim == 2 and wave.shape[1] > _FLAC_CHANNELS:
        raise InputError(f"found {wave.shape[1]} channels, expected at most {_FLAC_CHANNELS} for FLAC")
    return _encode(wave, sample_rate_hz, "FLAC", "PCM_16" if subtype in _SIXTEEN_BIT else "PCM_24")


def _encode(wave: np.ndarray, sample_rate_hz: int, format_: str, subtype: str) -> bytes:
    if wave.ndim != 2 or subtype not in _BITS or sample_rate_hz not in _RATES_HZ:
        raise InputError(
            f"found shape {wave.shape}, {subtype}, {sample_rate_hz} Hz, expected [T, C], "
            f"{' or '.join(_BITS)}, {_RATES_HZ.start} to {_RATES_HZ.stop - 1} Hz"
        )
    buffer = io.BytesIO()
    try:
        soundfile.write(buffer, _integers(wave, subtype), sample_rate_hz, format=format_, subtype=subtype)
    except (soundfile.SoundFileError, ValueError) as error:
        raise InputError(f"found audio that cannot be written as {format_}: {error}") from error
    return buffer.getvalue()


def _integers(wave: np.ndarray, subtype: str) -> np.ndarray:
    """Integers of the subtype; those that have its width are taken as they are."""
    if wave.dtype == (np.int16 if _BITS[subtype] == 16 else np.int32):
        return wave
    return _quantize(to_float(wave), subtype)


def _quantize(wave: np.ndarray, subtype: str) -> np.ndarray:
    """Integers of the subtype, rounded: libsndfile's own conversion rounds down, half a step too low."""
    if not np.isfinite(wave).all():
        raise InputError("found samples that are not finite, expected audio")
    bits = _BITS[subtype]
    full_scale = 1 << (bits - 1)
    steps = np.rint(wave.astype(np.float64) * full_scale)
    beyond = int(np.count_nonzero(np.abs(steps) > full_scale))
    if beyond:
        _log.warning("%d samples beyond full scale clipped, peak %.3f", beyond, float(np.max(np.abs(wave))))
    steps = np.clip(steps, -full_scale, full_scale - 1)
    return steps.astype(np.int16) if bits == 16 else steps.astype(np.int32) << 8


class _Forward(soundfile.SoundFile):  # type: ignore[misc]  # soundfile has no types
    """Read from start to end. After each block soundfile seeks to where it is, and MP3 then starts anew
    amid frames that lean on earlier ones: its decoder complains on stderr, and samples differ by 1e-7."""

    def seekable(self) -> bool:
        return False


class _Sound(NamedTuple):
    """Open audio, and whether its header was never finished."""

    file: Any
    unfinished: bool


@contextmanager
def _opened(path: Path) -> Iterator[_Sound]:
    require_regular(path)
    try:
        with path.open("rb") as file, _sound(file, path.name) as sound:
            yield sound
    except OSError as error:
        raise InputError(f"{path.name}: found {error.strerror}, expected a readable file") from error


@contextmanager
def _sound(file: BinaryIO, place: str) -> Iterator[_Sound]:
    """Opens audio without its name, from which libsndfile would take formats that have no header."""
    size = data_size(file)
    try:
        with _Forward(_source(file, size), closefd=False) as sound:
            yield _Sound(sound, bool(size and size.unfinished))
    except (soundfile.SoundFileError, RuntimeError, TypeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{place}: found {_first_line(error)}, expected an audio file") from error


def _source(file: BinaryIO, size: DataSize | None) -> int | Patched:
    """What libsndfile reads: the file itself, which is quicker, where none of its bytes is to be mended."""
    file.seek(0)
    if isinstance(file, io.BytesIO) or (size and size.patches):
        return Patched(file, size.patches if size else ())
    os.lseek(file.fileno(), 0, os.SEEK_SET)  # Python's own seek stays within its buffer
    return file.fileno()


def _first_line(error: BaseException) -> str:
    if isinstance(error, soundfile.LibsndfileError):
        return str(error.error_string).rstrip(".")
    return (str(error).splitlines() or [type(error).__name__])[0]


def _info(sound: _Sound, place: str, frames: int | None = None) -> AudioInfo:
    file = sound.file
    n = file.frames if frames is None else frames
    info = AudioInfo(n, file.samplerate, file.channels, file.subtype, file.format, sound.unfinished)
    if info.frames < 1 or info.sample_rate_hz not in _RATES_HZ or not 1 <= info.channels <= _MAX_CHANNELS:
        raise InputError(
            f"{place}: found {info.frames} frames of {info.channels} channels at {info.sample_rate_hz} Hz, "
            f"expected at least 1 frame, 1 to {_MAX_CHANNELS} channels, {_RATES_HZ.start} Hz or more"
        )
    return info


def _read(
    sound: _Sound, place: str, longest: int = _MAX_SAMPLES + 1, dtype: str = "float32"
) -> tuple[np.ndarray, AudioInfo]:
    """Reads in blocks, so that a header that claims too much costs nothing; at most ``longest`` frames."""
    claimed = _info(sound, place)
    # Never touched, memory that a header claims is not there; filled in place, no sample is held twice.
    most = min(claimed.frames, longest, _MAX_SAMPLES // claimed.channels) + 1
    wave = np.empty((most, claimed.channels), dtype=dtype)
    frames = 0
    while frames < longest:
        read = len(sound.file.read(out=wave[frames : min(frames + _BLOCK_FRAMES, longest)]))
        frames += read
        if not read:
            break
        if frames * claimed.channels > _MAX_SAMPLES:
            raise InputError(f"{place}: found more than {_MAX_SAMPLES} samples, expected a song")
        if frames == len(wave):  # there is more than was claimed
            wave = np.concatenate([wave, np.empty_like(wave)])
    wave = wave[:frames]
    info = _info(sound, place, frames)
    if dtype == "float32" and not np.isfinite(wave).all():
        raise InputError(f"{place}: found samples that are not finite, expected audio")
    return wave, info


def _blocks(file: Any) -> Iterator[np.ndarray]:
    while len(block := np.asarray(file.read(_BLOCK_FRAMES, dtype="float32", always_2d=True))):
        yield block


@contextmanager
def open_blocks(path: Path) -> Iterator[tuple[AudioInfo, Iterator[np.ndarray]]]:
    """The header of an audio file and its samples in blocks, float32 [T, C]; memory is that of one block.

    Raises:
        InputError: as ``probe_audio``, also while the blocks are taken.
    """
    with _opened(path) as sound:
        info = _info(sound, path.name)
        yield info, _blocks(sound.file)
