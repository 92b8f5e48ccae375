"""Laws of Ogg pages: a serial changes nothing that is heard, and the CRC is that of the format."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebracket.catalogue import decode_audio
from rebracket.core.errors import InputError
from rebracket.dataset.media.lossy import encoded
from rebracket.dataset.media.ogg import page_crc, with_serial

WAVE = (0.2 * np.sin(np.arange(96_000) / 30)).astype(np.float32)[:, None]


@pytest.fixture(scope="module")
def stream() -> bytes:
    return encoded(WAVE, 48_000, "OGG", "OPUS", 0.6)


def crc_by_the_book(data: bytes) -> int:
    """RFC 3533: polynomial 0x04C11DB7 from the high bit on, starting at 0."""
    crc = 0
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1) ^ 0x04C11DB7 if crc & 0x80000000 else crc << 1
            crc &= 0xFFFFFFFF
    return crc


@given(st.binary(max_size=200))
def test_the_crc_is_that_of_the_format(data: bytes) -> None:
    assert page_crc(data) == crc_by_the_book(data)


def test_the_crc_is_the_one_that_the_encoder_writes(stream: bytes) -> None:
    end = stream.index(b"OggS", 4)
    page = bytearray(stream[:end])
    written = struct.unpack_from("<I", page, 22)[0]
    page[22:26] = bytes(4)
    assert page_crc(bytes(page)) == written


def test_another_serial_sounds_the_same_and_two_encodings_are_one(stream: bytes) -> None:
    again = encoded(WAVE, 48_000, "OGG", "OPUS", 0.6)
    assert with_serial(stream) == with_serial(again) == with_serial(with_serial(stream))
    assert len(with_serial(stream)) == len(stream)
    assert np.array_equal(decode_audio(with_serial(stream))[0], decode_audio(stream)[0])


def test_what_is_no_stream_is_refused(stream: bytes) -> None:
    for wrong in (b"RIFF" + stream, stream[:-5], stream[:20]):
        with pytest.raises(InputError, match="Ogg page"):
            with_serial(wrong)
    other = bytearray(stream)
    other[14] ^= 1
    with pytest.raises(InputError, match="several Ogg streams"):
        with_serial(bytes(other))


def test_nothing_is_an_empty_stream() -> None:
    assert with_serial(b"") == b""
