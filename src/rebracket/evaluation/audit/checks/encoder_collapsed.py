"""Vectors that hardly differ, or that put everything in order of loudness."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rebracket.evaluation.audit.case import Case
from rebracket.evaluation.audit.finding import Finding, percent
from rebracket.features import encoder_health

__all__ = ["check"]

_FEWEST = 3  # contents, before anything can be said of how they differ
_SAID = {
    "collapsed": "hardly differ from each other",
    "loudness-ordered": "follow the loudness and little else",
}


def check(case: Case) -> Iterator[Finding]:
    """A warning for each encoder that is not healthy."""
    facts = _facts(case)
    for name, bank in sorted(case.material.inputs.items()):
        if not isinstance(bank.values, np.ndarray) or len(np.unique(bank.index[bank.present])) < _FEWEST:
            continue
        health = encoder_health(bank, case.labels.songs, facts)
        if health.verdict not in _SAID or health.effective_rank is None or health.first_share is None:
            continue
        yield Finding(
            "encoder-collapsed",
            "warning",
            f"The vectors of {name} {_SAID[health.verdict]} (effective rank "
            f"{health.effective_rank:.1f}, first component {percent(health.first_share)} of the variance).",
            {"encoder": name, "health": health.as_dict()},
            "Use another encoder, or features that are measured; nothing can be learned from these.",
            f"That {name} was given a chance to tell {case.target}.",
        )


def _facts(case: Case) -> dict[str, np.ndarray]:
    """The level of the rows, as `encoder_health` asks for it."""
    production = case.material.columns.get("production", {})
    levels = [values for name, values in production.items() if name.startswith(("level", "loudness"))]
    return {"loudness": levels[0]} if levels else {}
