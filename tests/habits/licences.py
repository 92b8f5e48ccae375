"""Which licence a package is under, and whether a core dependency may be."""

from __future__ import annotations

import re
from email.message import Message
from importlib.metadata import Distribution, distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

__all__ = ["closure", "judge", "licence_of"]

_COPYLEFT = re.compile(r"\bA?GPL|\b(affero|gnu) general public", re.IGNORECASE)
_LESSER = re.compile(r"\bLGPL|lesser general public|library general public", re.IGNORECASE)
# "GPL-3.0 WITH GCC-exception": runtime libraries of a compiler bind nobody who links them.
_EXCEPTION = re.compile(r"\S*GPL\S*\s+WITH\s+\S*exception\S*", re.IGNORECASE)
_FREE = re.compile(
    r"\b(0BSD|apache|boost|BSD|BSL-1|CC0|ISC|LGPL|lesser general public|MIT|MPL|mozilla public|PSF|"
    r"python software foundation|public domain|unlicense|zlib)\b",
    re.IGNORECASE,
)


def judge(licence: str | None) -> str | None:
    """Why a core dependency may not be under this licence; None where it may.

    >>> judge("GPL-3.0-only")
    'is copyleft'
    """
    if not licence or not licence.strip():
        return "names no licence"
    reasons = [_judge_alternative(part) for part in re.split(r"\bOR\b", licence)]
    return None if None in reasons else reasons[0]


def _judge_alternative(licence: str) -> str | None:
    plain = _EXCEPTION.sub("", licence)
    if any(_COPYLEFT.search(part) and not _LESSER.search(part) for part in re.split(r"\bAND\b|;", plain)):
        return "is copyleft"
    return None if _FREE.search(licence) else "is not known"


def licence_of(metadata: Message) -> str | None:
    """The SPDX expression, else the classifiers, else the first line of the free text.

    In that order, because a free text may be that of everything a wheel carries.
    """
    if expression := metadata.get("License-Expression"):
        return str(expression)
    classifiers = [c for c in metadata.get_all("Classifier") or [] if c.startswith("License :: ")]
    named = [c.rpartition(" :: ")[2] for c in classifiers if c != "License :: OSI Approved"]
    if named:
        return "; ".join(named)
    text = str(metadata.get("License") or "").strip()
    return text.splitlines()[0] if text else None


def closure(root: str, extra: str = "") -> dict[str, Distribution]:
    """A package with all that it requires, and what that requires, on this machine."""
    found: dict[str, Distribution] = {}
    waiting = [(root, extra)]
    done = set()
    while waiting:
        name, with_extra = waiting.pop()
        if (name, with_extra) in done:
            continue
        done.add((name, with_extra))
        found[name] = distribution(name)
        for text in found[name].requires or []:
            required = Requirement(text)
            if required.marker is None or required.marker.evaluate({"extra": with_extra}):
                extras = ("", *sorted(required.extras))
                waiting += [(canonicalize_name(required.name), wanted) for wanted in extras]
    return found
