"""Files of a cache: sequences by the hash of what they were made from, written once and memory-mapped.

A shard is an Arrow file of one batch. `key` is the SHA-256 of a content, `values` the list of its vectors;
whose they are stands in the metadata. Its name is the beginning of its own SHA-256, so that any change of
it can be told (`rebracket verify`), and processes that write at once never write different files of one name.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

__all__ = ["ENDING", "Form", "Shard", "all_finite", "read_shard", "shard_of", "write_shard"]

ENDING, UNDER_WAY = ".arrow", ".new"
_NAME_DIGITS = 32
_BLOCK = 1 << 18  # numbers looked at while they are in the processor's cache
_EXPONENT = {"float16": 0x7C00, "float32": 0x7F80_0000}  # all of its bits are set in what is not finite


@dataclass(frozen=True, slots=True)
class Form:
    """What a shard must say it is: the encoder and its whole version, and the kind and number D of values.

    `single` is where each sequence is one vector.
    """

    encoder: str
    version: str
    dtype: str
    width: int
    single: bool = False

    @property
    def folder(self) -> str:
        return f"{self.encoder}-{self.version[:8]}"

    @property
    def schema(self) -> pa.Schema:
        kind = pa.from_numpy_dtype(np.dtype(self.dtype))
        return pa.schema(
            [
                pa.field("key", pa.binary(32), nullable=False),
                pa.field("values", pa.large_list(pa.list_(kind, self.width)), nullable=False),
            ],
            metadata={"encoder": self.encoder, "version": self.version},
        )


@dataclass(frozen=True, eq=False, slots=True)
class Shard:
    """Sequences of a file, or of memory where none can be written.

    Args:
        keys: of n contents, 32 bytes each.
        values: [total, D], sequence after sequence.
        bounds: [n + 1] where each begins, and where the last ends.
    """

    keys: tuple[bytes, ...]
    values: npt.NDArray[Any]
    bounds: npt.NDArray[np.int64]


def shard_of(form: Form, rows: Sequence[tuple[bytes, npt.NDArray[Any]]]) -> Shard:
    """A shard in memory of keys and their [T, D], in order of the keys."""
    ordered = sorted(rows, key=lambda row: row[0])
    empty = np.zeros((0, form.width), dtype=form.dtype)
    bounds = np.cumsum([0, *(len(values) for _, values in ordered)], dtype=np.int64)
    return Shard(
        tuple(key for key, _ in ordered), np.concatenate([empty, *(values for _, values in ordered)]), bounds
    )


def write_shard(folder: Path, form: Form, shard: Shard) -> Path:
    """Writes a shard beside its place and moves it there: a kill leaves it whole or not at all.

    Raises `OSError` where the folder cannot be written.
    """
    vectors = pa.FixedSizeListArray.from_arrays(pa.array(shard.values.reshape(-1)), form.width)
    columns = [
        pa.array(shard.keys, pa.binary(32)),
        pa.LargeListArray.from_arrays(pa.array(shard.bounds), vectors),
    ]
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / f"{uuid.uuid4().hex}{UNDER_WAY}"
    try:
        with made.open("xb") as file, pa.ipc.new_file(file, form.schema) as sink:
            sink.write_batch(pa.record_batch(columns, schema=form.schema))
        with made.open("rb") as written:
            name = hashlib.file_digest(written, "sha256").hexdigest()[:_NAME_DIGITS]
        return made.replace(folder / f"{name}{ENDING}")
    except BaseException:
        made.unlink(missing_ok=True)
        raise


def read_shard(path: Path, form: Form) -> Shard:
    """A shard whose values stay in the file, memory-mapped, and are not copied.

    Raises:
        ValueError: where it is damaged, or not what an encoder of that form makes.
        OSError: where it cannot be opened.
    """
    # The map outlives the closed file for as long as anything points into it; no file stays open.
    with pa.memory_map(str(path)) as source, pa.ipc.open_file(source) as file:
        if file.num_record_batches != 1 or not file.schema.equals(form.schema, check_metadata=True):
            raise ValueError(f"found other columns than {form.encoder} {form.version[:8]} of {form.width}")
        batch = file.get_batch(0)
    batch.validate(full=True)
    keys, lists = batch.columns
    vectors = lists.values
    numbers = vectors.values
    if any(array.null_count or array.offset for array in (keys, lists, vectors, numbers)):
        raise ValueError("found missing values")
    values = numbers.to_numpy().reshape(-1, form.width)
    bounds = lists.offsets.to_numpy()
    if not len(bounds) or bounds[0] != 0 or bounds[-1] != len(values) or (np.diff(bounds) < 0).any():
        raise ValueError("found sequences out of order")
    if form.single and (np.diff(bounds) != 1).any():
        raise ValueError("found sequences, expected a vector of each content")
    if not all_finite(values):
        raise ValueError("found numbers that are not finite")
    return Shard(tuple(keys.to_pylist()), values, bounds)


def all_finite(values: npt.NDArray[Any]) -> bool:
    """Whether no number is infinite or none at all; true of integers.

    Read as integers, such numbers are the largest of their sign, which is told as fast as memory is read:
    `np.isfinite` of float16 takes many times as long.
    """
    exponent = _EXPONENT.get(values.dtype.name)
    if exponent is None:
        return values.dtype.kind != "f" or bool(np.isfinite(values).all())
    size = 8 * values.dtype.itemsize
    flat = np.ascontiguousarray(values).reshape(-1)
    positive, negative = flat.view(f"i{size // 8}"), flat.view(f"u{size // 8}")
    return all(
        positive[k : k + _BLOCK].max() < exponent
        and negative[k : k + _BLOCK].max() < exponent + (1 << (size - 1))
        for k in range(0, len(flat), _BLOCK)
    )
