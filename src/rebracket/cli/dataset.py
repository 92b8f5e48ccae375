"""``build`` and ``verify``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rebracket.cli.catalogue import Ontology, read
from rebracket.cli.output import Json, exit_status, print_document, print_problems, progress_bar
from rebracket.core.errors import UsageError

if TYPE_CHECKING:
    from rebracket.segments import CutOptions

__all__ = ["build", "verify"]

_SNAPS = ("none", "sections", "bars")


def build(
    catalogue: Annotated[Path, typer.Argument(help="A folder of songs.")],
    dataset: Annotated[Path, typer.Argument(help="The folder to write.")],
    media: Annotated[
        list[str] | None,
        typer.Option(help="flac (by default), opus, mp3, preview, features, several times; or none."),
    ] = None,
    measures: Annotated[str, typer.Option(help="basic, or full: loudness, spectrum, noise floor.")] = "basic",
    max_seconds: Annotated[float, typer.Option(help="Longer segments are split into equal parts.")] = 30.0,
    overlap: Annotated[float, typer.Option(help="Seconds that parts of a split share.")] = 2.0,
    snap: Annotated[
        str, typer.Option(help="What edges of segments move onto: sections, bars, none.")
    ] = "sections",
    fix_offsets: Annotated[
        bool, typer.Option(help="Move lyrics and MIDI by a sure measured offset.")
    ] = False,
    exclude_misaligned: Annotated[bool, typer.Option(help="Leave out what is surely misaligned.")] = False,
    audio_url: Annotated[str | None, typer.Option(help="Audio as files, linked below this address.")] = None,
    seal: Annotated[
        list[str] | None,
        typer.Option(help="Seal an album: nothing sees it until 'evaluate --open-seal'; several times."),
    ] = None,
    ontology: Ontology = None,
    json: Json = False,
) -> int:
    """Make the dataset of a catalogue, or bring it up to date: only what changed is built again."""
    from rebracket.dataset import MEASURES, MEDIA_TIERS
    from rebracket.dataset import build as build_dataset

    tiers = media or ["flac"]
    _check("--media", tiers, MEDIA_TIERS)
    _check("--measures", [measures], MEASURES)
    cutting = _cutting(max_seconds, overlap, snap)
    content = read(catalogue, ontology)
    with progress_bar("songs") as progress:
        made = build_dataset(
            content,
            dataset,
            media=tiers,
            measures=measures,
            cut_options=cutting,
            fix_offsets=fix_offsets,
            exclude_misaligned=exclude_misaligned,
            audio_url=audio_url,
            seal=seal or (),
            progress=progress,
        )
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


def _check(option: str, found: list[str], known: tuple[str, ...]) -> None:
    for name in found:
        if name not in known:
            raise UsageError(f"{option}: found {name!r}, expected one of {', '.join(known)}")


def _cutting(max_seconds: float, overlap: float, snap: str) -> CutOptions:
    from rebracket.segments import CutOptions

    _check("--snap", [snap], _SNAPS)
    if snap == "none":
        return CutOptions(max_s=max_seconds, overlap_s=overlap, snap_s=0.0)
    return CutOptions(max_s=max_seconds, overlap_s=overlap, snap_bars=snap == "bars")


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
