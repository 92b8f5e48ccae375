"""``explain``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rebracket.cli.models import Moved, dataset_of
from rebracket.cli.output import Json, print_document, print_table, progress_bar
from rebracket.core.errors import UsageError

__all__ = ["explain"]

Targets = Annotated[list[str] | None, typer.Option("--target", help="Some of the run's targets.")]


def explain(
    run: Annotated[Path, typer.Argument(help="The folder of a run.")],
    out: Annotated[Path | None, typer.Option(help="The folder to write; by default RUN/explanation.")] = None,
    target: Targets = None,
    songs: Annotated[int, typer.Option(min=1, help="How many songs of each target are explained.")] = 8,
    umap: Annotated[bool, typer.Option(help="Lay the segments out by UMAP as well.")] = False,
    maps: Annotated[bool, typer.Option(help="Lay out and measure the dataset as a whole, too.")] = True,
    dictionary: Annotated[
        bool, typer.Option(help="Look for what else there is by a sparse dictionary, not by clusters.")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="Of what is sampled, and of the models.")] = 0,
    moved: Moved = None,
    json: Json = False,
) -> None:
    """Show, play and check why a run's models say what they say, on songs they have never seen."""
    from rebracket.explain.of_run import Wanted, explain_run
    from rebracket.training import open_run

    opened = open_run(run)
    if target and len(set(target)) < len(target):
        raise UsageError("--target: found a target twice")
    folder = run / "explanation" if out is None else out
    methods = ("PCA", "t-SNE", "UMAP") if umap else ("PCA", "t-SNE")
    finder = "dictionary" if dictionary else "clusters"
    wanted = Wanted(tuple(target or ()), songs, seed, methods, finder, maps)
    with progress_bar("explaining") as progress:
        found = explain_run(
            opened,
            dataset_of(opened, moved),
            folder,
            wanted,
            lambda _, done, total: progress(done, total),
        )
    if json:
        print_document("explain", {"run": str(run), "explanation": str(folder), **found.as_dict()})
        return
    rows = [
        [one.target, own.kind, own.method, _cell(own.faithfulness), own.n_songs]
        for one in found.targets
        for own in one.fidelity
    ]
    columns = ["target", "units", "method", "faithfulness, nats", "songs"]
    print_table(columns, rows, title="Is it true of the model? 95 % interval by song")
    typer.echo(f"\n{found.first_sentence}")
    for name, why in found.without.items():
        typer.echo(f"not done: {name}: {why}")
    typer.echo(f"\npage: {folder / 'index.html'}")


def _cell(interval: object) -> str:
    low, value, high = (getattr(interval, name, None) for name in ("low", "value", "high"))
    return "–" if value is None else f"{value:.2f} [{low:.2f}, {high:.2f}]"
