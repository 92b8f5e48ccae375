"""Whether the audit finds cheats that were planted, at which dose, and keeps quiet where none is.

A catalogue's music shows nothing here (the preset *zero*), so that what a model reaches comes from the
cheat, and what the audit has to say is known. What is claimed is what a linear model reaches that hears the
sound and sees the cheat.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np

from benchmarks.known_truth_scores import linear, majority_score, score
from benchmarks.record import RECORDS, write_record
from benchmarks.story_material import material_of_story
from rebracket.demo.cheats import CHEATS, Columns, Planting, columns_of
from rebracket.demo.story import COLORS, Knobs, SongCauses, draw_catalogue, table
from rebracket.evaluation.audit import Claim
from rebracket.evaluation.audit.case import Case
from rebracket.evaluation.audit.examine import examine, findings_of
from rebracket.evaluation.audit.prepared import Prepared, prepare
from rebracket.evaluation.audit.said import cheapest_cheat
from rebracket.evaluation.audit.scores import Scored
from rebracket.evaluation.material import Material
from rebracket.evaluation.protocols import cross_predict

__all__ = ["PLANS", "Seen", "audited", "clean", "planted"]

CATALOGUES, CLEAN, PERMUTATIONS, PROCESSES = 20, 200, 199, 2
BELOW = (0.5,)  # of the weakest dose: where detection fades
DOSES, DOSE_CATALOGUES = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7), 6
CLEAN_TARGETS = ("color", "has_rebracketing", "rebracketing_type", "ontological_mode")
_HEARD = 6  # columns of sound that the claimed model reads: the values, without what is one-hot
_SIZE_OF_RECORD = 6  # songs of each color, in the catalogues of `cheat_doses`
Array = np.ndarray


@dataclass(frozen=True)
class Plan:
    """How a cheat is looked for.

    Args:
        code: the finding that names it.
        procedures: the baselines that are this cheat; empty where it has none.
        songs: of each color.
        colors: how many colors the catalogue has; two where the cheat tells one of them from the rest, as
            among eight the rest is right seven times out of eight without anything.
    """

    code: str
    procedures: tuple[str, ...]
    songs: int
    colors: int = len(COLORS)


PLANS: dict[str, Plan] = {
    "repeated_text": Plan("same-content-across-split", ("same text", "nearest text"), 6),
    "shared_loops": Plan("same-content-across-split", ("same loop", "nearest audio"), 6),
    "file_names": Plan("names-predict-label", ("names",), 6),
    "collinear_axes": Plan("same-variable", (), 6),
    "album_mastering": Plan("production-predicts-label", ("production",), 10),
    "keyword_labels": Plan("label-recoverable-by-rule", ("rule of 3 words",), 16),
    "beep": Plan("production-predicts-label", ("production",), 72, 2),
    "drum_sample": Plan("same-content-across-split", ("same loop", "nearest audio"), 72, 2),
}


@dataclass(frozen=True)
class Seen:
    """What an audit said: the severity of each code, the cheapest cheat, whether that beats guessing."""

    codes: Mapping[str, str]
    cheapest: str | None
    above_majority: bool

    def names(self, plan: Plan) -> bool:
        """Whether the cheat's own code is there, and more than a note."""
        return self.codes.get(plan.code, "note") != "note"

    def is_cheapest(self, plan: Plan) -> bool:
        return self.cheapest in plan.procedures


# Catalogues ------------------------------------------------------------------------------------------------


def knobs_of(name: str, dose: float, seed: int) -> Knobs:
    return Knobs.preset("zero").with_(
        **{"seed": seed, "sizes.songs": PLANS[name].songs, f"cheats.{name}": dose}
    )


def catalogue(name: str, dose: float, seed: int) -> tuple[Sequence[SongCauses], Columns, Array, Knobs]:
    """Songs, what stands beside their music, and the labels that the cheat tells."""
    knobs = knobs_of(name, dose, seed)
    songs = _songs(name, dose if name == "collinear_axes" else 0.0, seed)
    columns = columns_of(songs, knobs)
    return songs, columns, CHEATS[name].asked(columns, Planting(name, knobs)), knobs


@lru_cache(maxsize=2)
def _songs(name: str, dose: float, seed: int) -> Sequence[SongCauses]:
    """The songs themselves, which are the same at every dose but where the cheat is in the story."""
    knobs, plan = knobs_of(name, dose, seed), PLANS[name]
    songs = draw_catalogue(knobs)
    return songs if plan.colors == len(COLORS) else _of_colors(songs, Planting(name, knobs), plan.colors)


def _of_colors(songs: Sequence[SongCauses], planting: Planting, count: int) -> Sequence[SongCauses]:
    """The songs of the color that has the cheat, by itself or by its album, and of those that follow it."""
    of_album = [song.color for song in songs if song.album_id == planting.album_id]
    own = of_album[0] if planting.name == "drum_sample" else planting.color
    first = COLORS.index(own)
    kept = {COLORS[(first + place) % len(COLORS)] for place in range(count)}
    return [song for song in songs if song.color in kept]


def planted(name: str, dose: float, seed: int) -> tuple[Material, Array, Array]:
    """The catalogue as material, what the claimed model reads [N, F], and what the cheat shows [N, D]."""
    songs, columns, asked, knobs = catalogue(name, dose, seed)
    material = material_of_story(songs, knobs, CHEATS[name].target, asked, columns)
    shown = CHEATS[name].alone(columns)
    return _heard(material), np.hstack([table(songs).features["audio"][:, :_HEARD], shown]), shown


def _heard(material: Material) -> Material:
    """The material with its sound alone as input, beside its texts."""
    return replace(material, inputs={"spectral": material.inputs["spectral"]})


# Audits ----------------------------------------------------------------------------------------------------


def audited(name: str, dose: float, seed: int) -> Seen:
    """What the audit says of a catalogue, and of a model that hears it and sees the cheat."""
    material, values, _ = planted(name, dose, seed)
    prepared = prepare(material, None, seed=0)
    labels, split = prepared.material.labels, prepared.splits["songs"]
    found = cross_predict(linear(labels, values), labels, split)
    return _seen(prepared, Scored("linear", "model", "songs", None, found, found.metrics()["accuracy"]))


def clean(target: str, seed: int) -> Seen:
    """What the audit says of a catalogue as it comes, whose colors stand on all albums alike."""
    knobs = Knobs(seed=seed).with_(**{"albums.per_color": 8, "albums.colors_each": 8, "sizes.songs": 8})
    songs = draw_catalogue(knobs)
    columns = columns_of(songs, knobs)
    asked = {
        "color": columns.label_color,
        "has_rebracketing": np.where(columns.label_type == "none", "none", "some"),
        "rebracketing_type": columns.label_type,
        "ontological_mode": columns.modes[:, 2],
    }[target]
    return _seen(prepare(_heard(material_of_story(songs, knobs, target, asked, columns)), None, 0), None)


def _seen(prepared: Prepared, claimed: Scored | None) -> Seen:
    """All of an audit but its sentences, and what inputs add to cheats."""
    recorded = None if claimed is None else {"songs": claimed}
    case = examine(prepared, Claim(), recorded=recorded, permutations=PERMUTATIONS)
    codes = {one.code: one.severity for one in reversed(findings_of(case))}
    return Seen(codes, *_cheapest(case))


def _cheapest(case: Case) -> tuple[str | None, bool]:
    cheat, majority = cheapest_cheat(case), case.scores.majority
    if cheat is None or majority is None:
        return None, False
    return cheat.name, bool(cheat.accuracy.low > majority.accuracy.value)


# The bench -------------------------------------------------------------------------------------------------

T = TypeVar("T")


def _over(
    pool: ProcessPoolExecutor,
    task: Callable[[str, float, int], T],
    name: str,
    doses: Sequence[float],
    seeds: int,
) -> list[list[T]]:
    """For each seed, what a task says at each dose; the doses of a seed one after the other."""
    jobs = [(name, dose, seed) for seed in range(seeds) for dose in doses]
    done = list(pool.map(task, *zip(*jobs, strict=True), chunksize=len(doses)))
    return [done[at : at + len(doses)] for at in range(0, len(done), len(doses))]


def alone(name: str, dose: float, seed: int) -> float:
    """How far from majority to 1 a linear model is that sees the cheat and nothing else."""
    material, _, shown = planted(name, dose, seed)
    guessing = majority_score(material.labels)
    return (score(linear, material.labels, shown).value - guessing) / (1 - guessing)


def weakest_dose(name: str, pool: ProcessPoolExecutor) -> float:
    """The dose that lifts the cheat alone to halfway; from the record where the catalogues are as large."""
    plan = PLANS[name]
    if (plan.songs, plan.colors) == (_SIZE_OF_RECORD, len(COLORS)):
        record = json.loads((RECORDS / "cheat_doses.json").read_text())
        return float(record["cheats"][name]["weakest_dose"])
    reached = np.mean(_over(pool, alone, name, DOSES, DOSE_CATALOGUES), axis=0)
    return round(_halfway(reached), 2)


def _halfway(reached: Array) -> float:
    """The least dose from which the share of the way stays at a half or more, between those tried."""
    last = int(np.flatnonzero(reached < 0.5)[-1])
    rise = (0.5 - reached[last]) / (reached[last + 1] - reached[last])
    return float(DOSES[last] + rise * (DOSES[last + 1] - DOSES[last]))


def of_cheat(name: str, pool: ProcessPoolExecutor) -> dict[str, Any]:
    """How often the cheat is found at each dose, with 0 for none."""
    plan, least = PLANS[name], weakest_dose(name, pool)
    doses = {
        "none": 0.0,
        **{f"below_{share:g}".replace(".", "_"): round(share * least, 3) for share in BELOW},
        "weakest": least,
        "middle": round((1 + least) / 2, 3),
        "full": 1.0,
    }
    seen = zip(*_over(pool, audited, name, list(doses.values()), CATALOGUES), strict=True)
    at = {
        what: _counted(plan, dose, list(of_dose))
        for (what, dose), of_dose in zip(doses.items(), seen, strict=True)
    }
    print(name, {what: (one["dose"], one["found"], one["cheapest"]) for what, one in at.items()}, flush=True)
    return {
        "target": CHEATS[name].target,
        "code": plan.code,
        "procedures": list(plan.procedures),
        "songs": plan.songs * plan.colors,
        "at": at,
    }


def _counted(plan: Plan, dose: float, seen: Sequence[Seen]) -> dict[str, Any]:
    return {
        "dose": dose,
        "found": sum(one.names(plan) for one in seen),
        "cheapest": sum(one.is_cheapest(plan) and one.above_majority for one in seen)
        if plan.procedures
        else None,
        "cheapest_by_name": dict(Counter(str(one.cheapest) for one in seen).most_common()),
    }


def of_clean(pool: ProcessPoolExecutor) -> dict[str, Any]:
    """How many clean catalogues have a finding that is fatal, and how many each code as a warning."""
    jobs = [(CLEAN_TARGETS[seed % len(CLEAN_TARGETS)], seed) for seed in range(CLEAN)]
    seen = list(pool.map(clean, *zip(*jobs, strict=True), chunksize=4))
    fatal = [code for one in seen for code, severity in one.codes.items() if severity == "fatal"]
    warned = [code for one in seen for code, severity in one.codes.items() if severity == "warning"]
    return {
        "n": CLEAN,
        "with_fatal": sum("fatal" in one.codes.values() for one in seen),
        "fatal": dict(Counter(fatal)),
        "warnings": dict(Counter(warned)),
        "with_a_cheat_above_majority": sum(one.above_majority for one in seen),
        "targets": list(CLEAN_TARGETS),
        "songs": 64,
    }


def main() -> None:
    with ProcessPoolExecutor(PROCESSES) as pool:
        quiet = of_clean(pool)
        cheats = {name: of_cheat(name, pool) for name in PLANS}
        write_record(
            "planted_cheats",
            {
                "figure": "in how many of so many catalogues the audit names a planted cheat",
                "cheats": cheats,
                "clean": quiet,
                "n": CATALOGUES,
                "unit": "feature-level catalogue whose music shows nothing",
                "permutations": PERMUTATIONS,
                "seeds": f"0..{CATALOGUES - 1}",
            },
        )


if __name__ == "__main__":
    main()
