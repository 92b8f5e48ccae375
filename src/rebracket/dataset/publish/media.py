"""Media as they are shared: linked where nothing is left out, else written anew, a row group at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq

from rebracket.dataset.publish.consent import Withheld

__all__ = ["Linked", "share_part"]

Linked = Callable[[str, str, str], str]
"""From a tier, a medium's id and the ending of its file to the place of the file below the address."""


def share_part(
    source: Path,
    target: Path,
    tier: str,
    left_out: Withheld,
    *,
    url: str | None,
    audio_out: Path | None,
    place: Linked,
) -> None:
    """Writes what may be shared of a part; no file where nothing may.

    Args:
        url: writes links below this address instead of the audio.
        audio_out: with ``url``, a folder that gets the files that the links name.
    """
    writer: pq.ParquetWriter | None = None
    with pq.ParquetFile(source) as part:
        for group in range(part.num_row_groups):
            table = part.read_row_group(group)
            kept = [left_out.keeps(id_, tier) for id_ in table.column("media_id").to_pylist()]
            table = table.filter(pa.array(kept, pa.bool_()))
            if not len(table):
                continue
            if url is not None and "audio" in table.column_names:
                table = _with_links(table, tier, url, audio_out, place)
            if writer is None:
                target.parent.mkdir(parents=True, exist_ok=True)
                writer = pq.ParquetWriter(target, table.schema, compression="none", use_dictionary=False)
            writer.write_table(table)
    if writer is not None:
        writer.close()


def _with_links(table: pa.Table, tier: str, url: str, audio_out: Path | None, place: Linked) -> pa.Table:
    linked = []
    ids = table.column("media_id").to_pylist()
    for media_id, audio in zip(ids, table.column("audio").to_pylist(), strict=True):
        linked.append(None if audio is None else _link(audio, media_id, tier, url, audio_out, place))
    field = table.schema.field("audio")
    return table.set_column(table.schema.get_field_index("audio"), field, pa.array(linked, field.type))


def _link(
    audio: dict[str, Any], media_id: str, tier: str, url: str, audio_out: Path | None, place: Linked
) -> dict[str, Any]:
    if audio["bytes"] is None:
        return audio  # a link already
    name = place(tier, media_id, PurePosixPath(audio["path"]).suffix)
    if audio_out is not None:
        path = audio_out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(audio["bytes"])
    return {"bytes": None, "path": f"{url.rstrip('/')}/{quote(name)}"}
