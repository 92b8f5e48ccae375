"""Stamps as people write them, and what is said of the unit of a file's stamps."""

from __future__ import annotations

import re

from rebracket.catalogue.found import Found, Place, shown
from rebracket.catalogue.units import UnitChoice
from rebracket.core.errors import InputError
from rebracket.core.timecode import Timecode, TimeUnit

__all__ = ["parse_stamp", "read_stamp", "tell_unit"]

EXPECTED = "[mm:ss.fff] with seconds below 60"
_HOURS = re.compile(r"\[?(\d{1,2}):(\d{1,2})(:\d{1,2})[.:;](\d{1,3})(?:\.(\d)\d)?\]?", re.ASCII)
_DAY_MINUTES = 24 * 60
_IN_WORDS = {
    TimeUnit.MS: "milliseconds",
    TimeUnit.FRAMES: "SMPTE frames",
    TimeUnit.FRAMES_SUBFRAMES: "SMPTE frames with subframes",
}


def parse_stamp(text: str) -> Timecode:
    """A stamp ``[mm:ss.fff]``, also SMPTE with hours, ``hh:mm:ss:ff.sub``; brackets optional.

    Of subframes the tens are kept, as workstations show them in three digits.

    Raises:
        InputError: where the text is no stamp, or lies past a day.
    """
    if hours := _HOURS.fullmatch(text.strip()):
        text = f"{60 * int(hours[1]) + int(hours[2])}{hours[3]}.{hours[4]}{hours[5] or ''}"
    stamp = Timecode.parse(text)
    if stamp.minutes >= _DAY_MINUTES:
        raise InputError(f"found {text!r}, expected a stamp within a day")
    return stamp


def read_stamp(text: str, found: Found, at: Place, *, code: str) -> Timecode | None:
    """A stamp, or None with the problem ``code``; a space inside is named and ignored."""
    try:
        stamp = parse_stamp(text)
    except InputError:
        found.add(code, shown(text), EXPECTED, at=at)
        return None
    if any(sign.isspace() for sign in text.strip()):
        found.add("stamp-space", shown(text), "no space inside", at=at)
    return stamp


def tell_unit(choice: UnitChoice, key: str, found: Found, at: Place | None) -> None:
    """Says once for a file what its stamps were read as, where that is not what is written plainly.

    ``key`` is what settles it in the manifest. Nothing is said of milliseconds that are sure, of what
    the manifest settles, and of stamps on whole seconds, which are the same in every unit.
    """
    if choice.by == "manifest" or not choice.n_telling:
        return
    stamps = f"{choice.n_telling} stamp" + ("s" if choice.n_telling != 1 else "")
    if not choice.decided:
        likely = max(TimeUnit, key=lambda unit: choice.posterior[unit])
        what = f"too little in {stamps} to tell their unit, {_IN_WORDS[likely]} being the likeliest"
        fix = f"set {key}: ms, frames or frames_subframes in the manifest (and fps, if it is not 25)"
        found.add("time-unit-undecided", what, "enough to tell", at=at, fix=fix)
    elif choice.unit is not TimeUnit.MS:
        what = f"{_IN_WORDS[choice.unit]}, {choice.fps:g} a second, in {stamps}"
        fix = f"nothing, or set {key}: {choice.unit} to settle it, {key}: ms if it is wrong"
        found.add(
            "time-unit-decided", what, "milliseconds, or a unit that the manifest names", at=at, fix=fix
        )
