"""Reads an ontology from a YAML file; The Rainbow Table ships with the package."""

from __future__ import annotations

import difflib
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

from rebracket.core.errors import InputError
from rebracket.ontology.ontology import Color, Ontology, RebracketingType
from rebracket.ontology.plain_yaml import parse_plain_yaml
from rebracket.ontology.words import is_word

__all__ = ["FILE_NAME", "load_ontology", "ontology_from_dict", "rainbow_table"]

FILE_NAME = "ontology.yaml"  # a catalogue that has one at its top brings its own taxonomy
_MAX_BYTES = 1_000_000
_HEX = re.compile(r"#[0-9A-Fa-f]{6}")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _-]{0,39}")
_AXIS = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
# `hash` stands in the ontology of a dataset; it is computed, never read.
_TOP_KEYS = ("name", "credit", "axes", "colors", "types", "other_type", "markers", "hash")
_COLOR_KEYS = ("id", "name", "hex", "album", "released", "open", "modes", "transmigration")
_TYPE_KEYS = ("name", "boundary", "words")


def rainbow_table() -> Ontology:
    """The taxonomy of nine color albums that ships with rebracket."""
    source = files("rebracket.ontology") / "rainbow_table.yaml"
    name = "rainbow_table.yaml"
    return ontology_from_dict(parse_plain_yaml(source.read_text("utf-8"), name), name)


def load_ontology(path: Path) -> Ontology:
    """Reads somebody's own taxonomy.

    Raises:
        InputError: with the file, what was found and what was expected.
    """
    try:
        if not path.is_file():
            raise InputError(f"{path.name}: found no file, expected an ontology in YAML")
        if path.stat().st_size > _MAX_BYTES:
            raise InputError(f"{path.name}: found more than {_MAX_BYTES} bytes, expected an ontology in YAML")
        text = path.read_text("utf-8")
    except (OSError, ValueError) as error:  # a ValueError: no UTF-8, or no path at all
        raise InputError(f"{path.name}: found {error}, expected an ontology in YAML") from error
    return ontology_from_dict(parse_plain_yaml(text, path.name), path.name)


def ontology_from_dict(content: Any, place: str = "ontology") -> Ontology:
    """An ontology from plain data, such as ``dataclasses.asdict`` makes of one.

    Raises:
        InputError: with the place, what was found and what was expected.
    """
    top = _mapping(content, place, _TOP_KEYS)
    colors = _mapping(top.get("colors"), f"{place}: colors")
    types = _mapping(top.get("types", {}), f"{place}: types")
    made: dict[str, Any] = {
        "name": _text(top.get("name", "unnamed"), f"{place}: name"),
        "credit": _text(top.get("credit", ""), f"{place}: credit"),
        "axes": _axes(top.get("axes"), f"{place}: axes"),
        "colors": {id_: _color(id_, value, f"{place}: colors.{id_}") for id_, value in colors.items()},
        "types": {name: _type(name, value, f"{place}: types.{name}") for name, value in types.items()},
        "other_type": _text(top.get("other_type", "other"), f"{place}: other_type"),
        "markers": _rule_words(top.get("markers", []), f"{place}: markers"),
    }
    try:
        return Ontology(**made)
    except InputError as error:
        raise InputError(f"{place}: {error}") from error


def _axes(value: Any, place: str) -> dict[str, tuple[str, ...]]:
    """The names of axes become names of columns and files, and are held to what both allow."""
    axes = _mapping(value, place)
    for axis in axes:
        if not _AXIS.fullmatch(axis):
            raise InputError(f"{place}: found the name {axis!r}, expected letters, digits or _")
    return {axis: _words(modes, f"{place}.{axis}") for axis, modes in axes.items()}


def _color(id_: str, value: Any, place: str) -> Color:
    fields = _mapping(value, place, _COLOR_KEYS)
    hex_ = _text(fields.get("hex", "#888888"), f"{place}.hex")
    if not _HEX.fullmatch(hex_):
        raise InputError(f"{place}.hex: found {hex_!r}, expected a color such as '#AE1E36'")
    _check_id(id_, fields.get("id", id_), place)
    modes = _mapping(fields.get("modes", {}), f"{place}.modes")
    album, released, open_ = fields.get("album"), fields.get("released"), fields.get("open", False)
    if not (released is None or type(released) is int):
        raise InputError(f"{place}.released: found {_shown(released)}, expected a year")
    if not isinstance(open_, bool):
        raise InputError(f"{place}.open: found {_shown(open_)}, expected true or false")
    return Color(
        id=id_,
        name=_text(fields.get("name", id_), f"{place}.name"),
        hex=hex_,
        modes={axis: _words(names, f"{place}.modes.{axis}") for axis, names in modes.items()},
        album=None if album is None else _text(album, f"{place}.album"),
        released=released,
        open=open_,
        transmigration=_words(fields.get("transmigration", []), f"{place}.transmigration"),
    )


def _type(name: str, value: Any, place: str) -> RebracketingType:
    fields = _mapping(value, place, _TYPE_KEYS)
    _check_id(name, fields.get("name", name), place)
    return RebracketingType(
        name=name,
        boundary=_text(fields.get("boundary", ""), f"{place}.boundary"),
        words=_rule_words(fields.get("words", []), f"{place}.words"),
    )


def _check_id(id_: str, said: Any, place: str) -> None:
    if not _ID.fullmatch(id_):
        raise InputError(f"{place}: found the id {id_!r}, expected letters, digits, space, _ or -")
    if said != id_:
        raise InputError(f"{place}: found {_shown(said)} for its own id, expected {id_!r}")


def _mapping(value: Any, place: str, known: tuple[str, ...] = ()) -> dict[str, Any]:
    """A mapping with text keys, all of them ``known`` where any are named."""
    if not isinstance(value, dict):
        raise InputError(f"{place}: found {_shown(value)}, expected a mapping")
    for key in value:
        if not isinstance(key, str):
            raise InputError(f"{place}: found the key {_shown(key)}, expected text; put it in quotes")
        if known and key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise InputError(f"{place}: found the key {_shown(key)}, expected one of {list(known)}{hint}")
    return value


def _words(value: Any, place: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise InputError(f"{place}: found {_shown(value)}, expected a list of words")
    for word in value:
        if not (isinstance(word, str) and word.strip() and word.isprintable()):
            raise InputError(f"{place}: found {_shown(word)}, expected a word; put numbers in quotes")
    return tuple(value)


def _rule_words(value: Any, place: str) -> tuple[str, ...]:
    """Words that the rule can find in a text: letters, perhaps with an apostrophe, and a last ``*``."""
    words = _words(value, place)
    for word in words:
        if not is_word(word.removesuffix("*")):
            raise InputError(f"{place}: found {_shown(word)}, expected a single word of letters, or word*")
    return words


def _text(value: Any, place: str) -> str:
    if not isinstance(value, str) or any("\ud800" <= sign <= "\udfff" for sign in value):
        raise InputError(f"{place}: found {_shown(value)}, expected text")
    return value


def _shown(value: Any) -> str:
    """A value in a few words; never a whole structure or number, which a hostile file makes huge."""
    return repr(value[:80]) if isinstance(value, str) else type(value).__name__
