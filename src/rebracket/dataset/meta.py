"""``dataset.json``: what a dataset says of itself."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from rebracket.core.errors import InputError

__all__ = ["SCHEMA", "damaged_files", "read_meta"]

SCHEMA = "rebracket.dataset/1"


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
    options: dict[str, str]
    sources: dict[str, str]
    counts: _Counts
    problems: list[dict[str, Any]]
    files: dict[Annotated[str, AfterValidator(_inside)], _File]


def read_meta(folder: Path) -> dict[str, Any]:
    """The content of ``dataset.json``.

    Raises:
        InputError: where there is none, it cannot be read, or it is of another schema.
    """
    place = folder / "dataset.json"
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
    if schema != SCHEMA:
        raise InputError(
            f"{place}: found schema {schema!r}, expected {SCHEMA!r}; use the rebracket that wrote it"
        )
    try:
        _Meta.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        raise InputError(
            f"{place}: {key}: found {first['msg']}; remove the dataset and build it anew"
        ) from error
    return content


def damaged_files(folder: Path, meta: dict[str, Any]) -> list[str]:
    """Files that are not there or not of their size; for their content see ``verify``."""
    return [name for name, file in meta["files"].items() if _size(folder / name) != file["bytes"]]


def _size(path: Path) -> int | None:
    return path.stat().st_size if path.is_file() else None


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
