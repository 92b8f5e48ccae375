"""No model is trained on vectors that say nothing: the figures of every frozen encoder, and a stop."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from rebracket.core.errors import UnhealthyError
from rebracket.features.bank import Bank
from rebracket.features.banks import row_texts
from rebracket.features.encoder import AnyEncoder
from rebracket.features.encoders import AUDIO, FITTED_TEXT, MIDI, TEXT, Weights, describe, make_encoder
from rebracket.features.health.codec import codec_figures
from rebracket.features.health.health import (
    LEAST_SPREAD,
    LEAST_VARIATION,
    Health,
    encoder_health,
    facts_of,
    least_rank,
)
from rebracket.features.health.joint import joint_figures
from rebracket.features.health.sample import can_be_examined, unpooled
from rebracket.features.source import Progress, Source

__all__ = ["Examined", "frozen_encoders", "hold_gate"]

_log = logging.getLogger(__name__)
_REGISTRIES = {"text": TEXT, "audio": AUDIO, "midi": MIDI}
_WHY = {
    "collapsed": "vectors hardly differ, and nothing can be learned from them",
    "loudness-ordered": "vectors follow the loudness",
    "codec-dependent": "vectors follow the codec as much as the content",
}


@dataclass(frozen=True, slots=True)
class Examined:
    """An encoder where it is used.

    Args:
        described: modality, name, licence, provenance and version, in a line.
        licence: of its weights.
        provenance: where they come from.
        health: what its vectors are like on this dataset.
    """

    described: str
    licence: str
    provenance: str
    health: Health

    @classmethod
    def of(cls, encoder: AnyEncoder, health: Health) -> Examined:
        """An encoder and what was found of it."""
        return cls(describe(encoder), encoder.licence, encoder.provenance, health)

    def line(self) -> str:
        """What it is, its verdict and its first figures, for people."""
        return f"{self.described}: {self.health.verdict}; {_figures(self.health)}"

    def as_dict(self) -> dict[str, Any]:
        """Plain data, as it stands in `run.json`."""
        return {"licence": self.licence, "provenance": self.provenance, **self.health.as_dict()}


def frozen_encoders(
    names: Mapping[str, str | None], weights: Mapping[str, Weights] | None = None
) -> dict[str, AnyEncoder]:
    """The encoders of a recipe by modality, without those that are fitted on training rows.

    Args:
        names: of each of text, audio and midi; None where there is none.
        weights: which of them reads others than its own.

    Raises:
        UsageError: where there is none of that name.
        MissingExtraError: where an encoder's packages are not installed.
        InputError: where weights are missing or not what they should be.
    """
    given = weights or {}
    return {
        modality: make_encoder(name, _REGISTRIES[modality], given.get(modality))
        for modality, name in names.items()
        if name is not None and name not in FITTED_TEXT
    }


def hold_gate(
    banks: Mapping[str, Bank],
    dataset: Source,
    encoders: Mapping[str, AnyEncoder],
    *,
    text_fields: Sequence[str] = (),
    allow: bool = False,
    keep: bool = True,
    progress: Progress | None = None,
    seed: int = 0,
) -> dict[str, Examined]:
    """Looks at every frozen encoder that a model is to read; what is not healthy is a warning in the log.

    What is ordered by loudness, or follows a codec, is told and may go on: other directions of it can still
    speak of the music, and whether a model uses them is what the evaluation says. What holds one direction
    or none stops, whatever that direction is.

    Args:
        banks: by modality; those without an encoder here, and those of texts, tokens and frames, are passed
            over. Pooled stems are looked at one by one.
        encoders: what made them, as `frozen_encoders` gives them.
        text_fields: the columns that the text was joined from.
        allow: go on with a warning where it would stop.
        keep: False leaves no file beside the dataset.

    Raises:
        UnhealthyError: naming the figures of each encoder that stops.
        InputError: where vectors hold numbers that are not finite.
    """
    found = {
        modality: Examined.of(
            encoders[modality], _health(encoders[modality], bank, dataset, text_fields, keep, progress, seed)
        )
        for modality, bank in banks.items()
        if modality in encoders and can_be_examined(bank)
    }
    _tell(found, allow)
    return found


def _health(
    encoder: AnyEncoder,
    bank: Bank,
    dataset: Source,
    text_fields: Sequence[str],
    keep: bool,
    progress: Progress | None,
    seed: int,
) -> Health:
    songs = np.array(dataset.rows.column("song_id").to_pylist(), dtype=object)
    if encoder.modality != "text":
        hashes = dataset.audio_hashes() if encoder.modality == "audio" else dataset.midi_hashes()
        bank = unpooled(bank, [hashes.get(row) for row in dataset.rows.column("row_id").to_pylist()])
    facts = facts_of(dataset) if encoder.modality != "text" else _length_of(row_texts(dataset, text_fields))
    codec, joint = None, None
    if encoder.modality == "audio":
        codec = codec_figures(encoder, dataset, progress, keep)
        joint = joint_figures(encoder, bank, dataset, keep)
    return encoder_health(bank, songs, facts, seed, codec=codec, joint=joint)


def _length_of(texts: Sequence[str]) -> dict[str, npt.NDArray[np.float64]]:
    """What a text has of the facts: its length, in characters."""
    return {"length": np.array([len(text) or np.nan for text in texts], dtype=np.float64)}


def _tell(found: Mapping[str, Examined], allow: bool) -> None:
    stopped = [f"{modality}: {_reason(one.health)}" for modality, one in found.items() if one.health.stops]
    if stopped and not allow:
        raise UnhealthyError(
            f"{'; '.join(stopped)}; name another encoder, or go on all the same with --allow-unhealthy"
        )
    for modality, one in found.items():
        if one.health.verdict in _WHY:
            _log.warning("%s: %s", modality, _reason(one.health))


def _reason(health: Health) -> str:
    only = " and nothing else" if health.stops and health.verdict == "loudness-ordered" else ""
    return (
        f"{health.encoder} is {health.verdict}: its {_WHY[health.verdict]}{only} "
        f"({', '.join(_weighed(health))}, {health.n} contents of {health.n_songs} songs)"
    )


def _weighed(health: Health) -> Iterator[str]:
    """The figures that a verdict rests on."""
    yield f"effective rank {health.effective_rank:.2f}, least {least_rank(health.n):.2g}"
    yield f"spread {health.spread:.4f}, least {LEAST_SPREAD:g}"
    yield f"variation {health.variation:.4f}, least {LEAST_VARIATION:g}"
    if health.cosines is not None:
        yield f"cosines between songs {_range(health.cosines)}"
    loudness = health.explained.get("loudness")
    if loudness is not None:
        yield (
            f"loudness explains {100 * loudness:.0f} % of the first component, "
            f"which has {100 * (health.first_share or 0.0):.0f} % of the variance"
        )
    for name, codec in health.codec.items():
        if codec.moved is not None and health.verdict == "codec-dependent":
            yield f"{name} moves a content {codec.moved:.2f} of how far contents are apart"


def _figures(health: Health) -> str:
    if health.effective_rank is None or health.spread is None:
        return f"{health.n} contents of {health.n_songs} songs, too few to say more"
    parts = [f"effective rank {health.effective_rank:.1f}", f"{health.n} contents of {health.n_songs} songs"]
    if health.cosines is not None:
        parts.append(f"cosines between songs {_range(health.cosines)}")
    if health.same_song is not None and health.same_song_by_chance is not None:
        own, chance = 100 * health.same_song, 100 * health.same_song_by_chance
        parts.append(f"nearest of the same song {own:.0f} % (chance {chance:.0f} %)")
    return ", ".join(parts)


def _range(points: tuple[float, float, float]) -> str:
    low, middle, high = points
    return f"{low:.3f} / {middle:.3f} / {high:.3f}"
