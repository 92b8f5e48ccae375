"""What the headers of a song's media are worth saying of: one remark a song, not one a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from rebracket.catalogue.audio import AudioInfo
from rebracket.catalogue.found import Found, Place, shown
from rebracket.catalogue.midi import MidiReading

__all__ = ["tell_audio", "tell_midi", "tell_song_audio"]

_LENGTHS_DIFFER_ABOVE_S = 2.0  # a tail of reverberation, or silence cut off, is less
_NAMED: dict[str, frozenset[str]] = {
    "wav": frozenset({"WAV", "WAVEX", "RF64", "W64"}),
    "wave": frozenset({"WAV", "WAVEX", "RF64", "W64"}),
    "flac": frozenset({"FLAC"}),
    "aif": frozenset({"AIFF"}),
    "aiff": frozenset({"AIFF"}),
    "aifc": frozenset({"AIFF"}),
    "mp3": frozenset({"MP3", "MPEG"}),
    "ogg": frozenset({"OGG"}),
    "oga": frozenset({"OGG"}),
    "opus": frozenset({"OGG"}),
}


def tell_audio(name: str, info: AudioInfo, found: Found, at: Place | None) -> None:
    """What one file's header has that is odd."""
    expected = _NAMED.get(name.rpartition(".")[2].casefold())
    if expected is not None and info.format not in expected:
        found.add("audio-name", f"{info.format} in {shown(name)}", " or ".join(sorted(expected)), at=at)
    if info.unfinished:
        what = f"{shown(name)}, whose header does not fit its {info.duration_s:.1f} s of samples"
        found.add("audio-unfinished", what, "a header that counts the samples", at=at)


def tell_midi(name: str, reading: MidiReading, found: Found, at: Place | None) -> None:
    """What of one MIDI file was mended, or is odd."""
    if reading.unclosed:
        what = f"{reading.unclosed} notes without an end in {shown(name)}"
        found.add("midi-notes-open", what, "a note-off for each note-on", at=at)
    if reading.frames_per_s is not None:
        what = f"ticks at {reading.frames_per_s:.5g} SMPTE frames a second in {shown(name)}"
        found.add("midi-smpte", what, "ticks a quarter note", at=at)


def tell_song_audio(
    infos: Mapping[str, AudioInfo], mix_file: str | None, found: Found, at: Place | None
) -> None:
    """Where the files of one song do not fit each other; ``infos`` in the order of the manifest."""
    if len(infos) < 2:
        return
    _tell_lengths(infos, mix_file, found, at)
    rates = Counter(info.sample_rate_hz for info in infos.values())
    if len(rates) > 1:
        odd = _first_other({name: info.sample_rate_hz for name, info in infos.items()}, rates)
        what = f"{_counted(rates, 'Hz')}, {odd}"
        found.add("sample-rates-differ", what, "one sample rate a song", at=at)
    of_stems = {name: info.channels for name, info in infos.items() if name != mix_file}
    channels = Counter(of_stems.values())
    if len(channels) > 1:
        what = f"{_counted(channels, 'channels')}, {_first_other(of_stems, channels)}"
        found.add("channels-differ", what, "as many channels in all stems", at=at)


def _tell_lengths(
    infos: Mapping[str, AudioInfo], mix_file: str | None, found: Found, at: Place | None
) -> None:
    of_mix = mix_file in infos
    right_s = infos[str(mix_file)].duration_s if of_mix else max(info.duration_s for info in infos.values())
    odd = {
        name: info.duration_s
        for name, info in infos.items()
        if abs(info.duration_s - right_s) > _LENGTHS_DIFFER_ABOVE_S
    }
    if odd:
        first = next(iter(odd))
        count = f"{len(odd)} of {len(infos) - of_mix} stems of another length"
        what = f"{count}, {shown(first)} with {odd[first]:.1f} s first"
        whole = "the mix" if of_mix else "the longest stem"
        found.add("stem-lengths-differ", what, f"{right_s:.1f} s, as {whole}", at=at)


def _counted(counts: Counter[int], unit: str) -> str:
    return ", ".join(f"{count} files of {value} {unit}" for value, count in sorted(counts.items()))


def _first_other(values: Mapping[str, int], counts: Counter[int]) -> str:
    """The first file that is not like most; at a tie the higher value counts as usual."""
    usual = max(counts, key=lambda value: (counts[value], value))
    name = next(name for name, value in values.items() if value != usual)
    return f"{shown(name)} the first of {values[name]}"
