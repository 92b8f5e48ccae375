"""What an audit is asked, and what it finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rebracket.core.errors import UsageError
from rebracket.segments import LEAKY

__all__ = ["LEAKY", "PROTOCOLS", "SEVERITIES", "Claim", "Finding", "percent"]

SEVERITIES = ("fatal", "warning", "note")
PROTOCOLS = (*LEAKY, "songs", "albums", "modes", "sealed")


@dataclass(frozen=True, slots=True)
class Claim:
    """What is claimed: a protocol, and the accuracy it is said to have given; None for the best there is."""

    protocol: str = "songs"
    score: float | None = None

    @classmethod
    def parse(cls, text: str) -> Claim:
        """Reads ``PROTOCOL`` or ``PROTOCOL=SCORE``.

        Raises:
            UsageError: for another protocol, or a score that is no share.
        """
        protocol, _, written = text.partition("=")
        if protocol not in PROTOCOLS:
            raise UsageError(f"--claim: found {protocol!r}, expected one of {', '.join(PROTOCOLS)}")
        if not written and "=" not in text:
            return cls(protocol)
        try:
            score = float(written)
        except ValueError:
            score = -1.0
        if not 0 <= score <= 1:
            raise UsageError(f"--claim: found the score {written!r}, expected a share from 0 to 1, as 0.55")
        return cls(protocol, score)

    @property
    def is_leaky(self) -> bool:
        """Whether rows of one song may be on both sides of what is claimed."""
        return self.protocol in LEAKY

    def __str__(self) -> str:
        return f"{self.protocol} (leaky)" if self.is_leaky else self.protocol


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that an audit found.

    Args:
        code: its name, whose meaning stays.
        severity: fatal (the claim cannot stand as it is worded), warning or note.
        found: what was found, in a sentence a musician understands.
        evidence: figures and names behind it, as plain data.
        advice: what to do.
        denies: what may not be claimed because of it; None where nothing is denied.
    """

    code: str
    severity: str
    found: str
    evidence: Mapping[str, Any]
    advice: str
    denies: str | None = None

    def __post_init__(self) -> None:
        if self.severity not in SEVERITIES:
            raise ValueError(f"severity: found {self.severity!r}, expected one of {SEVERITIES}")

    def as_dict(self) -> dict[str, Any]:
        """Plain data, as in the audit's document."""
        evidence = {"found": self.found, **self.evidence}
        return {"code": self.code, "severity": self.severity, "evidence": evidence, "advice": self.advice}


def percent(share: float) -> str:
    """A share as people read it.

    >>> percent(0.525)  # as the tables round
    '53%'
    """
    return f"{100 * float(f'{share:.2f}'):.0f}%"
