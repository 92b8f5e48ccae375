"""From the files of a song to a Song whose values are estimates, and what they are worth."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from rebracket.catalogue.init.found import AudioFile, Estimate, PlainSong, Remark
from rebracket.catalogue.init.from_midi import MidiFacts, midi_key, midi_meter, midi_tempo, read_facts
from rebracket.catalogue.init.from_sound import LISTENED_S, Heard, hear, load_mono
from rebracket.catalogue.init.from_tags import read_tags
from rebracket.catalogue.init.names import title_of
from rebracket.catalogue.init.tracks import choose_mix, stems_of
from rebracket.catalogue.lrc import Lyrics, read_lrc
from rebracket.catalogue.midi import read_midi
from rebracket.core.errors import InputError
from rebracket.core.song import Meter, Section, Song
from rebracket.core.span import Span

__all__ = ["Described", "describe"]

_OCTAVES = (0.5, 1.0, 2.0)
_SAME_TEMPO = 0.04


@dataclass(frozen=True, slots=True)
class Described:
    """A song to write, its estimates by manifest key, and what was assumed or left out."""

    plain: PlainSong
    song: Song | None
    estimates: dict[str, Estimate]
    remarks: tuple[Remark, ...]


@dataclass(slots=True)
class _Notes:
    """Remarks on one song."""

    plain: PlainSong
    remarks: list[Remark] = field(default_factory=list)

    def say(self, name: str, text: str) -> None:
        self.remarks.append(Remark(f"{self.plain.song_id}/{name}", text))


def describe(plain: PlainSong) -> Described:
    """Reads the files of a song, listens to its mix and estimates what a manifest says.

    MIDI goes before tags, tags before what is heard. A file that cannot be read is told and left out.

    Raises:
        MissingExtraError: without librosa or mutagen.
    """
    notes = _Notes(plain)
    folder = plain.media_folder
    mix = choose_mix(plain.audio, folder)
    file: AudioFile = mix.value
    midi = _midi(plain, notes)
    tags = _tags(folder / file.name, file, notes)
    lrc_name, lyrics = _lyrics(plain, notes)
    tempo, meter = midi_tempo(midi), midi_meter(midi)
    heard = _heard(folder / file.name, tempo or _tag(tags, "bpm"), file, notes)
    if heard is None:
        return Described(plain, None, {}, tuple(notes.remarks))
    title, sequence = title_of(plain.folder.name)
    found: dict[str, Estimate | None] = {
        "main_audio_file": mix if mix.confidence < 1 else None,
        "bpm": _agreed(tempo, heard.bpm) or _tag(tags, "bpm") or heard.bpm,
        "tempo": meter or Estimate("4/4", 0.3, "assumed"),
        "key": midi_key(midi) or _tag(tags, "key") or heard.key,
        "TRT": Estimate(file.info.duration_s, 1.0, "header"),
        "structure": _structure(file.info.duration_s, heard),
        "title": _tag(tags, "title") or _lrc_title(lyrics) or Estimate(title, 0.6, "folder"),
    }
    estimates = {key: estimate for key, estimate in found.items() if estimate is not None}
    if len(mix.alternatives) > 0:
        notes.say(file.name, f"taken as the mix by {mix.source}, rather than {mix.alternatives[0]}")
    values = {key: estimate.value for key, estimate in estimates.items()}
    song = Song(
        song_id=plain.song_id,
        album_id=plain.album,  # initialize gives both their final form
        folder=plain.folder,
        title=values["title"],
        color="",
        running_s=file.info.duration_s,
        bpm=values.get("bpm"),
        meter=_meter(values["tempo"]),
        key=values.get("key"),
        released=tags.get("release_date"),
        sequence=tags.get("album_sequence") or sequence,
        mix_file=file.name,
        genres=tags.get("genres", ()),
        sections=values["structure"],
        stems=stems_of(plain.audio, file, midi, plain.folder.name),
        has_vocals=True if lyrics.lines else None,
        has_lyrics=True if lyrics.lines else None,
        lrc_file=lrc_name,
        estimated=tuple((key, round(estimate.confidence, 2)) for key, estimate in estimates.items()),
    )
    return Described(plain, song, estimates, tuple(notes.remarks))


def _midi(plain: PlainSong, notes: _Notes) -> list[MidiFacts]:
    facts: list[MidiFacts] = []
    for name in plain.midi:
        try:
            facts.append(read_facts(name, read_midi(plain.folder / name)))
        except InputError as error:
            notes.say(name, f"left out: {_without(error, name)}")
            continue
        if not facts[-1].has_music:
            what = "used for tempo only" if facts[-1].bpm else "not used"
            notes.say(name, f"holds no pitches; {what}")
    return facts


def _tags(path: Path, file: AudioFile, notes: _Notes) -> dict[str, Any]:
    try:
        return read_tags(path)
    except InputError as error:
        notes.say(file.name, f"its tags were not read: {_without(error, path.name)}")
        return {}


def _tag(tags: dict[str, Any], key: str) -> Estimate | None:
    return Estimate(tags[key], 0.9, "tags") if key in tags else None


def _lyrics(plain: PlainSong, notes: _Notes) -> tuple[str | None, Lyrics]:
    """The lyrics named after the song, else the first that can be read."""
    names = sorted(plain.lyrics, key=lambda name: (Path(name).stem != plain.folder.name, name))
    for name in names:
        try:
            lyrics = read_lrc(plain.folder / name)
        except InputError as error:
            notes.say(name, f"left out: {_without(error, name)}")
            continue
        if len(names) > 1:
            notes.say(name, f"taken as the lyrics, one of {len(names)} files")
        return name, lyrics
    return None, Lyrics()


def _lrc_title(lyrics: Lyrics) -> Estimate | None:
    title = lyrics.tags.get("ti", "").strip()
    return Estimate(title, 0.9, "lyrics") if title and title.isprintable() else None


def _heard(path: Path, tempo: Estimate | None, file: AudioFile, notes: _Notes) -> Heard | None:
    """What the mix sounds like; None where it cannot be decoded, so that the song cannot be used."""
    try:
        heard = hear(load_mono(path), float(tempo.value) if tempo else None)
    except InputError as error:
        notes.say(file.name, f"the song was left out: {_without(error, path.name)}")
        return None
    if heard.bpm is None and tempo is None:
        notes.say(file.name, "too short or too silent to hear a tempo in")
    if file.info.duration_s > LISTENED_S:
        notes.say(file.name, f"listened to its first {LISTENED_S:.0f} s; what comes after is one part")
    return heard


def _agreed(written: Estimate | None, heard: Estimate | None) -> Estimate | None:
    """The tempo of MIDI, less sure where what is heard is neither it nor its half or double."""
    if written is None or heard is None:
        return written
    ratios = [heard.value / written.value / octave for octave in _OCTAVES]
    if any(abs(ratio - 1) < _SAME_TEMPO for ratio in ratios):
        return written
    doubted = (f"{heard.value:g} (audio)", *written.alternatives)
    return Estimate(written.value, min(written.confidence, 0.8), written.source, doubted)


def _structure(running_s: float, heard: Heard) -> Estimate:
    edges = [0.0, *(round(edge_s, 3) for edge_s in heard.edges_s if edge_s < running_s), running_s]
    spans = [Span(start_s, end_s) for start_s, end_s in pairwise(edges)]
    sections = tuple(Section(f"Part {number}", span) for number, span in enumerate(spans, start=1))
    return Estimate(sections, heard.edge_confidence, "audio")


def _meter(text: str) -> Meter:
    beats, unit = text.split("/")
    return Meter(int(beats), int(unit))


def _without(error: InputError, name: str) -> str:
    return str(error).removeprefix(f"{Path(name).name}: ")
