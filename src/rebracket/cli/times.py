"""What ``check --times`` and ``check --convert`` say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from rebracket.cli.output import print_document, print_table
from rebracket.core.errors import InputError, UsageError

if TYPE_CHECKING:
    from rebracket.catalogue import Catalogue
    from rebracket.catalogue.times import SongTimes

__all__ = ["print_converted", "print_times"]

_MAX_BYTES = 10_000_000


def print_times(content: Catalogue, json: bool) -> int:
    """Prints the unit of every song's stamps and the evidence for it."""
    if json:
        print_document("times", {"songs": [song.as_dict() for song in content.times]})
        return 0
    print_table(
        ["song", "unit", "lrc unit", "fps", "offset s", "confidence", "by", "beat: as ms", "as chosen"],
        [_row(song) for song in content.times],
    )
    _print_beat(content.times)
    return 0


def _row(song: SongTimes) -> list[Any]:
    entry = song.as_dict()
    concentration = entry["evidence"]["concentration"]
    decided = song.sections.decided
    lyrics = song.lyrics
    return [
        song.song_id,
        entry["unit"] if decided else f"{entry['unit']}?",
        None if lyrics is None else lyrics.unit.value if lyrics.decided else f"{lyrics.unit.value}?",
        _shown(entry["fps"], "g"),
        _shown(entry["offset_s"], "g"),
        f"{song.confidence:.3f}",
        song.sections.by,
        _shown(concentration["as_ms"], ".2f"),
        _shown(concentration["as_chosen"], ".2f"),
    ]


def _shown(number: float | None, form: str) -> str | None:
    return None if number is None else format(number, form)


def _print_beat(songs: tuple[SongTimes, ...]) -> None:
    from rebracket.catalogue.grid import beat_summary

    told = [song.as_dict()["evidence"] for song in songs]
    fits = [(e["n_boundaries"], e["concentration"]) for e in told if e["concentration"]["as_ms"] is not None]
    summary = beat_summary([(n, c["as_ms"], c["as_chosen"]) for n, c in fits])
    if summary is None:
        return
    typer.echo(
        f"section boundaries on the beat, mean concentration of {summary.songs} songs: "
        f"{summary.as_chosen:.2f} as chosen, {summary.as_ms:.2f} as milliseconds; random times: "
        f"{summary.chance:.2f}, the best of {summary.hypotheses} readings {summary.chance_of_best:.2f}"
    )


def print_converted(path: Path, fps: str, out: Path | None, json: bool) -> int:
    """Writes a text with true times for its SMPTE codes, to ``out`` or stdout; says the rest on stderr."""
    from rebracket.catalogue.convert import convert_text
    from rebracket.catalogue.files import read_bytes
    from rebracket.catalogue.text import decode_text
    from rebracket.core.smpte import FrameRate

    try:
        rate = FrameRate.parse(fps)
    except InputError as error:
        raise UsageError(f"--fps: {error}") from error
    if out is not None and out.exists():
        raise UsageError(f"--out: found {out}, which is there already, expected the name of a new file")
    made = convert_text(decode_text(read_bytes(path, _MAX_BYTES))[0], rate)
    if out is not None:
        out.write_text(made.text, "utf-8", newline="")
    for line, code, why in made.untouched:
        typer.echo(f"{path}:{line}: warning: left as it is: {code}: {why}", err=True)
    said = f"{made.converted} codes at {rate.label} frames a second became times"
    hour = "; a start of one hour was taken off" if made.offset_s else ""
    typer.echo(f"{said}, {len(made.untouched)} were left as they are{hour}", err=True)
    if json:
        untouched = [{"line": line, "code": code, "why": why} for line, code, why in made.untouched]
        document = {"out": None if out is None else str(out), "fps": rate.label, "offset_s": made.offset_s}
        print_document("convert", {**document, "converted": made.converted, "untouched": untouched})
    elif out is None:
        typer.echo(made.text, nl=False)
    return 0
