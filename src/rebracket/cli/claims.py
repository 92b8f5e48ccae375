"""``claims``: numbers in documents, held to the records they came from."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from rebracket.cli.output import Json, exit_status, print_document, print_problems

__all__ = ["claims"]


class Action(StrEnum):
    """What is done with the claims of documents."""

    CHECK = "check"
    INSERT = "insert"


def claims(
    action: Annotated[Action, typer.Argument(help="Check numbers, or insert what the records say.")],
    files: Annotated[list[Path], typer.Argument(help="Documents, or folders of them (*.md).")],
    records: Annotated[
        list[Path] | None,
        typer.Option(help="A folder of records or a run; by default the nearest records above a document."),
    ] = None,
    json: Json = False,
) -> int:
    """Check that every number in a document is its record's and claims no more; or write it there."""
    from rebracket.evaluation.claims import check_documents, documents_of, insert_claims

    folders = tuple(records or ())
    changed = sum(count for _, count in insert_claims(files, folders)) if action is Action.INSERT else 0
    checked, problems = check_documents(files, folders)
    if json:
        print_document(
            "claims",
            {
                "action": action.value,
                "documents": len(documents_of(files)),
                "claims": checked,
                "changed": changed,
                "problems": [problem.as_dict() for problem in problems],
            },
        )
    else:
        print_problems(problems)
        told = [f"{checked} claims in {len(documents_of(files))} documents", f"{len(problems)} problems"]
        typer.echo(", ".join([*told, f"{changed} changed"] if action is Action.INSERT else told))
    return exit_status(problems)
