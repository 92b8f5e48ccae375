"""``demo`` and ``check``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rebracket.cli.output import Json, exit_status, print_document, print_problems, print_table, progress_bar
from rebracket.core.errors import UsageError

if TYPE_CHECKING:
    from rebracket.catalogue import Catalogue

__all__ = ["Ontology", "check", "check_document", "demo", "read"]

Ontology = Annotated[
    Path | None,
    typer.Option(help="A taxonomy in YAML; by default CATALOGUE/ontology.yaml, else The Rainbow Table."),
]


def demo(
    out: Annotated[Path, typer.Argument(help="A new or empty folder.")],
    size: Annotated[
        str, typer.Option(help="tiny (24 short songs), small (48) or full (88 of 20 stems).")
    ] = "tiny",
    seed: Annotated[int, typer.Option(help="The same seed gives the same catalogue.")] = 0,
    preset: Annotated[
        str, typer.Option(help="Where the knobs start: default, zero, full or complementary.")
    ] = "default",
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KNOB=VALUE", help="Turn a knob, such as effects.audio=0; repeatable."),
    ] = None,
    twins: Annotated[int, typer.Option(help="Write so many songs in every other color too.")] = 0,
    open_album: Annotated[
        bool, typer.Option("--open-album", help="Write the album that is still open instead.")
    ] = False,
    renderer: Annotated[str, typer.Option(help="auto, soundfont or own.")] = "auto",
    time_unit: Annotated[
        str | None, typer.Option(help="What stamps count: ms, frames, frames_subframes.", show_default="ms")
    ] = None,
    json: Json = False,
) -> None:
    """Write a catalogue of made-up songs whose truth is known: manifests, lyrics, MIDI, stems, mixes."""
    from rebracket.core import TimeUnit
    from rebracket.demo import SIZES, knobs_of, write_demo

    if size not in SIZES:
        raise UsageError(f"--size: found {size!r}, expected one of {', '.join(SIZES)}")
    if time_unit is not None and time_unit not in list(TimeUnit):
        raise UsageError(f"--time-unit: found {time_unit!r}, expected one of {', '.join(TimeUnit)}")
    turned = [f"twins={twins}"] if twins else []
    knobs = knobs_of(size, seed, preset).set([*(set_ or []), *turned])
    unit = None if time_unit is None else TimeUnit(time_unit)
    with progress_bar("songs") as progress:
        made = write_demo(
            out,
            size=size,
            knobs=knobs,
            time_unit=unit,
            renderer=renderer,
            open_album=open_album,
            progress=progress,
        )
    if json:
        print_document(
            "demo", {"catalogue": str(out), "songs": made.songs, "albums": made.albums, "seed": knobs.seed}
        )
    else:
        typer.echo(f"{made.songs} songs on {made.albums} albums in {out}; next: rebracket run {out} OUT")


def read(catalogue: Path, ontology: Path | None) -> Catalogue:
    """The catalogue, with the taxonomy that was named or is at hand."""
    from rebracket.catalogue import read_catalogue
    from rebracket.ontology import load_ontology

    return read_catalogue(catalogue, load_ontology(ontology) if ontology else None)


def check(
    catalogue: Annotated[Path | None, typer.Argument(help="A folder of songs.")] = None,
    ontology: Ontology = None,
    deep: Annotated[bool, typer.Option("--deep", help="Decode all audio too, over all cores.")] = False,
    times: Annotated[bool, typer.Option("--times", help="Show how the stamps were read, and why.")] = False,
    convert: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a text with true times for its SMPTE codes.")
    ] = None,
    fps: Annotated[str, typer.Option(help="For --convert: 24, 25, 29.97, 29.97 drop or 30.")] = "25",
    out: Annotated[Path | None, typer.Option(help="For --convert: a new file; else stdout.")] = None,
    explain: Annotated[
        str | None, typer.Option(metavar="CODE", help="More about a code of a problem; list shows all codes.")
    ] = None,
    json: Json = False,
) -> int:
    """Name every problem of a catalogue: file, line, what was found, what was expected, what to do."""
    if explain is not None:
        from rebracket.cli.codes import print_explained

        return print_explained(explain, json)
    if convert is not None:
        from rebracket.cli.times import print_converted

        return print_converted(convert, fps, out, json)
    if catalogue is None:
        raise UsageError("check: found no CATALOGUE, expected a folder of songs")
    content = read(catalogue, ontology)
    if times:
        from rebracket.cli.times import print_times

        return print_times(content, json)
    if deep:
        from rebracket.catalogue import check_deep

        with progress_bar("songs") as progress:
            content = check_deep(content, progress=progress)
    document = check_document(content)
    if json:
        print_document("check", document)
        return exit_status(content.problems)
    print_problems(content.problems)
    print_table(
        ["songs", "errors", "warnings", "notes"],
        [[document["songs"], document["errors"], document["warnings"], _count(content, "note")]],
    )
    return exit_status(content.problems)


def check_document(content: Catalogue) -> dict[str, Any]:
    """The body of the document ``rebracket.check/1``."""
    return {
        "songs": len(content.songs),
        "errors": _count(content, "error"),
        "warnings": _count(content, "warning"),
        "problems": [problem.as_dict() for problem in content.problems],
    }


def _count(content: Catalogue, severity: str) -> int:
    return sum(problem.severity.value == severity for problem in content.problems)
