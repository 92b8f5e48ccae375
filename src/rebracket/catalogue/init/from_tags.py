"""What the tags inside an audio file say: title, track number, date, genres, tempo, key."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

from rebracket.catalogue.init.key import parse_key
from rebracket.core.errors import InputError, MissingExtraError

__all__ = ["Tags", "read_tags"]

_MAX_LENGTH = 200
_MAX_BPM, _MAX_SEQUENCE = 400.0, 999
# Names of one tag: as Vorbis comments have it, then as ID3 frames.
_TITLE, _DATE, _GENRE = ("title", "TIT2"), ("date", "TDRC"), ("genre", "TCON")
_NUMBER, _BPM, _KEY = ("tracknumber", "TRCK"), ("bpm", "TBPM"), ("initialkey", "key", "TKEY")
Tags = dict[str, Any]


def read_tags(path: Path) -> Tags:
    """The tags that are there and make sense, under the names of a manifest's keys.

    Raises:
        InputError: where the tags cannot be read.
        MissingExtraError: without mutagen.
    """
    try:
        import mutagen
    except ImportError as error:
        raise MissingExtraError("mutagen", "init") from error
    try:
        read = mutagen.File(path)
        raw = {} if read is None or read.tags is None else dict(read.tags.items())
    # Tags are anybody's bytes, and mutagen lets errors of many kinds through.
    except Exception as error:
        raise InputError(f"{path.name}: found {type(error).__name__} in its tags, expected tags") from error
    found = {
        "title": _text(raw, _TITLE),
        "album_sequence": _number(_text(raw, _NUMBER)),
        "release_date": _date(_text(raw, _DATE)),
        "genres": _texts(raw, _GENRE),
        "bpm": _bpm(_text(raw, _BPM)),
        "key": parse_key(_text(raw, _KEY) or ""),
    }
    return {key: value for key, value in found.items() if value}


def _texts(raw: dict[str, Any], names: tuple[str, ...]) -> tuple[str, ...]:
    value = next((raw[name] for name in names if name in raw), ())
    values = value if isinstance(value, list | tuple) else getattr(value, "text", [value])
    texts = [" ".join(str(item).split())[:_MAX_LENGTH] for item in values]
    return tuple(text for text in texts if text and text.isprintable())


def _text(raw: dict[str, Any], names: tuple[str, ...]) -> str | None:
    texts = _texts(raw, names)
    return texts[0] if texts else None


def _number(text: str | None) -> int | None:
    match = re.match(r"[0-9]{1,3}", text or "")
    return int(match[0]) if match and 0 < int(match[0]) <= _MAX_SEQUENCE else None


def _bpm(text: str | None) -> float | None:
    match = re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,6})?", text or "")
    return float(match[0]) if match and 0 < float(match[0]) <= _MAX_BPM else None


def _date(text: str | None) -> str | None:
    """A year, or a whole date where there is one."""
    match = re.match(r"([0-9]{4})(-[0-9]{2}-[0-9]{2})?", text or "")
    if match is None:
        return None
    try:
        return date.fromisoformat(match[0]).isoformat() if match[2] else match[1]
    except ValueError:
        return match[1]
