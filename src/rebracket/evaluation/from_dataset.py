"""The material of a dataset: which of its columns are names, which are bookkeeping, which production."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence

import numpy as np

from rebracket.dataset import label_columns
from rebracket.dataset.targets import SEVERAL_LABELS
from rebracket.evaluation.columns_beside import bookkeeping_of, facts_of, names_of, production_of
from rebracket.evaluation.material import Material, Rule
from rebracket.evaluation.protocols import Labels
from rebracket.features import Bank, Source, audio_bank, midi_bank, text_bank
from rebracket.labels import label_by_rule, rule_provenance
from rebracket.ontology import Ontology
from rebracket.segments import Label
from rebracket.training import Target, load_target

__all__ = ["TEXT_FIELDS", "material_of"]

TEXT_FIELDS = ("concept", "lyrics")
_RULED = ("has_rebracketing", "rebracketing_type", *SEVERAL_LABELS)
_YES_NO = {True: "yes", False: "no"}


def material_of(dataset: Source, target: str, text_fields: Sequence[str] = TEXT_FIELDS) -> Material:
    """All that stands beside one target of a dataset.

    Classes of a single song are set aside, as the splits do it: they cannot be held out and learned at once.

    Args:
        text_fields: the columns of text that a model reads.

    Raises:
        UsageError: for a target or column that does not exist; names the nearest.
        RefusedError: where fewer than two classes occur.
    """
    whole = load_target(dataset, target)
    rows, fields = dataset.rows, tuple(text_fields)
    labels = _labels(dataset, whole)
    others = {
        name: values for name, values in label_columns(rows, dataset.ontology).items() if name != target
    }
    return Material(
        target=target,
        labels=labels,
        segments=np.array(rows.column("segment_id").to_pylist()),
        provenance=whole.provenance,
        text_fields=fields,
        texts=text_bank(dataset, "tfidf", fields),
        inputs=_inputs(dataset),
        columns={
            "names": names_of(rows, target),
            "bookkeeping": bookkeeping_of(rows),
            "production": production_of(rows),
            "facts": facts_of(rows),
        },
        contents=_contents(dataset, fields),
        targets={
            name: np.array([_in_words(v) for v in values], dtype=object) for name, values in others.items()
        },
        rule=_rule(dataset, target, labels.classes),
    )


def _labels(dataset: Source, target: Target) -> Labels:
    songs, albums, segments = (
        np.array(dataset.rows.column(f"{unit}_id").to_pylist()) for unit in ("song", "album", "segment")
    )
    is_mode = target.name in {f"{axis}_mode" for axis in dataset.ontology.axes}
    colors = np.array(dataset.rows.column("color").to_pylist(), dtype=object) if is_mode else None
    carriers = {(label, songs[row]) for row, label in target.said()}
    n_songs = Counter(label for label, _ in carriers)
    kept = target.without([name for label, name in enumerate(target.classes) if n_songs[label] < 2])
    return Labels(kept.classes, kept.labels, songs, albums, kept.indicators, segments, colors)


def _inputs(dataset: Source) -> dict[str, Bank]:
    banks = {"spectral": audio_bank(dataset, "spectral"), "histogram": midi_bank(dataset, "histogram")}
    return {name: bank for name, bank in banks.items() if bank.present.any()}


def _contents(dataset: Source, fields: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Hashes of what a row is made of. Its text is the longest of its fields, which is the song's concept
    wherever that is read: joined with words of its own, a repeated text would look new."""
    row_ids = dataset.rows.column("row_id").to_pylist()
    texts = [dataset.rows.column(field).to_pylist() for field in fields]
    longest = [max((text or "" for text in own), key=len).strip() for own in zip(*texts, strict=True)]
    audio, midi = dataset.audio_hashes(), dataset.midi_hashes()
    held = {
        "text": [hashlib.sha256(text.encode()).hexdigest() if text else None for text in longest],
        "audio": [audio.get(row_id) for row_id in row_ids],
        "midi": [midi.get(row_id) for row_id in row_ids],
    }
    return {kind: np.array(values, dtype=object) for kind, values in held.items()}


def _rule(dataset: Source, target: str, classes: tuple[str, ...]) -> Rule | None:
    """What the ontology's rule says of each row's concept, for the targets that it can make."""
    if target not in _RULED:
        return None
    concepts = [concept or "" for concept in dataset.rows.column("concept").to_pylist()]
    said = {concept: _said(concept, target, dataset.ontology) for concept in set(concepts)}
    provenance = rule_provenance(dataset.ontology)
    if target in SEVERAL_LABELS:
        has = np.array([[name in (said[concept] or ()) for name in classes] for concept in concepts])
        numbers = np.array([-1 if said[concept] is None else 0 for concept in concepts])
        return Rule(numbers, ("concept",), provenance, has)
    numbers = np.array([classes.index(said[c]) if said[c] in classes else -1 for c in concepts])
    return Rule(numbers, ("concept",), provenance)


def _said(concept: str, target: str, ontology: Ontology) -> Label:
    labels = label_by_rule(concept, ontology)
    if labels is None:
        return None
    if target in SEVERAL_LABELS:
        return labels.types
    return _YES_NO[labels.has_rebracketing] if target == "has_rebracketing" else labels.type


def _in_words(label: Label) -> str | None:
    """One word for all labels of a row."""
    return label if label is None or isinstance(label, str) else "+".join(label) or "none"
