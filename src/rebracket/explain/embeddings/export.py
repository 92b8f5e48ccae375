"""Coordinates as a table, and vectors for TensorBoard's projector."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from rebracket.explain.embeddings.embeddings import Embeddings

__all__ = ["COORDINATES", "coordinates_table", "write_embeddings"]

COORDINATES: dict[str, tuple[pa.DataType, str]] = {
    "id": (pa.string(), "what was embedded: a segment, or a row where vectors are of stems"),
    "segment_id": (pa.string(), "the segment it is in"),
    "song_id": (pa.string(), "its song"),
    "album_id": (pa.string(), "its album"),
    "method": (pa.string(), "PCA, t-SNE or UMAP"),
    "dimensions": (pa.int32(), "2 or 3"),
    "x": (pa.float64(), "the widest direction of the picture"),
    "y": (pa.float64(), "the second"),
    "z": (pa.float64(), "the third; null in two dimensions"),
}
"""Columns of ``coordinates.parquet``; each grouping follows as ``by_<grouping>``, null where none."""

_CONFIG = """embeddings {
  tensor_name: "vectors"
  tensor_path: "vectors.tsv"
  metadata_path: "metadata.tsv"
}
"""


def write_embeddings(result: Embeddings, folder: Path) -> tuple[Path, ...]:
    """Writes ``coordinates.parquet``, ``vectors.tsv``, ``metadata.tsv`` and ``projector_config.pbtxt``.

    TensorBoard opens the folder as a log directory. Vectors are as given, exact as 32-bit numbers. In the
    metadata line ends and tabs are spaces; no group is an empty cell.

    Returns:
        The files, in this order.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = ("coordinates.parquet", "vectors.tsv", "metadata.tsv", "projector_config.pbtxt")
    paths = tuple(folder / name for name in names)
    pq.write_table(coordinates_table(result), paths[0], compression="zstd")
    lines = ("\t".join(f"{number:.9g}" for number in row) for row in result.vectors)
    for path, text in zip(
        paths[1:], ("".join(f"{line}\n" for line in lines), _metadata(result), _CONFIG), strict=True
    ):
        path.write_bytes(text.encode())
    return paths


def coordinates_table(result: Embeddings) -> pa.Table:
    """One row a projection and vector, columns as `COORDINATES` documents them."""
    columns, count = result.columns, len(result.columns)
    groupings = {f"by_{name}": list(groups) for name, groups in columns.groupings.items()}
    data: dict[str, list[object]] = {name: [] for name in (*COORDINATES, *groupings)}
    for one in result.projections:
        z = one.coordinates[:, 2].tolist() if one.dimensions == 3 else [None] * count
        parts = {
            "id": columns.ids,
            "segment_id": columns.segments,
            "song_id": columns.songs,
            "album_id": columns.albums,
            "method": [one.method] * count,
            "dimensions": [one.dimensions] * count,
            "x": one.coordinates[:, 0].tolist(),
            "y": one.coordinates[:, 1].tolist(),
            "z": z,
            **groupings,
        }
        for name, part in parts.items():
            data[name].extend(part)
    return pa.table(data, schema=_schema(groupings))


def _schema(groupings: dict[str, list[str | None]]) -> pa.Schema:
    known = [pa.field(name, kind, metadata={"meaning": text}) for name, (kind, text) in COORDINATES.items()]
    return pa.schema(
        [*known, *(pa.field(name, pa.string(), metadata={"meaning": "its group"}) for name in groupings)]
    )


def _metadata(result: Embeddings) -> str:
    columns = result.columns
    header = ["id", "segment_id", "song_id", "album_id", *columns.groupings]
    parts = [columns.ids, columns.segments, columns.songs, columns.albums, *columns.groupings.values()]
    rows = [header, *(list(row) for row in zip(*parts, strict=True))]
    return "".join("\t".join(_cell(text) for text in row) + "\n" for row in rows)


def _cell(text: str | None) -> str:
    """On one line and in one cell, whatever stood in it."""
    return "".join(mark for mark in " ".join((text or "").split()) if mark.isprintable())
