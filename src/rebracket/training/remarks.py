"""What of the inputs holds nothing, next to nothing, or more than is read at once."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from rebracket.features import Bank, Sequences, Source
from rebracket.training.batch import LONGEST
from rebracket.training.inputs import Inputs

__all__ = ["remarks"]

_SHORT_S = 0.1
_STEPS = {"frames": "frames", "tokens": "tokens", "states": "steps", "ids": "tokens"}


def remarks(inputs: Inputs, dataset: Source) -> list[str]:
    """Sentences a musician understands, of inputs as `gather_inputs` gives them; empty where all is well."""
    return [*_without_notes(inputs, dataset), *_short(inputs, dataset), *_long(inputs)]


def _without_notes(inputs: Inputs, dataset: Source) -> Iterator[str]:
    """A slice of MIDI without a note is no input; other than one that is missing, nobody sees it is not."""
    bank = inputs.banks.get("midi")
    if bank is None:
        return
    hash_of_row = dataset.midi_hashes()
    row_ids = dataset.rows.column("row_id").to_pylist()
    hashes = [hash_of_row[row_id] for row_id in row_ids if row_id in hash_of_row]
    used = set(_used(bank).tolist())
    empty = {one for place, one in enumerate(dict.fromkeys(hashes)) if place not in used}
    n = sum(one in empty for one in hashes)
    if n:
        yield f"midi: {n} of {len(hashes)} rows with MIDI hold no note; they count as absent"


def _short(inputs: Inputs, dataset: Source) -> Iterator[str]:
    if "audio" not in inputs.banks:
        return
    has = dataset.audio_hashes()
    columns = (dataset.rows.column(name).to_pylist() for name in ("row_id", "segment_id", "start_s", "end_s"))
    lengths_s = {
        segment: end - start for row, segment, start, end in zip(*columns, strict=True) if row in has
    }
    short = [length_s for length_s in lengths_s.values() if length_s < _SHORT_S]
    if short:
        yield (
            f"audio: {len(short)} of {len(lengths_s)} segments {_be(len(short))} shorter than "
            f"{_SHORT_S:g} s, the shortest {min(short):.3g} s; next to nothing can be heard there"
        )


def _long(inputs: Inputs) -> Iterator[str]:
    for name, bank in inputs.banks.items():
        if not isinstance(bank.values, Sequences):
            continue
        most, lengths = LONGEST[bank.kind], bank.values.lengths[_used(bank)]
        n = int((lengths > most).sum())
        if n:
            longest = int(lengths.max())
            yield (
                f"{name}: {n} of {len(lengths)} contents {_be(n)} longer than {most} "
                f"{_STEPS[bank.kind]}, the longest {longest}; "
                f"all of it is read, in up to {-(-longest // most)} windows"
            )


def _used(bank: Bank) -> npt.NDArray[np.intp]:
    """The values that some row has, each once."""
    return np.unique(bank.index[bank.present] if bank.bags is None else bank.bags.members)


def _be(n: int) -> str:
    return "is" if n == 1 else "are"
