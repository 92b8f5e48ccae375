"""Finds songs that have audio and no manifest."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

from rebracket.catalogue.annotation_files import is_annotation_file
from rebracket.catalogue.audio import probe_audio
from rebracket.catalogue.files import inside, relative_path
from rebracket.catalogue.ids import is_id
from rebracket.catalogue.init.found import AudioFile, PlainSong, Remark
from rebracket.catalogue.init.names import MIX_WORDS, is_plain, slug, words_of
from rebracket.core.errors import InputError
from rebracket.ontology import FILE_NAME

__all__ = ["Search", "album_name", "album_path", "search"]

_MAX_DEPTH = 3  # as deep as a catalogue is read
_AUDIO = frozenset(
    {".wav", ".wave", ".flac", ".aif", ".aiff", ".aifc", ".mp3", ".ogg", ".oga", ".opus", ".w64", ".rf64"}
    | {".caf", ".au", ".snd", ".m4a", ".mp4", ".aac", ".wma", ".ape", ".wv"}
)
_MIDI = frozenset({".mid", ".midi"})
_MANIFESTS = frozenset({".yml", ".yaml"})
# Folders that hold the parts of a song rather than songs.
_PART_FOLDERS = frozenset(
    {"audio", "bounces", "midi", "multitrack", "multitracks", "stem", "stems", "tracks"}
)
_NUMBERED = re.compile(r"(?P<album>[0-9]{1,3})_[0-9]{1,3}")  # album and track
_SAME_LENGTH = 1.005  # stems of one song are equally long, at least some of them; finished songs are not


@dataclass(slots=True)
class Search:
    """Songs without a manifest, manifests that are there already, and what there is to say."""

    root: Path
    files_are_songs: bool
    songs: list[PlainSong] = field(default_factory=list)
    manifests: list[Path] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    def say(self, path: Path, text: str) -> None:
        self.remarks.append(Remark(relative_path(path, self.root), text))

    def look(self, folder: Path, depth: int) -> bool:
        """Whether a folder is a song or holds some."""
        shelf = _Shelf.of(folder)
        yaml = [name for name in shelf.files if _suffix(name) in _MANIFESTS and name != FILE_NAME]
        manifests = [name for name in yaml if not is_annotation_file(name)]
        own_name = folder.resolve().name
        if depth == 0:
            manifests = [name for name in manifests if Path(name).stem == own_name]
        if manifests:
            self.manifests.append(folder / manifests[0])
            self.say(folder, f"has {manifests[0]} already; left as it is")
            return True
        self._tell_links(shelf)
        parts = [name for name in shelf.folders if name.casefold() in _PART_FOLDERS]
        below = self._look_below(folder, [name for name in shelf.folders if name not in parts], depth)
        names = [
            *shelf.files,
            *(f"{part}/{name}" for part in parts for name in _Shelf.of(folder / part).files),
        ]
        return self._take(folder, names, below=below, has_parts=bool(parts)) or below

    def _look_below(self, folder: Path, names: list[str], depth: int) -> bool:
        if depth >= _MAX_DEPTH:
            if names:
                self.say(folder, f"its folders lie deeper than {_MAX_DEPTH} and were not looked at")
            return False
        return sum([self.look(folder / name, depth + 1) for name in names]) > 0

    def _take(self, folder: Path, names: list[str], *, below: bool, has_parts: bool) -> bool:
        """Adds what the files of a folder make: one song, several, or none."""
        audio = self._audio(folder, [name for name in names if _suffix(name) in _AUDIO])
        if not audio:
            return False
        if self.files_are_songs and not has_parts and (len(audio) > 1 or below or folder == self.root):
            self._add_files(folder, audio, names)
            return True
        if below:
            what = f"{len(audio)} loose audio files beside folders of songs, {audio[0].name} first"
            self.say(folder, f"{what}, were left out; --files-are-songs makes each a song")
            return False
        self._add(folder, audio, names)
        return True

    def _add(self, folder: Path, audio: list[AudioFile], names: list[str]) -> None:
        song = PlainSong(
            song_id=folder.resolve().name,
            folder=folder,
            album=album_name(folder, self.root),
            album_path=album_path(folder, self.root),
            audio=tuple(audio),
            midi=self._usable(folder, [name for name in names if _suffix(name) in _MIDI]),
            lyrics=self._usable(folder, [name for name in names if _suffix(name) == ".lrc"]),
        )
        self.songs.append(song)
        if _looks_like_songs(audio):
            what = f"{len(audio)} audio files of different lengths, none named mix, main or master"
            self.say(folder, f"{what}, were taken as one song; if each is a song, use --files-are-songs")

    def _add_files(self, folder: Path, audio: list[AudioFile], names: list[str]) -> None:
        """Each file a song in a folder of its own, with the MIDI and lyrics of the same name."""
        for file in audio:
            home = folder / file.stem
            if (home / f"{home.name}.yml").exists():
                continue  # made by an earlier call, and told where that folder was found
            if home.exists() and not home.is_dir():
                self.say(
                    folder / file.name, f"{home.name} is a file; expected room for a folder of that name"
                )
                continue
            names_album = album_name(home, self.root), album_path(home, self.root)
            self.songs.append(PlainSong(file.stem, home, *names_album, (file,), brought=folder / file.name))
            beside = [n for n in names if Path(n).stem == file.stem and _suffix(n) in {*_MIDI, ".lrc"}]
            if beside:
                self.say(folder / beside[0], "stays outside the song's folder and was not used")

    def _audio(self, folder: Path, names: list[str]) -> list[AudioFile]:
        files: list[AudioFile] = []
        for name in self._usable(folder, names):
            try:
                files.append(AudioFile(name, probe_audio(inside(folder, name))))
            except InputError as error:
                said = str(error).removeprefix(f"{Path(name).name}: ")
                self.say(folder / name, f"left out: {said}")
        return files

    def _usable(self, folder: Path, names: list[str]) -> tuple[str, ...]:
        """The names that a manifest can hold and that stay inside the folder."""
        usable: list[str] = []
        for name in names:
            try:
                if not is_plain(name):
                    raise InputError("a name that a manifest cannot hold; rename the file")
                inside(folder, name)
                usable.append(name)
            except InputError as error:
                self.say(folder / name, f"left out: {error}")
        return tuple(usable)

    def _tell_links(self, shelf: _Shelf) -> None:
        for name in shelf.linked_folders:
            self.say(shelf.folder / name, "a symbolic link to a folder; not followed")


@dataclass(frozen=True, slots=True)
class _Shelf:
    """What is in a folder, hidden things apart, in order of name."""

    folder: Path
    files: list[str]
    folders: list[str]
    linked_folders: list[str]

    @classmethod
    def of(cls, folder: Path) -> _Shelf:
        try:
            with os.scandir(folder) as scan:
                entries = sorted((e for e in scan if not e.name.startswith(".")), key=lambda e: e.name)
        except OSError:
            entries = []
        folders = [e for e in entries if e.is_dir()]
        return cls(
            folder,
            [e.name for e in entries if e.is_file()],
            [e.name for e in folders if not e.is_symlink()],
            [e.name for e in folders if e.is_symlink()],
        )


def album_path(folder: Path, root: Path) -> str:
    """What tells the album of a song's folder: the folder around it, or the album in an id such as 03_07."""
    numbered = _NUMBERED.fullmatch(folder.name)
    if folder.parent == root and folder != root and numbered:
        return numbered["album"]
    return relative_path(root if folder == root else folder.parent, root)


def album_name(folder: Path, root: Path) -> str:
    """The album of a song's folder as it is shown."""
    path = album_path(folder, root)
    name = root.resolve().name or "songs" if path == "." else path.rsplit("/", 1)[-1]
    return "".join(sign if sign.isprintable() else "?" for sign in name)


def search(root: Path, *, files_are_songs: bool = False) -> Search:
    """Looks for songs up to three folders deep; hidden folders and links are left alone.

    A folder with audio, perhaps in a folder ``stems``, is a song; the folder around songs is an album.
    Every song gets an id of its own: its folder's name where that is one, else plain letters of it.
    """
    found = Search(root, files_are_songs)
    found.look(root, 0)
    taken = {path.stem.casefold() for path in found.manifests}
    songs = []
    for song in found.songs:
        wanted = song.song_id if is_id(song.song_id) else slug(song.song_id, "song")
        song_id = _free(wanted, slug(song.album, "album"), taken)
        taken.add(song_id.casefold())
        songs.append(replace(song, song_id=song_id))
    found.songs = songs
    return found


def _free(wanted: str, album: str, taken: set[str]) -> str:
    """An id that no other song has: as wanted, with the album, with a letter count."""
    tries = [wanted, f"{wanted}-{album}", *(f"{wanted}-{album}-{n}" for n in range(2, len(taken) + 3))]
    return next(id_ for id_ in tries if id_.casefold() not in taken)


def _suffix(name: str) -> str:
    return Path(name).suffix.lower()


def _looks_like_songs(audio: list[AudioFile]) -> bool:
    lengths = sorted(file.info.duration_s for file in audio)
    named = any(not set(MIX_WORDS).isdisjoint(words_of(file.stem)) for file in audio)
    differ = all(longer > _SAME_LENGTH * shorter for shorter, longer in pairwise(lengths))
    return len(audio) > 1 and not named and differ
