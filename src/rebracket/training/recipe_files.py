"""Recipes on disk: those that are shipped, and files of one's own."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from rebracket.core.errors import UsageError
from rebracket.training.recipe import Recipe

__all__ = ["load_recipe", "shipped_recipes"]

_MAX_BYTES = 100_000


def shipped_recipes() -> dict[str, str]:
    """The recipes that come with the package: {name: YAML text}, sorted by name."""
    folder = files("rebracket") / "recipes"
    found = sorted((item for item in folder.iterdir() if item.name.endswith(".yaml")), key=lambda i: i.name)
    return {item.name.removesuffix(".yaml"): item.read_text("utf-8") for item in found}


def load_recipe(name_or_path: str, overrides: Sequence[str] = ()) -> Recipe:
    """Reads a shipped recipe by name or any recipe by path, with values changed as `key=value`.

    Raises:
        UsageError: for a recipe that is not there, a key that does not exist (names the nearest), a
            value that cannot be, an override that is not `key=value`.
    """
    text, place = _text_of(name_or_path)
    values = _mapping(text, place)
    values.setdefault("name", place.removesuffix(".yaml").removesuffix(".yml"))
    for override in overrides:
        key, value = _override(override)
        values[key] = value
    return _recipe(values, place)


def _text_of(name_or_path: str) -> tuple[str, str]:
    """The YAML text and the file's name."""
    path = Path(name_or_path)
    if path.suffix not in (".yaml", ".yml") and len(path.parts) <= 1:
        shipped = shipped_recipes()
        if name_or_path in shipped:
            return shipped[name_or_path], f"{name_or_path}.yaml"
        names = ", ".join(shipped)
        raise UsageError(
            f"found no recipe {name_or_path!r}{_nearest(name_or_path, shipped)}; there are {names}"
        )
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise UsageError(f"{path.name}: found more than {_MAX_BYTES} bytes, expected a recipe")
        return path.read_text("utf-8"), path.name
    except (OSError, ValueError) as error:
        raise UsageError(f"{path.name}: found {_first_line(error)}, expected a recipe in YAML") from error


def _mapping(text: str, place: str) -> dict[str, Any]:
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UsageError(f"{place}: found {_first_line(error)}, expected a recipe in YAML") from error
    if not isinstance(content, dict) or not isinstance(node, yaml.MappingNode):
        raise UsageError(f"{place}: found {type(content).__name__}, expected keys such as 'targets: [color]'")
    keys = [key.value for key, _ in node.value]
    if twice := next((key for key in keys if keys.count(key) > 1), None):
        raise UsageError(f"{place}: found the key {twice!r} twice")
    return {str(key): value for key, value in content.items()}


def _override(text: str) -> tuple[str, Any]:
    key, sign, value = text.partition("=")
    if not sign or not key.strip():
        raise UsageError(f"--set: found {text!r}, expected key=value, such as epochs=20")
    try:
        return key.strip(), yaml.safe_load(value)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UsageError(f"--set {key}: found {_first_line(error)}, expected a value") from error


def _recipe(values: dict[str, Any], place: str) -> Recipe:
    known = list(Recipe.model_fields)
    for key in values:
        if key not in known:
            raise UsageError(f"{place}: found key {key!r}{_nearest(key, known)}; keys are {', '.join(known)}")
    try:
        return Recipe.model_validate(values)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        key = ".".join(str(part) for part in errors[0]["loc"][:1])
        # Of several ways to write a value, the one that went furthest is what was meant.
        first = max((one for one in errors if one["loc"][:1] == errors[0]["loc"][:1]), key=_depth)
        if not key:
            raise UsageError(f"{place}: {first['msg'].removeprefix('Value error, ')}") from error
        found = "nothing" if first["type"] == "missing" else repr(values.get(key))
        raise UsageError(
            f"{place}: {key}: found {found:.80}, expected: {first['msg'].removeprefix('Value error, ')}"
        ) from error


def _depth(error: Any) -> int:
    return len(error["loc"])


def _nearest(name: str, names: Sequence[str] | dict[str, str]) -> str:
    near = difflib.get_close_matches(name, list(names), n=1, cutoff=0.5)
    return f", did you mean {near[0]!r}?" if near else ""


def _first_line(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return (str(error).splitlines() or [type(error).__name__])[0]
