"""``build``, ``info`` and ``verify``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from rebracket.cli.catalogue import Ontology, read
from rebracket.cli.output import Json, exit_status, print_document, print_problems, print_table, progress_bar
from rebracket.core.errors import UsageError

__all__ = ["build", "info", "verify"]


def build(
    catalogue: Annotated[Path, typer.Argument(help="A folder of songs.")],
    dataset: Annotated[Path, typer.Argument(help="The folder to write.")],
    media: Annotated[str, typer.Option(help="flac stores the audio of every row, none does not.")] = "flac",
    ontology: Ontology = None,
    json: Json = False,
) -> int:
    """Make the dataset of a catalogue, or bring it up to date: only what changed is built again."""
    from rebracket.dataset import MEDIA_TIERS
    from rebracket.dataset import build as build_dataset

    if media not in MEDIA_TIERS:
        raise UsageError(f"--media: found {media!r}, expected one of {', '.join(MEDIA_TIERS)}")
    content = read(catalogue, ontology)
    with progress_bar("songs") as progress:
        made = build_dataset(content, dataset, media=media, progress=progress)
    problems = (*content.problems, *made.problems)
    print_problems([p for p in problems if p.severity.value != "note"], to_stderr=True)
    if json:
        document = {
            "dataset": str(dataset),
            "songs": made.songs,
            "segments": made.segments,
            "rows": made.rows,
            "rebuilt": list(made.rebuilt),
            "skipped": [{"song": song, "code": code} for song, code in content.skipped],
            "data_hash": made.data_hash,
        }
        print_document("build", document)
    else:
        skipped = f", {len(content.skipped)} skipped" if content.skipped else ""
        typer.echo(
            f"{dataset}: {made.songs} songs{skipped}, {made.segments} segments, {made.rows} rows; "
            f"{len(made.rebuilt)} songs built, the others unchanged"
        )
    return exit_status(problems)


def info(dataset: Annotated[Path, typer.Argument(help="A built dataset.")], json: Json = False) -> None:
    """Show what a dataset holds: songs, segments, rows, and how much of each song is covered."""
    from rebracket.dataset import open_dataset

    opened = open_dataset(dataset)
    songs = opened.songs.to_pylist()
    if json:
        print_document("info", _info_document(opened.meta, songs, len(opened.rows.schema)))
        return
    columns = ["song_id", "color", "segments", "rows_present", "rows_silent", "rows_unknown"]
    rows = [[*(s[c] for c in columns), f"{s['covered_s'] / s['running_s']:.1%}"] for s in songs]
    print_table([*(c.replace("_", " ") for c in columns), "covered"], rows)


def _info_document(meta: dict[str, Any], songs: list[dict[str, Any]], n_columns: int) -> dict[str, Any]:
    media: dict[str, int] = {}
    for name, file in meta["files"].items():
        if name.startswith("media/"):
            tier = name.split("/")[1]
            media[tier] = media.get(tier, 0) + file["bytes"]
    return {
        "songs": meta["counts"]["songs"],
        "segments": meta["counts"]["segments"],
        "rows": {kind: sum(s[f"rows_{kind}"] for s in songs) for kind in ("present", "silent", "unknown")},
        "columns": n_columns,
        "coverage": [
            {"song": s["song_id"], "covered_s": s["covered_s"], "running_s": s["running_s"]} for s in songs
        ],
        "media": media,
    }


def verify(dataset: Annotated[Path, typer.Argument(help="A built dataset.")], json: Json = False) -> int:
    """Recompute every hash, decode every medium and check what must always hold."""
    from rebracket.dataset.verify import verify as verify_dataset

    with progress_bar("files") as progress:
        checked, problems = verify_dataset(dataset, progress)
    if json:
        print_document("verify", {"checked": checked, "problems": [p.as_dict() for p in problems]})
    else:
        print_problems(problems)
        typer.echo(f"{checked} files and media checked, {len(problems)} problems")
    return exit_status(problems)
