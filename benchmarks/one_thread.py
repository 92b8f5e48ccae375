"""Figures that a benchmark makes in a process of its own, with one thread."""

from __future__ import annotations

import json
import os
import subprocess
import sys

__all__ = ["in_one_thread", "three_digits"]

_ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}


def in_one_thread(module: str, function: str, *arguments: str) -> dict[str, float]:
    """What a function of a module returns, by name, to three digits: nothing before it has warmed anything.

    Raises:
        CalledProcessError: where it fails.
    """
    script = f"import json, {module} as b; print(json.dumps(b.{function}(*{arguments!r})))"
    said = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | _ONE_THREAD,
    )
    found: dict[str, float] = json.loads(said.stdout.splitlines()[-1])
    return {name: three_digits(value) for name, value in found.items()}


def three_digits(value: float) -> float:
    """A number to three digits."""
    return float(f"{value:.3g}")
