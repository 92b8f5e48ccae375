"""A manifest's YAML as a small tree that remembers where each value stands.

Built from the parser's events without recursion, so that depth, aliases and tags are refused before
they can do harm. Values stay text: what a key's value means is decided where the key is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from rebracket.catalogue.found import Found, Place, shown

__all__ = ["Fields", "Items", "Scalar", "Value", "parse_yaml"]

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MAX_DEPTH = 20
_MAX_ALIASES, _MAX_VALUES = 100, 50_000  # the longest real manifest has under 1,000 values
_TOO_DEEP = f"nesting deeper than {_MAX_DEPTH}"
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text; ``plain`` where it is not quoted."""

    text: str
    plain: bool
    at: Place

    @property
    def is_null(self) -> bool:
        return self.plain and self.text in _NULLS


@dataclass(slots=True)
class Items:
    """A list of values."""

    at: Place
    values: list[Value] = field(default_factory=list)


@dataclass(slots=True)
class Fields:
    """A mapping of keys to values; ``keys`` tells where each key stands."""

    at: Place
    values: dict[str, Value] = field(default_factory=dict)
    keys: dict[str, Place] = field(default_factory=dict)


Value = Scalar | Items | Fields


class _RefusedYamlError(Exception):
    """A part of YAML that a manifest has no need of."""

    def __init__(self, what: str, at: Place) -> None:
        super().__init__(what)
        self.what = what
        self.at = at


def parse_yaml(text: str, found: Found) -> Fields | None:
    """The mapping that a YAML text holds; None, with the problem in ``found``, where it holds none."""
    try:
        top = _build(yaml.parse(text, Loader=_LOADER), found)
    except _RefusedYamlError as refused:
        found.add("yaml-refused", refused.what, "plain YAML", at=refused.at)
        return None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = _place(mark) if mark else None
        reason = error.problem or error.context or "a fault"
        if "nesting depth" in reason:  # libyaml's own bound, met while it reads ahead of our events
            found.add("yaml-refused", _TOO_DEEP, "plain YAML", at=at)
        else:
            found.add("yaml-invalid", reason, "valid YAML", at=at)
        return None
    except (yaml.YAMLError, ValueError) as error:
        reason = (str(error).splitlines() or ["a fault"])[0]
        found.add("yaml-invalid", shown(reason), "valid YAML")
        return None
    if not isinstance(top, Fields):
        what = "nothing" if top is None else "no mapping"
        found.add("yaml-invalid", what, "keys with values", at=top.at if top else Place(1, 1))
        return None
    return top


def _place(mark: Any) -> Place:
    """PyYAML's two parsers have marks of unrelated types, both with a line and a column from 0."""
    return Place(mark.line + 1, mark.column + 1)


def _build(events: Iterator[yaml.Event], found: Found) -> Value | None:
    """The tree of the first document."""
    builder = _Builder(found)
    for event in events:
        builder.take(event)
    return builder.top


class _Builder:
    """Holds the collections that are open, the outermost first, and the key each mapping waits with."""

    def __init__(self, found: Found) -> None:
        self.top: Value | None = None
        self._found = found
        self._open: list[Items | Fields] = []
        self._keys: list[Scalar | None] = []
        self._anchors: dict[str, Scalar] = {}
        self._documents = self._aliases = self._values = 0

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._take_scalar(event)
        elif isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
            self._start(event)
        elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
            self._open.pop()
            self._keys.pop()
        elif isinstance(event, yaml.AliasEvent):
            self._take_alias(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise _RefusedYamlError("a second document", _place(event.start_mark))

    def _take_scalar(self, event: yaml.ScalarEvent) -> None:
        at = _place(event.start_mark)
        if event.tag is not None:
            raise _RefusedYamlError(f"the tag {shown(event.tag)}", at)
        scalar = Scalar(event.value, not event.style, at)  # None or empty, by parser
        if event.anchor is not None:
            self._anchors[event.anchor] = scalar
        self._put(scalar)

    def _take_alias(self, event: yaml.AliasEvent) -> None:
        at = _place(event.start_mark)
        if event.anchor not in self._anchors:
            raise _RefusedYamlError(f"the alias {shown(str(event.anchor))} of no single value before it", at)
        self._aliases += 1
        if self._aliases > _MAX_ALIASES:
            raise _RefusedYamlError(f"more than {_MAX_ALIASES} aliases", at)
        original = self._anchors[event.anchor]
        self._put(Scalar(original.text, original.plain, at))

    def _start(self, event: yaml.SequenceStartEvent | yaml.MappingStartEvent) -> None:
        at = _place(event.start_mark)
        if event.tag is not None:
            raise _RefusedYamlError(f"the tag {shown(event.tag)}", at)
        if len(self._open) >= _MAX_DEPTH:
            raise _RefusedYamlError(_TOO_DEEP, at)
        value = Items(at) if isinstance(event, yaml.SequenceStartEvent) else Fields(at)
        self._put(value)
        self._open.append(value)
        self._keys.append(None)

    def _put(self, value: Value) -> None:
        """Places a value in the innermost open collection, as a key where a mapping waits for one."""
        self._values += 1
        if self._values > _MAX_VALUES:
            raise _RefusedYamlError(f"more than {_MAX_VALUES} values", value.at)
        if not self._open:
            self.top = value
            return
        into, key = self._open[-1], self._keys[-1]
        if isinstance(into, Items):
            into.values.append(value)
        elif key is None:
            if not isinstance(value, Scalar):
                raise _RefusedYamlError("a key that is a list or mapping", value.at)
            self._keys[-1] = value
        else:
            self._keys[-1] = None
            if key.text in into.values:
                self._found.add("key-twice", shown(key.text), "each key once", at=key.at)
            into.values[key.text], into.keys[key.text] = value, key.at
