"""The examples that the help texts show run as they are, one after the other, in an empty folder."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from habits.checkout import verbs

pytestmark = pytest.mark.slow

# Each needs what those before it leave.
_ORDER = (
    *(
        "demo",
        "check",
        "build",
        "info",
        "verify",
        "publish",
        "audit",
        "train",
        "evaluate",
        "explain",
        "report",
        "run",
    ),
    "init",
    *("claims", "move"),
)


def test_every_example_of_the_help_runs(tmp_path: Path) -> None:
    assert set(_ORDER) == set(verbs()), "a verb's example is missing here"
    for verb in _ORDER:
        words = shlex.split((verbs()[verb].epilog or "").removeprefix("Example: "))
        assert words[:2] == ["rebracket", verb]
        command = [sys.executable, "-m", *words]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout}\n{done.stderr}"
        assert done.stdout.strip(), f"{' '.join(words)} said nothing"
        assert "Traceback" not in done.stderr
    assert (tmp_path / "report.html").is_file()
    assert (tmp_path / "out" / "report.html").is_file()
