"""``init``: manifests for songs that have none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rebracket.cli.output import Json, print_document, print_table, progress_bar

if TYPE_CHECKING:
    from rebracket.catalogue.init import Estimate, Initialized, Written

__all__ = ["init", "init_document"]


def init(
    folder: Annotated[Path, typer.Argument(help="A folder with songs: audio files in a folder a song.")],
    files_are_songs: Annotated[
        bool, typer.Option("--files-are-songs", help="Several audio files in a folder are a song each.")
    ] = False,
    json: Json = False,
) -> None:
    """Write manifests for songs that have none: tempo, meter, key and parts as they sound."""
    from rebracket.catalogue.init import initialize

    with progress_bar("songs") as progress:
        made = initialize(folder, files_are_songs=files_are_songs, progress=progress)
    if json:
        print_document("init", init_document(made))
        return
    for remark in made.remarks:
        typer.echo(str(remark))
    if made.written:
        columns = ["song", "album", "bpm", "sure", "meter", "key", "sure", "parts", "tracks", "title"]
        print_table(columns, [_row(written) for written in made.written])
    ontology = " and ontology.yaml" if made.ontology else ""
    typer.echo(f"{len(made.written)} manifests{ontology} written, {len(made.kept)} songs had one")
    typer.echo(f"next: rebracket check {folder}")


def _row(written: Written) -> list[Any]:
    song, sure = written.song, dict(written.song.estimated)
    key = None if song.key is None else str(song.key)
    return [
        *(song.song_id, song.album_id, song.bpm, sure.get("bpm"), str(song.meter), key, sure.get("key")),
        *(len(song.sections), len(song.stems), song.title),
    ]


def init_document(made: Initialized) -> dict[str, Any]:
    """The body of the document ``rebracket.init/1``; paths are relative to the folder."""
    return {
        "songs": [_song(written) for written in sorted(made.written, key=lambda w: w.song.song_id)],
        "kept": sorted(made.kept),
        "ontology": "ontology.yaml" if made.ontology else None,
        "remarks": [{"path": remark.path, "text": remark.text} for remark in made.remarks],
    }


def _song(written: Written) -> dict[str, Any]:
    song = written.song
    estimates = written.described.estimates
    return {
        "id": song.song_id,
        "manifest": written.manifest,
        "album": song.album_id,
        "color": song.color,
        "mix": song.mix_file,
        "tracks": len(song.stems),
        "lyrics": song.lrc_file,
        "estimates": {key: _estimate(key, estimates[key], song) for key in estimates},
    }


def _estimate(key: str, estimate: Estimate, song: Any) -> dict[str, Any]:
    values = {"structure": len(song.sections), "main_audio_file": song.mix_file, "TRT": song.running_s}
    value = values.get(key, estimate.value)
    return {
        "value": value if isinstance(value, int | float) else str(value),
        "confidence": round(estimate.confidence, 2),
        "source": estimate.source,
        "alternatives": list(estimate.alternatives),
    }
