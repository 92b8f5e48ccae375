"""Songs that are one to every split, since they share content: near-duplicates joined into groups.

The groups stand among the options of a build and so in the data hash: what was learned on the splits
before is refused on those after, and a later build keeps them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

__all__ = ["joined", "merged_songs"]


def merged_songs(meta: Mapping[str, Any], songs: Collection[str] | None = None) -> dict[str, str]:
    """The group of each song that was joined with others, as a description names it.

    Args:
        songs: those that there are; a group of which only one is left is none any more.
    """
    groups: dict[str, str] = meta["options"].get("merged", {})
    held = {song: group for song, group in groups.items() if songs is None or song in songs}
    members = list(held.values())
    return {song: group for song, group in sorted(held.items()) if members.count(group) > 1}


def joined(*several: Mapping[str, str]) -> dict[str, str]:
    """One group for all that any of these groupings connects, named by its first song."""
    members: list[set[str]] = []
    for groups in several:
        for group in set(groups.values()):
            own = {song for song, name in groups.items() if name == group}
            touched = [held for held in members if held & own]
            members = [held for held in members if not held & own] + [own.union(*touched)]
    return dict(sorted((song, min(held)) for held in members if len(held) > 1 for song in held))
