"""What a lossy codec does to the vectors of an encoder of sound: the music is the same, so they should be."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from itertools import chain, islice, zip_longest

import numpy as np
import numpy.typing as npt

from rebracket.catalogue.audio import decode_audio, encode_flac
from rebracket.dataset.media.clip import Clip
from rebracket.dataset.media.lossy import one_channel
from rebracket.dataset.media.mp3 import encode_mp3
from rebracket.dataset.media.opus import Opus
from rebracket.features.encoder import AnyEncoder, Content
from rebracket.features.health.remembered import remembered
from rebracket.features.health.sample import encoded_once
from rebracket.features.health.shape import standardized
from rebracket.features.source import Progress, Source
from rebracket.signal.resample import resampled

__all__ = ["CODECS", "Codec", "codec_figures"]

_REVISION = 1  # raised by hand whenever the figures change for the same contents
_MOST, _FEWEST = 64, 3  # contents
_LONGEST_S = 5.0
_CHUNK = 16  # contents encoded at a time
_MP3_KBPS = 64

Wave = npt.NDArray[np.float32]
Array = npt.NDArray[np.float64]
Excerpt = tuple[Wave, int]
"""[T, 1] and its rate in Hz."""

CODECS: dict[str, Callable[[Wave, int], bytes]] = {
    "opus": lambda wave, rate_hz: Opus().encode(Clip(wave, rate_hz, "FLOAT")),
    "mp3": lambda wave, rate_hz: encode_mp3(wave, rate_hz, _MP3_KBPS),
}
"""Opus at 96 and MP3 at 64 kb/s a channel, as the tiers `opus` and `preview` have them."""


@dataclass(frozen=True, slots=True)
class Codec:
    """What a trip through a codec does to n contents. None is what cannot be told, below three contents.

    Args:
        n: contents that were encoded as they are and after the trip.
        lost: share of them that are then nearer to another content than to themselves.
        lost_by_chance: what it would be without regard to the vectors.
        moved: how far the trip moves a content, against how far contents are apart; the mean of both.
    """

    n: int
    lost: float | None
    lost_by_chance: float | None
    moved: float | None


def codec_figures(
    encoder: AnyEncoder, dataset: Source, progress: Progress | None = None, keep: bool = True, seed: int = 0
) -> dict[str, Codec]:
    """Up to 64 stems of as many songs as there are, their loudest five seconds, as they are and coded.

    Measured once: the figures are kept beside the encoder's vectors, by the hashes of the stems, unless
    `keep` is False. Silence is left out. A trip begins and ends with the same rate, length and container, so
    that nothing but the codec differs.

    Raises:
        InputError: where the encoder cannot read what it must be able to read.
    """
    row_of = _drawn(dataset, seed)
    of = hashlib.sha256(" ".join([str(_REVISION), *sorted(row_of.values())]).encode()).hexdigest()

    def measure() -> dict[str, object]:
        excerpts = list(_excerpts(dataset, set(row_of)))
        return {name: asdict(one) for name, one in _measured(encoder, excerpts, progress).items()}

    found = remembered(dataset.path if keep else None, encoder, "codec", of, measure)
    return {name: Codec(**figures) for name, figures in found.items()}


def _drawn(dataset: Source, seed: int) -> dict[str, str]:
    """Row and hash of each stem that is looked at: one a song in turn, until there are enough."""
    columns = (dataset.rows.column(name).to_pylist() for name in ("row_id", "song_id"))
    hashes = dataset.audio_hashes()
    by_song: dict[str, dict[str, str]] = {}
    seen: set[str] = set()
    for row_id, song_id in zip(*columns, strict=True):
        if row_id in hashes and hashes[row_id] not in seen:
            seen.add(hashes[row_id])
            by_song.setdefault(song_id, {})[row_id] = hashes[row_id]
    rng = np.random.default_rng(seed)
    orders = [[list(own.items())[at] for at in rng.permutation(len(own))] for own in by_song.values()]
    in_turn = chain.from_iterable(zip_longest(*[orders[at] for at in rng.permutation(len(orders))]))
    return dict(islice((pair for pair in in_turn if pair is not None), _MOST))


def _excerpts(dataset: Source, wanted: set[str]) -> Iterator[Excerpt]:
    left = set(wanted)
    for row_id, data in dataset.audio():
        if not left:
            return
        if row_id in left:
            left.remove(row_id)
            wave, info = decode_audio(data)
            mono = _loudest(one_channel(wave), round(_LONGEST_S * info.sample_rate_hz))
            if mono.any():
                yield np.clip(mono, -1.0, 1.0), info.sample_rate_hz


def _loudest(wave: Wave, length: int) -> Wave:
    """[T, 1] -> the `length` samples with the most energy, or all where there are fewer."""
    if len(wave) <= length:
        return wave
    energy = np.concatenate([[0.0], np.cumsum(np.square(wave[:, 0], dtype=np.float64))])
    start = int(np.argmax(energy[length:] - energy[:-length]))
    return wave[start : start + length]


def _measured(
    encoder: AnyEncoder, excerpts: Sequence[Excerpt], progress: Progress | None
) -> dict[str, Codec]:
    total = len(excerpts) * (1 + len(CODECS))
    plain = _vectors(encoder, (_flac(*own) for own in excerpts), 0, total, progress)
    figures = {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # the codecs leave the interpreter's lock
        for number, (name, code) in enumerate(CODECS.items(), start=1):
            trips = pool.map(partial(_coded, code), excerpts)
            coded = _vectors(encoder, trips, number * len(excerpts), total, progress)
            figures[name] = _compared(plain, coded)
    return figures


def _coded(code: Callable[[Wave, int], bytes], excerpt: Excerpt) -> bytes:
    wave, rate_hz = excerpt
    return _flac(_after(code, wave, rate_hz), rate_hz)


def _vectors(
    encoder: AnyEncoder, contents: Iterable[Content], before: int, total: int, progress: Progress | None
) -> Array:
    stream, done = iter(contents), []
    while chunk := list(islice(stream, _CHUNK)):
        done.append(encoded_once(encoder, chunk))
        if progress is not None:
            progress(before + sum(map(len, done)), total)
    return np.concatenate(done) if done else np.zeros((0, encoder.width))


def _after(code: Callable[[Wave, int], bytes], wave: Wave, rate_hz: int) -> Wave:
    """A wave after the trip: of the same length, at the same rate."""
    heard, info = decode_audio(code(wave, rate_hz))
    back = np.clip(resampled(heard, info.sample_rate_hz, rate_hz), -1.0, 1.0)[: len(wave)]
    return np.pad(back, ((0, len(wave) - len(back)), (0, 0)))


def _flac(wave: Wave, rate_hz: int) -> bytes:
    return encode_flac(wave, rate_hz, "PCM_16")


def _compared(plain: Array, coded: Array) -> Codec:
    """[n, D] as they are and [n, D] coded; columns in units of all of them, so that one that only the
    codec moves counts."""
    there = np.isfinite(plain).all(axis=1) & np.isfinite(coded).all(axis=1)
    plain, coded = plain[there], coded[there]
    n = len(plain)
    if n < _FEWEST:
        return Codec(n, None, None, None)
    scaled = standardized(np.concatenate([plain, coded]))
    before, after = scaled[:n], scaled[n:]
    trip = _distances(after, before)
    own = np.diag(trip)
    apart = float(_distances(before, before)[~np.eye(n, dtype=bool)].mean())
    lost = float(np.mean(own > trip.min(axis=1) * (1 + 1e-9)))
    if apart == 0.0:  # then nothing is itself
        return Codec(n, None, None, None)
    return Codec(n, lost, 1 - 1 / n, float(own.mean()) / apart)


def _distances(these: Array, those: Array) -> Array:
    squares = (these**2).sum(axis=1)[:, None] + (those**2).sum(axis=1)[None, :]
    return np.sqrt(np.maximum(0.0, squares - 2 * these @ those.T))
