"""Opens a dataset: its rows, its songs, its media, its splits."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from rebracket.core.errors import InputError
from rebracket.dataset.dealt import PROTOCOLS, splits_of, visible
from rebracket.dataset.exchange import settle
from rebracket.dataset.media import TIERS
from rebracket.dataset.media.features import decode_features
from rebracket.dataset.merged import merged_songs
from rebracket.dataset.meta import damaged_files, read_meta
from rebracket.dataset.parts import read_table
from rebracket.dataset.schema import SONG_COLUMNS, row_columns, schema_of
from rebracket.dataset.seals import sealed_albums
from rebracket.dataset.store import MEDIA, MIDI, media_hashes, read_media
from rebracket.ontology import Ontology, ontology_from_dict
from rebracket.segments import Split

__all__ = ["Dataset", "open_dataset", "read_rows"]


class Dataset:
    """A built dataset. ``rows`` has one row per segment and track, sorted by song, time and track.

    Of a sealed album there is nothing in it: no row, no song, no medium, no fold.
    """

    def __init__(self, path: Path, meta: dict[str, Any], opened: Iterable[str] = ()) -> None:
        self.path, self.meta = path, meta
        self.sealed = sealed_albums(meta)
        self._hidden = frozenset(self.sealed) - frozenset(opened)
        self.data_hash: str = meta["data_hash"]
        self.ontology: Ontology = ontology_from_dict(meta["ontology"])

    @cached_property
    def rows(self) -> pa.Table:
        return visible(read_rows(self.path, self.meta["files"], self.ontology), self._hidden)

    @cached_property
    def songs(self) -> pa.Table:
        return visible(self._all_songs, self._hidden)

    @cached_property
    def _all_songs(self) -> pa.Table:
        return read_table(self.path / "songs.parquet", schema_of(SONG_COLUMNS))

    def opened(self, *albums: str) -> Dataset:
        """The same dataset with these sealed albums in it; what they told must be in the record.

        Raises:
            InputError: for an album that is not sealed.
        """
        strange = sorted(set(albums) - set(self.sealed))
        if strange:
            raise InputError(
                f"{self.path}: found no sealed album {strange[0]!r}, expected one of "
                f"{', '.join(self.sealed) or 'none: no album is sealed'}"
            )
        return Dataset(self.path, self.meta, albums)

    def sealed_songs(self) -> dict[str, int]:
        """How many songs each sealed album has."""
        songs = Counter(self._all_songs.column("album_id").to_pylist())
        return {album: songs[album] for album in self.sealed}

    def table(self, name: str) -> list[dict[str, Any]]:
        """The rows of a table of all songs, ``alignment`` or ``annotations``; none where not stored."""
        if f"{name}.parquet" not in self.meta["files"]:
            return []
        known = set(self.songs.column("song_id").to_pylist())
        rows = read_table(self.path / f"{name}.parquet").to_pylist()
        return [row for row in rows if row["song_id"] in known]

    def column(self, name: str) -> list[Any]:
        """One value a row, as Python objects."""
        return self.rows.column(name).to_pylist()

    @property
    def tiers(self) -> tuple[str, ...]:
        """The tiers of media that are stored, the most exact first."""
        stored = {name.split("/")[1] for name in self.meta["files"] if name.startswith(f"{MEDIA}/")}
        return tuple(tier for tier in TIERS if tier in stored)

    def audio(self, tier: str | None = None) -> Iterator[tuple[str, bytes]]:
        """``(row_id, encoded audio)`` of every stored stem slice, a row group in memory at a time.

        Raises:
            InputError: where the tier is not stored.
        """
        stems = set(self.column("row_id"))
        return ((id_, data) for id_, _, data in self._sound(tier) if id_ in stems)

    def mix_audio(self, tier: str | None = None) -> Iterator[tuple[str, bytes]]:
        """``(segment_id, encoded audio)`` of every stored slice of a mix; see ``audio``."""
        return (
            (segment_id, data) for id_, segment_id, data in self._sound(tier) if id_ == f"{segment_id}-mix"
        )

    def features(self) -> Iterator[tuple[str, np.ndarray]]:
        """``(row_id, float16 [F, M])``: the log-mel frames of every stored stem slice."""
        stems = set(self.column("row_id"))
        media = read_media(self.path, "features")
        return ((id_, decode_features(data)) for id_, _, data in self._shown(media) if id_ in stems)

    def midi(self) -> Iterator[tuple[str, bytes]]:
        """``(row_id, MIDI file)`` of every stored slice."""
        return ((id_, data) for id_, _, data in self._shown(read_media(self.path, MIDI)))

    def audio_hashes(self) -> dict[str, str]:
        """For each row with stored audio what ``audio`` gives for it, as a hash: the key of a cache.

        Two tiers of one sound are two contents.
        """
        tier = self._best()
        if tier is None:
            return {}
        stored = dict(zip(self.column("row_id"), self.column("has_audio"), strict=True))
        if TIERS[tier].is_exact:
            hashes = dict(zip(self.column("row_id"), self.column("audio_sha256"), strict=True))
        else:
            hashes = media_hashes(self.path, tier)
        return {id_: sha256 for id_, sha256 in hashes.items() if stored.get(id_)}

    def midi_hashes(self) -> dict[str, str]:
        """SHA-256 of the MIDI of each row that has one stored."""
        columns = (self.column(name) for name in ("row_id", "midi_sha256", "has_midi"))
        return {id_: sha256 for id_, sha256, stored in zip(*columns, strict=True) if stored}

    def _best(self) -> str | None:
        return next((tier for tier in self.tiers if TIERS[tier].is_audio), None)

    def _sound(self, tier: str | None) -> Iterator[tuple[str, str, bytes]]:
        chosen = self._best() if tier is None else tier
        if chosen is None:
            return iter(())
        if chosen not in self.tiers or not TIERS[chosen].is_audio:
            raise InputError(
                f"{self.path}: found no audio of tier {chosen!r}, expected one of "
                f"{[t for t in self.tiers if TIERS[t].is_audio]}; build it with '--media {chosen}'"
            )
        return self._shown(read_media(self.path, chosen))

    def _shown(self, media: Iterator[tuple[str, str, bytes]]) -> Iterator[tuple[str, str, bytes]]:
        """What of stored media is of songs that are not sealed."""
        if not self._hidden:
            return media
        songs = set(self.songs.column("song_id").to_pylist())
        return (one for one in media if one[1].rsplit("-", 2)[0] in songs)

    def splits(self, target: str) -> dict[str, Split]:
        """The splits of a target by protocol, as made when the dataset was built.

        Protocols that the version of the builder did not know are made now, from the columns.

        Raises:
            InputError: where the dataset has none for it.
        """
        path = self.path / "splits" / f"{target}.json"
        if not path.is_file():
            raise InputError(f"{path.name}: found no splits for {target!r}; build the dataset again")
        content = json.loads(path.read_text("utf-8"))  # its hash is in dataset.json
        songs = self.rows.column("song_id").to_pylist()
        stored = {n: Split.from_dict(n, value, songs) for n, value in content["protocols"].items()}
        if set(stored) >= set(PROTOCOLS):
            return {name: stored[name] for name in PROTOCOLS}
        return {**splits_of(self.rows, target, self.ontology, merged_songs(self.meta)), **stored}


def read_rows(
    folder: Path, names: Iterable[str], ontology: Ontology, columns: Sequence[str] | None = None
) -> pa.Table:
    """All rows of the named files that are parts of segments, in the order of their names.

    Files that dataset.json does not list are no part of a dataset, wherever they lie. ``columns``
    are those to read; None takes all.
    """
    schema = schema_of(row_columns(ontology))
    parts = sorted(name for name in names if name.startswith("segments/part-"))
    chosen = schema if columns is None else pa.schema([schema.field(name) for name in columns])
    tables = [read_table(folder / part, schema, columns) for part in parts]
    return pa.concat_tables(tables or [chosen.empty_table()])


def open_dataset(path: Path | str) -> Dataset:
    """Opens the dataset at a path.

    Raises:
        InputError: where there is none, it cannot be read, a file of it is missing, or it is of
            another schema.
    """
    folder = Path(path)
    settle(folder)
    meta = read_meta(folder)
    damaged = damaged_files(folder, meta)
    if damaged:
        raise InputError(
            f"{folder / damaged[0]}: found it missing or of another size ({len(damaged)} such files), "
            "expected what dataset.json lists; run 'rebracket build' again, which makes it anew"
        )
    return Dataset(folder, meta)
