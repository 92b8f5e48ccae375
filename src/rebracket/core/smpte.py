"""SMPTE time codes ``HH:MM:SS:FF`` with subframes, and the rates they count at (SMPTE ST 12-1).

All arithmetic is of whole numbers and fractions: a code that becomes seconds and a code again is the
same code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from rebracket.core.errors import InputError

__all__ = ["SUBFRAMES", "FrameRate", "Smpte"]

SUBFRAMES = 80
_CODE = re.compile(
    r"(?P<hours>\d{2}):(?P<minutes>\d{2}):(?P<seconds>\d{2})(?P<sign>[:;])(?P<frames>\d{2})"
    r"(?:\.(?P<subframes>\d{2}))?",
    re.ASCII,
)
_DAY_H = 24


class FrameRate(Enum):
    """How many frames a second there are, how many are counted, and how many numbers a minute drops."""

    FPS_24 = ("24", Fraction(24), 24, 0)
    FPS_25 = ("25", Fraction(25), 25, 0)
    FPS_29_97 = ("29.97", Fraction(30_000, 1001), 30, 0)
    FPS_29_97_DROP = ("29.97 drop", Fraction(30_000, 1001), 30, 2)
    FPS_30 = ("30", Fraction(30), 30, 0)

    def __init__(self, label: str, per_s: Fraction, counted: int, dropped: int) -> None:
        self.label = label
        self.per_s = per_s
        self.counted = counted
        self.dropped = dropped

    @classmethod
    def parse(cls, text: str) -> FrameRate:
        """A rate as people write it: 24, 25, 29.97, 29.97df, 30, also with the word drop.

        Raises:
            InputError: where it is none of them.
        """
        wanted = re.sub(r"[\s_-]+", " ", text.strip().lower()).removesuffix(" fps")
        wanted = re.sub(r"^(29\.97) ?(df|drop|drop frame)$", r"\1 drop", wanted)
        wanted = re.sub(r"^(29\.97) ?(ndf|non drop|nondrop)$|^(\d+)\.0+$", r"\1\3", wanted)
        for rate in cls:
            if rate.label == wanted:
                return rate
        known = ", ".join(rate.label for rate in cls)
        raise InputError(f"found the frame rate {text!r}, expected one of {known}")


@dataclass(frozen=True, slots=True)
class Smpte:
    """A time code as written; drop-frame codes have ``;`` before their frames.

    Raises:
        InputError: where a field is out of its range, or a drop-frame code names a dropped number.

    >>> Smpte.parse("00:00:10:12", FrameRate.FPS_25).seconds()
    Fraction(262, 25)
    """

    hours: int
    minutes: int
    seconds_of_minute: int
    frames: int
    rate: FrameRate
    subframes: int = 0

    def __post_init__(self) -> None:
        limits = (_DAY_H, 60, 60, self.rate.counted, SUBFRAMES)
        fields = (self.hours, self.minutes, self.seconds_of_minute, self.frames, self.subframes)
        if not all(0 <= field < limit for field, limit in zip(fields, limits, strict=True)):
            raise InputError(
                f"found the code {self}, expected hh:mm:ss:ff below 24:60:60:{self.rate.counted}"
            )
        if self.frames < self.rate.dropped and self.seconds_of_minute == 0 and self.minutes % 10:
            raise InputError(
                f"found the code {self}, expected no frame 00 or 01 at the start of a minute that drops them"
            )

    @classmethod
    def parse(cls, text: str, rate: FrameRate) -> Smpte:
        """Reads ``HH:MM:SS:FF``, with ``.sub`` of two digits, and ``;`` before the frames where they drop.

        At 29.97 frames a second the sign decides: ``;`` drops and ``:`` does not, whichever was asked for.

        Raises:
            InputError: where the text is no code of the rate.
        """
        match = _CODE.fullmatch(text.strip())
        if match is None:
            raise InputError(f"found {text!r}, expected hh:mm:ss:ff")
        if match["sign"] == ";":
            if rate.per_s.denominator == 1:
                raise InputError(
                    f"found {text!r}, expected no drop-frame code at {rate.label} frames a second"
                )
            rate = FrameRate.FPS_29_97_DROP
        elif rate.dropped:
            rate = FrameRate.FPS_29_97
        fields = (int(match[name]) for name in ("hours", "minutes", "seconds", "frames"))
        hours, minutes, seconds, frames = fields
        return cls(hours, minutes, seconds, frames, rate, int(match["subframes"] or 0))

    @classmethod
    def from_seconds(cls, time_s: Fraction | float, rate: FrameRate, *, subframes: bool = False) -> Smpte:
        """The code nearest to a time: within half a frame, or half a subframe.

        Raises:
            InputError: where the time is negative, not finite, or does not fit into a day.
        """
        try:
            exact_s = Fraction(time_s)
        except (ValueError, OverflowError) as error:
            raise InputError(f"found {time_s} s, expected a finite time") from error
        parts = SUBFRAMES if subframes else 1
        steps = _nearest(exact_s * rate.per_s * parts)
        frames, sub = divmod(steps, parts)
        number = _with_dropped(frames, rate)
        hours, rest = divmod(number, 3600 * rate.counted)
        if exact_s < 0 or hours >= _DAY_H:
            raise InputError(f"found {float(exact_s)} s, expected a time within a day")
        seconds, frame = divmod(rest, rate.counted)
        return cls(hours, seconds // 60, seconds % 60, frame, rate, sub)

    def seconds(self) -> Fraction:
        """Seconds from 00:00:00:00, exact."""
        minutes = 60 * self.hours + self.minutes
        number = (60 * minutes + self.seconds_of_minute) * self.rate.counted + self.frames
        real = number - self.rate.dropped * (minutes - minutes // 10)
        return (real + Fraction(self.subframes, SUBFRAMES)) / self.rate.per_s

    def __str__(self) -> str:
        sign = ";" if self.rate.dropped else ":"
        sub = f".{self.subframes:02d}" if self.subframes else ""
        whole = f"{self.hours:02d}:{self.minutes:02d}:{self.seconds_of_minute:02d}"
        return f"{whole}{sign}{self.frames:02d}{sub}"


def _nearest(steps: Fraction) -> int:
    """The whole number nearest to a fraction, the greater of two."""
    return (2 * steps.numerator + steps.denominator) // (2 * steps.denominator)


def _with_dropped(frames: int, rate: FrameRate) -> int:
    """The number that a frame has, counting those that were dropped before it."""
    if not rate.dropped:
        return frames
    a_minute = 60 * rate.counted - rate.dropped
    ten, rest = divmod(frames, 10 * a_minute + rate.dropped)
    # the first minute of ten drops nothing and is longer by that
    minute = 0 if rest < a_minute + rate.dropped else 1 + (rest - a_minute - rate.dropped) // a_minute
    return frames + rate.dropped * (9 * ten + minute)
