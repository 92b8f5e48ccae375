"""The dataset card: what is inside, for people and for ``datasets.load_dataset``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml

from rebracket.dataset.croissant import croissant
from rebracket.dataset.facts import Facts, facts_of
from rebracket.dataset.schema import SONG_COLUMNS, Column, row_columns
from rebracket.dataset.tables import TableFiles, tables_of
from rebracket.ontology import Ontology

__all__ = ["Publication", "column_table", "describe"]

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
_WITHHELD = {
    "songs": "whole songs",
    "stems": "tracks",
    "rows": "rows",
    "mixes": "mixes",
    "midi": "further tracks without the MIDI file that they share",
}
_CONSENT = {"own": "of the artist", "given": "consent given", "refused": "refused", "unsaid": "not said"}


@dataclass(frozen=True, slots=True)
class Publication:
    """How a dataset is shared: where, under which licence, how to cite it, and what was left out.

    ``withheld`` counts what was left out as `publish.Staged` does; ``without`` names what no row has.
    """

    repo_id: str
    license: str | None = None
    cite: str | None = None
    url: str | None = None
    withheld: Mapping[str, int] = field(default_factory=dict)
    without: tuple[str, ...] = ()


def describe(
    folder: Path,
    rows: pa.Table,
    songs: Sequence[Mapping[str, Any]],
    ontology: Ontology,
    publication: Publication | None = None,
) -> None:
    """Writes ``README.md`` and ``croissant.json`` beside the tables that lie in a folder already."""
    tables, facts = tables_of(folder), facts_of(rows, songs, ontology)
    (folder / "README.md").write_text(_card(folder, tables, facts, ontology, publication), "utf-8")
    text = croissant(
        folder,
        tables,
        {column.name: column.meaning for column in (*SONG_COLUMNS, *row_columns(ontology))},
        name=publication.repo_id.rpartition("/")[2] if publication else "dataset",
        description=_abstract(facts, ontology),
        license=publication.license if publication else None,
        cite=publication.cite if publication else None,
        url=publication.url if publication else None,
    )
    (folder / "croissant.json").write_text(text, "utf-8")


def column_table(columns: Sequence[Column]) -> str:
    """The columns as a Markdown table."""
    rows = ([f"`{c.name}`", f"`{_type(c)}`", c.group, c.meaning] for c in columns)
    return _table(("column", "type", "group", "meaning"), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    ruled = ["| " + " | ".join(map(str, cells)) + " |" for cells in lines]
    ruled[1] = "|" + "---|" * len(head)
    return "\n".join(ruled)


def _type(column: Column) -> str:
    return str(column.type).replace("list<element: ", "list<").replace("list<item: ", "list<")


def _abstract(facts: Facts, ontology: Ontology) -> str:
    return (
        f"{facts.segments} segments of {facts.songs} songs on {facts.albums} albums, with stems, MIDI, timed "
        f"lyrics and labels of {ontology.name}. The unit of evidence is the song, never the row."
    )


def _card(
    folder: Path,
    tables: Sequence[TableFiles],
    facts: Facts,
    ontology: Ontology,
    publication: Publication | None,
) -> str:
    sections = {
        "Composition": _composition(facts) + _without(publication),
        "Consent": _consent(facts, publication),
        "How it was split": _splits(folder),
        "Known confounds": _confounds(facts),
        "Size": _sizes(folder, tables),
        "Licence": _licence(ontology, publication),
        "How to cite": _cite(publication),
        "Columns": column_table(row_columns(ontology)),
    }
    title = publication.repo_id.rpartition("/")[2] if publication else f"Segments of {facts.songs} songs"
    told = "\n\n".join(f"## {name}\n\n{text}" for name, text in sections.items())
    return (
        f"---\n{_front(tables, facts, publication)}---\n# {title}\n\n{_abstract(facts, ontology)}\n\n{told}\n"
    )


def _front(tables: Sequence[TableFiles], facts: Facts, publication: Publication | None) -> str:
    """What the hub and ``load_dataset`` read: a configuration a table, and the licence if one is."""
    n_rows = facts.rows["present"] + facts.rows["unknown"]
    front: dict[str, Any] = {
        "configs": [
            {"config_name": t.name, "data_files": t.pattern, **({"default": True} if i == 0 else {})}
            for i, t in enumerate(tables)
        ],
        "size_categories": [next((name for top, name in _SIZES if n_rows < top), "n>1M")],
        "tags": ["audio", "midi", "lyrics", "music", "rebracket"],
        "task_categories": ["audio-classification", "text-classification"],
    }
    if publication and publication.license:
        front["license"] = publication.license
    return yaml.safe_dump(front, sort_keys=False, allow_unicode=True)


def _composition(facts: Facts) -> str:
    head = ("color", "songs", "albums", "segments", "rows", "minutes", "covered")
    counted = [
        (
            c.name,
            c.songs,
            c.albums,
            c.segments,
            c.rows,
            f"{c.running_s / 60:.1f}",
            _share(c.covered_s, c.running_s),
        )
        for c in facts.colors
    ]
    rows = facts.rows
    return (
        f"{_table(head, counted)}\n\n"
        f"Rows: {rows['present']} sounding, {rows['unknown']} whose files are missing; {rows['silent']} "
        "pairs of segment and track are left out because the track is silent there. One row is one track "
        "in one segment: how the data is stored, never a unit of evidence."
    )


def _without(publication: Publication | None) -> str:
    names = publication.without if publication else ()
    return f"\n\nLeft out of every row: {', '.join(names)}." if names else ""


def _share(part: float, whole: float) -> str:
    return f"{part / whole:.3f}" if whole else "–"


def _consent(facts: Facts, publication: Publication | None) -> str:
    counted = _table(("tracks", "count"), [(_CONSENT[kind], n) for kind, n in facts.consent.items()])
    if publication is None:
        return f"{counted}\n\n`rebracket publish` leaves out every track whose player has not consented."
    counted_out = [f"{n} {_WITHHELD[kind]}" for kind, n in publication.withheld.items() if n]
    left_out = ", ".join(counted_out) or "nothing"
    return (
        f"{counted}\n\nLeft out because a player has not consented: {left_out}. A mix is left out with the "
        "stem that it contains."
    )


def _splits(folder: Path) -> str:
    rows = []
    for path in sorted((folder / "splits").glob("*.json")):
        content = json.loads(path.read_text("utf-8"))
        songs = content["protocols"]["songs"]
        how = songs["undefined"] or f"{len(songs['folds'])} x {songs['k']}-fold over songs"
        rows.append((f"`{content['target']}`", how, ", ".join(songs["set_aside"]) or "–"))
    return (
        f"{_table(('target', 'songs held out', 'classes with a single song'), rows)}\n\n"
        "The folds are in `splits/`. A split by rows stands beside each, named leaky, to show what it hides."
    )


def _confounds(facts: Facts) -> str:
    n_rows = facts.rows["present"] + facts.rows["unknown"]
    told = [
        f"- `concept` is one text a song: {facts.concepts} texts on {n_rows} rows. Split by rows, every test "
        "text is in the training set, and its scores are evidence of nothing."
    ]
    for names, n_songs in facts.one_variable:
        listed = ", ".join(f"`{name}`" for name in names)
        told.append(
            f"- {listed} cut the {n_songs} songs that have them in the very same way: they are one variable, "
            "and a score on one is a score on all."
        )
    if facts.labels["rule"]:
        total = sum(facts.labels.values())
        told.append(
            f"- The labels of rebracketing of {facts.labels['rule']} of {total} segments were computed from "
            "`concept` by a word rule: a model that reads the concept imitates the rule."
        )
    return "\n".join(told)


def _sizes(folder: Path, tables: Sequence[TableFiles]) -> str:
    rows = []
    for table in tables:
        sizes = [path.stat().st_size for path in folder.glob(table.pattern)]
        rows.append((f"`{table.name}`", len(sizes), f"{sum(sizes) / 1e6:.1f}"))
    return _table(("configuration", "files", "MB"), rows)


def _licence(ontology: Ontology, publication: Publication | None) -> str:
    credit = f" Ontology: {ontology.name}{f', {ontology.credit}' if ontology.credit else ''}."
    if publication and publication.license:
        return f"{publication.license}.{credit}"
    return f"None was stated: all rights stay with the artist and the players.{credit}"


def _cite(publication: Publication | None) -> str:
    return publication.cite if publication and publication.cite else "Nothing was stated."
