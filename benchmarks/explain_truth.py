"""Whether explanations find what is known to carry a class: words, notes, stems, and what was planted.

Every song is explained for what it is by a model that has not seen it. Beside them stand models of colors
dealt anew among the songs, and the same models with their weights dealt anew: there is nothing to be found.

``python -m benchmarks.explain_truth small`` is a smaller form, and writes no record.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

from scipy.stats import binomtest

from benchmarks.explain_carriers import Carries, Scored, carrying_notes, carrying_words, scored, summary
from benchmarks.explain_catalogues import BELL_DB, FIRST_PITCH, Catalogue, learned, plant_notes, rendered
from benchmarks.explain_horses import HORSES, Horse, catalogue_of, horse_of, seeds_with_drums, stems_found
from benchmarks.record import write_record
from rebracket.demo import knobs_of
from rebracket.demo.story import Knobs

AIM, NAMED_AIM = 3.0, 17
CATALOGUES, HORSES_PLANTED = 2, 20
SMALL = (1, 3)
DEALT = 1  # seed by which colors are dealt anew
NULLS = 6  # catalogues with something planted that are learned with colors dealt anew, too

# What reads, what is changed in the recipe, the method, how many songs are explained
Plan = tuple[str, list[str], str, int]
WORDS: tuple[Plan, ...] = (
    ("tf-idf", ["text=tfidf", "text_fields=concept"], "occlusion", 64),
    ("tf-idf", ["text=tfidf", "text_fields=concept"], "shapley", 8),
    ("MiniLM", ["text=minilm", "text_fields=concept"], "occlusion", 8),
)
NOTES: tuple[Plan, ...] = (
    ("piano roll", ["midi=piano_roll"], "occlusion", 24),
    ("bars", ["midi=bars"], "occlusion", 24),
    ("histogram", ["midi=histogram"], "occlusion", 24),
)


def knobs_of_words(seed: int) -> Knobs:
    """The demo's own strengths, eight songs a color; sound is short, since nobody listens."""
    changes = ["sizes.songs=8", "sizes.seconds=8", "sizes.stems=1", "missing.lyrics=0"]
    return knobs_of("tiny", seed).set(changes)


def knobs_of_notes(seed: int) -> Knobs:
    """Nothing shows the color, so that what is planted is all that carries it."""
    changes = ["sizes.seconds=8", "sizes.stems=4", "missing.midi=0", "missing.lyrics=1"]
    return knobs_of("tiny", seed, "zero").set(changes)


def words(catalogues: int) -> list[dict[str, Any]]:
    """Words that are at least twice as likely in songs of the color, in concepts."""
    return carriers(
        [rendered(knobs_of_words(seed)) for seed in range(catalogues)],
        WORDS,
        ("lyrics", "words"),
        lambda catalogue: carrying_words(catalogue.knobs),
    )


def notes(catalogues: int) -> list[dict[str, Any]]:
    """Planted notes, one a bar, of a pitch that only songs of the color have."""
    return carriers(
        [rendered(knobs_of_notes(seed), plant_notes) for seed in range(catalogues)],
        NOTES,
        ("midi", "notes"),
        lambda catalogue: carrying_notes,
    )


def carriers(
    catalogues: Sequence[AbstractContextManager[Catalogue]],
    plans: Sequence[Plan],
    reads: tuple[str, str],
    truth_of: Callable[[Catalogue], Carries],
) -> list[dict[str, Any]]:
    """An entry for each plan: carriers found over all catalogues, and by models without truth."""
    recipe, kind = reads
    found: dict[tuple[str, str], list[tuple[Scored, Scored, Scored]]] = {}
    for context in catalogues:
        with context as catalogue:
            for name, changes, method, count in plans:
                ids = [own[0] for own in catalogue.segments_of.values()][:: max(1, _step(catalogue, count))]
                models = learned(catalogue, recipe, changes)
                null = learned(catalogue, recipe, changes, shuffled=DEALT)
                asked = partial(
                    scored, segment_ids=ids, kind=kind, method=method, carries=truth_of(catalogue)
                )
                own = (
                    asked(models, with_curves=True),
                    asked(null),
                    asked(models.without_what_it_learned(DEALT)),
                )
                found.setdefault((name, method), []).append(own)
    return [_entry(name, method, list(zip(*own, strict=True))) for (name, method), own in found.items()]


def _entry(name: str, method: str, three: list[tuple[Scored, ...]]) -> dict[str, Any]:
    true, dealt, random = (summary(one) for one in three)
    return {"model": name, "method": method, **true, "dealt_anew": dealt, "random_weights": random}


def _step(catalogue: Catalogue, count: int) -> int:
    return len(catalogue.segments_of) // count


# What was planted in one color -----------------------------------------------------------------------------


def horses(count: int) -> Iterator[tuple[Horse, Horse | None]]:
    """Catalogues with something planted in one color; beside the first, the same with colors dealt anew."""
    seeds = seeds_with_drums(-(-count // len(HORSES)))
    left = count
    for seed in seeds:
        with catalogue_of(seed) as catalogue:
            for cheat in HORSES[:left]:
                is_first = count - left < NULLS
                null = horse_of(catalogue, seed, cheat, shuffled=DEALT) if is_first else None
                found = horse_of(catalogue, seed, cheat)
                print(found.as_dict(), flush=True)
                yield found, null
                left -= 1


def counted(found: Sequence[Horse]) -> dict[str, Any]:
    """How many were named, with Wilson's interval over catalogues, and how many a guess would name."""
    named = sum(one.is_named for one in found)
    interval = binomtest(named, len(found)).proportion_ci(method="wilson")
    return {
        "named": named,
        "of": len(found),
        "share": {"value": named / len(found), "low": interval.low, "high": interval.high, "level": 0.95},
        "by_guessing": round(sum(one.chance for one in found), 2),
        "by_cheat": {
            cheat: [sum(one.is_named for one in own), len(own)]
            for cheat in HORSES
            if (own := [one for one in found if one.cheat == cheat])
        },
        "catalogues": [one.as_dict() for one in found],
    }


def main(sizes: tuple[int, int] = (CATALOGUES, HORSES_PLANTED)) -> None:
    started = time.process_time()
    record: dict[str, Any] = {"words": _by_plan(words(sizes[0]))}
    _tell("words", record["words"], started)
    record["notes"] = _by_plan(notes(sizes[0]))
    _tell("notes", record["notes"], started)
    pairs = list(horses(sizes[1]))
    found, dealt = [one for one, _ in pairs], [one for _, one in pairs if one is not None]
    record["stems"] = {**stems_found(found).as_dict(), "dealt_anew": stems_found(dealt).as_dict()}
    record["planted"] = {**counted(found), "dealt_anew": counted(dealt)}
    _tell("stems", record["stems"], started)
    _tell("planted", record["planted"], started)
    if sizes[0] == CATALOGUES:
        write_record(
            "explain_truth",
            {
                "figure": "true carriers among as many units as there are carriers, named first, and chance",
                "aim": {"times_chance": AIM, "named": NAMED_AIM},
                "carriers": {
                    "words": "at least twice as likely in songs of the color, by the story that wrote them",
                    "notes": "planted, one a bar, of a pitch that only songs of the color have",
                    "stems": "the stem that has the drum sample",
                },
                "best": best(record),
                **record,
                "bell_db": BELL_DB,
                "first_pitch": FIRST_PITCH,
                "n": sizes[0],
                "unit": "song; for what was planted, catalogue",
                "seeds": {"words, notes": list(range(sizes[0])), "planted": list(seeds_with_drums(7))},
                "dealt_by_seed": DEALT,
                "cpu_s": round(time.process_time() - started),
            },
        )


def best(record: dict[str, Any]) -> dict[str, Any]:
    """The highest ratio of each kind of unit, and whose; being chosen here flatters it a little."""
    found: dict[str, Any] = {}
    for kind in ("words", "notes"):
        one = max(record[kind].values(), key=lambda entry: entry["ratio"]["value"])
        found[kind] = {name: one[name] for name in ("model", "method", "ratio", "most")}
    found["stems"] = {"model": "spectral", "method": "shapley", "ratio": record["stems"]["ratio"]}
    return found


def _by_plan(entries: list[dict[str, Any]]) -> dict[str, Any]:
    return {f"{one['model']} {one['method']}": one for one in entries}


def _tell(name: str, content: Any, started: float) -> None:
    print(name, content, f"{time.process_time() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main(SMALL if "small" in sys.argv[1:] else (CATALOGUES, HORSES_PLANTED))
