"""``dataset.json``: what a dataset says of itself."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from rebracket.core.errors import InputError
from rebracket.dataset.migrate import SCHEMA, migrated

__all__ = ["SCHEMA", "damaged_files", "data_hash_of", "meta_text", "read_meta", "write_meta"]

FILE_NAME = "dataset.json"


def _inside(name: str) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise ValueError("leaves the dataset's folder")
    return name


class _File(BaseModel):
    bytes: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class _Counts(BaseModel):
    songs: int
    segments: int
    rows: int


class _Meta(BaseModel):
    """The keys that readers rely on."""

    model_config = ConfigDict(extra="allow")
    data_hash: str = Field(min_length=16)
    ontology: dict[str, Any]
    options: dict[str, Any]
    sources: dict[str, str]
    counts: _Counts
    problems: list[dict[str, Any]]
    files: dict[Annotated[str, AfterValidator(_inside)], _File]


def read_meta(folder: Path) -> dict[str, Any]:
    """The content of ``dataset.json``, as the present schema has it.

    Raises:
        InputError: where there is none, it cannot be read, or it is of a schema not known here.
    """
    place = folder / FILE_NAME
    if not place.is_file():
        raise InputError(
            f"{folder}: found no dataset.json, expected a dataset; make one with 'rebracket build'"
        )
    try:
        content: dict[str, Any] = json.loads(place.read_text("utf-8"))
        schema = content["schema"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(
            f"{place}: found no readable dataset ({_first_line(error)}); build it anew"
        ) from error
    try:
        content = migrated(content)
    except (KeyError, TypeError) as error:
        raise InputError(
            f"{place}: found schema {schema!r}, expected {SCHEMA!r}; {_advice(schema)}"
        ) from error
    try:
        _Meta.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        raise InputError(
            f"{place}: {key}: found {first['msg']}; remove the dataset and build it anew"
        ) from error
    return content


def _advice(schema: object) -> str:
    known, found = re.fullmatch(r"(.+)/(\d+)", SCHEMA), re.fullmatch(r"(.+)/(\d+)", str(schema))
    if known and found and known[1] == found[1] and int(found[2]) > int(known[2]):
        return "it is newer than this rebracket: use the one that wrote it"
    return "this is no dataset of rebracket; remove it and build it anew"


def data_hash_of(content: dict[str, Any]) -> str:
    """SHA-256 over all that a description says but the hash itself.

    Every file is in it by its own hash, so it names the content of the whole dataset. In schema 1
    the versions of libraries were no part of it.
    """
    left_out = ("data_hash", "versions") if content["schema"] == "rebracket.dataset/1" else ("data_hash",)
    hashed = {name: value for name, value in content.items() if name not in left_out}
    return hashlib.sha256(json.dumps(hashed, sort_keys=True).encode()).hexdigest()


def meta_text(content: dict[str, Any]) -> str:
    """The one way in which a description is written; any other text is damage."""
    return json.dumps(content, indent=1, ensure_ascii=False)


def write_meta(folder: Path, content: dict[str, Any]) -> None:
    """Writes ``dataset.json``; ``data_hash`` must be in the content."""
    (folder / FILE_NAME).write_text(meta_text(content), "utf-8")


def damaged_files(folder: Path, meta: dict[str, Any]) -> list[str]:
    """Files that are not there or not of their size; for their content see ``verify``."""
    return [name for name, file in meta["files"].items() if _size(folder / name) != file["bytes"]]


def _size(path: Path) -> int | None:
    return path.stat().st_size if path.is_file() else None


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
