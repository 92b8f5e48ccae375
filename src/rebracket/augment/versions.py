"""Versions of a passage, one a type, and their files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from rebracket.augment.audition import RATE_HZ, score_of_passage, sound_of_passage
from rebracket.augment.lines import plain_lines
from rebracket.augment.passage import Passage
from rebracket.augment.ready import ready_for
from rebracket.augment.rebracketing import rebracket
from rebracket.augment.sheet import Version, piano_roll, sheet
from rebracket.augment.source import Source
from rebracket.catalogue import write_midi, write_wav
from rebracket.core.errors import InputError

__all__ = ["make_version", "write_versions"]


def make_version(source: Source, type_: str, shift: float, softness: float, seed: int) -> Version:
    """The passage rebracketed; the same seed and softness take the same chances for every type."""
    before, remarks = ready_for(source.passage, type_)
    after, carriers = rebracket(before, type_, shift, softness, np.random.default_rng(seed))
    return Version(before, after, carriers, remarks)


def write_versions(source: Source, versions: Iterable[Version], out: Path) -> dict[str, list[str]]:
    """Writes ``move.md``, the passage as it was and each version; gives the names by type.

    Notes become MIDI, WAV and a piano roll, words a text.

    Raises:
        InputError: where the folder cannot be written.
    """
    versions = list(versions)
    try:
        out.mkdir(parents=True, exist_ok=True)
        files = {version.carriers.type: _write_one(source, version, out) for version in versions}
        _write(source, source.passage, out, "before")
        (out / "move.md").write_text(sheet(source.name, versions, files), "utf-8")
    except OSError as error:
        raise InputError(f"{out}: found {error.strerror}, expected a folder that can be written") from error
    return files


def _write_one(source: Source, version: Version, out: Path) -> list[str]:
    type_ = version.carriers.type
    names = _write(source, version.after, out, type_)
    if version.after.notes:
        (out / f"{type_}.svg").write_text(piano_roll(version), "utf-8")
        names.append(f"{type_}.svg")
    return names


def _write(source: Source, passage: Passage, out: Path, name: str) -> list[str]:
    """The files of a passage as it stands."""
    names = []
    if passage.notes:
        write_midi(score_of_passage(source, passage), out / f"{name}.mid")
        write_wav(out / f"{name}.wav", sound_of_passage(source, passage), RATE_HZ, subtype="PCM_16")
        names += [f"{name}.mid", f"{name}.wav"]
    if passage.words:
        (out / f"{name}.txt").write_text("".join(f"{line}\n" for line in plain_lines(passage)), "utf-8")
        names.append(f"{name}.txt")
    return names
