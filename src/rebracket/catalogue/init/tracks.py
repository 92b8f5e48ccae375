"""Which file of a song is the mix, which are stems, and which MIDI belongs to which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rebracket.catalogue.init.found import AudioFile, Estimate
from rebracket.catalogue.init.from_midi import MidiFacts
from rebracket.catalogue.init.from_sound import level
from rebracket.catalogue.init.names import MIX_WORDS, description_of, is_drums, words_of
from rebracket.core.song import Stem

__all__ = ["choose_mix", "stems_of"]

_SAME_LENGTH_S = 0.05
# A main vocal is no mix.
_PART_WORDS = frozenset(
    {"bass", "bus", "gtr", "guitar", "keys", "lead", "pad", "piano", "strings", "synth", "vocal", "vocals"}
    | {"voice", "vox"}
)


def choose_mix(files: Sequence[AudioFile], folder: Path) -> Estimate:
    """The mix: the file named mix, main or master, else the longest, else the loudest of the longest."""
    named = [file for file in files if not set(MIX_WORDS).isdisjoint(words_of(file.stem))]
    if named:
        best = min(named, key=lambda file: (_is_part(file), _rank(file), -file.info.duration_s, file.name))
        confidence = 0.95 if len(named) == 1 and not _is_part(best) else 0.7
        return Estimate(best, confidence, "its name", tuple(f.name for f in named if f is not best))
    if len(files) == 1:
        return Estimate(files[0], 1.0, "the only file")
    longest_s = max(file.info.duration_s for file in files)
    longest = [file for file in files if file.info.duration_s > longest_s - _SAME_LENGTH_S]
    if len(longest) == 1:
        return Estimate(longest[0], 0.6, "its length")
    as_folder = [file for file in longest if file.stem.casefold() == folder.name.casefold()]
    if as_folder:
        return Estimate(as_folder[0], 0.7, "its name")
    loudest = max(longest, key=lambda file: level(folder / file.name))
    return Estimate(loudest, 0.4, "its level", tuple(f.name for f in longest if f is not loudest))


def _is_part(file: AudioFile) -> bool:
    return is_drums(file.stem) or not _PART_WORDS.isdisjoint(words_of(file.stem))


def _rank(file: AudioFile) -> int:
    words = words_of(file.stem)
    return next((rank for rank, word in enumerate(MIX_WORDS) if word in words), len(MIX_WORDS))


@dataclass(frozen=True, slots=True)
class _Draft:
    """A track before it has a number."""

    name: str
    audio_file: str | None
    midi_file: str | None


def stems_of(
    files: Sequence[AudioFile], mix: AudioFile, midi: Sequence[MidiFacts], folder_name: str
) -> tuple[Stem, ...]:
    """A track for each audio file but the mix and for each MIDI file with music, paired by name.

    The MIDI of a song that has only a mix belongs to it: both are one track, so that what is heard can be
    held against what is written.
    """
    stems = [file for file in files if file is not mix]
    playable = {fact.name for fact in midi if fact.has_music}
    if not stems and len(playable) == 1:
        return _numbered([_Draft(mix.stem, mix.name, playable.pop())], folder_name)
    of_stem = {Path(name).stem.casefold(): name for name in sorted(playable)}
    drafts = [_Draft(file.stem, file.name, of_stem.pop(file.stem.casefold(), None)) for file in stems]
    drafts += [_Draft(Path(name).stem, None, name) for name in of_stem.values()]
    return _numbered(drafts, folder_name)


def _numbered(drafts: Sequence[_Draft], folder_name: str) -> tuple[Stem, ...]:
    return tuple(
        Stem(
            track=number,
            description=description_of(draft.name, folder_name),
            audio_file=draft.audio_file,
            midi_file=draft.midi_file,
        )
        for number, draft in enumerate(drafts, start=1)
    )
