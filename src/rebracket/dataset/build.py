"""Builds the dataset of a catalogue: only what changed, and all or nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rebracket.catalogue import Catalogue
from rebracket.core import Problem
from rebracket.core.errors import InputError, UsageError
from rebracket.dataset.assemble import Assembly, library_versions
from rebracket.dataset.exchange import locked
from rebracket.dataset.media import TIERS
from rebracket.dataset.merged import merged_songs
from rebracket.dataset.meta import SCHEMA, damaged_files
from rebracket.dataset.previous import Previous, problems_of, require_place
from rebracket.dataset.room import room_is_said
from rebracket.dataset.seals import sealed_albums
from rebracket.dataset.song import SongOptions
from rebracket.dataset.sources import SourceHashes
from rebracket.labels import rule_provenance
from rebracket.segments.cut import CutOptions

__all__ = ["MEASURES", "MEDIA_TIERS", "BuildResult", "build"]

MEDIA_TIERS = (*TIERS, "none")
MEASURES = ("basic", "full")
_BUILDER = 6  # raise it when the same song and options give other rows or media
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a build made, and what it could not use."""

    dataset: Path
    songs: int
    segments: int
    rows: int
    rebuilt: tuple[str, ...]
    data_hash: str
    problems: tuple[Problem, ...] = field(default=())


def build(
    catalogue: Catalogue,
    dataset: Path,
    *,
    media: Sequence[str] = ("flac",),
    measures: str = "basic",
    cut_options: CutOptions | None = None,
    fix_offsets: bool = False,
    exclude_misaligned: bool = False,
    audio_url: str | None = None,
    seal: Sequence[str] = (),
    workers: int | None = None,
    progress: Progress | None = None,
) -> BuildResult:
    """Writes the dataset, or brings it up to date.

    A kill at any moment leaves the old dataset or the new one. The same catalogue, options and
    library versions give the same bytes. Options are part of what a song is made from: with others
    every song is built again.

    Args:
        catalogue: as read.
        dataset: the folder to write.
        media: the tiers to store; ``none`` stands alone and stores no media.
        measures: ``basic``, or ``full`` for those that need a spectrum or a filter.
        cut_options: how songs are cut into segments.
        fix_offsets: moves lyrics and MIDI by their measured offset, where it is sure and beyond tolerance.
        exclude_misaligned: leaves out rows whose measured offset is sure and beyond tolerance.
        audio_url: writes media as files beside the tables, linked below this address.
        seal: ids of albums to seal: no reader shows a row of theirs. An album stays sealed when the
            dataset is built again, named or not.
        workers: processes; None takes one a core.
        progress: called with the songs done and the songs to do.

    Raises:
        InputError: where no song can be used, the place is taken by something else, or is full.
        UsageError: for a tier or measures that do not exist, or an address that is none.
        RefusedError: where another command is writing there.
    """
    if measures not in MEASURES:
        raise UsageError(f"measures: found {measures!r}, expected {' or '.join(MEASURES)}")
    if audio_url is not None and "://" not in audio_url:
        raise UsageError(f"audio_url: found {audio_url!r}, expected an address, https://…")
    tiers = _tiers(media)
    cutting = cut_options or CutOptions()
    wanted = SongOptions(tiers, measures == "full", cutting, fix_offsets, exclude_misaligned, audio_url)
    options: dict[str, Any] = {"media": list(tiers), "measures": measures, "cut": asdict(cutting)}
    options |= {"fix_offsets": fix_offsets, "exclude_misaligned": exclude_misaligned, "audio_url": audio_url}
    if not catalogue.songs:
        raise InputError(f"{catalogue.root}: found no song that can be used; see 'rebracket check'")
    require_place(dataset)  # before a lock is left beside something else
    with locked(dataset), room_is_said(dataset):
        before, hashes = Previous.at(dataset), SourceHashes(dataset)
        sources = _sources(catalogue, hashes, options)
        options["sealed"] = _sealed(catalogue, seal, before)  # what a song is made from is the same
        if merged := merged_songs(before.meta, sources) if before.meta else {}:
            options["merged"] = merged
        same = before.meta and before.meta["sources"] == sources and before.meta["options"] == options
        if same and not damaged_files(dataset, dict(before.meta)):
            return _result(dataset, before.meta, rebuilt=())
        made = Assembly(catalogue, before, sources, hashes, wanted, options, workers, progress)
        meta, rebuilt = made.run()
        return _result(dataset, meta, tuple(rebuilt))


def _tiers(media: Sequence[str]) -> tuple[str, ...]:
    """The tiers in their own order, each once; empty for ``none``."""
    wanted = [media] if isinstance(media, str) else list(media)
    unknown = [name for name in wanted if name not in MEDIA_TIERS]
    if unknown or not wanted or ("none" in wanted and set(wanted) != {"none"}):
        raise UsageError(
            f"media: found {unknown or wanted}, expected some of {', '.join(MEDIA_TIERS)}; "
            "'none' stands alone"
        )
    return tuple(name for name in TIERS if name in wanted)


def _sealed(catalogue: Catalogue, seal: Sequence[str], before: Previous) -> list[str]:
    """The albums that are sealed from now on, with those that were."""
    albums = {song.album_id for song in catalogue.songs}
    unknown = sorted(set(seal) - albums)
    if unknown:
        raise InputError(
            f"{catalogue.root}: found no album {unknown[0]!r} to seal, expected one of "
            f"{', '.join(sorted(albums))}"
        )
    sealed = set(seal) | (set(sealed_albums(before.meta)) if before.meta else set())
    if sealed >= albums:
        raise InputError(
            f"{catalogue.root}: all {len(albums)} albums would be sealed; leave one to learn from"
        )
    return sorted(sealed)


def _sources(catalogue: Catalogue, hashes: SourceHashes, options: Mapping[str, Any]) -> dict[str, str]:
    """What each song is made from, as one hash."""
    ontology = catalogue.ontology
    made_by = [_BUILDER, SCHEMA, library_versions(), options, ontology.hash, rule_provenance(ontology)]
    text = json.dumps(made_by)
    places = {song.song_id: song.folder.relative_to(catalogue.root).as_posix() for song in catalogue.songs}
    # Problems name the song's place in the catalogue.
    sources = {song.song_id: hashes.of_song(song, text + places[song.song_id]) for song in catalogue.songs}
    hashes.save()
    return sources


def _result(dataset: Path, meta: Mapping[str, Any], rebuilt: tuple[str, ...]) -> BuildResult:
    counts = meta["counts"]
    sizes = (counts["songs"], counts["segments"], counts["rows"])
    return BuildResult(dataset, *sizes, rebuilt, meta["data_hash"], tuple(problems_of(meta)))
