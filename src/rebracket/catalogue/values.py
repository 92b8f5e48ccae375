"""Reads single values of a manifest; whatever is not of the right form becomes a problem and None."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable
from datetime import date

from rebracket.catalogue.found import Found, shown
from rebracket.catalogue.stamps import read_stamp
from rebracket.catalogue.tree import Fields, Items, Scalar, Value
from rebracket.core.errors import InputError
from rebracket.core.key import Key
from rebracket.core.song import Artist, Meter
from rebracket.core.timecode import Timecode, TimeUnit

__all__ = [
    "check_keys",
    "read_artists",
    "read_bpm",
    "read_date",
    "read_flag",
    "read_items",
    "read_key",
    "read_meter",
    "read_number",
    "read_text",
    "read_time",
    "read_unit",
    "read_whole",
    "read_words",
]

_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
_METER = re.compile(r"([0-9]{1,3})\s*/\s*([0-9]{1,3})")
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
_NO_KEY = frozenset({"", "none", "atonal", "n/a"})
_FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_MAX_BPM = 1000.0
_MAX_DISCOGS_ID = 999_999_999
_COMPARED_CHARACTERS = 100  # what is longer is no misspelled key
_MAX_UNKNOWN = 20  # more are another kind of file, and one problem


def check_keys(fields: Fields, known: Iterable[str], found: Found) -> None:
    """Names every key that is not known, with the nearest one that is."""
    names = sorted(known)
    folded = {name.casefold(): name for name in names}
    unknown = [key for key in fields.values if key not in names]
    if len(unknown) > _MAX_UNKNOWN:
        what = f"{len(unknown)} unknown keys, {shown(unknown[0])} first"
        found.add("key-unknown", what, f"some of {', '.join(names)}", at=fields.keys[unknown[0]])
        return
    for key in unknown:
        near = difflib.get_close_matches(key[:_COMPARED_CHARACTERS].casefold(), folded, n=1)
        expected = f"perhaps {folded[near[0]]!r}" if near else f"one of {', '.join(names)}"
        found.add("key-unknown", shown(key), expected, at=fields.keys[key])


def _scalar(
    fields: Fields, key: str, found: Found, expected: str, code: str = "value-invalid"
) -> Scalar | None:
    value = fields.values.get(key)
    if value is None or (isinstance(value, Scalar) and value.is_null):
        return None
    if isinstance(value, Scalar):
        return value
    found.add(code, f"{key}: a {_kind(value)}", expected, at=value.at)
    return None


def _kind(value: Value) -> str:
    return "list" if isinstance(value, Items) else "mapping" if isinstance(value, Fields) else "text"


def read_text(fields: Fields, key: str, found: Found) -> str | None:
    """A text without space around it; None where the key is absent, null or empty."""
    scalar = _scalar(fields, key, found, "text")
    return (scalar.text.strip() or None) if scalar else None


def read_number(fields: Fields, key: str, found: Found, *, low: float, high: float) -> float | None:
    """A number in [low, high]."""
    expected = f"a number from {low:g} to {high:g}"
    scalar = _scalar(fields, key, found, expected)
    if scalar is None:
        return None
    if _NUMBER.fullmatch(scalar.text.strip()) and low <= float(scalar.text) <= high:
        return float(scalar.text)
    found.add("value-invalid", f"{key}: {shown(scalar.text)}", expected, at=scalar.at)
    return None


def read_whole(fields: Fields, key: str, found: Found, *, most: int) -> int | None:
    """A whole number from 0 to ``most``."""
    number = read_number(fields, key, found, low=0, high=most)
    if number is None or number == int(number):
        return None if number is None else int(number)
    at = fields.values[key].at
    found.add("value-invalid", f"{key}: {number:g}", f"a whole number from 0 to {most}", at=at)
    return None


def read_bpm(fields: Fields, key: str, found: Found) -> float | None:
    """Beats a minute, above 0 and at most 1000."""
    expected = f"a number above 0 and at most {_MAX_BPM:g}"
    scalar = _scalar(fields, key, found, expected, "bpm-invalid")
    if scalar is None:
        return None
    bpm = float(scalar.text) if _NUMBER.fullmatch(scalar.text.strip()) else math.nan
    if 0 < bpm <= _MAX_BPM:
        return bpm
    found.add("bpm-invalid", f"{key}: {shown(scalar.text)}", expected, at=scalar.at)
    return None


def read_meter(fields: Fields, key: str, found: Found) -> Meter | None:
    """A time signature such as 4/4."""
    expected = "a time signature such as 4/4"
    scalar = _scalar(fields, key, found, expected, "meter-invalid")
    if scalar is None:
        return None
    try:
        if match := _METER.fullmatch(scalar.text.strip()):
            return Meter(int(match[1]), int(match[2]))
    except InputError:
        pass  # a unit that is no power of two is named below like any other
    found.add("meter-invalid", f"{key}: {shown(scalar.text)}", expected, at=scalar.at)
    return None


def read_key(fields: Fields, key: str, found: Found) -> Key | None:
    """A musical key, spelled as written; None where the song has none, as when it is atonal."""
    expected = "a note and a mode, such as F# minor"
    scalar = _scalar(fields, key, found, expected, "key-signature-invalid")
    if scalar is None or scalar.text.strip().lower() in _NO_KEY:
        return None
    try:
        return Key.parse(scalar.text)
    except InputError:
        pass  # named below like any other
    found.add("key-signature-invalid", f"{key}: {shown(scalar.text)}", expected, at=scalar.at)
    return None


def read_date(fields: Fields, key: str, found: Found) -> str | None:
    """A date, a month or a year: YYYY-MM-DD, YYYY-MM, YYYY."""
    scalar = _scalar(fields, key, found, "a date such as 2017-07-18")
    if scalar is None:
        return None
    text = scalar.text.strip()
    try:
        if _DATE.fullmatch(text):
            date.fromisoformat(text + "-01-01"[len(text) - 4 :][: 10 - len(text)])
            return text
    except ValueError:
        pass  # a 31st of February is named below like any other
    found.add("value-invalid", f"{key}: {shown(text)}", "a date such as 2017-07-18", at=scalar.at)
    return None


def read_flag(fields: Fields, key: str, found: Found) -> bool | None:
    """True or false."""
    scalar = _scalar(fields, key, found, "true or false")
    if scalar is None:
        return None
    if scalar.text.strip().lower() in _FLAGS:
        return _FLAGS[scalar.text.strip().lower()]
    found.add("value-invalid", f"{key}: {shown(scalar.text)}", "true or false", at=scalar.at)
    return None


def read_unit(fields: Fields, key: str, found: Found) -> TimeUnit | None:
    """The unit of a file's stamps."""
    expected = " or ".join(TimeUnit)
    scalar = _scalar(fields, key, found, expected)
    if scalar is None:
        return None
    if scalar.text in list(TimeUnit):
        return TimeUnit(scalar.text)
    found.add("value-invalid", f"{key}: {shown(scalar.text)}", expected, at=scalar.at)
    return None


def read_time(fields: Fields, key: str, found: Found) -> Timecode | None:
    """A stamp; without quotes YAML reads its brackets as a list of one, which is meant all the same."""
    value = fields.values.get(key)
    if isinstance(value, Items) and len(value.values) == 1 and isinstance(value.values[0], Scalar):
        return read_stamp(value.values[0].text, found, value.at, code="value-invalid")
    scalar = _scalar(fields, key, found, "[mm:ss.fff]")
    return read_stamp(scalar.text, found, scalar.at, code="value-invalid") if scalar else None


def read_items(fields: Fields, key: str, found: Found) -> list[Fields]:
    """The mappings in a list."""
    items = _items(fields, key, found, "a list of mappings")
    for item in items:
        if not isinstance(item, Fields):
            found.add("value-invalid", f"{key}: a {_kind(item)}", "a mapping", at=item.at)
    return [item for item in items if isinstance(item, Fields)]


def read_words(fields: Fields, key: str, found: Found) -> tuple[str, ...]:
    """The texts in a list; a text alone counts as a list of one."""
    texts: list[str] = []
    for item in _items(fields, key, found, "a list of texts"):
        if isinstance(item, Scalar):
            texts.append(item.text.strip())
        else:
            found.add("value-invalid", f"{key}: a {_kind(item)}", "a text", at=item.at)
    return tuple(text for text in texts if text)


def read_artists(fields: Fields, key: str, found: Found) -> tuple[Artist, ...]:
    """The artists in a list, each a mapping of ``name`` and ``discogs_id`` or a name alone."""
    artists: list[Artist] = []
    for item in _items(fields, key, found, "a list of artists"):
        if isinstance(item, Scalar):
            artists.append(Artist(item.text.strip()))
        elif isinstance(item, Fields):
            check_keys(item, ("name", "discogs_id"), found)
            name = read_text(item, "name", found)
            artists.append(Artist(name or "", read_whole(item, "discogs_id", found, most=_MAX_DISCOGS_ID)))
        else:
            found.add("value-invalid", f"{key}: a {_kind(item)}", "name and discogs_id", at=item.at)
    return tuple(artist for artist in artists if artist.name)


def _items(fields: Fields, key: str, found: Found, expected: str) -> list[Value]:
    value = fields.values.get(key)
    if value is None or (isinstance(value, Scalar) and value.is_null):
        return []
    if isinstance(value, Items):
        return value.values
    if isinstance(value, Scalar):
        return [value]
    found.add("value-invalid", f"{key}: a {_kind(value)}", expected, at=value.at)
    return []
