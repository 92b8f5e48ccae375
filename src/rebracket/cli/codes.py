"""What ``check --explain`` says."""

from __future__ import annotations

import difflib
from typing import Any

import typer

from rebracket.cli.output import print_document, print_table
from rebracket.core.errors import UsageError

__all__ = ["ALL_CODES", "print_explained"]

ALL_CODES = "list"


def print_explained(code: str, json: bool) -> int:
    """Prints what a code means, how it comes about and what to do; ``list`` prints all codes."""
    from rebracket.catalogue import CODES

    if code != ALL_CODES and code not in CODES:
        near = difflib.get_close_matches(code, CODES, n=1)
        expected = f"perhaps {near[0]!r}" if near else f"a code, or {ALL_CODES!r} for all of them"
        raise UsageError(f"--explain: found {code!r}, expected {expected}")
    entries = [_entry(name) for name in (CODES if code == ALL_CODES else (code,))]
    if json:
        print_document("codes", {"codes": sorted(entries, key=lambda entry: entry["code"])})
    elif code == ALL_CODES:
        print_table(
            ["code", "severity", "meaning"], [[e["code"], e["severity"], e["meaning"]] for e in entries]
        )
    else:
        entry = entries[0]
        typer.echo(f"{entry['code']} ({entry['severity']})\n\n{entry['meaning']}")
        typer.echo(f"{entry['more']}\n\nWhat to do: {entry['fix']}.")
    return 0


def _entry(name: str) -> dict[str, Any]:
    from rebracket.catalogue import CODES, EXPLAINED

    code = CODES[name]
    return {
        "code": name,
        "severity": code.severity.value,
        "meaning": code.meaning,
        "more": EXPLAINED[name],
        "fix": code.fix,
    }
