"""``check --deep``: decodes all audio of a catalogue once, and says what only the samples can tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from rebracket.catalogue.audio import open_blocks
from rebracket.catalogue.catalogue import Catalogue
from rebracket.catalogue.files import relative_path
from rebracket.catalogue.found import Found, shown
from rebracket.catalogue.sample_measures import SampleMeasures
from rebracket.core.errors import InputError
from rebracket.core.problem import Problem
from rebracket.core.song import Song
from rebracket.engine import map_songs

__all__ = ["check_deep"]

_OFFSET_ABOVE_DBFS = -50.0


@dataclass(frozen=True, slots=True)
class _Task:
    root: Path
    song: Song


def check_deep(
    catalogue: Catalogue,
    workers: int | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Catalogue:
    """The catalogue with the problems of its samples added; each file is decoded once, in blocks.

    Args:
        workers: processes; None takes one a core.
        progress: called with the number of songs done and of all.

    Raises:
        RebracketError: as ``map_songs``.
    """
    tasks = [_Task(catalogue.root, song) for song in catalogue.songs]
    problems = list(catalogue.problems)
    for done, found in enumerate(map_songs(_problems_of, tasks, workers), start=1):
        problems += found
        progress(done, len(tasks))
    return replace(catalogue, problems=tuple(sorted(problems, key=Problem.sort_key)))


def _problems_of(task: _Task) -> list[Problem]:
    """The problems of one song's audio, files in order of name; no file twice."""
    song = task.song
    names = sorted({name for name in (song.mix_file, *(s.audio_file for s in song.stems)) if name})
    problems: list[Problem] = []
    for name in names:
        path = song.folder / name
        found = Found(relative_path(path, task.root), song.song_id)
        _look(path, found)
        problems += found.problems
    return problems


def _look(path: Path, found: Found) -> None:
    measures: SampleMeasures | None = None
    try:
        with open_blocks(path) as (info, blocks):
            measures = SampleMeasures(info)
            for block in blocks:
                measures.take(block)
    except InputError as error:
        if measures is None or not measures.frames:
            found.add_error("audio-unreadable", error, path.name)
            return
    _tell(measures, found)


def _tell(measures: SampleMeasures, found: Found) -> None:
    """``measures`` of all that could be decoded."""
    info = measures.info
    if measures.frames < info.frames:
        what = f"{measures.frames / info.sample_rate_hz:.2f} s of samples"
        found.add("audio-truncated", what, f"{info.duration_s:.2f} s, as its header says")
    if measures.not_finite:
        what = (
            f"{measures.not_finite} samples that are not finite, the first at {measures.not_finite_s:.3f} s"
        )
        found.add("audio-not-finite", what, "numbers")
        return
    if measures.clipped_runs:
        what = (
            f"{measures.clipped_runs} runs of at least 3 samples at full scale, "
            f"the first at {measures.clipped_s:.3f} s"
        )
        found.add("audio-clipped", what, "samples below full scale")
    if measures.offset_dbfs > _OFFSET_ABOVE_DBFS:
        what = f"an offset of {measures.offset_dbfs:.1f} dBFS"
        found.add("audio-offset", what, f"at most {_OFFSET_ABOVE_DBFS:g} dBFS")
    if not measures.sounds:
        found.add("audio-silent", f"silence in {shown(found.path.rsplit('/', 1)[-1])}", "sound")
