"""What the rows of a dataset sound like and play, as prints that survive what copies go through."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import symusic

from rebracket.catalogue.audio import decode_audio
from rebracket.catalogue.midi import parse_midi
from rebracket.core.errors import InputError
from rebracket.features.cache import media_contents
from rebracket.features.encoder import Content, definition_hash
from rebracket.features.print_cache import Print, cached_prints
from rebracket.features.source import Progress, Source
from rebracket.signal import (
    FINGERPRINT_REVISION,
    FRAME_S,
    NOTE_PRINT_REVISION,
    landmarks,
    note_patterns,
)

__all__ = ["Prints", "note_prints", "sound_prints"]


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
    name = f"landmarks-{definition_hash('landmarks', FINGERPRINT_REVISION, ['hash', 'frame'])[:8]}"
    held = _prints(dataset, name, dataset.audio_hashes(), dataset.audio, _of_sound, progress)
    starts = np.array(dataset.rows.column("start_s").to_pylist(), dtype=np.float64)
    frames = held.frames + np.rint(starts / FRAME_S).astype(np.int64)[held.rows]
    return Prints(held.hashes, frames, held.rows)


def note_prints(dataset: Source, progress: Progress | None = None) -> Prints:
    """Patterns of each row's MIDI."""
    name = f"patterns-{definition_hash('patterns', NOTE_PRINT_REVISION, ['hash', 'onset'])[:8]}"
    return _prints(dataset, name, dataset.midi_hashes(), dataset.midi, _of_notes, progress)


def _prints(
    dataset: Source,
    name: str,
    hash_of_row: Mapping[str, str],
    media: Callable[[], Iterable[tuple[str, bytes]]],
    make: Callable[[Content], Print],
    progress: Progress | None,
) -> Prints:
    keys = [hash_of_row.get(row_id) for row_id in dataset.rows.column("row_id").to_pylist()]
    rows = [row for row, key in enumerate(keys) if key is not None]
    held = [key for key in keys if key is not None]
    contents = media_contents(media, lambda row_id, _: hash_of_row.get(row_id))
    prints = cached_prints(dataset.path / "features" / name, held, contents, make, progress)
    empty = np.zeros(0, dtype=np.uint32)
    return Prints(
        np.concatenate([empty, *(one[0] for one in prints)]),
        np.concatenate([empty, *(one[1] for one in prints)]).astype(np.int64),
        np.repeat(np.array(rows, dtype=np.intp), [len(one[0]) for one in prints]),
    )


def _of_sound(content: Content) -> Print:
    wave, info = decode_audio(_data(content))
    return landmarks(wave, info.sample_rate_hz)


def _of_notes(content: Content) -> Print:
    score: Any = parse_midi(_data(content), "MIDI slice").to(symusic.TimeUnit.second)
    notes = [track.notes.numpy() for track in score.tracks if not track.is_drum]
    onset_s, pitch = (
        np.concatenate([np.zeros(0), *(track[field] for track in notes)]) for field in ("time", "pitch")
    )
    return note_patterns(onset_s, pitch.astype(np.int64))


def _data(content: Content) -> bytes:
    if not isinstance(content, bytes):
        raise InputError(f"found {type(content).__name__}, expected the bytes of a file")
    return content
