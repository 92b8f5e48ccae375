"""Stamps ``[MM:SS.fff]`` and the unit of their last field.

``fff`` is often what a DAW showed rather than milliseconds: SMPTE frames, or frames and the tens
digit of 80 subframes. The unit belongs to a file, never to a single stamp.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum

from rebracket.core.errors import InputError

__all__ = ["TimeUnit", "Timecode"]

_STAMP = re.compile(
    r"(\[)?\s*(?P<minutes>\d{1,4})\s*:\s*(?P<seconds>\d{1,2})\s*(?:[.:]\s*(?P<fraction>\d{1,3}))?\s*(?(1)\])",
    re.ASCII,
)
_FRACTION = re.compile(r"\d{0,3}", re.ASCII)
_SUBFRAMES = 80


class TimeUnit(StrEnum):
    """What the fraction of a stamp counts."""

    MS = "ms"
    FRAMES = "frames"
    FRAMES_SUBFRAMES = "frames_subframes"


@dataclass(frozen=True, slots=True)
class Timecode:
    """A stamp as written: minutes, seconds and the digits of its fraction.

    Raises:
        InputError: where minutes are negative, seconds outside 0-59 or the fraction is not 0-3 digits.

    >>> Timecode.parse("[01:02.500]").seconds()
    62.5
    """

    minutes: int
    seconds_of_minute: int
    fraction: str = ""

    def __post_init__(self) -> None:
        well_formed = _FRACTION.fullmatch(self.fraction) is not None
        if not (self.minutes >= 0 and 0 <= self.seconds_of_minute < 60 and well_formed):
            raise InputError(f"found a stamp {self}, expected [mm:ss.fff] with seconds below 60")

    @classmethod
    def parse(cls, text: str) -> Timecode:
        """Reads ``[MM:SS]``, ``[MM:SS.f]`` to ``[MM:SS.fff]``, up to 9999 minutes; brackets optional.

        Raises:
            InputError: where the text is no stamp or its seconds reach 60.
        """
        match = _STAMP.fullmatch(text.strip())
        if match is None or int(match["seconds"]) >= 60:
            raise InputError(f"found {text!r}, expected [mm:ss.fff] with seconds below 60")
        return cls(int(match["minutes"]), int(match["seconds"]), match["fraction"] or "")

    @classmethod
    def from_seconds(cls, time_s: float, unit: TimeUnit = TimeUnit.MS, fps: float = 25.0) -> Timecode:
        """The stamp nearest to a time, written in a unit; a frame that lies past its second carries.

        Raises:
            InputError: where the time is negative or not finite.
        """
        if not (time_s >= 0 and math.isfinite(time_s)):
            raise InputError(f"found {time_s} s, expected a finite time of at least 0 s")
        if unit is TimeUnit.MS:
            total_ms = round(time_s * 1000)
            return cls(total_ms // 60_000, total_ms // 1000 % 60, f"{total_ms % 1000:03d}")
        whole_s, tens = int(time_s), 1 if unit is TimeUnit.FRAMES else _SUBFRAMES // 10
        steps = round((time_s - whole_s) * fps * tens)
        if steps >= fps * tens:
            whole_s, steps = whole_s + 1, 0
        fraction = steps if unit is TimeUnit.FRAMES else 10 * (steps // tens) + steps % tens
        return cls(whole_s // 60, whole_s % 60, f"{fraction:03d}")

    def after(self) -> Timecode:
        """The stamp with one more in its last digit and no carry, as a DAW's next region starts.

        Only a fraction that is full in its digits becomes the next second.
        """
        count, digits = int(self.fraction or 0) + 1, max(len(self.fraction), 1)
        if count < 10**digits:
            return Timecode(self.minutes, self.seconds_of_minute, f"{count:0{digits}d}")
        whole_s = 60 * self.minutes + self.seconds_of_minute + 1
        return Timecode(whole_s // 60, whole_s % 60, "0" * digits)

    def seconds(self, unit: TimeUnit = TimeUnit.MS, fps: float = 25.0) -> float:
        """Seconds from the start, with the fraction read in the file's unit.

        In ``FRAMES_SUBFRAMES`` the third digit counts tens of subframes; a shorter fraction has none.
        """
        whole_s = float(60 * self.minutes + self.seconds_of_minute)
        if not self.fraction:
            return whole_s
        if unit is TimeUnit.MS:
            parts = 10 ** len(self.fraction)  # one division, so that 1.578 is the float nearest to 1.578
            return (whole_s * parts + int(self.fraction)) / parts
        if unit is TimeUnit.FRAMES:
            return whole_s + int(self.fraction) / fps
        frames, tens = int(self.fraction[:2]), int(self.fraction[2:] or 0)
        return whole_s + (frames + 10 * tens / _SUBFRAMES) / fps

    def __str__(self) -> str:
        fraction = f".{self.fraction}" if self.fraction else ""
        return f"[{self.minutes:02d}:{self.seconds_of_minute:02d}{fraction}]"
