"""YAML without what an ontology has no need of: tags, aliases, deep nesting, a key given twice."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import yaml

from rebracket.core.errors import InputError

__all__ = ["parse_plain_yaml"]

_MAX_DEPTH = 20


def parse_plain_yaml(text: str, place: str) -> Any:
    """The plain data that a YAML text holds.

    Aliases are refused because a few of them nested make a value of any size, tags because the safe
    loader itself fails on some with errors of its own.

    Raises:
        InputError: with the place and line, what was found and what was expected.
    """
    try:
        _refuse(text, place)
        return yaml.load(text, Loader=_UniqueKeys)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = "" if mark is None else f":{mark.line + 1}"
        raise InputError(f"{place}{line}: found {error.problem}, expected an ontology in YAML") from error
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        reason = (str(error).splitlines() or ["a fault"])[0]
        raise InputError(f"{place}: found {reason:.200}, expected an ontology in YAML") from error


def _refuse(text: str, place: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            raise InputError(f"{place}:{line}: found the alias *{event.anchor}, expected plain YAML")
        if getattr(event, "tag", None) is not None:
            raise InputError(f"{place}:{line}: found a tag, expected plain YAML")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH:
            raise InputError(f"{place}:{line}: found nesting deeper than {_MAX_DEPTH}, expected plain YAML")


class _UniqueKeys(yaml.SafeLoader):
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            if name in seen:
                raise yaml.constructor.ConstructorError(None, None, f"the key {name!r} twice", key.start_mark)
            seen.add(name)
        return super().construct_mapping(node, deep)
