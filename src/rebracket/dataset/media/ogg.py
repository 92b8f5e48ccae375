"""Ogg pages: libsndfile draws a random serial for each stream, so it is set from the content."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterator

from rebracket.core.errors import InputError

__all__ = ["page_crc", "with_serial"]

_HEADER = struct.Struct("<4sBBqIIIB")  # capture, version, flags, position, serial, sequence, CRC, segments
_SERIAL_AT, _CRC_AT = 14, 22
_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def with_serial(data: bytes) -> bytes:
    """The same stream with a serial from the hash of its content, and the pages' CRCs to match (RFC 3533).

    Raises:
        InputError: where the bytes are not Ogg pages from end to end, or of several streams.
    """
    pages = list(_pages(data))
    if len({data[start + _SERIAL_AT : start + _SERIAL_AT + 4] for start, _ in pages}) > 1:
        raise InputError("found several Ogg streams in one file, expected one")
    out = bytearray(data)
    for start, _ in pages:
        out[start + _SERIAL_AT : start + _SERIAL_AT + 4] = bytes(4)
        out[start + _CRC_AT : start + _CRC_AT + 4] = bytes(4)
    serial = hashlib.sha256(out).digest()[:4]
    for start, end in pages:
        out[start + _SERIAL_AT : start + _SERIAL_AT + 4] = serial
        out[start + _CRC_AT : start + _CRC_AT + 4] = struct.pack("<I", page_crc(bytes(out[start:end])))
    return bytes(out)


def _pages(data: bytes) -> Iterator[tuple[int, int]]:
    """Where each page starts and ends."""
    at = 0
    while at < len(data):
        if len(data) - at < _HEADER.size or data[at : at + 4] != b"OggS":
            raise InputError(f"byte {at}: found no Ogg page, expected 'OggS'")
        lacing = data[at + _HEADER.size : at + _HEADER.size + data[at + _HEADER.size - 1]]
        end = at + _HEADER.size + len(lacing) + sum(lacing)
        if end > len(data):
            raise InputError(f"byte {at}: found an Ogg page of {end - at} bytes, {len(data) - at} are there")
        yield at, end
        at = end


def page_crc(page: bytes) -> int:
    """The CRC of a page whose own CRC field is 0.

    Ogg takes the polynomial of zlib from the other end of each byte, starts at 0 and inverts nothing.
    """
    mirrored = zlib.crc32(page.translate(_MIRRORED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)
