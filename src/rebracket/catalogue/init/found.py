"""What init finds and says: songs without manifests, estimates, remarks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rebracket.catalogue.audio import AudioInfo

__all__ = ["AudioFile", "Estimate", "PlainSong", "Remark"]


@dataclass(frozen=True, slots=True)
class Remark:
    """Something assumed or left out; ``path`` is relative to the folder that was asked for."""

    path: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}: {self.text}"


@dataclass(frozen=True, slots=True)
class AudioFile:
    """An audio file of a song: its name, relative to the song's folder, and its header."""

    name: str
    info: AudioInfo

    @property
    def stem(self) -> str:
        return Path(self.name).stem


@dataclass(frozen=True, slots=True)
class PlainSong:
    """A song without a manifest.

    ``folder`` is where its manifest goes; ``brought`` is a loose file that is linked into it first.
    ``album`` is the name of the folder of songs and ``album_path`` where that is.
    """

    song_id: str
    folder: Path
    album: str
    album_path: str
    audio: tuple[AudioFile, ...]
    midi: tuple[str, ...] = ()
    lyrics: tuple[str, ...] = ()
    brought: Path | None = None

    @property
    def manifest(self) -> Path:
        return self.folder / f"{self.folder.name}.yml"

    @property
    def media_folder(self) -> Path:
        """Where the files are before anything is linked."""
        return self.folder if self.brought is None else self.brought.parent


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value that nobody wrote down: how sure it is, in [0, 1], what it comes from, what else it may be."""

    value: Any
    confidence: float
    source: str
    alternatives: tuple[str, ...] = ()
