"""How often the unit of stamps is found: demo catalogues written in each unit, with audio and without."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.record import write_record
from rebracket.catalogue import Catalogue, read_catalogue, write_lrc, write_manifest
from rebracket.catalogue.units import UnitChoice
from rebracket.core import Song, TimeUnit
from rebracket.demo import write_demo
from rebracket.demo.plan import plan, song_keys
from rebracket.demo.realize import song_of

SEEDS_WITH_AUDIO, SEEDS_WITHOUT = range(3), range(10)
MANY_SECTIONS = 6


@dataclass
class Tally:
    """Files read: how many, in the right unit, decided; and the most that a wrong unit was believed."""

    n: int = 0
    right: int = 0
    decided: int = 0
    sure_and_wrong: float = 0.0
    by: dict[str, int] = field(default_factory=dict)

    def add(self, choice: UnitChoice, unit: TimeUnit) -> None:
        self.n += 1
        self.right += choice.unit is unit
        self.decided += choice.decided
        self.by[choice.by] = self.by.get(choice.by, 0) + 1
        if choice.unit is not unit:
            self.sure_and_wrong = max(self.sure_and_wrong, choice.confidence)

    def as_dict(self) -> dict[str, Any]:
        share = self.right / self.n if self.n else None
        return {
            "n": self.n,
            "right": share,
            "decided": self.decided / self.n if self.n else None,
            "confidence_of_a_wrong_unit": self.sure_and_wrong,
            "by": dict(sorted(self.by.items())),
        }


Units = tuple[TimeUnit, TimeUnit]


def write_words(songs: Iterable[Song], root: Path, units_of: Callable[[Song], Units]) -> dict[str, Units]:
    """Writes manifests and lyrics below ``root``, each file in its unit, none of which is declared."""
    truth: dict[str, Units] = {}
    for song in songs:
        folder, (unit, lrc_unit) = root / song.song_id, units_of(song)
        folder.mkdir(parents=True, exist_ok=True)
        write_manifest(song, folder / f"{song.song_id}.yml", unit=unit, declare=False)
        if song.lines:
            write_lrc(song.lines, folder / f"{song.song_id}.lrc", tags={"ti": song.title}, unit=lrc_unit)
        truth[song.song_id] = (unit, lrc_unit)
    return truth


def tallies(catalogue: Catalogue, truth: Mapping[str, Units]) -> dict[str, Tally]:
    """Manifests and lyrics apart, and by whether a song has at least six sections."""
    made = {name: Tally() for name in ("manifest", "manifest of 6 sections", "lyrics")}
    many = {song.song_id: len(song.sections) >= MANY_SECTIONS for song in catalogue.songs}
    for times in catalogue.times:
        unit, lrc_unit = truth[times.song_id]
        made["manifest"].add(times.sections, unit)
        if many[times.song_id]:
            made["manifest of 6 sections"].add(times.sections, unit)
        if times.lyrics is not None:
            made["lyrics"].add(times.lyrics, lrc_unit)
    return made


def measure(songs: Iterable[Song], root: Path, seed: int) -> dict[str, dict[str, Tally]]:
    """Reads one catalogue written in each unit, and once with a unit drawn for every file."""
    songs = list(songs)
    units = list(TimeUnit)
    drawn = np.random.default_rng(seed).integers(len(units), size=(len(songs), 2))
    mixed = {song.song_id: (units[a], units[b]) for song, (a, b) in zip(songs, drawn, strict=True)}
    ways: dict[str, Callable[[Song], Units]] = {unit: lambda _, unit=unit: (unit, unit) for unit in units}
    ways["drawn for each file"] = lambda song: mixed[song.song_id]
    found = {}
    for name, units_of in ways.items():
        truth = write_words(songs, root, units_of)
        found[name] = tallies(read_catalogue(root), truth)
    return found


def _merge(into: dict[str, Tally], more: dict[str, Tally]) -> None:
    for name, tally in more.items():
        known = into.setdefault(name, Tally())
        known.n += tally.n
        known.right += tally.right
        known.decided += tally.decided
        known.sure_and_wrong = max(known.sure_and_wrong, tally.sure_and_wrong)
        for by, count in tally.by.items():
            known.by[by] = known.by.get(by, 0) + count


def main() -> None:
    totals: dict[str, dict[str, dict[str, Tally]]] = {"with audio": {}, "without audio": {}}
    for seed in SEEDS_WITH_AUDIO:
        with tempfile.TemporaryDirectory() as name:
            root = Path(name) / "songs"
            write_demo(root, size="small", seed=seed)
            for way, found in measure(read_catalogue(root).songs, root, seed).items():
                _merge(totals["with audio"].setdefault(way, {}), found)
    for seed in SEEDS_WITHOUT:
        with tempfile.TemporaryDirectory() as name:
            songs = [song_of(plan(key, seed)) for key in song_keys("small")]
            for way, found in measure(songs, Path(name), seed).items():
                _merge(totals["without audio"].setdefault(way, {}), found)
    write_record(
        "time_units",
        {
            "figure": "share of files read in the unit they were written in, small demo catalogue",
            "seeds": {"with audio": list(SEEDS_WITH_AUDIO), "without audio": list(SEEDS_WITHOUT)},
            "unit": "file",
            "found": {
                media: {
                    way: {name: tally.as_dict() for name, tally in found.items()}
                    for way, found in ways.items()
                }
                for media, ways in totals.items()
            },
        },
    )
