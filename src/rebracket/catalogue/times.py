"""The unit and the start of a song's stamps: manifest and lyrics each decided for themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rebracket.catalogue.grid import concentration
from rebracket.catalogue.manifest import Manifest, WrittenSection
from rebracket.catalogue.units import Trace, UnitChoice, choose_unit
from rebracket.core.timecode import Timecode, TimeUnit

__all__ = [
    "HOUR_S",
    "SongTimes",
    "choose_lrc_unit",
    "choose_manifest_unit",
    "marks",
    "since",
    "song_times",
    "start_offset_s",
]

HOUR_S = 3600.0
_FROM_MANIFEST = 0.7  # how far the lyrics' prior is the manifest's posterior; three in four files agree


@dataclass(frozen=True, slots=True)
class SongTimes:
    """How the stamps of one song are read, and why.

    ``lyrics`` is None where there are none; offsets are what is taken off every stamp of a file.
    ``boundaries`` are the stamps where sections meet, without the first start and the last end.
    """

    song_id: str
    sections: UnitChoice
    lyrics: UnitChoice | None = None
    offset_s: float = 0.0
    lrc_offset_s: float = 0.0
    boundaries: tuple[Timecode, ...] = ()
    beat_s: float | None = None
    n_onsets: int = 0

    @property
    def settled(self) -> bool:
        """Whether each file is decided."""
        return self.sections.decided and (self.lyrics is None or self.lyrics.decided)

    @property
    def decided(self) -> bool:
        """Whether the manifest is, and the lyrics unless they are on whole seconds, alike in every unit."""
        return all(choice.decided for choice in self._choices())

    @property
    def confidence(self) -> float:
        """That of the file that is least sure."""
        return min(choice.confidence for choice in self._choices())

    def _choices(self) -> list[UnitChoice]:
        lyrics = [self.lyrics] if self.lyrics and (self.lyrics.decided or self.lyrics.n_telling) else []
        return [self.sections, *lyrics]

    def on_beat(self, unit: TimeUnit, fps: float) -> float | None:
        """The concentration of the section boundaries on the beat, read in a unit."""
        if self.beat_s is None:
            return None
        return concentration([stamp.seconds(unit, fps) for stamp in self.boundaries], self.beat_s)

    def as_dict(self) -> dict[str, Any]:
        """The song's entry in the document ``rebracket.times/1``."""
        return {
            "id": self.song_id,
            "unit": self.sections.unit.value,
            "lrc_unit": self.lyrics.unit.value if self.lyrics else None,
            "decided": self.decided,
            "fps": self._fps(),
            "offset_s": self.offset_s or self.lrc_offset_s,
            "confidence": self.confidence,
            "evidence": {
                "manifest": _evidence(self.sections, self.offset_s),
                "lrc": _evidence(self.lyrics, self.lrc_offset_s) if self.lyrics else None,
                "n_onsets": self.n_onsets,
                "beat_s": self.beat_s,
                "n_boundaries": len(self.boundaries),
                "concentration": {
                    "as_ms": self.on_beat(TimeUnit.MS, 25.0),
                    "as_chosen": self.on_beat(self.sections.unit, self.sections.fps),
                },
            },
        }

    def _fps(self) -> float | None:
        choices = [c for c in (self.sections, self.lyrics) if c is not None and c.unit is not TimeUnit.MS]
        return choices[0].fps if choices else None


def _evidence(choice: UnitChoice, offset_s: float) -> dict[str, Any]:
    return {
        "unit": choice.unit.value,
        "decided": choice.decided,
        "by": choice.by,
        "confidence": choice.confidence,
        "offset_s": offset_s,
        "stamps": choice.n_stamps,
        "telling": choice.n_telling,
        "largest_fraction": choice.largest_fraction,
        "posterior": {unit.value: choice.posterior[unit] for unit in TimeUnit},
    }


def song_times(
    song_id: str,
    manifest: Manifest,
    sections: UnitChoice,
    lyrics: UnitChoice | None,
    offsets_s: tuple[float, float],
    n_onsets: int,
) -> SongTimes:
    """What was decided for a song, with the boundaries that its evidence can be seen by."""
    return SongTimes(
        song_id=song_id,
        sections=sections,
        lyrics=lyrics,
        offset_s=offsets_s[0],
        lrc_offset_s=offsets_s[1],
        boundaries=boundaries(manifest.sections),
        beat_s=beat_s(manifest),
        n_onsets=n_onsets,
    )


def choose_manifest_unit(manifest: Manifest, mix_s: float | None) -> UnitChoice:
    """The unit of TRT and sections: as the manifest says, else by the evidence of its stamps.

    Args:
        mix_s: the length of the mix where it is known, which TRT should be.
    """
    if manifest.unit is not None:
        return UnitChoice.told(manifest.unit, manifest.fps)
    stamps = marks(manifest.sections)
    return choose_unit(Trace(tuple(stamps), beat_s(manifest), manifest.trt, mix_s, fps=_given_fps(manifest)))


def choose_lrc_unit(
    manifest: Manifest, of_manifest: UnitChoice, stamps: Sequence[Timecode], onsets_s: tuple[float, ...] = ()
) -> UnitChoice:
    """The unit of the lyrics: as the manifest says, else by the stamps and a little by the manifest's.

    Args:
        onsets_s: when singing sets in; empty where that is not known.
    """
    if manifest.lrc_unit is not None:
        return UnitChoice.told(manifest.lrc_unit, manifest.fps)
    even = (1 - _FROM_MANIFEST) / len(TimeUnit)
    prior = {unit: even + _FROM_MANIFEST * of_manifest.posterior[unit] for unit in TimeUnit}
    fps = _given_fps(manifest)
    return choose_unit(Trace(tuple(stamps), beat_s(manifest), onsets_s=onsets_s, fps=fps, prior=prior))


def beat_s(manifest: Manifest) -> float | None:
    """The length of a beat, where the manifest gives a tempo."""
    return None if manifest.bpm is None else 60 / manifest.bpm


def _given_fps(manifest: Manifest) -> float | None:
    return manifest.fps if manifest.at("fps") is not None else None


def marks(sections: Sequence[WrittenSection]) -> list[Timecode]:
    """The stamps of sections that stand for themselves, in their order.

    A start that is the end before it, or one unit later, says nothing of its own.
    """
    kept: list[Timecode] = []
    before: Timecode | None = None
    for section in sections:
        if section.start is not None and not (before and _follows(before, section.start)):
            kept.append(section.start)
        if section.end is not None:
            kept.append(section.end)
        before = section.end
    return kept


def _follows(end: Timecode, start: Timecode) -> bool:
    carried = Timecode(*divmod(60 * end.minutes + end.seconds_of_minute + 1, 60), "0" * len(end.fraction))
    return start in (end, end.after()) or (start == carried and end.fraction in ("024", "029", "247", "297"))


def boundaries(sections: Sequence[WrittenSection]) -> tuple[Timecode, ...]:
    """Where sections meet: their marks, each once, without the first start and the last end."""
    inner = marks(sections)
    inner = inner[:-1] if sections and sections[-1].end is not None else inner
    inner = inner[1:] if sections and sections[0].start is not None else inner
    return tuple(dict.fromkeys(inner))


def since(time_s: float, offset_s: float) -> float:
    """A time from the start of the mix, without what taking an hour off adds to a float."""
    return round(time_s - offset_s, 9) if offset_s else time_s


def start_offset_s(given_s: float | None, times_s: Sequence[float], song_s: float | None) -> float:
    """What is to be taken off a file's times so that they count from the start of the mix.

    The manifest's own number, unless all times lie before it; else the hour at which many SMPTE
    sessions start, where all times lie in the hour after it and the song, as far as is known, is shorter.
    """
    if not times_s:
        return 0.0
    if given_s is not None:
        return given_s if max(times_s) >= given_s else 0.0
    hour = HOUR_S <= min(times_s) <= max(times_s) < 2 * HOUR_S and (song_s is None or song_s < HOUR_S)
    return HOUR_S if hour else 0.0
