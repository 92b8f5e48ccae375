"""The constants of the story, read once from ``story.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import yaml

from rebracket.ontology import Ontology, rainbow_table

__all__ = [
    "AXES",
    "CHANNELS_OF_AXES",
    "COLORS",
    "FEELS",
    "NONE",
    "PLAYERS",
    "ROLES",
    "STATES",
    "THEMES",
    "WAYS",
    "Constants",
    "constants",
]

Array = np.ndarray


@dataclass(frozen=True, slots=True)
class Constants:
    """Arrays of the story; D = 6 directions of style, S = 9 states (none, then the types)."""

    axes: dict[str, dict[str, Array]]  # axis, mode: [D]
    own: dict[str, Array]  # color: [D]
    trajectory: Array  # [D]
    drift: Array  # [D]
    emission: dict[str, Array]  # channel: [K, D]
    roles: dict[str, dict[str, Array]]  # role, channel: [K]
    moves: Array  # [roles], chance of any type
    last: Array  # [S, types]
    before: Array  # [S, types]
    role_leaning: Array  # [roles, types]
    ways: dict[str, Array]  # channel: [ways, S]
    habits: Array  # [players, 3]
    names: dict[str, tuple[str, ...]]
    taxonomy: Ontology


@cache
def constants() -> Constants:
    """The constants as arrays; nobody writes to them."""
    held: dict[str, Any] = yaml.safe_load((files("rebracket.demo.story") / "story.yaml").read_text("utf-8"))
    chain = held["chain"]
    return Constants(
        axes={axis: _arrays(modes) for axis, modes in held["axes"].items()},
        own=_arrays(held["own"]),
        trajectory=_array(held["trajectory"]),
        drift=_array(held["drift"]),
        emission={channel: _array(list(rows.values())) for channel, rows in held["emission"].items()},
        roles={role: _arrays(rows) for role, rows in held["roles"].items()},
        moves=_array(list(held["moves"].values())),
        last=_array(chain["last"]),
        before=_array(chain["before"]),
        role_leaning=_array(list(chain["role"].values())),
        ways={channel: _array(list(rows.values())) for channel, rows in held["ways"].items()},
        habits=_array(list(held["players"].values())),
        names=_names(held),
        taxonomy=rainbow_table(),
    )


def _array(values: Any) -> Array:
    made = np.array(values, dtype=np.float64)
    made.setflags(write=False)
    return made


def _arrays(rows: dict[str, Any]) -> dict[str, Array]:
    return {name: _array(row) for name, row in rows.items()}


def _names(held: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    named = {f"emission.{channel}": rows for channel, rows in held["emission"].items()}
    named |= {f"ways.{channel}": rows for channel, rows in held["ways"].items()}
    named |= {name: held[name] for name in ("roles", "players", "axes")}
    return {name: tuple(rows) for name, rows in named.items()}


# The axis whose plane a channel keeps where channels are complementary.
CHANNELS_OF_AXES = {"words": "ontological", "midi": "temporal", "audio": "objectional"}
NONE = 0  # the state of a segment whose boundary stays where it is
_HELD = constants()
COLORS: tuple[str, ...] = tuple(c.id for c in _HELD.taxonomy.colors.values() if not c.open)
STATES: tuple[str | None, ...] = (None, *_HELD.taxonomy.types)
ROLES = _HELD.names["roles"]
AXES = _HELD.names["axes"]
THEMES = _HELD.names["emission.words"]
FEELS = {channel: _HELD.names[f"emission.{channel}"] for channel in ("midi", "audio")}
WAYS = {channel: _HELD.names[f"ways.{channel}"] for channel in ("words", "midi", "audio")}
PLAYERS = _HELD.names["players"]
