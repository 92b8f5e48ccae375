"""How well anything could do from some modalities, where the truth behind a catalogue is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rebracket.core import Interval
from rebracket.core.errors import InputError
from rebracket.evaluation.modalities.subsets import Subset

__all__ = ["Truth", "is_above", "read_truth"]

_NAME = "ceiling.json"
_MAX_BYTES = 64_000_000
_METRICS = ("accuracy", "macro_f1")
_LABELS = "noisy"  # those that stand in the manifest, as a model is scored by them
_QUANTILE = 1.96  # of a ceiling that was itself found by drawing songs


class _Parsed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False, populate_by_name=True)


class _Score(_Parsed):
    value: float
    se: float = Field(ge=0)


class _Observer(_Parsed):
    channels: tuple[str, ...]
    labels: str
    targets: dict[str, dict[str, dict[str, _Score] | None]]


class _Document(_Parsed):
    schema_: Literal["rebracket.ceiling/1"] = Field(alias="schema")
    n_units: int = Field(ge=1)
    inputs: dict[str, tuple[str, ...]]
    observer: tuple[_Observer, ...]


@dataclass(frozen=True, eq=False)
class Truth:
    """The ceilings of a catalogue, as the demo writes them."""

    document: _Document

    @property
    def n_songs(self) -> int:
        """The songs that were drawn to find them."""
        return self.document.n_units

    def ceiling(self, target: str, modalities: Subset) -> dict[str, Any] | None:
        """The ideal observer's scores of a target from some modalities; None where it is not known.

        It hears whole songs (`song`), which bounds any model, and single segments (`segment`, None where
        nothing was asked of them), which bounds a model that reads nothing of the song beside.

        Returns:
            For each of the two {metric: {value, se}}.
        """
        channels = {channel for name in modalities for channel in self.document.inputs.get(name, ())}
        for entry in self.document.observer:
            if set(entry.channels) == channels and entry.labels == _LABELS and channels:
                levels = entry.targets.get(target)
                found = {level: _scores((levels or {}).get(level)) for level in ("song", "segment")}
                return found if any(found.values()) else None
        return None


def _scores(found: Mapping[str, _Score] | None) -> dict[str, Any] | None:
    if found is None or any(name not in found for name in _METRICS):
        return None
    return {name: {"value": found[name].value, "se": found[name].se} for name in _METRICS}


def read_truth(folder: Path) -> Truth:
    """The ceilings in a catalogue that the demo wrote, or in its folder ``truth``.

    Raises:
        InputError: where there are none.
    """
    places = (folder / "truth" / _NAME, folder / _NAME)
    path = next((place for place in places if place.is_file()), None)
    expected = "expected a catalogue that 'rebracket demo' wrote"
    if path is None:
        raise InputError(f"{folder}: found no truth/{_NAME}, {expected}")
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise InputError(f"{path}: found more than {_MAX_BYTES} bytes, {expected}")
        return Truth(_Document.model_validate_json(path.read_bytes()))
    except OSError as error:
        raise InputError(f"{path}: found {error.strerror}, {expected}") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "the document"
        raise InputError(f"{path}: found {field}: {first['msg']}, {expected}") from error


def is_above(score: Interval, ceiling: Mapping[str, Any]) -> bool:
    """Whether an accuracy is above what anything could know, by more than its interval and the ceiling's."""
    known = [level["accuracy"] for level in ceiling.values() if level is not None]
    return all(score.low > one["value"] + _QUANTILE * one["se"] for one in known)
