"""A run, explained: one offline page, its figures as files, and all numbers as data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from rebracket import __version__
from rebracket.core.errors import MissingExtraError, RefusedError, UsageError
from rebracket.dataset import Dataset
from rebracket.dataset.exchange import exchange, fresh_folder, locked, sync_tree
from rebracket.explain.of_run.data import Data
from rebracket.explain.of_run.model_blocks import NOT_EVIDENCE, first_sentence, target_figures
from rebracket.explain.of_run.of_target import TargetExplained, explain_target
from rebracket.explain.of_run.space import Space, explain_space
from rebracket.explain.of_run.written import DOCUMENT, write_folder
from rebracket.page import Figure
from rebracket.training import Run, gather_inputs

__all__ = ["FOLDER", "Explained", "Wanted", "explain_run", "is_explained", "read_explanation"]

FOLDER = "explanation"
_EXPLAINER = 1  # raise it when the same run and dataset give another explanation
_PACKAGES = ("captum", "matplotlib", "plotly")
Say = Callable[[str, int, int], None]
"""Called with what is being done, and how much of how much."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a run is to be explained, and how.

    Args:
        targets: some of the run's; empty for all.
        n_songs: how many songs of each target at most.
        seed: of what is sampled, and of the models.
        methods: how embeddings are laid out.
        finder: how emergent structure is looked for: `clusters`, or a sparse `dictionary`.
        maps: whether the dataset as a whole is laid out and measured too, whatever a model makes of it.
    """

    targets: tuple[str, ...] = ()
    n_songs: int = 8
    seed: int = 0
    methods: tuple[str, ...] = ("PCA", "t-SNE")
    finder: str = "clusters"
    maps: bool = True


@dataclass(frozen=True, eq=False)
class Explained:
    """What `explain_run` found.

    Args:
        made_from: of what: what was asked, and a hash of run, data and versions.
        targets: those that were explained.
        space: what was found of the dataset as a whole.
        without: why a target or a part of the rest is missing.
        of_targets: figures of the targets.
    """

    made_from: Mapping[str, Any]
    targets: tuple[TargetExplained, ...]
    space: Space
    without: Mapping[str, str]
    of_targets: tuple[Figure, ...]

    @property
    def first_sentence(self) -> str:
        """In plain words what the answers rest on."""
        return first_sentence(self.targets)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All of the model's view, each with a name of its own."""
        return (*self.of_targets, *(one for drawn in self.space.figures.values() for one in drawn))

    def as_dict(self) -> dict[str, Any]:
        """What is worth telling: the numbers of all segments are in `explanation.json`."""
        return {
            "page": "index.html",
            "first_sentence": self.first_sentence,
            "not_evidence": NOT_EVIDENCE,
            "targets": {one.target: one.summary() for one in self.targets},
            "without": dict(self.without),
            "figures": [figure.id for figure in self.figures],
        }


def explain_run(
    run: Run, dataset: Dataset, out: Path, wanted: Wanted | None = None, say: Say | None = None
) -> Explained:
    """Explains a run's recipe on songs that its models have not seen, and writes the folder.

    What is explained are models of folds, trained as the run's own but without the song: what that one says
    of a song it was trained on may be memory. The folder is written beside its place and moved there.

    Args:
        run: which recipe.
        dataset: what the run was trained on.
        out: the folder; an older explanation there is replaced.
        wanted: what of it; None for all, by what is usual.
        say: progress.

    Raises:
        RefusedError: where nothing can be explained, with the reason of each target.
        UsageError: for a target that the run does not have, or where `out` is something else.
        MissingExtraError: where a package of the extra `explain` is not installed.
    """
    wanted = wanted or Wanted()
    _check(run, wanted, out)
    told = say or (lambda what, done, total: None)
    data = Data(run.recipe, dataset, gather_inputs(run.recipe, dataset), wanted.n_songs, wanted.seed)
    explained, without = list[TargetExplained](), _not_read(run, dataset)
    names = wanted.targets or tuple(run.targets)
    for name in names:
        try:
            explained.append(explain_target(data, name, partial(told, name)))
        except RefusedError as error:
            without[name] = str(error)
    if not explained:
        raise RefusedError("; ".join(without[name] for name in names))
    space = Space(without={"the dataset as a whole": "it was not asked for"})
    if wanted.maps:
        told("the dataset", 0, 1)
        space = explain_space(data, explained[0].held_out, wanted.methods, wanted.finder)
    found = Explained(
        _made_from(run, wanted),
        tuple(explained),
        space,
        {**without, **space.without},
        target_figures(explained),
    )
    with locked(out):
        folder = fresh_folder(out)
        write_folder(folder, run, dataset, found)
        sync_tree(folder)
        exchange(out)
    return found


def read_explanation(run: Run, out: Path | None = None) -> dict[str, Any] | None:
    """The document of a run's explanation, by default of the one beside it.

    None where there is none, or where run, data or version have changed since.
    """
    try:
        content = json.loads(((out or run.path / FOLDER) / DOCUMENT).read_text("utf-8"))
        known = content["made_from"]["hash"]
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return content if known == _hash_of(run) else None


def is_explained(run: Run, out: Path, wanted: Wanted) -> bool:
    """Whether a folder holds what this version explains of this run when asked so."""
    content = read_explanation(run, out)
    return content is not None and content["made_from"] == _made_from(run, wanted)


def _made_from(run: Run, wanted: Wanted) -> dict[str, Any]:
    asked = asdict(wanted)
    return {**asked, "targets": list(wanted.targets), "methods": list(wanted.methods), "hash": _hash_of(run)}


def _hash_of(run: Run) -> str:
    """Hash of all that an explanation is made from, but for what was asked."""
    own = [__version__, _EXPLAINER, run.recipe.model_dump(mode="json"), run.data_hash, run.encoders]
    return hashlib.sha256(json.dumps(own, sort_keys=True).encode()).hexdigest()[:16]


def _check(run: Run, wanted: Wanted, out: Path) -> None:
    """Before anything is computed."""
    for package in _PACKAGES:
        if find_spec(package) is None:
            raise MissingExtraError(package, "explain")
    for name in wanted.targets:
        if name not in run.targets:
            raise UsageError(f"--target: found {name!r}, expected one of {', '.join(run.targets)}")
    is_other = out.is_file() or (out.is_dir() and any(out.iterdir()) and not (out / DOCUMENT).is_file())
    if is_other:
        raise UsageError(
            f"{out}: found something that is no explanation there; name another place with --out"
        )


def _not_read(run: Run, dataset: Dataset) -> dict[str, str]:
    """Which explanations this recipe, or these data, have nothing for."""
    read = run.recipe.modalities
    units = {"text": "words", "audio": "stems, bands and seconds", "midi": "notes and bars"}
    missing = {
        what: f"the recipe reads no {name}; explain one that does"
        for name, what in units.items()
        if name not in read
    }
    if not any(dataset.column("has_audio")) and next(dataset.mix_audio(), None) is None:
        missing["listening"] = "no sound is stored in the dataset, so nothing can be played"
    return missing
