"""All evidence about one target: every protocol, every baseline, the null, and what it adds up to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from rebracket.core.errors import RefusedError
from rebracket.dataset import Dataset
from rebracket.dataset.dealt import PROTOCOLS
from rebracket.evaluation.ablations import Ablations, Asked, efforts_of
from rebracket.evaluation.contrasts import confused_pairs, contrast_lines, contrasts_of
from rebracket.evaluation.document import Found, target_entry
from rebracket.evaluation.from_dataset import TEXT_FIELDS, material_of
from rebracket.evaluation.identity import alone_on, class_is_album, seen_share
from rebracket.evaluation.material import Material
from rebracket.evaluation.modalities import Watched
from rebracket.evaluation.permuting import TESTED, labeled_units, permutation_entry
from rebracket.evaluation.procedures import MODEL, ModelOf, baselines_of
from rebracket.evaluation.protocols import Labels, OutOfFold, Procedure, cross_predict, predict_held_out
from rebracket.evaluation.verdict import Facts, accuracy_of, verdict
from rebracket.segments import Split
from rebracket.training import Recipe, Target, check_unit, class_distribution, load_target

__all__ = ["Evidence", "Progress"]

_CHANNELS = (MODEL, "tfidf", "spectral", "histogram")
_TOO_LONG = "each labeling would train networks anew that take minutes; test a frozen encoder instead"
_CONTRAST_DRAWS = 199  # labelings of a cheap linear probe, at least
Progress = Callable[[str, int, int], None]


class Evidence:
    """Evaluates one target after the other, on the rows that a dataset shows."""

    def __init__(self, dataset: Dataset, recipe: Recipe, asked: Asked) -> None:
        self.dataset, self.recipe = dataset, recipe
        self.model = ModelOf.on(dataset, recipe)
        self.n_permutations = 0 if self.model.inputs.are_learned else asked.n_permutations
        efforts = efforts_of(dataset, self.model) if asked.effort else ()
        self.ablations = Ablations(self.model, efforts, asked)

    def of_target(self, name: str, progress: Progress | None) -> tuple[dict[str, Any], Found]:
        """The entry of a target, and the predictions behind it.

        Raises:
            RefusedError: where the data have nothing to tell apart.
        """
        target, material = self._loaded(name)
        splits = self._splits(name)
        runnable = {p: splits[p] for p in PROTOCOLS if splits[p].undefined is None}
        baselines = baselines_of(material)
        steps = _Steps(name, runnable, 1 + len(baselines), self.n_permutations, progress)
        steps.total += self.ablations.n_folds(runnable)
        found, watched = self._found(target, material.labels, runnable, baselines, steps)
        units = self._units(material)
        permutation = self._permutation(target, material, splits, units, steps)
        entry = target_entry(found, {p: splits[p].undefined for p in PROTOCOLS}, permutation)
        entry["provenance"] = target.provenance
        entry["distribution"] = class_distribution(self.dataset, target)
        entry["set_aside"] = [{"name": n, "songs": held} for n, held in splits["songs"].set_aside.items()]
        if "songs" in found and not target.several:
            entry["contrasts"] = self._contrasts(material, found["songs"], units)
            entry["confused"] = confused_pairs(
                found["songs"][MODEL], np.array(self.model.row_ids), material.segments
            )
        for protocol, unit in (("albums", material.labels.albums), ("modes", material.labels.colors)):
            if protocol in found and unit is not None:
                entry["protocols"][protocol]["never_in_training"] = alone_on(material.labels, unit)
        entry["modalities"] = self.ablations.of_modalities(target, found, watched, steps.fold)
        entry["effort"] = self.ablations.of_effort(target, found, steps.fold)
        entry["verdict"] = verdict(self._facts(material, splits, entry))
        return entry, found

    def _found(
        self,
        target: Target,
        labels: Labels,
        splits: Mapping[str, Split],
        baselines: Mapping[str, Procedure],
        steps: _Steps,
    ) -> tuple[dict[str, dict[str, OutOfFold]], Watched | None]:
        """Predictions by protocol and procedure, and what the models under ``songs`` say beside them."""
        found: dict[str, dict[str, OutOfFold]] = {}
        watched = None
        for protocol, split in splits.items():
            watch = self.ablations.watch(labels, split)
            watched = watch or watched
            procedures = {MODEL: self.model(target, labels, split, watch), **baselines}
            found[protocol] = {
                made_by: cross_predict(procedure, labels, split, steps.fold)
                for made_by, procedure in procedures.items()
            }
        return found, watched

    def of_sealed(self, name: str, album: str) -> Found:
        """Predictions for an album by models that learned from all rows but its own.

        Raises:
            RefusedError: where the data have nothing to tell apart, or the album has no label.
        """
        target, material = self._loaded(name)
        labels = material.labels
        tested = (labels.albums == album) & (labels.numbers >= 0)
        if not tested.any():
            raise RefusedError(f"{name}: album {album} has no label to compare with")
        folds = np.where(tested, 0, -1)[None, :]
        split = Split("sealed", False, 1, folds, unit="song")
        procedures = {MODEL: self.model(target, labels, split), **baselines_of(material)}
        return {"sealed": {by: predict_held_out(p, labels, split) for by, p in procedures.items()}}

    def _loaded(self, name: str) -> tuple[Target, Material]:
        fields = self.recipe.text_fields if self.recipe.text is not None else TEXT_FIELDS
        target = load_target(self.dataset, name, self.recipe.unknown_types)
        if self.recipe.stems == "attention":
            check_unit(self.dataset, target)
        return target, material_of(self.dataset, name, fields)

    def _splits(self, name: str) -> dict[str, Split]:
        """The splits of a target; one repeat of each where a fit takes minutes."""
        splits = self.dataset.splits(name)
        if not self.model.inputs.are_learned:
            return splits
        return {protocol: replace(split, folds=split.folds[:1]) for protocol, split in splits.items()}

    def _units(self, material: Material) -> tuple[str, np.ndarray] | str:
        """What was labeled, or why that is not known."""
        tracks = np.array([str(track) for track in self.dataset.rows.column("track").to_pylist()])
        try:
            return labeled_units(material.labels, material.segments, tracks)
        except RefusedError as error:
            return str(error)

    def _contrasts(
        self, material: Material, found: Mapping[str, OutOfFold], units: tuple[str, np.ndarray] | str
    ) -> dict[str, Any] | None:
        """Every two classes and, of colors, every axis; None where it is not known what was labeled."""
        if isinstance(units, str):
            return None
        ontology = self.dataset.ontology
        colors = [color for color in material.labels.classes if color in ontology.colors]
        axes = {axis: {color: ontology.mode(color, axis) for color in colors} for axis in ontology.axes}
        made = contrasts_of(
            material,
            {name: found[name] for name in _CHANNELS if name in found},
            units,
            axes if material.target == "color" else None,
            n=_CONTRAST_DRAWS if self.n_permutations else 0,
            seed=self.recipe.seed,
        )
        return {**made, "said": contrast_lines(made)}

    def _permutation(
        self,
        target: Target,
        material: Material,
        splits: Mapping[str, Split],
        units: tuple[str, np.ndarray] | str,
        steps: _Steps,
    ) -> dict[str, Any]:
        entries: dict[str, Any] = {}
        for protocol in TESTED:
            split = splits[protocol]
            if split.undefined is not None or isinstance(units, str):
                entries[protocol] = {"undefined": split.undefined or units}
                continue
            if self.model.inputs.are_learned:
                entries[protocol] = {"undefined": _TOO_LONG}
                continue
            entries[protocol] = permutation_entry(
                lambda labels, dealt: self.model(target, labels, dealt),
                material.labels,
                split,
                units,
                self.n_permutations,
                self.recipe.seed,
                steps.labeling(split.k),
            )
        return entries

    def _facts(self, material: Material, splits: Mapping[str, Split], entry: Mapping[str, Any]) -> Facts:
        labels, protocols = material.labels, entry["protocols"]
        taking_part = labels.numbers >= 0
        reads_rule = (
            material.rule is not None
            and self.recipe.text is not None
            and "rule:" in material.provenance
            and not set(material.rule.reads).isdisjoint(self.recipe.text_fields)
        )
        seen = seen_share(labels, material.texts.index, splits["rows"]) if self.recipe.text else None
        return Facts(
            n_songs=len(np.unique(labels.songs[taking_part])),
            n_albums=len(np.unique(labels.albums[taking_part])),
            scores={name: accuracy_of(protocols[name]) for name in PROTOCOLS},
            baselines={
                name: accuracy_of(found.get("songs", {})) for name, found in entry["baselines"].items()
            },
            paired={name: found.get("songs") for name, found in entry["paired"].items()},
            permutation=entry["permutation"],
            class_is_album=class_is_album(labels),
            seen_texts=seen,
            rule_reads=material.rule.reads[0] if reads_rule and material.rule else None,
            text_adds=self._text_adds(entry),
            why=splits["songs"].undefined,
        )

    def _text_adds(self, entry: Mapping[str, Any]) -> tuple[str, Mapping[str, float]] | None:
        """What reading text by an encoder adds to counting its words, from text alone."""
        encoder, several = self.recipe.text, entry["modalities"]
        if encoder in (None, "tfidf"):
            return None
        if several is not None and several["text_over_words"] is not None:
            return str(encoder), several["text_over_words"]["difference"]
        alone = self.recipe.modalities == ("text",)
        difference = entry["paired"].get("tfidf", {}).get("songs") if alone else None
        return None if difference is None else (str(encoder), difference)


class _Steps:
    """Counts folds and labelings of a target for its progress; a test that ends early catches up."""

    def __init__(
        self, name: str, splits: Mapping[str, Split], procedures: int, n: int, progress: Progress | None
    ) -> None:
        tested = [split for protocol, split in splits.items() if protocol in TESTED]
        self.name, self.progress, self.done, self.n = name, progress, 0, n
        self.total = procedures * sum(len(split.folds) * split.k for split in splits.values())
        self.total += n * sum(split.k for split in tested)

    def fold(self) -> None:
        """One fold of one procedure is done."""
        self._add(1)

    def labeling(self, k: int) -> Callable[[int, int], None]:
        """What a test of k folds a labeling calls."""
        return lambda done, total: self._add(k)

    def _add(self, steps: int) -> None:
        self.done = min(self.done + steps, self.total)
        if self.progress:
            self.progress(self.name, self.done, self.total)
