"""A whole catalogue: finds the songs of a folder and reads them all, problems and all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rebracket.catalogue.files import relative_path
from rebracket.catalogue.find import find_songs
from rebracket.catalogue.found import Found, shown
from rebracket.catalogue.neighbors import usual_unit
from rebracket.catalogue.song import SongReading, read_song
from rebracket.catalogue.times import SongTimes
from rebracket.core.errors import InputError
from rebracket.core.problem import Problem
from rebracket.core.song import Song
from rebracket.ontology import FILE_NAME, Ontology, load_ontology, rainbow_table

__all__ = ["Catalogue", "read_catalogue"]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every song that can be used, in order of id, and everything that was wrong.

    ``skipped`` holds the id of each song that was left out, and the code of the problem that says why.
    ``times`` says for each song how its stamps were read.
    """

    root: Path
    ontology: Ontology
    songs: tuple[Song, ...]
    problems: tuple[Problem, ...]
    skipped: tuple[tuple[str, str], ...]
    times: tuple[SongTimes, ...] = ()


def read_catalogue(root: Path, ontology: Ontology | None = None) -> Catalogue:
    """Reads every song below a folder.

    Args:
        ontology: by default ``ontology.yaml`` in the folder where there is one, else The Rainbow Table.

    Raises:
        InputError: where the folder is missing or holds no song, or its ontology cannot be used.
    """
    root = Path(root)
    if not root.is_dir():
        what = "a file" if root.exists() else "nothing"
        raise InputError(f"{root}: found {what}, expected the folder of a catalogue")
    if ontology is None:
        own = root / FILE_NAME
        ontology = load_ontology(own) if own.exists() else rainbow_table()
    found = find_songs(root)
    if not found.songs:
        why = f"; {found.problems[0]}" if found.problems else ""
        raise InputError(
            f"{root}: found no song, expected folders with a manifest each, such as 01_02/01_02.yml{why}"
        )
    readings = [read_song(where, ontology) for where in found.songs]
    usual = usual_unit([reading.times for reading in readings if reading.times])
    if usual is not None:  # songs whose stamps cannot tell their unit are read again, as the others are
        readings = [
            read_song(where, ontology, usual) if reading.times and not reading.times.settled else reading
            for where, reading in zip(found.songs, readings, strict=True)
        ]
    return _gather(root, ontology, readings, found.problems)


def _gather(
    root: Path, ontology: Ontology, readings: list[SongReading], of_folders: tuple[Problem, ...]
) -> Catalogue:
    problems = list(of_folders)
    songs: dict[str, Song] = {}
    skipped: list[tuple[str, str]] = []
    for reading in readings:
        problems += reading.problems
        song = reading.song
        if song is None:
            skipped.append((reading.song_id, str(reading.skipped)))
        elif song.song_id in songs:
            place = Found(relative_path(song.folder, root), song.song_id)
            first = relative_path(songs[song.song_id].folder, root)
            place.add("id-twice", f"the id {shown(song.song_id)}, which {first} has", "an id of its own")
            problems += place.problems
            skipped.append((song.song_id, "id-twice"))
        else:
            songs[song.song_id] = song
    times = {r.song_id: r.times for r in reversed(readings) if r.times and r.song}
    return Catalogue(
        root=root,
        ontology=ontology,
        songs=tuple(songs[song_id] for song_id in sorted(songs)),
        problems=tuple(sorted(problems, key=Problem.sort_key)),
        skipped=tuple(sorted(skipped)),
        times=tuple(times[song_id] for song_id in sorted(times)),
    )
