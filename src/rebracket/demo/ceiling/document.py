"""``ceiling.json``: how well anything could do on a story, by channels, targets and labels."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb
from typing import Any

import numpy as np

from rebracket.demo.ceiling.enumeration import MOST_OUTCOMES, look_ceiling, theme_ceiling
from rebracket.demo.ceiling.monte_carlo import (
    Estimate,
    Scored,
    accuracy,
    explained,
    log_likelihood,
    macro_f1,
    subsets,
)
from rebracket.demo.ceiling.observer import observe, observe_with
from rebracket.demo.ceiling.oracle import fit
from rebracket.demo.ceiling.parameters import known
from rebracket.demo.ceiling.songs import FormOf, Seen, draw_fresh, scored_sets
from rebracket.demo.story import CHANNELS, THEMES, Knobs, SongCauses

__all__ = ["INPUTS", "SCHEMA", "ceiling_document", "scores_of"]

SCHEMA = "rebracket.ceiling/1"
# What a model's input can hold: sound is made from the notes, so whoever hears it hears them too.
INPUTS = {"text": ("words",), "midi": ("midi",), "audio": ("midi", "audio")}
_SEGMENT = " by segment"


def ceiling_document(
    knobs: Knobs,
    *,
    songs: int = 400,
    fitted_to: Sequence[int] = (),
    replicates: int = 4,
    form_of: FormOf | None = None,
) -> dict[str, Any]:
    """Scores of the ideal observer over freshly drawn songs, and of oracles fitted to so many songs.

    Every score is ``{value, se}``. ``observer`` has an entry for each set of channels and each kind of
    labels; ``oracle`` one for each number of songs, averaged over replicates. ``form_of`` gives the forms of
    the catalogue that is asked about, where they are not the story's own.
    """
    fresh = draw_fresh(knobs, songs, form_of=form_of)
    observer = []
    for channels in subsets(CHANNELS):
        seen = Seen(fresh, tuple(observe(song, channels, knobs) for song in fresh))
        for labels in ("clean", "noisy"):
            found = _targets(scored_sets(seen, knobs, labels=labels))
            observer.append({"channels": list(channels), "labels": labels, "targets": found})
    return {
        "schema": SCHEMA,
        "unit": "song",
        "n_units": songs,
        "method": "monte carlo over songs; standard errors by jackknife over groups of songs",
        "inputs": {name: list(channels) for name, channels in INPUTS.items()},
        "exact": _exact(knobs),
        "observer": observer,
        "oracle": [entry for n in fitted_to for entry in _oracle(knobs, fresh, n, replicates, form_of)],
        "knobs": knobs.model_dump(),
    }


def scores_of(name: str, scored: Scored) -> dict[str, Estimate]:
    """The scores of a target: R² of numbers, else accuracy, macro F1 and log likelihood."""
    if name.startswith("intensity"):
        return {"r2": explained(scored)}
    return {
        "accuracy": accuracy(scored),
        "macro_f1": macro_f1(scored),
        "log_likelihood": log_likelihood(scored),
    }


def _targets(sets: dict[str, Scored]) -> dict[str, dict[str, Any]]:
    return _by_level({n: scores_of(n, scored) if len(scored.truth) else None for n, scored in sets.items()})


def _by_level(scores: dict[str, dict[str, Estimate] | None]) -> dict[str, dict[str, Any]]:
    """{target: {song|segment: {metric: {value, se}}}}; null where nothing could be asked."""
    found: dict[str, dict[str, Any]] = {}
    for name, estimates in scores.items():
        level = "segment" if name.endswith(_SEGMENT) else "song"
        held = None if estimates is None else {metric: _plain(e) for metric, e in estimates.items()}
        found.setdefault(name.removesuffix(_SEGMENT), {})[level] = held
    return found


def _plain(estimate: Estimate) -> dict[str, float]:
    return {"value": round(estimate.value, 6), "se": round(estimate.se, 6)}


def _exact(knobs: Knobs) -> dict[str, Any]:
    """What can be enumerated: color from a song's looks alone, and from a few themes alone."""
    parameters, sizes = known(knobs), knobs.sizes
    found = {"looks": look_ceiling(parameters, ("midi", "audio"))}
    for name, lines in (("concept", sizes.concept), ("lines of a section", sizes.lines)):
        if lines > 0 and comb(lines + len(THEMES) - 1, lines) <= MOST_OUTCOMES:
            found[f"themes: {name}"] = theme_ceiling(parameters, lines)
    return {
        name: {metric: _plain(estimate) for metric, estimate in scores.items()}
        for name, scores in found.items()
    }


def _oracle(
    knobs: Knobs, fresh: Sequence[SongCauses], count: int, replicates: int, form_of: FormOf | None
) -> list[dict[str, Any]]:
    """The mean over training sets of so many songs; its error counts both kinds of luck."""
    fitted = [fit(draw_fresh(knobs, count, 1 + number, form_of), knobs) for number in range(replicates)]
    entries = []
    for channels in subsets(CHANNELS):
        each = []
        for parameters in fitted:
            posteriors = tuple(observe_with(song, channels, parameters) for song in fresh)
            each.append(scored_sets(Seen(tuple(fresh), posteriors), knobs))
        pooled = {name: _over_replicates(name, [sets[name] for sets in each]) for name in each[0]}
        entries.append({"songs": count, "replicates": replicates, "channels": list(channels),
                        "labels": "clean", "targets": _by_level(pooled)})  # fmt: skip
    return entries


def _over_replicates(name: str, scored: Sequence[Scored]) -> dict[str, Estimate] | None:
    if not len(scored[0].truth):
        return None
    each = [scores_of(name, one) for one in scored]
    found = {}
    for metric in each[0]:
        values = np.array([scores[metric].value for scores in each])
        between = float(values.var(ddof=1)) / len(values) if len(values) > 1 else 0.0
        within = float(np.mean([scores[metric].se ** 2 for scores in each]))
        found[metric] = Estimate(float(values.mean()), float(np.sqrt(between + within)))
    return found
