"""Writes the synthetic catalogue to disk, whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rebracket.catalogue import write_annotations, write_lrc, write_manifest
from rebracket.catalogue.audio import write_wav
from rebracket.catalogue.midi import write_midi
from rebracket.core import TimeUnit
from rebracket.core.errors import UsageError
from rebracket.demo.annotators import annotations_of_demo
from rebracket.demo.plan import SongKey, plan, song_keys
from rebracket.demo.realize import RATE_HZ, Realized, realize
from rebracket.engine import map_songs

__all__ = ["DemoSummary", "write_demo", "write_song"]


@dataclass(frozen=True, slots=True)
class DemoSummary:
    """What was written; the seconds count stems and mixes."""

    songs: int
    albums: int
    seconds_of_audio: float


def write_demo(
    out: Path,
    *,
    size: str = "tiny",
    seed: int = 0,
    time_unit: TimeUnit = TimeUnit.MS,
    progress: Callable[[int, int], None] | None = None,
    workers: int | None = None,
) -> DemoSummary:
    """Writes a catalogue of songs of our own making; the same size and seed give the same bytes.

    Args:
        out: a folder that does not exist or is empty.
        size: ``tiny`` (8 albums of 3 songs, about 16 s each), ``small`` (8 of 6, about 38 s) or ``full``
            (8 of 11, about 48 s, 20 stems each).
        seed: what all songs are drawn from.
        time_unit: what the fractions of all stamps count; SMPTE units at 25 frames a second.
        progress: told after each song how many are written, and of how many.
        workers: processes; None takes one a core.

    Raises:
        UsageError: where there is no such size, or ``out`` is something already.
    """
    keys = song_keys(size)
    seconds = 0.0
    with _whole_folder(out) as folder:
        for done, song_s in enumerate(
            map_songs(partial(write_song, folder, seed, time_unit=time_unit), keys, workers), 1
        ):
            seconds += song_s
            if progress is not None:
                progress(done, len(keys))
    return DemoSummary(len(keys), len({key.album for key in keys}), seconds)


@contextmanager
def _whole_folder(out: Path) -> Iterator[Path]:
    """A folder beside ``out`` that becomes ``out`` when all went well."""
    try:
        if out.exists() and not (out.is_dir() and not any(out.iterdir())):
            raise UsageError(f"{out}: found something already there, expected a new or empty folder")
        out.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    except OSError as error:
        raise UsageError(f"{out}: found {error.strerror}, expected a folder that can be written") from error
    try:
        yield folder
        folder.chmod(0o755)
        folder.replace(out)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write_song(root: Path, seed: int, key: SongKey, *, time_unit: TimeUnit = TimeUnit.MS) -> float:
    """Writes one song below ``root`` and returns the seconds of audio written."""
    planned = plan(key, seed)
    made = realize(planned, root)
    folder = made.song.folder
    folder.mkdir()
    for name, wave in made.stems.items():
        write_wav(folder / name, wave[:, None], RATE_HZ, subtype="PCM_16")
    write_wav(folder / str(made.song.mix_file), made.mix, RATE_HZ, subtype="PCM_16")
    for name, score in made.scores.items():
        write_midi(score, folder / name)
    _write_words(made, time_unit)
    for number, said in enumerate(annotations_of_demo(planned, made.song), start=1):
        write_annotations(said, made.song, folder / f"listener_{number}.annotations.yml", unit=time_unit)
    return made.song.running_s * (len(made.stems) + 1)


def _write_words(made: Realized, unit: TimeUnit) -> None:
    song = made.song
    # what they count is left for the reader to find out, as in the catalogues that people have
    write_manifest(song, song.folder / f"{song.song_id}.yml", unit=unit, declare=False)
    if song.lines:
        tags = {"ti": song.title, "al": song.album_title or ""}
        write_lrc(song.lines, song.folder / f"{song.song_id}.lrc", tags=tags, unit=unit)
