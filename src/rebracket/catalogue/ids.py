"""Ids of songs and albums: what they may look like and which album an id speaks of."""

from __future__ import annotations

import re

__all__ = ["album_of", "is_id"]

_ALBUM_TRACK = re.compile(r"(?P<album>[^_].*)_[0-9]+")
_MAX_LENGTH = 100  # ids become parts of file names, which end at 255 bytes
_FORBIDDEN = frozenset('/\\:*?"<>|\ufffd')  # the last stands for bytes of a name that are no text


def is_id(text: str) -> bool:
    """Whether a text can name a song or album, in a file's name as well."""
    return (
        0 < len(text) <= _MAX_LENGTH
        and text.isprintable()
        and not _FORBIDDEN.intersection(text)
        and not text.startswith((".", " ", "-"))
        and not text.endswith((".", " "))
    )


def album_of(song_id: str) -> str | None:
    """The album in an id such as ``AA_TT``, album and track; None where the id has another form."""
    match = _ALBUM_TRACK.fullmatch(song_id)
    return match["album"] if match else None
