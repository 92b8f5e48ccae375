"""What a song was made from, as hashes, so that only what changed is built again."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rebracket.core import Song

__all__ = ["SourceHashes"]


class SourceHashes:
    """SHA-256 of source files, remembered by size and times of change in a file beside the dataset.

    The memory is a cache: without it every file is read once more, and nothing else differs.
    """

    def __init__(self, dataset: Path) -> None:
        real = Path(os.path.realpath(dataset))  # "." has no name of its own
        self.path = real.with_name(real.name + ".sources.json")
        self._known: dict[str, list[Any]] = _load(self.path)
        self._seen: dict[str, list[Any]] = {}

    def of_song(self, song: Song, made_by: str) -> str:
        """Hash of all that the song's rows and media depend on.

        Args:
            song: as read; its place on this machine does not count.
            made_by: version and options of what builds.
        """
        content = {name: value for name, value in asdict(song).items() if name != "folder"}
        text = json.dumps([made_by, content, self.of_files(song)], sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    def of_files(self, song: Song) -> dict[str, str]:
        """Hash of each file of sound and notes of a song, by name; read once a build."""
        names = {song.mix_file, *(s.audio_file for s in song.stems), *(s.midi_file for s in song.stems)}
        return {name: self._of_file(song.folder / name) for name in sorted(filter(None, names))}

    def _of_file(self, path: Path) -> str:
        key = str(path.resolve())
        status = path.stat()
        # The time of its status cannot be set: a copy may have the size and the time of what it replaces.
        stands = [status.st_size, status.st_mtime_ns, status.st_ctime_ns]
        known = self._seen.get(key, self._known.get(key))
        if known is None or known[:-1] != stands:
            with path.open("rb") as file:
                known = [*stands, hashlib.file_digest(file, "sha256").hexdigest()]
        self._seen[key] = known
        return str(known[-1])

    def save(self) -> None:
        """Writes what was seen, in one step."""
        if self._seen != self._known:
            new = self.path.with_name(self.path.name + ".new")
            new.write_text(json.dumps(self._seen, sort_keys=True))
            new.replace(self.path)


def _load(path: Path) -> dict[str, list[Any]]:
    try:
        content = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    well_formed = isinstance(content, dict) and all(
        isinstance(v, list) and len(v) == 4 for v in content.values()
    )
    return content if well_formed else {}
