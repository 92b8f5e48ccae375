"""``init``: manifests for songs that have none, and an ontology made of the album folders."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from rebracket.catalogue.files import relative_path
from rebracket.catalogue.init.describe import Described, describe
from rebracket.catalogue.init.found import PlainSong, Remark
from rebracket.catalogue.init.from_sound import require_librosa
from rebracket.catalogue.init.manifest_text import estimated_manifest
from rebracket.catalogue.init.search import search
from rebracket.catalogue.init.taxonomy import Taxonomy, choose_taxonomy
from rebracket.core.errors import InputError
from rebracket.core.song import Song
from rebracket.engine import map_songs
from rebracket.ontology import FILE_NAME

__all__ = ["Initialized", "Written", "initialize"]


@dataclass(frozen=True, slots=True)
class Written:
    """A song that has a manifest now; ``manifest`` is relative to the folder that was asked for."""

    manifest: str
    song: Song
    described: Described


@dataclass(frozen=True, slots=True)
class Initialized:
    """What was written and what was not; ``ontology`` is true where one was written."""

    written: tuple[Written, ...]
    kept: tuple[str, ...]
    ontology: bool
    remarks: tuple[Remark, ...]


def initialize(
    root: Path,
    *,
    files_are_songs: bool = False,
    progress: Callable[[int, int], None] | None = None,
    workers: int | None = None,
) -> Initialized:
    """Writes a manifest for every song below a folder that has none, and an ontology where there is none.

    Nothing is overwritten, moved or changed. Each file appears whole or not at all.

    Args:
        files_are_songs: each audio file in a folder of several is a song; it gets a folder of its own
            with a hard link to the file, or a copy where the file system has no links.
        progress: called with the number of songs listened to and to listen to.
        workers: processes; None takes one a core.

    Raises:
        InputError: where the folder is missing or holds no audio, or its ontology cannot be used.
        MissingExtraError: without librosa or mutagen.
    """
    root = Path(root)
    if not root.is_dir():
        what = "a file" if root.exists() else "nothing"
        raise InputError(f"{root}: found {what}, expected a folder with songs")
    found = search(root, files_are_songs=files_are_songs)
    kept = tuple(relative_path(path, root) for path in found.manifests)
    if not found.songs and not kept:
        why = f"; {found.remarks[0]}" if found.remarks else ""
        raise InputError(f"{root}: found no audio, expected folders with audio files, one a song{why}")
    if not found.songs:
        return Initialized((), kept, False, tuple(found.remarks))
    require_librosa()
    taxonomy = choose_taxonomy(root, found.songs, found.manifests)
    remarks = list(found.remarks)
    written: list[Written] = []
    for done, described in enumerate(map_songs(describe, found.songs, workers), start=1):
        remarks += described.remarks
        made = _write(root, described, taxonomy, remarks)
        if made is not None:
            written.append(made)
        if progress is not None:
            progress(done, len(found.songs))
    return Initialized(tuple(written), kept, bool(written) and taxonomy.text is not None, tuple(remarks))


def _write(root: Path, described: Described, taxonomy: Taxonomy, remarks: list[Remark]) -> Written | None:
    plain = described.plain
    color = taxonomy.color_of[plain.album_path]
    where = relative_path(plain.manifest, root)
    if described.song is None:
        return None
    if color is None:
        what = (
            f"not written: {FILE_NAME if (root / FILE_NAME).exists() else 'The Rainbow Table'} has no color"
        )
        remarks.append(Remark(where, f"{what} for the album {plain.album!r}; add one with that name"))
        return None
    song = replace(
        described.song, song_id=plain.song_id, color=color, album_id=taxonomy.album_of[plain.album_path]
    )
    _write_ontology(root, taxonomy)
    try:
        _bring(plain)
        _write_new(plain.manifest, estimated_manifest(song, described.estimates))
    except FileExistsError:
        remarks.append(Remark(where, "is there already; left as it is"))
        return None
    return Written(where, song, described)


def _write_ontology(root: Path, taxonomy: Taxonomy) -> None:
    """Writes a new ontology before the first manifest, which would mean nothing without it."""
    if taxonomy.text is not None and not (root / FILE_NAME).exists():
        _write_new(root / FILE_NAME, taxonomy.text)


def _bring(plain: PlainSong) -> None:
    """Gives a loose file a folder of its own, linked rather than moved."""
    if plain.brought is None:
        return
    plain.folder.mkdir(exist_ok=True)
    target = plain.folder / plain.brought.name
    if target.exists():
        return
    try:
        os.link(plain.brought.resolve(), target)
    except OSError:
        shutil.copyfile(plain.brought, target)


def _write_new(path: Path, text: str) -> None:
    """Writes a file that is not there yet, in one step.

    Raises:
        FileExistsError: where something is there; it is left as it is.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        draft.write_text(text, "utf-8", newline="\n")
        try:
            os.link(draft, path)
        except FileExistsError:
            raise
        except OSError:  # no hard links here
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
    finally:
        draft.unlink(missing_ok=True)
