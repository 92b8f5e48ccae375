"""Text files of unknown encoding."""

from __future__ import annotations

import codecs

from rebracket.catalogue.found import Found
from rebracket.core.errors import InputError

__all__ = ["decode_text", "tell_encoding"]

_MARKED = {  # the marks of UTF-32 begin like those of UTF-16
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_DAMAGED = "utf-8 with damaged bytes"
_SOUND_TO_DAMAGED = 3  # this many whole signs beyond ASCII for each damaged one, or it is no UTF-8
_NULLS_SHARE = 0.25  # of the bytes of text in UTF-16 without a mark; half of them in Latin script


def decode_text(data: bytes) -> tuple[str, str]:
    """The text, and the encoding it was read in.

    A mark at the start settles it; else UTF-8, UTF-16 by where its zeros are, UTF-8 whose few damaged
    bytes become U+FFFD, and Windows-1252.

    Raises:
        InputError: where the bytes are no text.
    """
    encoding = next((name for mark, name in _MARKED.items() if data.startswith(mark)), None)
    if encoding is None and b"\x00" in data:
        encoding = _unmarked(data)
    try:
        return data.decode(encoding or "utf-8"), (encoding or "utf-8").removesuffix("-sig")
    except UnicodeDecodeError as error:
        if encoding not in (None, "utf-8-sig"):
            raise InputError(f"found a file that looks like {encoding} and is not, expected text") from error
    text = data.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    if sum(not sign.isascii() for sign in text) - damaged >= _SOUND_TO_DAMAGED * damaged:
        return text.removeprefix("\ufeff"), _DAMAGED
    try:
        return data.decode("cp1252"), "cp1252"
    except UnicodeDecodeError as error:
        raise InputError("found bytes that are no text, expected text in UTF-8") from error


def _unmarked(data: bytes) -> str:
    """Which UTF-16 text with zeros is: Latin script has them in every other byte."""
    even, odd = data[::2].count(0), data[1::2].count(0)
    if max(even, odd) < _NULLS_SHARE * len(data) or min(even, odd) > 0 or len(data) % 2:
        raise InputError("found bytes that are no text, expected text in UTF-8")
    return "utf-16-be" if even else "utf-16-le"


def tell_encoding(encoding: str, found: Found) -> None:
    """Names an encoding that is not UTF-8."""
    if encoding == "cp1252":
        found.add("text-encoding", "bytes that are not UTF-8", "UTF-8")
    elif encoding == _DAMAGED:
        found.add("text-damaged", "a few bytes that are not UTF-8", "UTF-8")
    elif encoding != "utf-8":
        found.add("text-utf-16", encoding.upper(), "UTF-8")
