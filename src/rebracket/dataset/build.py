"""Builds the dataset of a catalogue: only what changed, and all or nothing."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rebracket.catalogue import Catalogue
from rebracket.core import Problem, Severity
from rebracket.core.errors import InputError, UsageError
from rebracket.dataset.card import dataset_card
from rebracket.dataset.exchange import exchange, fresh_folder, locked, sync_tree
from rebracket.dataset.meta import SCHEMA, damaged_files, read_meta
from rebracket.dataset.parts import part_name, read_table, write_table
from rebracket.dataset.read import read_rows
from rebracket.dataset.schema import SONG_COLUMNS
from rebracket.dataset.song import SongJob, build_song
from rebracket.dataset.sources import SourceHashes
from rebracket.dataset.targets import label_columns
from rebracket.engine import map_songs
from rebracket.labels import rule_provenance
from rebracket.segments import Split, make_splits
from rebracket.segments.cut import CutOptions

__all__ = ["MEASURES", "MEDIA_TIERS", "BuildResult", "build"]

MEDIA_TIERS = ("flac", "none")
MEASURES = ("basic", "full")
_BUILDER = 3  # raise it when the same song and options give other rows or media
_LIBRARIES = ("numpy", "pyarrow", "scikit-learn", "soundfile", "symusic")
_KEPT = ("features", "seals.jsonl")  # outside the data hash; they outlive a rebuild
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
    workers: int | None = None,
    progress: Progress | None = None,
) -> BuildResult:
    """Writes the dataset, or brings it up to date.

    A kill at any moment leaves the old dataset or the new one. The same catalogue, options and
    library versions give the same bytes.

    Args:
        catalogue: as read.
        dataset: the folder to write.
        media: the tiers to store; ``none`` stands alone and stores no audio.
        measures: ``basic``, or ``full`` for those that need a spectrum or a filter.
        cut_options: how songs are cut into segments.
        fix_offsets: moves lyrics and MIDI by the offset that was measured, where it is trusted.
        exclude_misaligned: leaves out rows whose measured offset is beyond tolerance.
        audio_url: writes media as files beside the tables, linked below this address.
        workers: processes; None takes one a core.
        progress: called with the songs done and the songs to do.

    Raises:
        InputError: where no song can be used, or the place is taken by something else.
        UsageError: for a tier or measures that do not exist.
        RefusedError: where another command is writing there.
    """
    options: dict[str, Any] = {
        "media": _tiers(media),
        "measures": measures,
        "cut": asdict(cut_options or CutOptions()),
        "fix_offsets": fix_offsets,
        "exclude_misaligned": exclude_misaligned,
        "audio_url": audio_url,
    }
    if measures not in MEASURES:
        raise UsageError(f"measures: found {measures!r}, expected {' or '.join(MEASURES)}")
    if not catalogue.songs:
        raise InputError(f"{catalogue.root}: found no song that can be used; see 'rebracket check'")
    with locked(dataset):
        before = _before(dataset)
        ontology = catalogue.ontology
        hashes = SourceHashes(dataset)
        made_by = json.dumps(
            [_BUILDER, SCHEMA, _versions(), options, ontology.hash, rule_provenance(ontology)]
        )
        sources = {song.song_id: hashes.of_song(song, made_by) for song in catalogue.songs}
        hashes.save()
        same = before and before["sources"] == sources and before["options"] == options
        if same and not damaged_files(dataset, before):
            return _result(dataset, before, rebuilt=())
        work = _Build(catalogue, dataset, before, sources, options, workers, progress)
        return work.run()


@dataclass
class _Build:
    """One run of a build, from a fresh folder to the exchange."""

    catalogue: Catalogue
    dataset: Path
    before: dict[str, Any]
    sources: dict[str, str]
    options: dict[str, Any]
    workers: int | None
    progress: Progress | None

    def run(self) -> BuildResult:
        new = fresh_folder(self.dataset)
        rebuilt, song_rows, problems = self._build_songs(new)
        ontology = self.catalogue.ontology
        write_table(song_rows, SONG_COLUMNS, new / "songs.parquet")
        parts = [path.relative_to(new).as_posix() for path in (new / "segments").iterdir()]
        rows = read_rows(new, parts, ontology)
        labels = label_columns(rows, ontology)
        songs = rows.column("song_id").to_pylist()
        for target, values in labels.items():
            _write_splits(new / "splits" / f"{target}.json", target, songs, make_splits(songs, values))
        (new / "README.md").write_text(dataset_card(ontology, song_rows, self.options), "utf-8")
        meta = self._meta(new, song_rows, len(rows), problems)
        (new / "dataset.json").write_text(json.dumps(meta, indent=1, ensure_ascii=False), "utf-8")
        for name in _KEPT:
            _carry_over(self.dataset / name, new / name)
        sync_tree(new)
        exchange(self.dataset)
        return _result(self.dataset, meta, tuple(rebuilt))

    def _build_songs(self, new: Path) -> tuple[list[str], list[dict[str, Any]], list[Problem]]:
        """Links the parts of unchanged songs and builds the others."""
        (new / "segments").mkdir()
        known = _song_rows(self.dataset) if self.before else {}
        kept = [
            id_ for id_, hash_ in self.sources.items() if self.before.get("sources", {}).get(id_) == hash_
        ]
        kept = [song_id for song_id in kept if song_id in known and self._link(song_id, new)]
        store = bool(self.options["media"])
        todo = [
            SongJob(song, self.catalogue.ontology, self.catalogue.root, new, store)
            for song in self.catalogue.songs
            if song.song_id not in kept
        ]
        values = {song_id: known[song_id] for song_id in kept}
        problems = [p for p in _problems(self.before) if p.song in kept]
        for done, parts in enumerate(map_songs(build_song, todo, self.workers), start=1):
            values[parts.values["song_id"]] = parts.values
            problems += parts.problems
            if self.progress:
                self.progress(done, len(todo))
        return sorted(job.song.song_id for job in todo), [values[id_] for id_ in sorted(values)], problems

    def _link(self, song_id: str, new: Path) -> bool:
        """Links a song's parts from the dataset before; False where one is not as it was written."""
        prefix = part_name(song_id).removesuffix(".parquet")
        names = [
            n for n in self.before["files"] if n.rpartition("/")[2].startswith((prefix + ".", prefix + "+"))
        ]
        if any(_size(self.dataset / name) != self.before["files"][name]["bytes"] for name in names):
            return False
        for name in names:
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            _link_file(str(self.dataset / name), str(new / name))
        return True

    def _meta(
        self, new: Path, song_rows: list[dict[str, Any]], n_rows: int, problems: list[Problem]
    ) -> dict[str, Any]:
        files = {path.relative_to(new).as_posix(): path for path in sorted(new.rglob("*")) if path.is_file()}
        known = self.before.get("files", {})
        described = {
            name: _describe(path, known.get(name), self.dataset / name) for name, path in files.items()
        }
        content = {
            "schema": SCHEMA,
            "ontology": {**asdict(self.catalogue.ontology), "hash": self.catalogue.ontology.hash},
            "options": self.options,
            "sources": self.sources,
            "counts": {
                "songs": len(song_rows),
                "segments": sum(row["segments"] for row in song_rows),
                "rows": n_rows,
            },
            "problems": [problem.as_dict() for problem in sorted(problems, key=Problem.sort_key)],
            "files": described,
            "versions": _versions(),
        }
        text = json.dumps(content, sort_keys=True)
        return {**content, "data_hash": hashlib.sha256(text.encode()).hexdigest()}


def _tiers(media: Sequence[str]) -> list[str]:
    """The tiers in their own order, each once; empty for ``none``."""
    wanted = [media] if isinstance(media, str) else list(media)
    unknown = [name for name in wanted if name not in MEDIA_TIERS]
    if unknown or not wanted or ("none" in wanted and set(wanted) != {"none"}):
        raise UsageError(
            f"media: found {unknown or wanted}, expected some of {', '.join(MEDIA_TIERS)}; "
            "'none' stands alone"
        )
    return [name for name in MEDIA_TIERS if name in wanted and name != "none"]


def _before(dataset: Path) -> dict[str, Any]:
    """The description of the dataset that is there; empty without one or where it is damaged."""
    if not dataset.exists():
        return {}
    if not (dataset / "dataset.json").exists():
        if not dataset.is_dir() or any(dataset.iterdir()):
            raise InputError(f"{dataset}: found something that is no dataset; name a new or empty folder")
        return {}
    try:
        return read_meta(dataset)
    except InputError:
        if '"schema"' in (dataset / "dataset.json").read_text("utf-8", errors="replace"):
            raise
        return {}


def _result(dataset: Path, meta: dict[str, Any], rebuilt: tuple[str, ...]) -> BuildResult:
    counts = meta["counts"]
    sizes = (counts["songs"], counts["segments"], counts["rows"])
    return BuildResult(dataset, *sizes, rebuilt, meta["data_hash"], tuple(_problems(meta)))


def _problems(meta: dict[str, Any]) -> list[Problem]:
    return [Problem(**{**p, "severity": Severity(p["severity"])}) for p in meta.get("problems", [])]


def _versions() -> dict[str, str]:
    return {"rebracket": version("rebracket"), **{name: version(name) for name in _LIBRARIES}}


def _song_rows(dataset: Path) -> dict[str, dict[str, Any]]:
    """The song table; empty where it is damaged, so that every song is built again."""
    try:
        return {row["song_id"]: row for row in read_table(dataset / "songs.parquet").to_pylist()}
    except (InputError, KeyError):
        return {}


def _size(path: Path) -> int | None:
    return path.stat().st_size if path.is_file() else None


def _describe(path: Path, known: dict[str, Any] | None, before: Path) -> dict[str, Any]:
    """Hash and size; a linked part keeps the hash that it was written with."""
    if known is not None and before.is_file() and path.samefile(before):
        return known
    with path.open("rb") as file:
        return {"bytes": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


def _carry_over(old: Path, new: Path) -> None:
    if old.is_dir():
        shutil.copytree(old, new, copy_function=_link_file)
    elif old.is_file():
        _link_file(str(old), str(new))


def _link_file(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without links
        shutil.copyfile(source, target)


def _write_splits(path: Path, target: str, songs: list[str], splits: dict[str, Split]) -> None:
    path.parent.mkdir(exist_ok=True)
    content = {"target": target, "protocols": {name: split.as_dict(songs) for name, split in splits.items()}}
    path.write_text(json.dumps(content, sort_keys=True, ensure_ascii=False), "utf-8")
