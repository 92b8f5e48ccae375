"""``audit``: what a dataset can say of a target, and what it never can."""

from __future__ import annotations

import hashlib
import json as json_
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rebracket.cli.output import Json, print_document, print_table, progress_bar
from rebracket.core.errors import RefusedError

if TYPE_CHECKING:
    from rebracket.dataset import Dataset

__all__ = ["audit", "audit_targets", "audits_of"]

_AUDITOR = 1  # raise it when the same data give other findings
_MARK = "made-from"


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
    merge_duplicates: Annotated[
        bool, typer.Option("--merge-duplicates", help="First join songs that share content, for good.")
    ] = False,
    json: Json = False,
) -> int:
    """Say what can be learned of a target, what is a leak, and what these data can never answer."""
    from rebracket.dataset import open_dataset
    from rebracket.evaluation.audit import Claim, audit_dataset

    asked = Claim.parse(claim)
    read = None if inputs is None else [name.strip() for name in inputs.split(",") if name.strip()]
    opened = open_dataset(dataset)
    if merge_duplicates:
        typer.echo(_merged(opened), err=json)
        opened = open_dataset(dataset)
    with progress_bar("audit") as progress:
        document = audit_dataset(opened, target, asked, inputs=read, runs=run or [], progress=progress)
    if json:
        print_document("audit", document)
    else:
        _tell(document)
    return int(any(finding["severity"] == "fatal" for finding in document["findings"]))


def _merged(dataset: Dataset) -> str:
    """Joins songs that share content into groups that no split cuts; says what was done."""
    from rebracket.dataset import merge_songs
    from rebracket.evaluation.duplicates import merged_groups, near_duplicates

    with progress_bar("stems") as progress:
        groups = merged_groups(near_duplicates(dataset, progress=progress))
    merge_songs(dataset.path, groups)
    n_groups = len(set(groups.values()))
    return f"{len(groups)} songs share content and were joined into {n_groups} groups that no split cuts"


def audit_targets(
    dataset: Dataset, targets: Iterable[str], folder: Path, progress: Callable[[int, int], None]
) -> bool:
    """Writes ``folder/<target>.json`` for each target that can be audited; False where all are current."""
    from rebracket.evaluation.audit import audit_dataset
    from rebracket.evaluation.duplicates import near_duplicates

    names = sorted(set(targets))
    if _is_current(dataset, names, folder):
        return False
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARK).unlink(missing_ok=True)
    for stale in folder.glob("*.json"):
        stale.unlink()
    duplicates = near_duplicates(dataset, progress=progress)
    for done, name in enumerate(names):
        progress(done, len(names))
        try:
            body = audit_dataset(dataset, name, duplicates=duplicates)
        except RefusedError:
            continue  # told where its classes are listed
        document = {"schema": "rebracket.audit/1", **body}
        text = json_.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
        (folder / f"{name}.json").write_text(text, "utf-8")
    (folder / _MARK).write_text(_made_from(dataset, names, folder))
    return True


def audits_of(folder: Path) -> dict[str, Any]:
    """The audits that were written to a folder, by target."""
    return {path.stem: json_.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))}


def _is_current(dataset: Dataset, names: list[str], folder: Path) -> bool:
    try:
        return (folder / _MARK).read_text() == _made_from(dataset, names, folder)
    except (OSError, UnicodeDecodeError):
        return False


def _made_from(dataset: Dataset, names: list[str], folder: Path) -> str:
    """Hash of what the audits rest on, and of what was written."""
    from rebracket import __version__
    from rebracket.dataset.seals import openings

    opened = [opening.as_dict() for opening in openings(dataset.path)]
    written = [(path.name, path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))]
    content = json_.dumps([__version__, _AUDITOR, dataset.data_hash, names, opened, written])
    return hashlib.sha256(content.encode()).hexdigest()


def _tell(document: dict[str, Any]) -> None:
    """Findings by severity, the scores, the cheapest cheat, and what may be said."""
    findings = [
        [one["severity"], one["code"], one["evidence"]["found"], one["advice"]]
        for one in document["findings"]
    ]
    title = f"{document['target']}, claim {_leaky(document['claim']['protocol'])}; {document['tests']} tests"
    print_table(["severity", "code", "found", "what to do"], findings, title=title)
    typer.echo("")
    _tell_scores(document["scores"])
    cheat, gained = document["cheapest_cheat"], document["gain"]
    if cheat is not None:
        typer.echo(f"\nCheapest cheat that reaches the claim: {cheat['name']}, {_interval(cheat['score'])}")
    if gained is not None:
        typer.echo(f"What the inputs add to names, counts and production: {_interval(gained['gain'])}")
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
    said = {True: "yes", False: "no", None: "–"}
    rows = [
        [one["name"], _leaky(one["protocol"]), _interval(one["accuracy"]), said[one["reaches"]]]
        for one in scores
    ]
    print_table(["procedure", "protocol", "accuracy, 95 % interval", "reaches the claim"], rows)


def _interval(score: dict[str, float]) -> str:
    return f"{score['value']:.2f} [{score['low']:.2f}, {score['high']:.2f}]"


def _leaky(protocol: str) -> str:
    return f"{protocol} (leaky)" if protocol in ("rows", "segments") else protocol
