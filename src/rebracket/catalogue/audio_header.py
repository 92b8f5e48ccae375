"""The sizes that WAV and AIFF headers claim, against the bytes that are there: recorders crash."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

__all__ = ["DataSize", "Patched", "data_size"]

_MAX_CHUNKS = 200
_AIFF_PREFIX_BYTES = 8  # offset and block size stand before the samples


@dataclass(frozen=True, slots=True)
class DataSize:
    """How many bytes of samples a header claims, and how many there are.

    ``patches`` are positions with the bytes that mend the claim there.
    """

    claimed: int
    present: int
    patches: tuple[tuple[int, bytes], ...] = ()

    @property
    def unfinished(self) -> bool:
        return self.claimed > self.present or bool(self.patches)


def data_size(file: BinaryIO) -> DataSize | None:
    """Looks for the chunk of samples of a WAV, RF64 or AIFF file; None where there is none.

    A claim of 0, of 0xFFFFFFFF or of more than is there, is one of a file that was never finished.
    """
    end = file.seek(0, 2)
    file.seek(0)
    top = file.read(12)
    form = (top[:4], top[8:12])
    if form in ((b"RIFF", b"WAVE"), (b"RF64", b"WAVE")):
        return _look(file, end, "<I", b"data")
    if form in ((b"FORM", b"AIFF"), (b"FORM", b"AIFC")):
        return _look(file, end, ">I", b"SSND")
    return None


def _look(file: BinaryIO, end: int, order: str, wanted: bytes) -> DataSize | None:
    position, long_at, long_claim = 12, None, None
    for _ in range(_MAX_CHUNKS):
        file.seek(position)
        head = file.read(24)
        if len(head) < 8:
            return None
        name, size = head[:4], struct.unpack(order, head[4:8])[0]
        if name == b"ds64" and len(head) == 24:
            long_at, long_claim = position + 16, struct.unpack("<Q", head[16:24])[0]
        if name == wanted:
            return _size(file, (position, end), order, size, long_at, long_claim)
        position += 8 + size + size % 2
    return None


def _size(
    file: BinaryIO,
    place: tuple[int, int],
    order: str,
    size: int,
    long_at: int | None,
    long_claim: int | None,
) -> DataSize:
    position, end = place
    present = end - position - 8
    claimed = long_claim if size == 0xFFFFFFFF and long_claim is not None else size
    nothing = _AIFF_PREFIX_BYTES if order == ">I" else 0
    if claimed > nothing or present <= nothing or _chunks_follow(file, position + 8 + claimed, end, order):
        return DataSize(claimed, present)
    if long_at is not None and size == 0xFFFFFFFF:
        return DataSize(claimed, present, ((long_at, struct.pack("<Q", present)),))
    return DataSize(claimed, present, ((position + 4, struct.pack(order, min(present, 0xFFFFFFFF))),))


def _chunks_follow(file: BinaryIO, position: int, end: int, order: str) -> bool:
    """Whether the rest is chunks to the very end: then an empty chunk of samples is meant."""
    for _ in range(_MAX_CHUNKS):
        if position == end:
            return True
        file.seek(position)
        head = file.read(8)
        if len(head) < 8 or not head[:4].strip().isalnum():
            return False
        size = struct.unpack(order, head[4:8])[0]
        position = min(position + 8 + size + size % 2, max(end, position + 8 + size))
    return False


@dataclass(slots=True)
class Patched:
    """A file read as if some of its bytes were others; for libsndfile, which sees no name either."""

    file: BinaryIO
    patches: tuple[tuple[int, bytes], ...] = ()

    def seek(self, offset: int, whence: int = 0) -> int:
        return self.file.seek(offset, whence)

    def tell(self) -> int:
        return self.file.tell()

    def read(self, count: int = -1) -> bytes:
        start = self.file.tell()
        data = self.file.read(count)
        mended = bytearray(data)
        for position, patch in self.patches:
            for index, byte in enumerate(patch, start=position - start):
                if 0 <= index < len(mended):
                    mended[index] = byte
        return bytes(mended)

    def readinto(self, buffer: bytearray) -> int:
        if not self.patches:
            return int(self.file.readinto(buffer))  # type: ignore[attr-defined]
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def write(self, data: bytes) -> int:
        raise OSError("a file of a catalogue is only read")
