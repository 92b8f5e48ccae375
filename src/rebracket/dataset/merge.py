"""Joins songs of a dataset that lies there: its splits are dealt again, its tables and media stay."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rebracket.core.errors import InputError
from rebracket.dataset.card import describe
from rebracket.dataset.dealt import write_splits
from rebracket.dataset.exchange import exchange, fresh_folder, locked, sync_tree
from rebracket.dataset.merged import joined, merged_songs
from rebracket.dataset.meta import damaged_files, data_hash_of, read_meta, write_meta
from rebracket.dataset.parts import read_table
from rebracket.dataset.previous import carry_over, link_file
from rebracket.dataset.read import read_rows
from rebracket.dataset.room import room_is_said
from rebracket.dataset.schema import SONG_COLUMNS, schema_of
from rebracket.dataset.seals import SEALS, sealed_albums
from rebracket.ontology import ontology_from_dict

__all__ = ["merge_songs"]

_ANEW = ("README.md", "croissant.json")
_KEPT = ("features", SEALS)


def merge_songs(dataset: Path, groups: Mapping[str, str]) -> str:
    """Joins songs into groups that no split cuts, with those that were joined before.

    Splits and card are written anew, everything else stays; a kill at any moment leaves the old dataset
    or the new one.

    Args:
        dataset: its folder.
        groups: of each song that shares content, as `rebracket.evaluation.duplicates.merged_groups`
            makes them.

    Returns:
        The data hash, which is another one unless nothing changed.

    Raises:
        InputError: for a song that is not there, or a dataset that is damaged or cannot be written.
        RefusedError: where another command is writing there.
    """
    with locked(dataset), room_is_said(dataset):
        meta = read_meta(dataset)
        unknown = sorted(set(groups) - set(meta["sources"]))
        if unknown:
            raise InputError(f"{dataset}: found no song {unknown[0]!r} to join; see 'rebracket info'")
        if damaged := damaged_files(dataset, meta):
            raise InputError(f"{dataset / damaged[0]}: found it damaged; run 'rebracket build' again")
        merged = joined(merged_songs(meta), groups)
        if merged == merged_songs(meta):
            return str(meta["data_hash"])
        return _rewritten(dataset, {**meta, "options": {**meta["options"], "merged": merged}})


def _rewritten(dataset: Path, meta: dict[str, Any]) -> str:
    new = fresh_folder(dataset)
    for name in meta["files"]:
        if name not in _ANEW and not name.startswith("splits/"):
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            link_file(str(dataset / name), str(new / name))
    ontology = ontology_from_dict(meta["ontology"])
    rows = read_rows(new, meta["files"], ontology)
    songs = read_table(new / "songs.parquet", schema_of(SONG_COLUMNS)).to_pylist()
    write_splits(new, rows, ontology, sealed_albums(meta), merged_songs(meta))
    describe(new, rows, songs, ontology)
    files = {name: _described(new / name, known) for name, known in meta["files"].items()}
    content = {**meta, "files": files}
    content["data_hash"] = data_hash_of(content)
    write_meta(new, content)
    for name in _KEPT:
        carry_over(dataset / name, new / name)
    sync_tree(new)
    exchange(dataset)
    return str(content["data_hash"])


def _described(path: Path, known: Mapping[str, Any]) -> dict[str, Any]:
    """Size and hash: of what was linked those that are known."""
    if path.name not in _ANEW and path.parent.name != "splits":
        return dict(known)
    data = path.read_bytes()
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
