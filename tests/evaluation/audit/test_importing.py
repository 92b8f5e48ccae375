"""Audits of numbers are quick to start: nothing that trains models is loaded for them."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("torch", "lightning", "transformers")


def _loaded_after(code: str) -> set[str]:
    tail = f"\nimport sys\nprint(*(name for name in {HEAVY!r} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code + tail], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_the_audit_loads_nothing_that_trains_models() -> None:
    assert not _loaded_after("import rebracket.evaluation.audit, rebracket.evaluation.statistics")


def test_what_reads_runs_is_there_when_it_is_asked_for() -> None:
    code = (
        "from rebracket.evaluation.audit import audit_dataset\n"
        "from rebracket.evaluation import evaluate, is_evaluated\n"
        "from rebracket.evaluation import evaluate as again\n"
        "assert callable(audit_dataset) and callable(is_evaluated) and evaluate is again"
    )
    assert "torch" in _loaded_after(code)
