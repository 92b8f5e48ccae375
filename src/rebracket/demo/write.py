"""Writes the synthetic catalogue and its truth to disk, whole or not at all."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from rebracket.catalogue import write_annotations, write_lrc, write_manifest
from rebracket.catalogue.audio import write_wav
from rebracket.catalogue.midi import write_midi
from rebracket.core import TimeUnit
from rebracket.core.errors import UsageError
from rebracket.demo.ceiling import ceiling_document
from rebracket.demo.cheats import apply_cheats, ontology_text
from rebracket.demo.labeling import listeners_of
from rebracket.demo.plan import SongKey, SongPlan, plan, song_keys
from rebracket.demo.realize import RATE_HZ, Realized, realize
from rebracket.demo.shapes import form_of
from rebracket.demo.sizes import knobs_of
from rebracket.demo.story import COLORS, Knobs
from rebracket.demo.truth import truth_rows, write_truth
from rebracket.demo.twins import groups_of, named, twin_keys
from rebracket.demo.white import white_keys
from rebracket.engine import map_songs
from rebracket.ontology import FILE_NAME
from rebracket.sound import renderer_of

__all__ = ["DemoSummary", "Written", "write_demo", "write_song"]

_FRESH_SONGS = 64  # the ceilings' standard errors are a few points; the benchmark takes more
_FITTED_AT_MOST, _REPLICATES = 200, 2  # songs that the oracle is fitted to, and how often anew


@dataclass(frozen=True, slots=True)
class DemoSummary:
    """What was written; the seconds count stems and mixes."""

    songs: int
    albums: int
    seconds_of_audio: float


@dataclass(frozen=True, slots=True)
class Written:
    """A song on disk: the seconds of its stems and mix, and the rows of its truth."""

    seconds: float
    truth: list[dict[str, Any]]


def write_demo(
    out: Path,
    *,
    size: str = "tiny",
    seed: int = 0,
    knobs: Knobs | None = None,
    time_unit: TimeUnit | None = None,
    renderer: str = "auto",
    open_album: bool = False,
    progress: Callable[[int, int], None] | None = None,
    workers: int | None = None,
) -> DemoSummary:
    """Writes a catalogue of songs of our own making; the same arguments and renderer give the same bytes.

    Beside the songs, ``truth/`` holds what caused them, and how well anything could tell (see the page on
    the known truth).

    Args:
        out: a folder that does not exist or is empty.
        size: ``tiny`` (8 albums of 3 songs, about 16 s each), ``small`` (8 of 6, about 38 s) or ``full``
            (8 of 11, about 48 s, 20 stems each); in the latter two the first song of an album is a single
            of two to three minutes.
        seed: what all songs are drawn from.
        knobs: in place of the size's own and the seed.
        time_unit: what the fractions of all stamps count, in place of the knob ``notation``; SMPTE units at
            25 frames a second.
        renderer: ``auto``, ``soundfont`` or ``own``.
        open_album: write the White album instead, which is still open: a catalogue that nobody trains on.
        progress: told after each song how many are written, and of how many.
        workers: processes; None takes one a core.

    Raises:
        UsageError: where there is no such size or renderer, or ``out`` is something already.
    """
    held = knobs_of(size, seed) if knobs is None else knobs
    if time_unit is not None:
        held = held.with_(notation=time_unit.value)
    keys = white_keys(size, held) if open_album else song_keys(size, held)
    keys = (*keys, *twin_keys(keys, held.twins))
    renderer_of(renderer)  # a name that does not exist is told before anything is written
    written: list[Written] = []
    with _whole_folder(out) as folder:
        _write_ontology(folder, held)
        for song in map_songs(partial(write_song, folder, held, renderer=renderer), keys, workers):
            written.append(song)
            if progress is not None:
                progress(len(written), len(keys))
        _write_truth(folder, held, keys, written)
    return DemoSummary(
        len(keys), len({key.album_name for key in keys}), sum(song.seconds for song in written)
    )


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


def write_song(root: Path, knobs: Knobs | int, key: SongKey, *, renderer: str = "auto") -> Written:
    """Writes one song below ``root``; a number stands for the knobs of the key's size with this seed."""
    held = knobs_of(key.size, knobs) if isinstance(knobs, int) else knobs
    planned, player = plan(key, held), renderer_of(renderer)
    made, planted = apply_cheats(named(realize(planned, root, renderer=player), key, root), held)
    folder = made.song.folder
    folder.mkdir()
    for name, wave in made.stems.items():
        write_wav(folder / name, wave[:, None], RATE_HZ, subtype="PCM_16")
    write_wav(folder / str(made.song.mix_file), made.mix, RATE_HZ, subtype="PCM_16")
    for name, score in made.scores.items():
        write_midi(score, folder / name)
    _write_words(made, planned, held)
    seconds = made.song.running_s * (len(made.stems) + 1)
    return Written(seconds, truth_rows(planned, planted, {"name": player.name, "hash": player.hash}))


def _write_words(made: Realized, planned: SongPlan, knobs: Knobs) -> None:
    """Manifest, annotations and lyrics; what their stamps count is left for the reader to find out, as in the
    catalogues that people have."""
    song = made.song
    units = planned.causes.notation if planned.causes else (TimeUnit.MS.value, TimeUnit.MS.value)
    write_manifest(song, song.folder / f"{song.song_id}.yml", unit=TimeUnit(units[0]), declare=False)
    for name, said in (listeners_of(planned.causes, song, knobs) if planned.causes else {}).items():
        file_name = f"{name.casefold().replace(' ', '_')}.annotations.yml"
        write_annotations(said, song, song.folder / file_name, unit=TimeUnit(units[0]))
    if song.lines:
        tags = {"ti": song.title, "al": song.album_title or ""}
        write_lrc(song.lines, song.folder / f"{song.song_id}.lrc", tags=tags, unit=TimeUnit(units[1]))


def _write_ontology(folder: Path, knobs: Knobs) -> None:
    """The taxonomy, where the colors of this catalogue have other modes than in the one that ships."""
    if text := ontology_text(knobs):
        (folder / FILE_NAME).write_text(text, "utf-8", newline="\n")


def _write_truth(folder: Path, knobs: Knobs, keys: Sequence[SongKey], written: Sequence[Written]) -> None:
    """A folder without manifest or media: whoever reads songs passes it by."""
    truth = folder / "truth"
    truth.mkdir()
    write_truth((row for song in written for row in song.truth), truth / "truth.parquet")
    _write_json(truth / "knobs.json", knobs.model_dump())
    count = min(len({key.song_id for key in keys}), _FITTED_AT_MOST)
    fitted_to = (count,) if count >= len(COLORS) else ()  # from fewer nobody can learn every color
    bounds = ceiling_document(
        knobs, songs=_FRESH_SONGS, fitted_to=fitted_to, replicates=_REPLICATES, form_of=form_of(knobs)
    )
    _write_json(truth / "ceiling.json", bounds)
    if groups := groups_of(keys):
        _write_json(truth / "twins.json", groups)


def _write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8", newline="\n")
