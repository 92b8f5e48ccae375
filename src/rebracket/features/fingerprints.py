"""What the rows of a dataset sound like and play, as prints that survive what copies go through."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import symusic

from rebracket.features.cache import media_contents
from rebracket.features.encoder import Content, definition_hash
from rebracket.features.encoders.score import columns_of_notes, score_of
from rebracket.features.encoders.waves import of_each_wave
from rebracket.features.shards import Form
from rebracket.features.source import Progress, Source
from rebracket.features.store import stored
from rebracket.signal import (
    FINGERPRINT_REVISION,
    FRAME_S,
    NOTE_PRINT_REVISION,
    landmarks,
    note_patterns,
)

__all__ = ["Prints", "note_prints", "sound_prints"]

Print = tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]
"""[H] hashes and [H] the frame of each."""


@dataclass(frozen=True, eq=False)
class Prints:
    """The prints of all rows.

    Args:
        hashes: [H] uint32.
        frames: [H] int64: of sound, the frame on the song's clock; of notes, the onset, counted in the row.
        rows: [H] the row that each is of, in the dataset's order.
    """

    hashes: npt.NDArray[np.uint32]
    frames: npt.NDArray[np.int64]
    rows: npt.NDArray[np.intp]


def sound_prints(dataset: Source, progress: Progress | None = None) -> Prints:
    """Landmarks of each row's stem; each content is read once, a row group of the media at a time."""
    form = _form("landmarks", FINGERPRINT_REVISION, "frame")
    held = _prints(dataset, form, dataset.audio_hashes(), dataset.audio, _of_sounds, progress)
    starts = np.array(dataset.rows.column("start_s").to_pylist(), dtype=np.float64)
    frames = held.frames + np.rint(starts / FRAME_S).astype(np.int64)[held.rows]
    return Prints(held.hashes, frames, held.rows)


def note_prints(dataset: Source, progress: Progress | None = None) -> Prints:
    """Patterns of each row's MIDI."""
    form = _form("patterns", NOTE_PRINT_REVISION, "onset")
    return _prints(dataset, form, dataset.midi_hashes(), dataset.midi, _of_notes, progress)


def _form(name: str, revision: int, when: str) -> Form:
    """Hashes and when they are, kept as sequences of pairs."""
    return Form(name, definition_hash(name, revision, ["hash", when]), "uint32", 2)


def _prints(
    dataset: Source,
    form: Form,
    hash_of_row: Mapping[str, str],
    media: Callable[[], Iterable[tuple[str, bytes]]],
    make: Callable[[Sequence[Content]], list[Print]],
    progress: Progress | None,
) -> Prints:
    keys = [hash_of_row.get(row_id) for row_id in dataset.rows.column("row_id").to_pylist()]
    rows = [row for row, key in enumerate(keys) if key is not None]
    held = [key for key in keys if key is not None]
    contents = media_contents(media, lambda row_id, _: hash_of_row.get(row_id))

    def encode(contents: Sequence[Content]) -> list[npt.NDArray[np.uint32]]:
        return [np.column_stack(one) for one in make(contents)]

    found = stored(dataset.path / "features" / form.folder, form, encode, held, contents, progress)
    pairs = np.concatenate([np.zeros((0, 2), dtype=np.uint32), *(found[k] for k in range(len(found)))])
    return Prints(
        np.ascontiguousarray(pairs[:, 0]),
        pairs[:, 1].astype(np.int64),
        np.repeat(np.array(rows, dtype=np.intp), found.lengths),
    )


def _of_sounds(contents: Sequence[Content]) -> list[Print]:
    return of_each_wave(contents, "landmarks", landmarks)


def _of_notes(contents: Sequence[Content]) -> list[Print]:
    scores = (score_of(content, "patterns").to(symusic.TimeUnit.second) for content in contents)
    notes = (columns_of_notes(score, "time", "pitch", drums=False) for score in scores)
    return [note_patterns(onset_s, pitch.astype(np.int64)) for onset_s, pitch in notes]
