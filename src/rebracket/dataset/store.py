"""Where the media of a song go while it is built, and how they are found again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote, unquote

from rebracket.dataset.media import TIERS, Clip
from rebracket.dataset.midi_slice import MidiSlice
from rebracket.dataset.parts import PartWriter, read_groups, safe_name
from rebracket.dataset.schema import media_schema

__all__ = ["MEDIA", "MIDI", "SongMedia", "external_path", "media_hashes", "read_media"]

MEDIA = "media"
MIDI = "midi"


def external_path(tier: str, song_id: str, media_id: str) -> str:
    """Where a medium lies as a file of its own, below the dataset."""
    return f"{MEDIA}/{tier}/files/{safe_name(song_id)}/{safe_name(media_id)}.{TIERS[tier].ending}"


class SongMedia:
    """Encodes the media of one song into the chosen tiers as they come.

    Args:
        out: the dataset's folder.
        tiers: names in ``TIERS``; none stores nothing, not even MIDI.
        audio_url: writes audio as files, linked below this address, instead of into the tables.
    """

    def __init__(self, out: Path, song_id: str, tiers: Sequence[str], audio_url: str | None) -> None:
        self.out, self.song_id, self.tiers, self.audio_url = out, song_id, tiers, audio_url
        self._stack = ExitStack()
        self._writers: dict[str, PartWriter] = {}

    @property
    def stores_audio(self) -> bool:
        return any(TIERS[tier].is_audio for tier in self.tiers)

    @property
    def stores_midi(self) -> bool:
        return bool(self.tiers)

    def add_clip(self, media_id: str, segment_id: str, clip: Clip) -> None:
        """Encodes a clip into every tier."""
        for tier in self.tiers:
            data = TIERS[tier].encode(clip)
            row = {
                "media_id": media_id,
                "segment_id": segment_id,
                "sha256": hashlib.sha256(data).hexdigest(),
                "sample_rate_hz": clip.rate_hz,
                **self._content(tier, media_id, data),
            }
            self._writers[tier].add(row, len(data))

    def add_midi(self, media_id: str, segment_id: str, midi: MidiSlice) -> None:
        """Keeps a slice of MIDI, if any note sounds in it and any tier is kept."""
        if midi.data is not None and self.tiers:
            row = {"media_id": media_id, "segment_id": segment_id, "midi": midi.data, "sha256": midi.sha256}
            self._writers[MIDI].add(row, len(midi.data))

    def _content(self, tier: str, media_id: str, data: bytes) -> dict[str, Any]:
        if not TIERS[tier].is_audio:
            return {"features": data}
        if self.audio_url is None:
            return {"audio": {"bytes": data, "path": f"{media_id}.{TIERS[tier].ending}"}}
        name = external_path(tier, self.song_id, media_id)
        path = self.out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return {"audio": {"bytes": None, "path": f"{self.audio_url.rstrip('/')}/{quote(name)}"}}

    def __enter__(self) -> SongMedia:
        for kind in (*self.tiers, *([MIDI] if self.tiers else [])):
            writer = PartWriter(self.out / MEDIA / kind, self.song_id, media_schema(kind))
            self._writers[kind] = self._stack.enter_context(writer)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, value, trace)


def read_media(dataset: Path, kind: str) -> Iterator[tuple[str, str, bytes]]:
    """``(media_id, segment_id, bytes)`` of every medium of a tier or of ``midi``.

    Audio that lies beside the tables is read from its file; where that is not there, because only
    links were shared, the medium is passed by.
    """
    folder = dataset / MEDIA / kind
    if kind == MIDI and not folder.is_dir():
        folder = dataset / MEDIA / "flac"  # where schema 1 kept it
    column = MIDI if kind == MIDI else "audio" if TIERS[kind].is_audio else "features"
    for row in read_groups(folder, ["media_id", "segment_id", column]):
        content = row.get(column)  # a part of audio alone has no MIDI
        data = _audio_bytes(dataset, kind, content) if column == "audio" else content
        if data is not None:
            yield row["media_id"], row["segment_id"], data


def media_hashes(dataset: Path, tier: str) -> dict[str, str]:
    """SHA-256 of each stored medium of a tier, by its id."""
    rows = read_groups(dataset / MEDIA / tier, ["media_id", "sha256"])
    return {row["media_id"]: row["sha256"] for row in rows}


def _audio_bytes(dataset: Path, kind: str, audio: dict[str, Any] | None) -> bytes | None:
    if audio is None or audio["bytes"] is not None:
        return None if audio is None else bytes(audio["bytes"])
    # Whatever address stands before it, a link ends in the file's place below the dataset.
    _, below, name = (audio["path"] or "").rpartition(f"{MEDIA}/{kind}/files/")
    path = dataset / below / unquote(name)
    return path.read_bytes() if below and ".." not in path.parts and path.is_file() else None
