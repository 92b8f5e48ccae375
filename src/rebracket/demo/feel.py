"""What a song, and each of its sections, is to sound like; what the composer and the desk are told."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Feel", "Shown"]


@dataclass(frozen=True, slots=True)
class Feel:
    """How music sounds, in shares in [0, 1]; ``attack`` and ``width`` are 0.5 where nothing is said."""

    brightness: float
    density: float
    drive: float
    register: float
    softness: float
    space: float
    grain: float
    body: float
    swing: float
    width: float = 0.5
    attack: float = 0.5


@dataclass(frozen=True, slots=True)
class Shown:
    """What a section's music and sound show, and all that they are made from.

    Args:
        feel: of this section.
        type: the operation that the notes go through, or None.
        shift: by which share of the phrase it moves the boundary.
        softness: how softly.
        gesture: what the desk does, one of ``GESTURES``; ``depth`` in [0, 1] is how much.
        pickup: the type that the end of the section announces, or None.
        motif: degrees of the tune; empty takes the song's own.
    """

    feel: Feel
    type: str | None = None
    shift: float = 0.0
    softness: float = 0.0
    gesture: str = "dry"
    depth: float = 0.5
    pickup: str | None = None
    motif: tuple[int, ...] = ()
