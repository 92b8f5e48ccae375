"""Tracks, and the files they name: which are there and usable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from rebracket.catalogue.audio import AudioInfo, probe_audio
from rebracket.catalogue.files import exists, inside
from rebracket.catalogue.found import Found, Place, shown
from rebracket.catalogue.manifest import Manifest, WrittenTrack
from rebracket.catalogue.media_remarks import tell_audio, tell_midi, tell_song_audio
from rebracket.catalogue.midi import inspect_midi
from rebracket.core.errors import InputError
from rebracket.core.song import Stem

__all__ = ["Media", "read_media"]


@dataclass(frozen=True, slots=True)
class Media:
    """The stems and the mix of a song, with what the audio that is there says of its length.

    ``unused_files`` holds the mix, as (manifest key, name), where it is named and cannot be used.
    """

    stems: tuple[Stem, ...]
    mix_file: str | None
    mix_s: float | None
    longest_stem_s: float | None
    unused_files: tuple[tuple[str, str], ...] = ()


def read_media(folder: Path, manifest: Manifest, found: Found) -> Media:
    """Looks at every file that the manifest names; headers of audio, the whole of MIDI."""
    _name_shared(manifest.tracks, found)
    shelf = _Shelf(folder, found)
    mix_file = shelf.audio(manifest.mix_file, manifest.at("main_audio_file"))
    mix_s = shelf.lengths_s.get(mix_file) if mix_file else None
    numbers = _numbers(manifest.tracks, found)
    stems = tuple(_stem(track, number, shelf) for track, number in zip(manifest.tracks, numbers, strict=True))
    of_stems = [shelf.lengths_s[stem.audio_file] for stem in stems if stem.audio_file is not None]
    at = manifest.at("audio_tracks") or manifest.at("main_audio_file")
    shelf.tell_missing(at)
    tell_song_audio(shelf.infos, mix_file, found, at)
    unused = _unused({"main_audio_file": manifest.mix_file}, mix_file)
    return Media(stems, mix_file, mix_s, max(of_stems, default=None), unused)


def _stem(track: WrittenTrack, number: int, shelf: _Shelf) -> Stem:
    audio_file = shelf.audio(track.audio_file, track.at)
    own_midi = shelf.midi(track.midi_file, track.at)
    group_midi = shelf.midi(track.midi_group_file, track.at)
    return Stem(
        track=number,
        description=track.description,
        audio_file=audio_file,
        midi_file=own_midi or group_midi,
        midi_shared=own_midi is None and group_midi is not None,
        audio_missing=track.audio_file is not None and audio_file is None,
        group=track.group,
        player=track.player.player.name if track.player else None,
        unused_files=(
            *_unused({"audio_file": track.audio_file}, audio_file),
            *_unused({"midi_file": track.midi_file}, own_midi),
            *_unused({"midi_group_file": track.midi_group_file}, None if own_midi else group_midi),
        ),
    )


def _unused(named: dict[str, str | None], used: str | None) -> tuple[tuple[str, str], ...]:
    return tuple((key, name) for key, name in named.items() if name is not None and used is None)


def _numbers(tracks: tuple[WrittenTrack, ...], found: Found) -> list[int]:
    """The id of each track; those without a usable one of their own get the next free number."""
    wanted = [_number(track, found) for track in tracks]
    free = max([number for number in wanted if number is not None], default=0)
    taken: set[int] = set()
    numbers: list[int] = []
    for track, number in zip(tracks, wanted, strict=True):
        if number in taken:
            found.add("track-id-twice", f"the id {number} again", "each track id once", at=track.at)
        if number is None or number in taken:
            free += 1
            number = free
        taken.add(number)
        numbers.append(number)
    return numbers


def _number(track: WrittenTrack, found: Found) -> int | None:
    text = track.id_text or ""
    if text.isascii() and text.isdigit() and len(text) <= 6:
        return int(text)
    found.add(
        "track-id-invalid", shown(text) if text else "a track without id", "a whole number", at=track.at
    )
    return None


def _name_shared(tracks: tuple[WrittenTrack, ...], found: Found) -> None:
    """Names files that two tracks claim as their own."""
    first: dict[str, Place] = {}
    for track in tracks:
        for name in (track.audio_file, track.midi_file):
            if name and name in first:
                found.add(
                    "file-named-twice",
                    f"{shown(name)}, named by the track in line {first[name].line} as well",
                    "a file of its own",
                    at=track.at,
                )
            elif name:
                first[name] = track.at


@dataclass(slots=True)
class _Shelf:
    """The files of one song's folder, each looked at once."""

    folder: Path
    found: Found
    lengths_s: dict[str, float] = field(default_factory=dict)
    infos: dict[str, AudioInfo] = field(default_factory=dict)
    _usable: dict[tuple[str, str], bool] = field(default_factory=dict)
    _missing: dict[str, set[str]] = field(default_factory=lambda: {"audio": set(), "MIDI": set()})

    def audio(self, name: str | None, at: Place | None) -> str | None:
        """The name, where it is that of usable audio."""

        def look(path: Path) -> None:
            info: AudioInfo = probe_audio(path)
            self.lengths_s[str(name)] = info.duration_s
            self.infos[str(name)] = info
            tell_audio(str(name), info, self.found, at)

        return self._look(name, at, "audio", look)

    def midi(self, name: str | None, at: Place | None) -> str | None:
        """The name, where it is that of usable MIDI."""

        def look(path: Path) -> None:
            tell_midi(str(name), inspect_midi(path), self.found, at)

        return self._look(name, at, "MIDI", look)

    def _look(
        self, name: str | None, at: Place | None, kind: str, look: Callable[[Path], None]
    ) -> str | None:
        if name is None:
            return None
        if (kind, name) not in self._usable:
            self._usable[kind, name] = self._try(name, at, kind, look)
        return name if self._usable[kind, name] else None

    def _try(self, name: str, at: Place | None, kind: str, look: Callable[[Path], None]) -> bool:
        try:
            path = inside(self.folder, name)
        except InputError as error:
            self.found.add_error("path-outside", error, name, at=at)
            return False
        if not exists(path):
            self._missing[kind].add(name)
            return False
        try:
            look(path)
        except InputError as error:
            code = "audio-unreadable" if kind == "audio" else "midi-unreadable"
            self.found.add_error(code, error, path.name, at=at)
            return False
        return True

    def tell_missing(self, at: Place | None) -> None:
        """One note for all files that are named and not there."""
        parts = [
            f"{len(missing)} of {sum(1 for known, _ in self._usable if known == kind)} {kind} files"
            for kind, missing in self._missing.items()
            if missing
        ]
        if parts:
            names = sorted(set().union(*self._missing.values()))
            what = f"{' and '.join(parts)} named here are not in the folder, {shown(names[0])} first"
            self.found.add("media-missing", what, "the files in the song's folder", at=at)
