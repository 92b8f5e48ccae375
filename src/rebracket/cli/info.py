"""``info``: what a dataset holds, group by group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rebracket.cli.output import Json, print_document, print_table

if TYPE_CHECKING:
    from rebracket.dataset import Dataset
    from rebracket.dataset.facts import Facts

__all__ = ["info"]

_MB = 1_000_000


def info(dataset: Annotated[Path, typer.Argument(help="A built dataset.")], json: Json = False) -> None:
    """Show what a dataset holds: songs, colors, rows, coverage, media, alignment and agreement."""
    from rebracket.dataset import open_dataset

    opened = open_dataset(dataset)
    songs = opened.songs.to_pylist()
    if json:
        print_document("info", _document(opened, songs))
        return
    from rebracket.dataset.facts import facts_of

    facts = facts_of(opened.rows, songs, opened.ontology)
    _print_songs(songs)
    _print_colors(facts)
    _print_media(opened)
    _print_alignment(opened)
    _print_agreement(opened)
    typer.echo("")
    for line in _lines(opened, facts, songs):
        typer.echo(line)


def _document(opened: Dataset, songs: list[dict[str, Any]]) -> dict[str, Any]:
    from rebracket.dataset.seals import openings

    return {
        "songs": len(songs),
        "segments": sum(song["segments"] for song in songs),
        "rows": {kind: sum(s[f"rows_{kind}"] for s in songs) for kind in ("present", "silent", "unknown")},
        "columns": len(opened.rows.schema),
        "coverage": [
            {"song": s["song_id"], "covered_s": s["covered_s"], "running_s": s["running_s"]} for s in songs
        ],
        "media": {tier: size for tier, (_, size) in sorted(_media(opened).items())},
        "sealed": [{"album": album, "songs": n} for album, n in opened.sealed_songs().items()],
        "seal_openings": [opening.as_dict() for opening in openings(opened.path)],
    }


def _media(opened: Dataset) -> dict[str, tuple[int, int]]:
    """Files and bytes of each tier."""
    found: dict[str, tuple[int, int]] = {}
    for name, file in opened.meta["files"].items():
        if name.startswith("media/"):
            tier = name.split("/")[1]
            n_files, n_bytes = found.get(tier, (0, 0))
            found[tier] = (n_files + 1, n_bytes + file["bytes"])
    return found


def _table(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    typer.echo("")
    print_table(columns, rows, title)


def _print_songs(songs: list[dict[str, Any]]) -> None:
    columns = ["song_id", "color", "segments", "rows_present", "rows_silent", "rows_unknown"]
    rows = [[*(s[c] for c in columns), f"{s['covered_s'] / s['running_s']:.1%}"] for s in songs]
    print_table([*(c.replace("_", " ") for c in columns), "covered"], rows, "Songs")


def _print_colors(facts: Facts) -> None:
    columns = ("color", "songs", "albums", "segments", "rows", "minutes", "covered")
    rows = [
        (
            c.name,
            c.songs,
            c.albums,
            c.segments,
            c.rows,
            round(c.running_s / 60, 1),
            f"{c.covered_s / c.running_s:.1%}",
        )
        for c in facts.colors
    ]
    _table("Colors", columns, rows)


def _print_media(opened: Dataset) -> None:
    rows = [(tier, n, round(size / _MB, 1)) for tier, (n, size) in sorted(_media(opened).items())]
    if rows:
        _table("Media", ("tier", "files", "MB"), rows)


def _print_alignment(opened: Dataset) -> None:
    """How far sound and what was written are apart, by what was compared."""
    rows = opened.table("alignment")
    table = []
    for what in sorted({row["what"] for row in rows}):
        found = [row for row in rows if row["what"] == what and row["offset_s"] is not None]
        if found:
            off = [abs(row["offset_s"]) for row in found]
            sure = round(median(row["confidence"] for row in found), 2)
            misaligned = sum(row["misaligned"] is True for row in found)
            table.append((what, len(found), misaligned, round(median(off), 3), round(max(off), 3), sure))
    if table:
        columns = ("what", "compared", "misaligned", "median |offset| s", "most", "median confidence")
        _table("Alignment", columns, table)


def _print_agreement(opened: Dataset) -> None:
    """Krippendorff's alpha of each target that two people or more spoke of."""
    from rebracket.labels import agreement

    table = []
    for found in agreement(opened.table("annotations")):
        bounds = found.interval
        interval = "–" if bounds is None else f"[{bounds.low:.2f}, {bounds.high:.2f}]"
        alpha = found.undefined if found.alpha is None else f"{found.alpha:.2f}"
        table.append((found.target, alpha, interval, found.units, found.songs, found.annotators))
    if table:
        columns = ("target", "alpha", "interval", "segments", "songs", "annotators")
        _table("Agreement between annotators", columns, table)


def _lines(opened: Dataset, facts: Facts, songs: list[dict[str, Any]]) -> Iterator[str]:
    rows, consent, labels = facts.rows, facts.consent, facts.labels
    cut = [song["segments"] for song in songs]
    for album, n_songs in opened.sealed_songs().items():
        yield f"sealed: album {album} with {n_songs} songs, which no number here counts"
    yield f"{facts.songs} songs on {facts.albums} albums, {facts.segments} segments, {len(opened.rows)} rows"
    yield f"segments a song: {min(cut)} to {max(cut)}, median {median(cut):g}"
    yield f"rows: {rows['present']} present, {rows['silent']} silent (no row), {rows['unknown']} unknown"
    yield f"labels of segments: {', '.join(f'{n} {made_by}' for made_by, n in labels.items())}"
    yield (
        f"tracks: {consent['own']} of the artist, {consent['given']} with consent, "
        f"{consent['refused']} refused, {consent['unsaid']} unsaid"
    )
    for names, n_songs in facts.one_variable:
        yield f"one variable, on {n_songs} songs: {', '.join(names)}"
    yield f"{len(opened.rows.schema)} columns: {_groups(opened)}"
    yield f"data hash {opened.data_hash[:16]}"


def _groups(opened: Dataset) -> str:
    from rebracket.dataset import row_columns

    groups = Counter(column.group for column in row_columns(opened.ontology))
    return ", ".join(f"{n} {group}" for group, n in groups.items())
