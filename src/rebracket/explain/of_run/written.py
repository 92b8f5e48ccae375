"""The folder of an explanation: page, figures, and all numbers as data."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from rebracket.dataset import Dataset
from rebracket.explain.embeddings import write_embeddings
from rebracket.explain.of_run.heard import heard_moments
from rebracket.explain.of_run.model_blocks import NOT_EVIDENCE, model_blocks
from rebracket.explain.of_run.of_target import TargetExplained
from rebracket.explain.of_run.song_blocks import song_blocks
from rebracket.page import Block, ClassKey, ExplanationPage, SongPage, write_explanation, write_figures
from rebracket.training import Run

if TYPE_CHECKING:
    from rebracket.explain.of_run.of_run import Explained

__all__ = ["DOCUMENT", "SCHEMA", "write_folder"]

SCHEMA = "rebracket.explanation/1"
DOCUMENT = "explanation.json"


def write_folder(folder: Path, run: Run, dataset: Dataset, found: Explained) -> None:
    """Writes an empty folder: `index.html`, `explanation.json`, tables and figures."""
    write_figures(found.figures, folder / "figures")
    _write_attributions(folder / "attributions.parquet", found.targets)
    if found.space.embedded is not None:
        write_embeddings(found.space.embedded, folder / "coordinates")
    content = {
        "schema": SCHEMA,
        "run": run.path.name,
        "recipe": run.recipe.name,
        "data_hash": run.data_hash,
        "made_from": found.made_from,
        "first_sentence": found.first_sentence,
        "not_evidence": NOT_EVIDENCE,
        "targets": {one.target: one.as_dict() for one in found.targets},
        "dataset": found.space.parts,
        "without": dict(found.without),
    }
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
    (folder / DOCUMENT).write_text(text + "\n", "utf-8")
    page = ExplanationPage(
        f"Why {run.recipe.name} says what it says",
        found.first_sentence,
        NOT_EVIDENCE,
        model_blocks(found.targets, found.of_targets, found.space, found.without),
        _song_pages(dataset, found.targets),
        heard_moments(dataset) if found.space.parts else {},
    )
    write_explanation(page, folder / "index.html")


def _song_pages(dataset: Dataset, explained: Sequence[TargetExplained]) -> tuple[SongPage, ...]:
    keys = {color.id: ClassKey(color.id, color.name, color.hex) for color in dataset.ontology.colors.values()}
    names = {id_: key.name for id_, key in keys.items()}
    titles = dict(
        zip(*(dataset.songs.column(name).to_pylist() for name in ("song_id", "title")), strict=True)
    )
    color_of = dict(zip(dataset.column("song_id"), dataset.column("color"), strict=True))
    blocks: dict[str, list[Block]] = {}
    said: dict[str, list[str]] = {}
    predicted: dict[str, ClassKey | None] = {}
    for one in explained:
        for song in one.songs:
            own = song.example
            blocks.setdefault(own.song_id, []).extend(song_blocks(song, keys))
            truth = " and ".join(names.get(name, name) for name in own.truth) or "unlabeled"
            what = names.get(own.said, own.said)
            said.setdefault(own.song_id, []).append(
                f"{one.target}: a model that never saw this song says {what} "
                f"({own.probability:.0%}); the label says {truth}."
            )
            predicted.setdefault(own.song_id, keys.get(own.said))
    return tuple(
        SongPage(
            song_id,
            titles.get(song_id) or song_id,
            tuple(blocks[song_id]),
            keys.get(color_of.get(song_id) or ""),
            predicted[song_id],
            " ".join(said[song_id]),
        )
        for song_id in sorted(blocks)
    )


def _write_attributions(path: Path, explained: Sequence[TargetExplained]) -> None:
    rows = [
        row
        for one in explained
        for song in one.songs
        for found in (*song.attributions.values(), *song.inside)
        for row in found.rows()
    ]
    pq.write_table(pa.Table.from_pylist(rows, schema=_ATTRIBUTIONS), path, compression="zstd")


_TEXT, _REAL, _WHOLE = pa.string(), pa.float64(), pa.int32()
_ATTRIBUTIONS = pa.schema(
    [
        *((name, _TEXT) for name in ("segment_id", "target", "class", "method", "kind", "label")),
        ("track", _WHOLE),
        *((name, _REAL) for name in ("start_s", "end_s", "low_hz", "high_hz")),
        *((name, _WHOLE) for name in ("pitch", "start_char", "end_char")),
        *((name, _REAL) for name in ("score", "error")),
    ]
)
