"""The entry of a target that says what each modality adds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from rebracket.evaluation.modalities.ceilings import Truth, is_above
from rebracket.evaluation.modalities.lines import modality_lines
from rebracket.evaluation.modalities.missing import curve_entry
from rebracket.evaluation.modalities.shares import above_guessing, added_to_others, alone, share_of, without
from rebracket.evaluation.modalities.subsets import Subset, subsets
from rebracket.evaluation.modalities.watching import Watched
from rebracket.evaluation.modalities.weighing import weight_entries
from rebracket.evaluation.protocols import OutOfFold, interval_dict
from rebracket.evaluation.statistics import paired_difference

__all__ = ["TABLE", "Fits", "first_repeats", "modality_entry"]

TABLE = ("rows", "songs", "modes")
"""The protocols of the table."""
_METRICS = ("accuracy", "macro_f1")


@dataclass(frozen=True, eq=False)
class Fits:
    """What the entry is made from.

    Args:
        modalities: those that the recipe reads.
        found: by protocol and subset, the empty one too, predictions on the same folds; protocols that
            cannot be run are not there.
        words: predictions of counted words (TF-IDF) under `songs`; None where they have nothing to read.
        watched: what the models of all modalities say under `songs` where one is gone.
        encoder: how text is read; None where it is not.
        seed: of the order in which songs lose a modality.
    """

    modalities: Subset
    found: Mapping[str, Mapping[Subset, OutOfFold]]
    words: OutOfFold | None
    watched: Watched
    encoder: str | None
    seed: int


def first_repeats(found: OutOfFold, count: int | None) -> OutOfFold:
    """The predictions of the first repeats alone; of all for None."""
    split = replace(found.split, folds=found.split.folds[:count])
    return OutOfFold(found.labels, split, found.probabilities[:count])


def modality_entry(target: str, fits: Fits, truth: Truth | None) -> dict[str, Any]:
    """Plain data: every subset under each protocol, what each modality adds, curves, weights, sentences."""
    songs = fits.found["songs"]
    entry: dict[str, Any] = {
        "modalities": list(fits.modalities),
        "protocols": {p: _behind(fits.found[p]) if p in fits.found else None for p in TABLE},
        "subsets": [_subset(subset, fits, target, truth) for subset in subsets(fits.modalities)],
        "adds": [_added(name, fits) for name in fits.modalities],
        "above_guessing": {
            p: interval_dict(above_guessing(fits.found[p])) if p in fits.found else None for p in TABLE
        },
        "text_over_words": _over_words(fits),
        "missing": [
            curve_entry(
                songs[fits.modalities], songs[without(fits.modalities, name)], fits.watched, name, fits.seed
            )
            for name in fits.modalities
        ],
        "weights": weight_entries(fits.watched, songs[fits.modalities].labels),
        "truth_songs": truth.n_songs if truth else None,
    }
    return {**entry, "said": modality_lines(entry)}


def _behind(found: Mapping[Subset, OutOfFold]) -> dict[str, Any]:
    """What stands behind all cells of a protocol: its unit, counts, folds."""
    told = found[()].as_dict()
    kept = ("leaky", "unit", "n_units", "n_rows", "n_songs", "n_albums", "folds", "repeats")
    return {name: told[name] for name in kept}


def _subset(subset: Subset, fits: Fits, target: str, truth: Truth | None) -> dict[str, Any]:
    ceiling = truth.ceiling(target, subset) if truth else None
    scores = {
        p: {m: interval_dict(i) for m, i in fits.found[p][subset].metrics(_METRICS).items()}
        if p in fits.found
        else None
        for p in TABLE
    }
    above = is_above(fits.found["songs"][subset].interval("accuracy"), ceiling) if ceiling else None
    return {"modalities": list(subset), "scores": scores, "ceiling": ceiling, "above_ceiling": above}


def _added(modality: str, fits: Fits) -> dict[str, Any]:
    """What a modality adds to the others, by itself, and its share, under each protocol."""
    made: dict[str, Any] = {"modality": modality}
    for protocol in TABLE:
        found = fits.found.get(protocol)
        made[protocol] = found and {
            "to_the_others": interval_dict(added_to_others(found, modality)),
            "alone": interval_dict(alone(found, modality)),
            "share": interval_dict(share_of(found, modality)),
        }
    return made


def _over_words(fits: Fits) -> dict[str, Any] | None:
    """Text as the recipe reads it, alone, minus counted words; None where it reads none, or counts words."""
    read = fits.found["songs"].get(("text",))
    if read is None or fits.words is None or fits.encoder in (None, "tfidf"):
        return None
    return {"encoder": fits.encoder, "difference": interval_dict(paired_difference(read, fits.words))}
