"""What a section does in the form, read from the name its maker gave it."""

from __future__ import annotations

import re

__all__ = ["ROLES", "section_role"]

# Longest first where one name holds another ("pre-chorus" before "chorus").
ROLES = (
    "pre-chorus",
    "chorus",
    "verse",
    "bridge",
    "breakdown",
    "interlude",
    "instrumental",
    "intro",
    "outro",
    "solo",
    "coda",
)
_SAME = {"prechorus": "pre-chorus", "refrain": "chorus", "introduction": "intro", "ending": "outro"}


def section_role(name: str) -> str | None:
    """``Verse 2`` → ``verse``; None for a name that tells no role, which is a masked target.

    >>> section_role("Pre-Chorus 1")
    'pre-chorus'
    """
    folded = re.sub(r"[\s_-]+", "-", name.strip().casefold())
    for word, role in _SAME.items():
        folded = re.sub(rf"(?<![a-z]){word}(?![a-z])", role, folded)
    return next((role for role in ROLES if re.search(rf"(?<![a-z]){role}(?![a-z])", folded)), None)
