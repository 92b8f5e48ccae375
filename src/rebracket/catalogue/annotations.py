"""What a manifest says beside the music: rebracketing in sections, consent of players, estimates."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rebracket.catalogue import values
from rebracket.catalogue.found import Found, Place, shown
from rebracket.catalogue.tree import Fields, Items, Scalar, Value
from rebracket.core.rebracketing import Rebracketing
from rebracket.core.song import Player
from rebracket.ontology import Ontology

__all__ = [
    "SAID_KEYS",
    "WrittenPlayer",
    "known_types",
    "players",
    "read_estimated",
    "read_player",
    "read_players",
    "read_rebracketing",
    "read_said",
]

# Key of the manifest, also by the name of its column in the dataset, to the field it is.
_SCALARS = {
    "intensity": "intensity",
    "coverage": "coverage",
    "uncertainty": "uncertainty",
    "ontological_uncertainty": "uncertainty",
    "fluidity": "fluidity",
    "boundary_fluidity": "fluidity",
    "complexity": "complexity",
    "temporal_complexity": "complexity",
    "memory_discrepancy": "memory_discrepancy",
}
SAID_KEYS = ("type", "types", *_SCALARS)
_NONE = frozenset({"none", "no", "false"})  # an annotator found none, which is a label as well
_EXPECTED = "a type, a list of types, or a mapping with type and intensity"


@dataclass(frozen=True, slots=True)
class WrittenPlayer:
    """A player as written, in a track or in the list of players."""

    player: Player
    at: Place


def read_rebracketing(fields: Fields, key: str, found: Found) -> Rebracketing | None:
    """An annotation: one type, several, or a mapping; ``none`` and an empty list say there is none."""
    value = fields.values.get(key)
    if value is None or (isinstance(value, Scalar) and value.is_null):
        return None
    if not isinstance(value, Fields):
        types = _types(value, key, found)
        return None if types is None else Rebracketing(types)
    values.check_keys(value, ("annotator", *SAID_KEYS), found)
    return read_said(value, values.read_text(value, "annotator", found), found)


def read_said(fields: Fields, annotator: str | None, found: Found) -> Rebracketing | None:
    """What the keys ``SAID_KEYS`` of a mapping say; None where they say nothing."""
    scalars: dict[str, float | None] = {}
    for name, field in _SCALARS.items():
        number = values.read_number(fields, name, found, low=0, high=1)
        scalars[field] = number if number is not None else scalars.get(field)
    types = None
    for name in ("type", "types"):
        written = fields.values.get(name)
        if written is not None and not (isinstance(written, Scalar) and written.is_null):
            types = _types(written, name, found) if types is None else types
    said = Rebracketing(types, **scalars, annotator=annotator)
    return said if said != Rebracketing(annotator=annotator) else None


def _types(value: Value, key: str, found: Found) -> tuple[str, ...] | None:
    written = value.values if isinstance(value, Items) else [value]
    names: dict[str, None] = {}
    for item in written:
        if not isinstance(item, Scalar):
            found.add("value-invalid", f"{key}: no text", _EXPECTED, at=item.at)
            return None
        if item.text.strip().casefold() not in _NONE:
            names[item.text.strip()] = None
    return tuple(name for name in names if name)


def known_types(written: Rebracketing, ontology: Ontology, found: Found, at: Place) -> Rebracketing:
    """The annotation with the ontology's types; one that it does not have becomes its ``other_type``."""
    if written.types is None:
        return written
    known = {name.casefold(): name for name in (*ontology.types, ontology.other_type)}
    types: dict[str, None] = {}
    for name in written.types:
        if name.casefold() not in known:
            near = difflib.get_close_matches(name[:100].casefold(), known, n=1, cutoff=0.75)
            expected = f"one of {', '.join(known.values())}" + (f"; perhaps {near[0]!r}" if near else "")
            found.add("type-unknown", f"the type {shown(name)}", expected, at=at)
        types[known.get(name.casefold(), ontology.other_type)] = None
    return replace(written, types=tuple(types))


def read_player(fields: Fields, found: Found) -> WrittenPlayer | None:
    """The player of a track: a name, with ``consent`` beside it or both in a mapping."""
    value = fields.values.get("player")
    inner = value if isinstance(value, Fields) else None
    if inner is not None:
        values.check_keys(inner, ("name", "consent"), found)
    name = values.read_text(inner, "name", found) if inner else values.read_text(fields, "player", found)
    consent = values.read_flag(inner, "consent", found) if inner else None
    beside = values.read_flag(fields, "consent", found)
    if name is None:
        return None
    return WrittenPlayer(Player(name, beside if consent is None else consent), fields.at)


def read_players(fields: Fields, key: str, found: Found) -> tuple[WrittenPlayer, ...]:
    """The list of players, each a mapping of ``name`` and ``consent``."""
    listed = []
    for item in values.read_items(fields, key, found):
        values.check_keys(item, ("name", "consent"), found)
        if name := values.read_text(item, "name", found):
            listed.append(WrittenPlayer(Player(name, values.read_flag(item, "consent", found)), item.at))
        else:
            found.add("value-invalid", f"{key}: a player without name", "name and consent", at=item.at)
    return tuple(listed)


def players(written: Sequence[WrittenPlayer], found: Found) -> tuple[Player, ...]:
    """Each player once, in order of name, of whom it is known whether they agreed.

    Names that differ in case alone are one player, shown as first written. Whoever refused anywhere
    has refused.
    """
    known: dict[str, Player] = {}
    for each in written:
        player, key = each.player, each.player.name.casefold()
        before = known.setdefault(key, player)
        if player.consent is None or before.consent == player.consent:
            continue
        if before.consent is not None:
            what = f"consent given and refused for {shown(player.name)}"
            found.add("consent-differs", what, "one answer", at=each.at)
        known[key] = replace(before, consent=bool(player.consent and before.consent is not False))
    told = (player for player in known.values() if player.consent is not None)
    return tuple(sorted(told, key=lambda player: player.name))


def read_estimated(fields: Fields, key: str, found: Found) -> tuple[tuple[str, float], ...]:
    """Names of keys whose values are estimates, each with its confidence in [0, 1]."""
    value = fields.values.get(key)
    if value is None or (isinstance(value, Scalar) and value.is_null):
        return ()
    if not isinstance(value, Fields):
        found.add("value-invalid", f"{key}: no mapping", "keys with a confidence each", at=value.at)
        return ()
    read = {name: values.read_number(value, name, found, low=0, high=1) for name in value.values}
    return tuple((name, confidence) for name, confidence in read.items() if confidence is not None)
