"""``croissant.json``: the dataset for machines that search data sets, as MLCommons Croissant 1.0.

Source: MLCommons, "Croissant Format Specification", version 1.0 (2024).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from rebracket.dataset.tables import TableFiles

__all__ = ["croissant"]

_PARQUET = "application/x-parquet"
_VERSION = "http://mlcommons.org/croissant/1.0"
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_KEYS = {"segments": "row_id", "songs": "song_id"}


def croissant(
    folder: Path,
    tables: Sequence[TableFiles],
    meanings: Mapping[str, str],
    *,
    name: str,
    description: str,
    license: str | None,  # noqa: A002  the word of the vocabulary
    cite: str | None,
    url: str | None,
) -> str:
    """The text of ``croissant.json``.

    Args:
        folder: of the dataset; single files are hashed there.
        tables: which tables lie there.
        meanings: of columns by name.
        license: an identifier or address; None where none was stated, and then the key is not there.
        url: where the dataset is published; None while it is not.
    """
    content: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "name": name,
        "description": description,
        "conformsTo": _VERSION,
        "license": license,
        "citeAs": cite,
        "url": url,
        "keywords": ["music", "multimodal", "rebracketing"],
        "distribution": _distribution(folder, tables, url),
        "recordSet": [_record_set(table, meanings) for table in tables],
    }
    said = {key: value for key, value in content.items() if value is not None}
    return json.dumps(said, indent=1, ensure_ascii=False) + "\n"


def _distribution(folder: Path, tables: Sequence[TableFiles], url: str | None) -> list[dict[str, Any]]:
    described = [
        _file(folder, table) if table.is_one_file else _files(table, in_repository=url is not None)
        for table in tables
    ]
    return described if url is None else [_repository(url), *described]


def _repository(url: str) -> dict[str, Any]:
    """The published repository; its own hashes stand where Git keeps them."""
    return {
        "@type": "cr:FileObject",
        "@id": "repository",
        "name": "repository",
        "description": "The repository on the hub.",
        "contentUrl": url,
        "encodingFormat": "git+https",
        "sha256": "https://github.com/mlcommons/croissant/issues/80",
    }


def _file(folder: Path, table: TableFiles) -> dict[str, Any]:
    with (folder / table.pattern).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "@type": "cr:FileObject",
        "@id": f"{table.name}-file",
        "name": f"{table.name}-file",
        "contentUrl": table.pattern,
        "encodingFormat": _PARQUET,
        "sha256": digest,
    }


def _files(table: TableFiles, *, in_repository: bool) -> dict[str, Any]:
    described: dict[str, Any] = {
        "@type": "cr:FileSet",
        "@id": f"{table.name}-files",
        "name": f"{table.name}-files",
        "encodingFormat": _PARQUET,
        "includes": table.pattern,
    }
    return {**described, "containedIn": {"@id": "repository"}} if in_repository else described


def _record_set(table: TableFiles, meanings: Mapping[str, str]) -> dict[str, Any]:
    key = _KEYS.get(table.name)
    described: dict[str, Any] = {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "field": [_field(table, field, meanings.get(field.name, "")) for field in table.schema],
    }
    return described if key is None else {**described, "key": {"@id": f"{table.name}/{key}"}}


def _field(table: TableFiles, field: pa.Field, meaning: str) -> dict[str, Any]:
    source = f"{table.name}-file" if table.is_one_file else f"{table.name}-files"
    kind = "fileObject" if table.is_one_file else "fileSet"
    repeated = pa.types.is_list(field.type) or pa.types.is_large_list(field.type)
    described: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{table.name}/{field.name}",
        "name": field.name,
        "description": meaning,
        "dataType": _data_type(field),
        "source": {kind: {"@id": source}, "extract": {"column": field.name}},
    }
    return {**described, "repeated": True} if repeated else described


def _data_type(field: pa.Field) -> str:
    kind = field.type.value_type if pa.types.is_list(field.type) else field.type
    if pa.types.is_struct(kind):
        return "sc:AudioObject" if field.name == "audio" else "sc:Text"
    if pa.types.is_boolean(kind):
        return "sc:Boolean"
    if pa.types.is_integer(kind):
        return "sc:Integer"
    if pa.types.is_floating(kind):
        return "sc:Float"
    return "sc:Text"
