"""What of an explanation can be played: a mix, one stem alone, the mix without it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from scipy.signal import resample_poly

from rebracket.catalogue.audio import decode_audio
from rebracket.dataset import Dataset
from rebracket.explain.asking import Given
from rebracket.explain.excerpts import encode_mp3, excerpts
from rebracket.explain.moments import clips
from rebracket.explain.of_run.one_song import SongExplained

__all__ = ["LONGEST_S", "heard", "heard_moments", "mixed", "summed"]

LONGEST_S = 12.0
Sound = tuple[str, str, bytes]
_MOMENTS_BYTES = 8_000_000  # of base64 text: a map of many segments plays the beginning of each
_LOUDEST = 0.98
_MP3 = "audio/mpeg"


def summed(given: Given) -> tuple[np.ndarray, int] | None:
    """[T] the sum of a segment's stems, each in mono, and its rate in Hz, that of the first.

    None where no stem has sound.
    """
    decoded = [decode_audio(stem.audio) for stem in given.stems if stem.audio]
    if not decoded:
        return None
    rate_hz = decoded[0][1].sample_rate_hz
    waves = [_at_rate(wave.mean(axis=1), info.sample_rate_hz, rate_hz) for wave, info in decoded]
    total = np.zeros(max(len(wave) for wave in waves))
    for wave in waves:
        total[: len(wave)] += wave
    return total, rate_hz


def _at_rate(wave: np.ndarray, own_hz: int, rate_hz: int) -> np.ndarray:
    return wave if own_hz == rate_hz else np.asarray(resample_poly(wave, rate_hz, own_hz))


def mixed(given: Given) -> bytes | None:
    """The sum of a segment's stems as MP3, its first 12 s; None where no stem has sound.

    What would be too loud for a file is made softer as a whole.
    """
    found = summed(given)
    if found is None:
        return None
    total, rate_hz = found
    peak = float(np.abs(total).max(initial=0.0))
    safe = total * min(1.0, _LOUDEST / peak) if peak else total
    return encode_mp3(safe[:, None], rate_hz, LONGEST_S)


def heard_moments(dataset: Dataset) -> dict[str, dict[str, bytes]]:
    """By song and segment the beginning of each as MP3, as long as all fit; nothing where nothing sounds."""
    names = ("segment_id", "song_id", "start_s", "end_s")
    rows = list(zip(*(dataset.column(name) for name in names), strict=True))
    lengths_s = {segment: end_s - start_s for segment, _, start_s, end_s in rows}
    wanted = dict(sorted(lengths_s.items(), key=lambda one: hashlib.sha256(one[0].encode()).digest()))
    found = excerpts(
        clips(dataset.rows, dataset.mix_audio, dataset.audio), wanted, budget_bytes=_MOMENTS_BYTES
    )
    by_song: dict[str, dict[str, bytes]] = {}
    for segment, song, *_ in rows:
        if segment in found.mp3:
            by_song.setdefault(song, {})[segment] = found.mp3[segment]
    return by_song


def heard(explained: SongExplained, mix: bytes | None, names: Mapping[str, str]) -> list[Sound]:
    """(label, media type, bytes): the stems that count, where a model heard stems; else the mix, if any.

    That is all stems, the most and the least responsible of them alone, the mix without each, and the mix
    with which the model says something else.

    Args:
        mix: an encoded mix of the segment; None where none is stored.
        names: {class: what people call it}.
    """
    if "stems" in explained.attributions:
        return _stems(explained, names)
    if mix is None:
        return []
    wave, info = decode_audio(mix)
    return [("the mix", _MP3, encode_mp3(wave, info.sample_rate_hz, LONGEST_S))]


def _stems(explained: SongExplained, names: Mapping[str, str]) -> list[Sound]:
    given, scores = explained.given, explained.attributions["stems"].scores
    sounding = [stem for stem in given.stems if stem.audio]  # in this order they are the first units
    ranked = sorted(range(len(sounding)), key=lambda n: -scores[n])
    sounds = [("all stems", mixed(given))]
    for word, n in zip(("most", "least"), dict.fromkeys(ranked[:1] + ranked[-1:]), strict=False):
        stem, others = sounding[n], [*sounding[:n], *sounding[n + 1 :]]
        sounds.append((f"{word} responsible alone: {stem.name}", mixed(replace(given, stems=(stem,)))))
        sounds.append((f"without it: {stem.name}", mixed(replace(given, stems=tuple(others)))))
    for move in ("stems", "bands"):
        found = explained.counterfactuals.get(move)
        for change in found.found[:1] if found else ():
            says = "; ".join(part.says for part in change.changes)
            sounds.append(
                (f"then it says {names.get(change.to_class, change.to_class)}: {says}", mixed(change.given))
            )
    return [(label, _MP3, data) for label, data in sounds if data is not None]
