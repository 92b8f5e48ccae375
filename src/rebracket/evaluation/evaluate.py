"""Evaluates a run: the same procedure under each protocol, beside baselines on the same folds."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from rebracket.core.errors import RefusedError
from rebracket.dataset import Dataset
from rebracket.dataset.exchange import locked
from rebracket.evaluation.baselines import frozen_linear, majority, tfidf_linear
from rebracket.evaluation.document import (
    PERMUTATION,
    PROTOCOLS,
    Found,
    accuracy_of,
    baseline_entries,
    prediction_table,
    protocol_entries,
    skipped_entry,
)
from rebracket.evaluation.identity import class_is_album, relabelings, seen_share
from rebracket.evaluation.protocols import Labels, OutOfFold, Procedure, cross_predict
from rebracket.evaluation.verdict import Facts, verdict
from rebracket.features import audio_bank, midi_bank, text_bank
from rebracket.segments import Split
from rebracket.training import (
    MASKED,
    Recipe,
    Target,
    class_distribution,
    fit,
    gather_inputs,
    load_target,
)

__all__ = ["evaluate", "is_evaluated"]

_log = logging.getLogger(__name__)
_EVALUATOR = 1  # raise it when the same data and recipe give other numbers
_MARK = "evaluation/made-from"
Progress = Callable[[str, int, int], None]


def evaluate(dataset: Dataset, recipe: Recipe, run: Path, progress: Progress | None = None) -> dict[str, Any]:
    """The evidence for every target of a run, also written to ``run/evaluation.json``.

    Args:
        dataset: the dataset that the run was trained on.
        recipe: the procedure to evaluate; it is fitted anew for every fold.
        run: folder of the run; out-of-fold predictions go to ``run/evaluation/<target>.parquet``.
        progress: called with the target, the folds done and the folds to do.

    Returns:
        The document ``rebracket.evaluate/1``, with what stands behind each number.
    """
    evidence = _Evidence(dataset, recipe)
    targets: dict[str, Any] = {}
    with locked(run):
        (run / "evaluation").mkdir(exist_ok=True)
        for name in recipe.targets:
            try:
                targets[name], found = evidence.of_target(name, progress)
            except RefusedError as error:
                _log.info("%s: skipped: %s", name, error)
                targets[name] = skipped_entry(str(error))
                continue
            table = prediction_table(dataset.column("row_id"), name, found)
            pq.write_table(table, run / "evaluation" / f"{name}.parquet", compression="zstd")
        document = {"schema": "rebracket.evaluate/1", "run": run.name, "targets": targets}
        new = run / "evaluation.json.new"
        new.write_text(json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False), "utf-8")
        new.replace(run / "evaluation.json")
        (run / _MARK).write_text(_made_from(dataset, recipe, run))
    return document


def is_evaluated(dataset: Dataset, recipe: Recipe, run: Path) -> bool:
    """Whether ``run/evaluation.json`` is what this version wrote for these data and this recipe."""
    try:
        return (run / _MARK).read_text() == _made_from(dataset, recipe, run)
    except (OSError, UnicodeDecodeError):
        return False


def _made_from(dataset: Dataset, recipe: Recipe, run: Path) -> str:
    """Hash of what an evaluation rests on, and of what was written."""
    made_by = json.dumps(
        [version("rebracket"), _EVALUATOR, dataset.data_hash, recipe.model_dump(mode="json")]
    )
    return hashlib.sha256(made_by.encode() + (run / "evaluation.json").read_bytes()).hexdigest()


class _Evidence:
    """Evaluates one target after the other, sharing features between them."""

    def __init__(self, dataset: Dataset, recipe: Recipe) -> None:
        self.dataset, self.recipe = dataset, recipe
        self.inputs = gather_inputs(recipe, dataset)
        self.song_of_row: list[str] = dataset.column("song_id")
        self.albums = np.array(dataset.column("album_id"))
        self.texts = text_bank(dataset, "tfidf", recipe.text_fields)
        self.banks = {
            "spectral": audio_bank(dataset, "spectral"),
            "histogram": midi_bank(dataset, "histogram"),
        }

    def of_target(self, name: str, progress: Progress | None) -> tuple[dict[str, Any], Found]:
        whole = load_target(self.dataset, name)
        splits = self.dataset.splits(name)
        target = _without(whole, splits["songs"].set_aside)
        labels = Labels(target.classes, target.labels, np.array(self.song_of_row), self.albums)
        baselines = self._baselines(labels)
        runnable = {p: splits[p] for p in PROTOCOLS if splits[p].undefined is None}
        total = (1 + len(baselines)) * sum(len(split.folds) * split.k for split in runnable.values())
        done = 0

        def on_fold() -> None:
            nonlocal done
            done += 1
            if progress:
                progress(name, done, total)

        found: dict[str, dict[str, OutOfFold]] = {}
        for protocol, split in runnable.items():
            procedures = {"model": self._model(target, split), **baselines}
            found[protocol] = {k: cross_predict(p, labels, split, on_fold) for k, p in procedures.items()}
        return self._entry(whole, labels, splits, found), found

    def _model(self, target: Target, split: Split) -> Procedure:
        """The recipe, fitted anew; what it holds back to choose its epochs follows the protocol.

        Under ``rows (leaky)`` these are rows too: the protocol shows what a random split would have
        told its user, all of it.
        """
        groups = self.dataset.column("row_id") if split.leaky else self.song_of_row

        def procedure(train: np.ndarray, test: np.ndarray, seed: int) -> np.ndarray:
            seed += self.recipe.seed
            fitted = fit(self.recipe, self.inputs, target, train, groups, seed=seed)
            return fitted.predict(self.inputs, test)

        return procedure

    def _baselines(self, labels: Labels) -> dict[str, Procedure]:
        procedures = {"majority": majority(labels)}
        if self.texts.present.any():
            procedures["tfidf"] = tfidf_linear(labels, self.texts)
        heard = {name: bank for name, bank in self.banks.items() if bank.present.any()}
        return procedures | {name: frozen_linear(labels, bank) for name, bank in heard.items()}

    def _entry(
        self, target: Target, labels: Labels, splits: Mapping[str, Split], found: Found
    ) -> dict[str, Any]:
        protocols = protocol_entries(found, {p: splits[p].undefined for p in PROTOCOLS})
        baselines = baseline_entries(found)
        return {
            "skipped": None,
            "provenance": target.provenance,
            "distribution": class_distribution(self.dataset, target),
            "set_aside": [{"name": name, "songs": n} for name, n in splits["songs"].set_aside.items()],
            "protocols": protocols,
            "baselines": baselines,
            "permutation": PERMUTATION,
            "records": [],
            "verdict": verdict(self._facts(target, labels, splits, protocols, baselines)),
        }

    def _facts(
        self,
        target: Target,
        labels: Labels,
        splits: Mapping[str, Split],
        protocols: Mapping[str, Any],
        baselines: Mapping[str, Any],
    ) -> Facts:
        reads_concept = self.recipe.text is not None and "concept" in self.recipe.text_fields
        of_songs = {name: accuracy_of(entry.get("songs", {})) for name, entry in baselines.items()}
        return Facts(
            n_songs=len(np.unique(labels.songs[labels.numbers >= 0])),
            n_albums=len(np.unique(labels.albums[labels.numbers >= 0])),
            rows=accuracy_of(protocols["rows"]),
            songs=accuracy_of(protocols["songs"]),
            majority=of_songs.get("majority"),
            tfidf=of_songs.get("tfidf"),
            relabelings=relabelings(labels),
            class_is_album=class_is_album(labels),
            seen_texts=seen_share(labels, self.texts.index, splits["rows"]) if self.recipe.text else None,
            rule_reads="concept" if reads_concept and "rule:" in target.provenance else None,
            why=splits["songs"].undefined,
        )


def _without(target: Target, set_aside: Mapping[str, int]) -> Target:
    """The target without the classes of a single song, which cannot be held out and learned at once."""
    classes = tuple(name for name in target.classes if name not in set_aside)
    place = np.array([classes.index(n) if n in classes else MASKED for n in target.classes] + [MASKED])
    return Target(target.name, classes, place[target.labels], target.provenance)
