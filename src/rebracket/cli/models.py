"""``train``, ``evaluate`` and ``report``."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rebracket.cli.modalities import cell, tell_modalities
from rebracket.cli.output import Json, print_document, print_table, progress_bar
from rebracket.core.errors import InputError, UsageError

if TYPE_CHECKING:
    from rebracket.dataset import Dataset
    from rebracket.training import Recipe, Run

__all__ = [
    "AllowUnhealthy",
    "Moved",
    "answered",
    "check_inputs",
    "class_lines",
    "dataset_of",
    "evaluate",
    "report",
    "score_table",
    "train",
]

Moved = Annotated[Path | None, typer.Option("--dataset", help="Where its dataset is now, if it moved.")]


class Plan(StrEnum):
    """Kinds of machines that a plan can be for."""

    GPU = "gpu"


AllowUnhealthy = Annotated[
    bool, typer.Option("--allow-unhealthy", help="Go on where an encoder's vectors say nothing.")
]


def train(
    recipe: Annotated[str, typer.Argument(help="A shipped recipe, or a YAML file.")],
    dataset: Annotated[Path, typer.Argument(help="A built dataset.")],
    out: Annotated[Path, typer.Option(help="The folder of the run.")],
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="key=value, instead of the recipe's.")
    ] = None,
    allow_unhealthy: AllowUnhealthy = False,
    plan: Annotated[
        Plan | None, typer.Option(help="Train nothing: write what a rented machine needs into OUT.plan.")
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
    if plan is not None:
        _tell_plan(loaded, opened, out, json)
        return
    with progress_bar("epochs") as progress:
        made = train_recipe(loaded, opened, out, progress=progress, allow_unhealthy=allow_unhealthy)
    for line in (*made.remarks, *made.others, *(one.line() for one in made.health.values())):
        typer.echo(f"  {line}", err=json)
    if json:
        document = {
            "run": str(out),
            "targets": list(made.targets),
            "best_epoch": made.best_epoch,
            "health": {modality: one.as_dict() for modality, one in made.health.items()},
            "remarks": list(made.remarks),
            "plan": None,
            "seconds": made.seconds,
        }
        print_document("train", document)
    else:
        typer.echo(f"{out}: trained {', '.join(made.targets)}; next: rebracket evaluate {out}")


def _tell_plan(recipe: Recipe, dataset: Dataset, out: Path, json: bool) -> None:
    from rebracket.training import write_plan

    folder = write_plan(recipe, dataset, out)
    if json:
        document = {"run": str(out), "targets": list(recipe.targets), "best_epoch": {}, "health": {}}
        print_document("train", {**document, "remarks": [], "plan": str(folder), "seconds": 0.0})
    else:
        typer.echo(f"{folder}: copy it and {dataset.path} to a machine with a GPU, and there: bash run.sh")


def evaluate(
    run: Annotated[Path, typer.Argument(help="The folder of a run.")],
    open_seal: Annotated[
        str | None, typer.Option(help="Try it on this sealed album; that it was opened is recorded.")
    ] = None,
    reason: Annotated[
        str | None, typer.Option(help="Why it is opened: stands in every later report.")
    ] = None,
    modalities: Annotated[
        bool, typer.Option(help="Say what each modality adds, where a recipe reads two or more.")
    ] = True,
    effort: Annotated[
        bool, typer.Option(help="Say what a smaller effort reaches, where there is one.")
    ] = True,
    truth: Annotated[
        Path | None, typer.Option(help="The demo's catalogue: its ceilings beside each modality's scores.")
    ] = None,
    moved: Moved = None,
    json: Json = False,
) -> int:
    """Show what a run is evidence of: rows against songs held out, beside the cheapest baselines."""
    from rebracket.evaluation import evaluate as evaluate_recipe
    from rebracket.training import open_run

    if reason is not None and open_seal is None:
        raise UsageError("--reason: found no album to open for it, expected --open-seal ALBUM beside it")
    opened = open_run(run)
    with progress_bar("folds") as progress:
        document = evaluate_recipe(
            dataset_of(opened, moved),
            opened.recipe,
            run,
            lambda _, done, total: progress(done, total),
            modalities=modalities,
            effort=effort,
            truth=truth,
            seal=open_seal,
            reason=reason,
        )
    if json:
        print_document("evaluate", {key: value for key, value in document.items() if key != "schema"})
    else:
        score_table([document])
        for name, target in document["targets"].items():
            typer.echo(f"\n{name}: " + " ".join(target["verdict"]))
        tell_modalities(document)
        for line in _seal_lines(document):
            typer.echo(line)
    return int(not answered([document]))


def _seal_lines(document: dict[str, Any]) -> Iterator[str]:
    """What a sealed album said, and every time one was opened."""
    for name, target in document["targets"].items():
        sealed = target["protocols"]["sealed"]
        if "metrics" in sealed:
            alone = (sealed["never_in_training"] or {}).get("classes", 0)
            but = (
                f"; {alone} of its classes are on no other album, so nothing could learn them"
                if alone
                else ""
            )
            yield f"\n{name}, sealed album: {cell(sealed['metrics'])} on {sealed['n_songs']} songs{but}"
    for one in document["seal_openings"]:
        yield f"opened {one['date']}: album {one['album']}, run {one['run']}: {one['reason']}"


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
            target = load_target(dataset, name, recipe.unknown_types)
        except RefusedError as error:
            yield f"  skipped: {error}"
            continue
        classes = (f"{c['name']} {c['songs']} ({c['rows']})" for c in class_distribution(dataset, target))
        yield f"  {name}, songs (rows) of each class: {', '.join(classes)}"


def dataset_of(run: Run, moved: Path | None) -> Dataset:
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
    """Accuracy of model and baselines by protocol, with intervals and what stands behind.

    Albums have a column where any target can be asked of them.
    """
    albums = any(
        "metrics" in target["protocols"]["albums"]
        for document in documents
        for target in document["targets"].values()
    )
    protocols = ("rows", "songs", "albums") if albums else ("rows", "songs")
    rows: list[list[Any]] = []
    for document in documents:
        for name, target in document["targets"].items():
            songs = target["protocols"]["songs"]
            if "metrics" not in songs:
                nothing = [""] * (len(protocols) - 1)
                why = f"undefined: {songs['undefined']}"
                rows.append([document["run"], name, "–", why, *nothing, None, None])
                continue
            of_model = {p: target["protocols"][p].get("metrics") for p in protocols}
            for key, scores in {"model": of_model, **target["baselines"]}.items():
                cells = [cell(scores.get(protocol)) for protocol in protocols]
                rows.append([document["run"], name, key, *cells, songs["n_songs"], songs["n_albums"]])
    held_out = ["rows (leaky)", "songs held out", "albums held out"][: len(protocols)]
    columns = ["run", "target", "procedure", *held_out, "songs", "albums"]
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
    datasets = [dataset_of(open_run(run), moved) for run in runs]
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
