"""``audit``: what a dataset can say of a target, and what it never can."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rebracket.cli.output import Json, print_document, print_table, progress_bar

if TYPE_CHECKING:
    from collections.abc import Callable

    from rebracket.dataset import Dataset

__all__ = ["audit", "audited", "is_fatal"]


def audit(
    dataset: Annotated[Path, typer.Argument(help="A built dataset.")],
    target: Annotated[str, typer.Option(help="What is to be predicted, such as color.")],
    claim: Annotated[
        str, typer.Option(help="PROTOCOL or PROTOCOL=SCORE: rows, segments, songs, albums, modes.")
    ] = "songs",
    inputs: Annotated[
        str | None, typer.Option(help="What the claimed model reads, by commas: text, spectral, histogram.")
    ] = None,
    run: Annotated[
        list[Path] | None, typer.Option(help="Evaluated runs on it; the best is what is claimed.")
    ] = None,
    json: Json = False,
) -> int:
    """Say what can be learned of a target, what is a leak, and what these data can never answer."""
    from rebracket.dataset import open_dataset
    from rebracket.evaluation.audit import Claim

    asked = Claim.parse(claim)
    read = None if inputs is None else [name.strip() for name in inputs.split(",") if name.strip()]
    with progress_bar("audit") as progress:
        document = audited(open_dataset(dataset), target, asked, read, run or [], progress)
    if json:
        print_document("audit", document)
    else:
        _tell(document)
    return int(is_fatal(document))


def audited(
    dataset: Dataset,
    target: str,
    claim: Any = None,
    inputs: list[str] | None = None,
    runs: list[Path] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """The body of the document ``rebracket.audit/1`` of a target of a dataset."""
    from rebracket.evaluation.audit import audit_dataset

    return audit_dataset(dataset, target, claim, inputs=inputs, runs=runs or [], progress=progress)


def is_fatal(document: dict[str, Any]) -> bool:
    """Whether the claim cannot stand as it is worded."""
    return any(finding["severity"] == "fatal" for finding in document["findings"])


def _tell(document: dict[str, Any]) -> None:
    """Findings by severity, the scores, the cheapest cheat, and what may be said."""
    findings = [
        [one["severity"], one["code"], one["evidence"]["found"], one["advice"]]
        for one in document["findings"]
    ]
    claim, tests = document["claim"], document["tests"]
    title = f"{document['target']}, claim {claim['protocol']}; {tests} tests, corrected together"
    print_table(["severity", "code", "found", "what to do"], findings, title=title)
    typer.echo("")
    _tell_scores(document["scores"])
    for key, heading in _LISTS.items():
        if document[key]:
            typer.echo(f"\n{heading}")
            for line in document[key]:
                typer.echo(f"  - {line}")
    typer.echo(f"\n{document['verdict']}")


_LISTS = {
    "may_claim": "What may be claimed:",
    "may_not_claim": "What may not be claimed:",
    "would_settle": "What would settle it:",
}


def _tell_scores(scores: list[dict[str, Any]]) -> None:
    rows = []
    for one in scores:
        score = one["accuracy"]
        cell = f"{score['value']:.2f} [{score['low']:.2f}, {score['high']:.2f}]"
        protocol = (
            f"{one['protocol']} (leaky)" if one["protocol"] in ("rows", "segments") else one["protocol"]
        )
        rows.append([one["name"], protocol, cell, {True: "yes", False: "no", None: "–"}[one["reaches"]]])
    print_table(["procedure", "protocol", "accuracy, 95 % interval", "reaches the claim"], rows)
