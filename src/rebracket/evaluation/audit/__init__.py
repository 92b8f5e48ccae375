"""What a dataset can say of a target, and what it never can."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from rebracket.evaluation.audit.audit import audit
from rebracket.evaluation.audit.checks import CHECKS
from rebracket.evaluation.audit.finding import Claim, Finding

if TYPE_CHECKING:
    from rebracket.evaluation.audit.of_dataset import audit_dataset

__all__ = ["CHECKS", "Claim", "Finding", "audit", "audit_dataset"]


def __getattr__(name: str) -> Any:
    """Loads what reads datasets and runs when it is first used: an audit of numbers needs no torch."""
    if name == "audit_dataset":
        return import_module("rebracket.evaluation.audit.of_dataset").audit_dataset
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
