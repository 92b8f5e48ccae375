"""Finds the song folders of a catalogue."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from rebracket.catalogue.annotation_files import is_annotation_file
from rebracket.catalogue.files import relative_path
from rebracket.catalogue.found import Found, shown
from rebracket.catalogue.song import SongFolder
from rebracket.core.problem import Problem
from rebracket.ontology import FILE_NAME

__all__ = ["SongFolders", "find_songs"]

_MAX_DEPTH = 3
_MANIFESTS = frozenset({".yml", ".yaml"})
_MEDIA = frozenset({".wav", ".flac", ".aif", ".aiff", ".mp3", ".ogg", ".opus", ".mid", ".midi", ".lrc"})


@dataclass(frozen=True, slots=True)
class SongFolders:
    """The folders of songs, in order of path, and the problems of folders that should be some."""

    songs: tuple[SongFolder, ...]
    problems: tuple[Problem, ...]


def find_songs(root: Path) -> SongFolders:
    """Looks for song folders up to three deep; hidden ones and links are left alone.

    A song's folder holds ``<folder>.yml`` or ``.yaml``, or exactly one YAML file that is no ontology. The
    root is a song itself where it holds a manifest of its own name and no folder in it is one.
    """
    search = _Search(root)
    search.below(root, 0)
    if not search.songs:
        search.take_root()
    return SongFolders(tuple(search.songs), tuple(search.problems))


@dataclass(slots=True)
class _Search:
    root: Path
    songs: list[SongFolder] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def below(self, folder: Path, depth: int) -> bool:
        """Adds the songs of a folder's folders; whether there was one, or a problem that says why not."""
        if depth >= _MAX_DEPTH:
            return False
        return sum(self._look(child, depth + 1) for child in self._folders(folder)) > 0

    def take_root(self) -> None:
        """Adds the root where it is the folder of a single song."""
        own = self.root.resolve().name
        names = [e.name for e in _entries(self.root) if e.is_file() and Path(e.name).stem == own]
        manifests = [name for name in names if _may_be_manifest(name)]
        if manifests:
            self.songs.append(SongFolder(self.root, self.root, self.root / manifests[0]))
            self.problems.clear()  # its folders are parts of it, and need no manifests

    def _look(self, folder: Path, depth: int) -> bool:
        names = [entry.name for entry in _entries(folder) if _is_kind(entry, "file")]
        manifests = [name for name in names if _may_be_manifest(name)]
        chosen = [name for name in manifests if Path(name).stem == folder.name] or manifests
        media = [name for name in names if Path(name).suffix.lower() in _MEDIA]
        expected = shown(f"{folder.name}.yml")
        if len(chosen) == 1:
            self.songs.append(SongFolder(self.root, folder, folder / chosen[0]))
        elif chosen:
            self._tell("manifest-ambiguous", folder, ", ".join(map(shown, chosen)), f"one {expected}")
        elif self.below(folder, depth):
            return True
        elif media:
            self._tell("manifest-missing", folder, f"{shown(media[0])} and no manifest", f"a {expected}")
        return bool(chosen or media)

    def _folders(self, folder: Path) -> list[Path]:
        entries = _entries(folder)
        for entry in entries:
            if entry.is_symlink() and not _is_kind(entry, "file"):
                self._tell("link-not-followed", Path(entry.path), "a symbolic link", "a folder")
        return [Path(e.path) for e in entries if not e.is_symlink() and _is_kind(e, "folder")]

    def _tell(self, code: str, folder: Path, found: str, expected: str) -> None:
        place = Found(relative_path(folder, self.root))
        place.add(code, found, expected)
        self.problems += place.problems


def _may_be_manifest(name: str) -> bool:
    of_songs = name != FILE_NAME and not is_annotation_file(name)
    return of_songs and Path(name).suffix.lower() in _MANIFESTS


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """What is in a folder, hidden things apart, in order of name; nothing where it cannot be read."""
    try:
        with os.scandir(folder) as entries:
            return sorted((e for e in entries if not e.name.startswith(".")), key=lambda entry: entry.name)
    except OSError:
        return []


def _is_kind(entry: os.DirEntry[str], kind: Literal["file", "folder"]) -> bool:
    """Also for a link that leads in a circle, which is neither."""
    try:
        return entry.is_file() if kind == "file" else entry.is_dir()
    except OSError:
        return False
