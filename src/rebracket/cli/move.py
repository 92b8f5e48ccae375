"""``move``: rebrackets a passage of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rebracket.cli.output import Json, print_document
from rebracket.core.errors import UsageError

if TYPE_CHECKING:
    from rebracket.augment.sheet import Version
    from rebracket.augment.source import Source
    from rebracket.core import Rebracketing

__all__ = ["move", "move_document"]

_SOFT, _DEFAULT = 0.0, 0.5


def move(
    passage: Annotated[str, typer.Argument(help="A MIDI file, SONG:SECTION, or a line of words.")],
    type_: Annotated[str | None, typer.Option("--type", help="Which boundary moves.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="All eight types.")] = False,
    intensity: Annotated[float, typer.Option(help="How far it moves, from 0 to 1.")] = _DEFAULT,
    softness: Annotated[float, typer.Option(help="How far chance decides, from 0 to 1.")] = _SOFT,
    seed: Annotated[int, typer.Option(help="Of what chance decides.")] = 0,
    out: Annotated[Path | None, typer.Option(help="A new or empty folder for MIDI, WAV and text.")] = None,
    json: Json = False,
) -> None:
    """Move a boundary in a passage of your own: the same notes and words, bracketed otherwise."""
    from rebracket.augment.sheet import sheet
    from rebracket.augment.source import find_source
    from rebracket.augment.versions import make_version, write_versions

    types = _types(type_, all_)
    _check(intensity, softness, out)
    source = find_source(passage)
    versions = [make_version(source, each, intensity, softness, seed) for each in types]
    files = write_versions(source, versions, out) if out is not None else {each: [] for each in types}
    if json:
        print_document("move", move_document(passage, source, versions, files, seed))
        return
    typer.echo(sheet(source.name, versions, files))
    for remark in source.remarks:
        typer.echo(f"note: {remark}")
    if out is not None:
        typer.echo(f"{sum(map(len, files.values())) + 1} files in {out}; read {out / 'move.md'}")


def _types(type_: str | None, all_: bool) -> list[str]:
    from rebracket.augment import OPERATIONS

    if all_ == (type_ is not None):
        found = "both --type and --all" if all_ else "neither --type nor --all"
        raise UsageError(f"move: found {found}, expected one of them; types: {', '.join(OPERATIONS)}")
    if type_ is not None and type_ not in OPERATIONS:
        raise UsageError(f"--type: found {type_!r}, expected one of {', '.join(OPERATIONS)}")
    return list(OPERATIONS) if type_ is None else [type_]


def _check(intensity: float, softness: float, out: Path | None) -> None:
    for name, share in (("--intensity", intensity), ("--softness", softness)):
        if not 0 <= share <= 1:
            raise UsageError(f"{name}: found {share}, expected a number from 0 to 1")
    if out is not None and out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise UsageError(f"--out: found something already in {out}, expected a new or empty folder")


def move_document(
    named: str, source: Source, versions: list[Version], files: dict[str, list[str]], seed: int
) -> dict[str, Any]:
    """The body of the document ``rebracket.move/1``; files are relative to ``--out``."""
    passage = source.passage
    return {
        "passage": named,
        "name": source.name,
        "notes": len(passage.notes),
        "words": len(passage.words),
        "bars": passage.bars if passage.notes else None,
        "bpm": passage.bpm if passage.notes else None,
        "seed": seed,
        "remarks": list(source.remarks),
        "moves": [_move(version, files[version.carriers.type]) for version in versions],
    }


def _move(version: Version, files: list[str]) -> dict[str, Any]:
    from rebracket.augment import OPERATIONS
    from rebracket.augment.sheet import word_brackets

    carriers = version.carriers
    operation = OPERATIONS[carriers.type]
    return {
        "type": carriers.type,
        "in_music": operation.in_music,
        "in_words": operation.in_words,
        "shift": carriers.shift,
        "softness": carriers.softness,
        "moved_notes": len(carriers.notes),
        "moved_words": len(carriers.words),
        "parts": list(carriers.parts),
        "scalars": _scalars(carriers.measured),
        "boundaries": [
            {"what": b.what, "before": b.before, "after": b.after, "reach": b.reach, "unit": b.unit}
            for b in carriers.boundaries
        ],
        "lines_before": word_brackets(version.before.words),
        "lines_after": word_brackets(version.after.words),
        "remarks": list(version.remarks),
        "files": files,
    }


def _scalars(measured: Rebracketing) -> dict[str, float | None]:
    return {
        "intensity": measured.intensity,
        "coverage": measured.coverage,
        "boundary_fluidity": measured.fluidity,
        "temporal_complexity": measured.complexity,
        "memory_discrepancy": measured.memory_discrepancy,
        "ontological_uncertainty": measured.uncertainty,
    }
