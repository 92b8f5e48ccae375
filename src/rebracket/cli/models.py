"""``train``, ``evaluate`` and ``report``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rebracket.cli.output import Json, print_document, print_table, progress_bar
from rebracket.core.errors import InputError

if TYPE_CHECKING:
    from rebracket.dataset import Dataset
    from rebracket.training import Recipe, Run

__all__ = ["answered", "check_inputs", "class_lines", "evaluate", "report", "score_table", "train"]

Moved = Annotated[Path | None, typer.Option("--dataset", help="Where its dataset is now, if it moved.")]


def train(
    recipe: Annotated[str, typer.Argument(help="A shipped recipe, or a YAML file.")],
    dataset: Annotated[Path, typer.Argument(help="A built dataset.")],
    out: Annotated[Path, typer.Option(help="The folder of the run.")],
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="key=value, instead of the recipe's.")
    ] = None,
    json: Json = False,
) -> None:
    """Train the models of a recipe; what they are worth is what 'evaluate' says."""
    from rebracket.dataset import open_dataset
    from rebracket.training import load_recipe
    from rebracket.training import train as train_recipe

    loaded, opened = load_recipe(recipe, set_ or []), open_dataset(dataset)
    check_inputs(loaded, opened)
    for line in class_lines(loaded, opened):
        typer.echo(line, err=json)
    with progress_bar("epochs") as progress:
        made = train_recipe(loaded, opened, out, progress=progress)
    if json:
        document = {
            "run": str(out),
            "targets": list(made.targets),
            "best_epoch": made.best_epoch,
            "seconds": made.seconds,
        }
        print_document("train", document)
    else:
        typer.echo(f"{out}: trained {', '.join(made.targets)}; next: rebracket evaluate {out}")


def evaluate(
    run: Annotated[Path, typer.Argument(help="The folder of a run.")],
    moved: Moved = None,
    json: Json = False,
) -> int:
    """Show what a run is evidence of: rows against songs held out, beside the cheapest baselines."""
    from rebracket.evaluation import evaluate as evaluate_recipe
    from rebracket.training import open_run

    opened = open_run(run)
    with progress_bar("folds") as progress:
        document = evaluate_recipe(
            _dataset_of(opened, moved), opened.recipe, run, lambda _, done, total: progress(done, total)
        )
    if json:
        print_document("evaluate", {key: value for key, value in document.items() if key != "schema"})
    else:
        score_table([document])
        for name, target in document["targets"].items():
            typer.echo(f"\n{name}: " + " ".join(target["verdict"]))
    return int(not answered([document]))


def answered(documents: list[dict[str, Any]]) -> bool:
    """Whether these data could answer anything about songs that are held out."""
    targets = [target for document in documents for target in document["targets"].values()]
    return any("metrics" in target["protocols"]["songs"] for target in targets)


def check_inputs(recipe: Recipe, dataset: Dataset) -> None:
    """Raises UsageError for a text column that the dataset does not have, before anything is trained."""
    from rebracket.features import text_bank

    if recipe.text is not None:
        text_bank(dataset, "tfidf", recipe.text_fields)


def class_lines(recipe: Recipe, dataset: Dataset) -> Iterator[str]:
    """What there is to learn from, before it is learned: a line a target."""
    from rebracket.core.errors import RefusedError
    from rebracket.training import class_distribution, load_target

    for name in recipe.targets:
        try:
            target = load_target(dataset, name)
        except RefusedError as error:
            yield f"  skipped: {error}"
            continue
        classes = (f"{c['name']} {c['songs']} ({c['rows']})" for c in class_distribution(dataset, target))
        yield f"  {name}, songs (rows) of each class: {', '.join(classes)}"


def _dataset_of(run: Run, moved: Path | None) -> Dataset:
    """The dataset a run was trained on; its numbers would mean nothing on another."""
    from rebracket.dataset import open_dataset

    dataset = open_dataset(moved or run.dataset)
    if dataset.data_hash != run.data_hash:
        raise InputError(
            f"{run.path}: was trained on data {run.data_hash[:12]}…, found {dataset.data_hash[:12]}… in "
            f"{dataset.path}; train it again, or name its dataset with --dataset"
        )
    return dataset


def score_table(documents: list[dict[str, Any]]) -> None:
    """Accuracy of model and baselines under both protocols, with intervals and what stands behind."""
    rows: list[list[Any]] = []
    for document in documents:
        for name, target in document["targets"].items():
            songs = target["protocols"]["songs"]
            if "metrics" not in songs:
                rows.append([document["run"], name, "–", f"undefined: {songs['undefined']}", "", None, None])
                continue
            of_model = {p: target["protocols"][p]["metrics"]["accuracy"] for p in ("rows", "songs")}
            scores = {"model": of_model} | {
                key: {p: value[p]["accuracy"] for p in ("rows", "songs")}
                for key, value in target["baselines"].items()
            }
            for key, pair in scores.items():
                cells = [f"{s['value']:.2f} [{s['low']:.2f}, {s['high']:.2f}]" for s in pair.values()]
                rows.append([document["run"], name, key, *cells, songs["n_songs"], songs["n_albums"]])
    columns = ["run", "target", "procedure", "rows (leaky)", "songs held out", "songs", "albums"]
    print_table(columns, rows, title="Accuracy, 95 % interval")


def report(
    runs: Annotated[list[Path], typer.Argument(help="Folders of evaluated runs on one dataset.")],
    out: Annotated[Path, typer.Option(help="The HTML file to write.")] = Path("report.html"),
    moved: Moved = None,
    json: Json = False,
) -> None:
    """Write one offline HTML file: the catalogue as a map one can hear, and the evidence."""
    from rebracket.cli.report import write_report
    from rebracket.features import segment_blocks
    from rebracket.training import open_run

    for run in runs:
        if not (run / "evaluation.json").is_file():
            raise InputError(f"{run}: found no evaluation; first: rebracket evaluate {run}")
    datasets = [_dataset_of(open_run(run), moved) for run in runs]
    opened = datasets[0]
    for run, other in zip(runs, datasets, strict=True):
        if other.data_hash != opened.data_hash:
            raise InputError(f"{run}: was trained on other data than {runs[0]}; a report is of one dataset")
    segment_ids, blocks = segment_blocks(opened)
    with progress_bar("excerpts") as progress:
        written = write_report(opened, runs, blocks, segment_ids, out, progress=progress)
    if json:
        print_document("report", {"report": str(written), "runs": [str(run) for run in runs]})
    else:
        typer.echo(f"report: {written}")
