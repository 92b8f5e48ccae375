"""The dataset card: what is inside, for people and for ``datasets.load_dataset``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from rebracket.dataset.schema import Column, row_columns
from rebracket.ontology import Ontology

__all__ = ["column_table", "dataset_card"]


def column_table(columns: Sequence[Column]) -> str:
    """The columns as a Markdown table."""
    lines = ["| column | type | group | meaning |", "|---|---|---|---|"]
    lines += [f"| `{c.name}` | `{_type(c)}` | {c.group} | {c.meaning} |" for c in columns]
    return "\n".join(lines)


def _type(column: Column) -> str:
    return str(column.type).replace("list<element: ", "list<").replace("list<item: ", "list<")


def dataset_card(ontology: Ontology, songs: Sequence[Mapping[str, Any]], options: Mapping[str, Any]) -> str:
    """The text of ``README.md`` in the dataset's folder."""
    configs = [
        {"config_name": "segments", "data_files": "segments/part-*.parquet", "default": True},
        {"config_name": "songs", "data_files": "songs.parquet"},
    ]
    if any(song["mix_stored"] or song["rows_present"] for song in songs) and options["media"]:
        configs.append({"config_name": "flac", "data_files": "media/flac/part-*.parquet"})
    front = yaml.safe_dump({"configs": configs, "tags": ["music", "rebracket"]}, sort_keys=False)
    colors = Counter(song["color"] for song in songs)
    segments = {color: sum(s["segments"] for s in songs if s["color"] == color) for color in colors}
    counted = "\n".join(
        f"| {ontology.colors[color].name} | {n} | {segments[color]} |" for color, n in sorted(colors.items())
    )
    present, unknown, silent = (
        sum(s[f"rows_{kind}"] for s in songs) for kind in ("present", "unknown", "silent")
    )
    return f"""---
{front}---
# Segments of {len(songs)} songs

Labelled with *{ontology.name}*{f" ({ontology.credit})" if ontology.credit else ""}.

One row is one track in one segment: how the data is stored, never a unit of evidence. The unit that
is held out is the song; there are {len(songs)} of them on {len({s["album_id"] for s in songs})} albums. The
text in `concept` is one a song and repeated on all its rows: a random split of rows puts every test
text into the training set, and its scores are evidence of nothing.

| color | songs | segments |
|---|---|---|
{counted}

Rows: {present} sounding, {unknown} whose files are missing; {silent} pairs of segment and track are left
out because the track is silent there.

## Columns

{column_table(row_columns(ontology))}
"""
