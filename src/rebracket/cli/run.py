"""``run``: the main job, stage by stage; finished stages are reused."""

from __future__ import annotations

import hashlib
import json as json_
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rebracket.cli.audit import audit_targets, audits_of
from rebracket.cli.catalogue import Ontology, read
from rebracket.cli.modalities import tell_modalities
from rebracket.cli.models import AllowUnhealthy, answered, check_inputs, class_lines, score_table
from rebracket.cli.output import Json, exit_status, print_document, print_problems, progress_bar
from rebracket.core.errors import InputError, MissingExtraError, RefusedError, UnhealthyError, UsageError

if TYPE_CHECKING:
    from rebracket.catalogue import Catalogue
    from rebracket.core import Problem
    from rebracket.dataset import Dataset
    from rebracket.training import Recipe

__all__ = ["run"]

_RECIPES = ("binary", "multiclass")
_WITHOUT_TEXT = ("audio",)  # where no song has a concept, the default recipes have nothing to read


def run(
    catalogue: Annotated[Path, typer.Argument(help="A folder of songs.")],
    out: Annotated[Path, typer.Argument(help="The folder for dataset, runs and report.")],
    recipe: Annotated[list[str] | None, typer.Option(help="Recipes, by default binary, multiclass.")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="key=value for every recipe.")] = None,
    ontology: Ontology = None,
    allow_unhealthy: AllowUnhealthy = False,
    explained: Annotated[
        int, typer.Option(min=0, help="How many songs of each target are explained; 0: none.")
    ] = 4,
    json: Json = False,
) -> int:
    """Do the main job: check, build, audit, train, evaluate, explain, report; again: only what changed."""
    names, overrides = tuple(recipe or ()), tuple(set_ or ())
    job = _Job(catalogue, out, names, overrides, ontology, allow_unhealthy, explained, quiet=json)
    job.run()
    if json:
        print_document("run", job.document())
    else:
        job.tell()
    return exit_status(job.problems)


@dataclass
class _Stage:
    """A stage as it went: ``done``, ``reused``, or ``skipped`` with the reason told."""

    name: str
    status: str = "done"
    seconds: float = 0.0


@dataclass
class _Job:
    """The stages in order, and what they leave."""

    catalogue: Path
    out: Path
    recipes: tuple[str, ...]
    overrides: tuple[str, ...]
    ontology: Path | None
    allow_unhealthy: bool
    n_explained: int
    quiet: bool
    stages: list[_Stage] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    runs: list[Path] = field(default_factory=list)

    def run(self) -> None:
        from rebracket.training import load_recipe

        recipes = [load_recipe(name, self.overrides) for name in self.recipes or _RECIPES]
        _check_names(recipes)
        content = self._check()
        if not self.recipes and not any(song.concept for song in content.songs):
            self._say(f"  no song has a concept: recipe {', '.join(_WITHOUT_TEXT)}, from what is heard")
            recipes = [load_recipe(name, self.overrides) for name in _WITHOUT_TEXT]
        dataset = self._build(content)
        for recipe in recipes:  # all are looked at before the first is trained
            check_inputs(recipe, dataset)
            for line in class_lines(recipe, dataset):
                self._say(line)
        self._audit(dataset, [target for recipe in recipes for target in recipe.targets])
        for recipe in recipes:
            folder = self.out / "runs" / recipe.name
            if self._train(recipe, dataset, folder):
                self._evaluate(recipe, dataset, folder)
                self._explain(recipe, dataset, folder)
                self.runs.append(folder)
        self._report(dataset)

    @contextmanager
    def _stage(self, name: str) -> Iterator[tuple[_Stage, Callable[[int, int], None]]]:
        """Times a stage, draws its progress, tells how it went."""
        stage, started = _Stage(name), time.monotonic()
        with progress_bar(name) as progress:
            yield stage, progress
        stage.seconds = round(time.monotonic() - started, 3)
        self.stages.append(stage)
        self._say(f"{stage.name}: {stage.status}, {stage.seconds:.1f} s")

    def _say(self, line: str) -> None:
        typer.echo(line, err=self.quiet)

    def _check(self) -> Catalogue:
        with self._stage("check"):
            content = read(self.catalogue, self.ontology)
        self.problems += content.problems
        print_problems(content.problems, to_stderr=True)
        return content

    def _build(self, content: Catalogue) -> Dataset:
        from rebracket.dataset import build, open_dataset

        with self._stage("build") as (stage, progress):
            made = build(content, self.out / "dataset", progress=progress)
            stage.status = "done" if made.rebuilt else "reused"
        self.problems += made.problems
        print_problems(made.problems, to_stderr=True)
        self._say(f"  {made.songs} songs, {made.segments} segments, {made.rows} rows")
        return open_dataset(made.dataset)

    def _audit(self, dataset: Dataset, targets: list[str]) -> None:
        with self._stage("audit") as (stage, progress):
            if not audit_targets(dataset, targets, self.out / "audit", progress):
                stage.status = "reused"

    def _train(self, recipe: Recipe, dataset: Dataset, folder: Path) -> bool:
        """False where these data have nothing for the recipe to learn."""
        from rebracket.training import train

        with self._stage(f"train {recipe.name}") as (stage, progress):
            try:
                if _is_current(folder, recipe, dataset, self.allow_unhealthy):
                    stage.status = "reused"
                else:
                    made = train(recipe, dataset, folder, progress, self.allow_unhealthy)
                    for line in (*made.remarks, *(one.line() for one in made.health.values())):
                        self._say(f"  {line}")
            except UnhealthyError:
                raise  # a target may be skipped, but what says nothing is not to be overlooked
            except RefusedError as error:
                stage.status = "skipped"
                self._say(f"  {error}")
        return stage.status != "skipped"

    def _evaluate(self, recipe: Recipe, dataset: Dataset, folder: Path) -> None:
        from rebracket.evaluation import evaluate, is_evaluated

        with self._stage(f"evaluate {recipe.name}") as (stage, progress):
            if is_evaluated(dataset, recipe, folder):
                stage.status = "reused"
            else:
                evaluate(dataset, recipe, folder, lambda _, done, total: progress(done, total))

    def _explain(self, recipe: Recipe, dataset: Dataset, folder: Path) -> None:
        """Skipped, with a line, where it is not wanted, not installed, or no song can be held out."""
        from rebracket.explain.of_run import FOLDER, Wanted, explain_run, is_explained
        from rebracket.training import open_run

        run, out = open_run(folder), folder / FOLDER
        wanted = Wanted(n_songs=self.n_explained, maps=not self.runs)  # the dataset is the same for all
        with self._stage(f"explain {recipe.name}") as (stage, progress):
            if not self.n_explained:
                stage.status = "skipped"
            elif is_explained(run, out, wanted):
                stage.status = "reused"
            else:
                try:
                    explain_run(run, dataset, out, wanted, lambda _, done, total: progress(done, total))
                except (RefusedError, MissingExtraError) as error:
                    stage.status = "skipped"
                    self._say(f"  {error}")

    def _report(self, dataset: Dataset) -> None:
        report, mark = self.out / "report.html", self.out / "report.made-from"
        with self._stage("report") as (stage, progress):
            made_from = self._fingerprint(dataset)
            if report.is_file() and mark.is_file() and mark.read_text() == made_from:
                stage.status = "reused"
                return
            from rebracket.cli.report import write_report
            from rebracket.features import segment_blocks

            segment_ids, blocks = segment_blocks(dataset)
            audits = list(audits_of(self.out / "audit").values())
            self._cards(dataset, audits)
            write_report(dataset, self.runs, blocks, segment_ids, report, audits=audits, progress=progress)
            mark.write_text(made_from)

    def _cards(self, dataset: Dataset, audits: list[dict[str, Any]]) -> None:
        """A card in each run, with what was found of its targets, and the sheet of the data."""
        from rebracket.evaluation.cards import write_data_sheet, write_model_card
        from rebracket.training import open_run

        for path, document in zip(self.runs, self._evaluations(), strict=True):
            own = [audit for audit in audits if audit["target"] in document["targets"]]
            write_model_card(path, open_run(path).recipe.model_dump(mode="json"), document, own)
        write_data_sheet(self.out / "DATASHEET.md", dataset.path, self.runs, audits)

    def _fingerprint(self, dataset: Dataset) -> str:
        """Hash of all that the report is made from."""
        from rebracket import __version__

        found = [(path / "evaluation.json").read_text("utf-8") for path in self.runs]
        found += [json_.dumps(own["made_from"]) for own in self._explanations().values()]
        content = json_.dumps([__version__, dataset.data_hash, found, audits_of(self.out / "audit")])
        return hashlib.sha256(content.encode()).hexdigest()

    def document(self) -> dict[str, Any]:
        """The body of the document ``rebracket.run/1``; paths are relative to OUT."""
        return {
            "stages": [{"name": s.name, "status": s.status, "seconds": s.seconds} for s in self.stages],
            "dataset": "dataset",
            "runs": [path.relative_to(self.out).as_posix() for path in self.runs],
            "bundle": None,
            "report": "report.html",
        }

    def _evaluations(self) -> list[dict[str, Any]]:
        return [json_.loads((path / "evaluation.json").read_text("utf-8")) for path in self.runs]

    def _explanations(self) -> dict[Path, dict[str, Any]]:
        """{page: document} of the runs that say why."""
        from rebracket.explain.of_run import FOLDER, read_explanation
        from rebracket.training import open_run

        found = {path / FOLDER / "index.html": read_explanation(open_run(path)) for path in self.runs}
        return {page: content for page, content in found.items() if content is not None}

    def tell(self) -> None:
        """The table of results, the verdicts, and where the report is."""
        documents = self._evaluations()
        for document in audits_of(self.out / "audit").values():
            typer.echo(f"audit: {document['verdict']}")
        if documents:
            score_table(documents)
            typer.echo("")
        for document in documents:
            for name, target in document["targets"].items():
                typer.echo(f"{name}: " + " ".join(target["verdict"]))
            tell_modalities(document)
        if not answered(documents):
            typer.echo(
                "These data cannot answer anything about songs that are held out; see the lines above."
            )
        for page, content in self._explanations().items():
            typer.echo(f"\nwhy {content['recipe']}: {page}", nl=False)
        typer.echo(f"\nreport: {self.out / 'report.html'}")


def _check_names(recipes: list[Recipe]) -> None:
    names = [recipe.name for recipe in recipes]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(
                f"--recipe: found the name {name!r} twice, expected one run a name; set name: in one"
            )


def _is_current(folder: Path, recipe: Recipe, dataset: Dataset, allow_unhealthy: bool) -> bool:
    """Whether a run's folder holds this recipe, trained on these data, with encoders that may be used."""
    from rebracket.training import open_run
    from rebracket.training.gate import went_on_unhealthy
    from rebracket.training.places import from_run
    from rebracket.training.versions import named_versions

    if not allow_unhealthy and went_on_unhealthy(folder):
        return False
    try:
        found = open_run(folder)
        for target in found.targets:
            found.fitted(target)  # weights that cannot be read are trained again
        if from_run(found.recipe, folder) != from_run(recipe, folder):
            return False
        now = named_versions(recipe)
    except InputError:
        return False
    is_read_alike = all(found.encoders.get(name, version) == version for name, version in now.items())
    return is_read_alike and found.data_hash == dataset.data_hash
