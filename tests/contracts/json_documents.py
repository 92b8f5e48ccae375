"""The shapes of the JSON that the verbs print, and how a document is held against its shape."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

FOLDER = Path(__file__).parent
_PARTS = "parts"  # what several documents hold; no document itself
# Keys whose values are keyed by names of the data: any key may be there, none must.
_OF_DATA = {"shares", "songs_of_class"}
_OF_HEALTH = {"codec", "explained", "explained_of_all", "health", "joint"}
_BY_NAME = {"baselines", "best_epoch", "estimates", "media", "paired", "permutation", "targets"} | _OF_DATA
_BY_NAME |= _OF_HEALTH | {"flips", "without"}


@lru_cache
def schemas() -> dict[str, Any]:
    """The schema of each verb's document."""
    return {name: content for name, content in _schema_files().items() if name != _PARTS}


@lru_cache
def _schema_files() -> dict[str, Any]:
    return {path.stem: json.loads(path.read_text("utf-8")) for path in (FOLDER / "schemas").glob("*.json")}


def example(verb: str) -> Any:
    """A document of the verb, written by hand."""
    return json.loads((FOLDER / "examples" / f"{verb}.json").read_text("utf-8"))


def parse(text: str) -> Any:
    """Reads JSON as the standard has it: one document, and neither NaN nor Infinity."""

    def refuse(constant: str) -> NoReturn:
        raise ValueError(f"found {constant}, which is no JSON")

    return json.loads(text, parse_constant=refuse)


def errors(verb: str, document: Any) -> list[str]:
    """Where a document is not of the shape of its verb."""
    return [f"{error.json_path}: {error.message}" for error in _validator(verb).iter_errors(document)]


@lru_cache
def _validator(verb: str) -> Draft202012Validator:
    resources = [(f"{name}.json", Resource.from_contents(s)) for name, s in _schema_files().items()]
    return Draft202012Validator(schemas()[verb], registry=Registry().with_resources(resources))


def is_of_shape(verb: str, document: Any) -> bool:
    """Whether a document is of the shape of its verb; the first error is enough to tell."""
    return _validator(verb).is_valid(document)


def fixed_objects(document: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Paths of all objects in a document whose keys the shape lists."""
    if isinstance(document, dict):
        open_ = (path[-1:] and path[-1] in _BY_NAME) or path[-2:-1] in (("baselines",), ("paired",))
        open_ = open_ or (path[:1] == ("findings",) and path[-1:] == ("evidence",))  # each code its own
        if not open_:
            yield path
        for key, value in document.items():
            yield from fixed_objects(value, (*path, key))
    elif isinstance(document, list):
        for index, value in enumerate(document):
            yield from fixed_objects(value, (*path, index))


def changed(document: Any, path: tuple[str | int, ...], key: str, *, remove: bool) -> Any:
    """A copy whose object at the path lacks a key, or has one more; what is beside the path is shared."""
    copied = copy.copy(document)
    if path:
        copied[path[0]] = changed(document[path[0]], path[1:], key, remove=remove)
    elif remove:
        del copied[key]
    else:
        copied[key] = None
    return copied


def at(document: Any, path: tuple[str | int, ...]) -> Any:
    """What stands at a path."""
    for step in path:
        document = document[step]
    return document
