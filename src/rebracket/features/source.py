"""What is asked of a dataset here: rows as a table, media as streams."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

from rebracket.ontology import Ontology

__all__ = ["Progress", "Source"]

Progress = Callable[[int, int], None]
"""Called with how many of how many are done."""


class Source(Protocol):
    """A dataset as `rebracket.dataset.open_dataset` gives it, by what features and training use of it."""

    data_hash: str

    @property
    def path(self) -> Path: ...

    @property
    def ontology(self) -> Ontology: ...

    @property
    def rows(self) -> Any:
        """A pyarrow table, one row per segment and track."""
        ...

    def audio(self) -> Iterator[tuple[str, bytes]]:
        """(row id, encoded audio) of every stored stem slice."""
        ...

    def midi(self) -> Iterator[tuple[str, bytes]]:
        """(row id, MIDI file) of every stored slice."""
        ...

    def mix_audio(self) -> Iterator[tuple[str, bytes]]:
        """(segment id, encoded audio) of every stored slice of a mix."""
        ...

    def audio_hashes(self) -> dict[str, str]:
        """Of each row with stored audio the SHA-256 that names what `audio` gives for it."""
        ...

    def midi_hashes(self) -> dict[str, str]:
        """Of each row with stored MIDI the SHA-256 that names what `midi` gives for it."""
        ...
