"""How well ``rebracket init`` guesses, on demo catalogues without their manifests and lyrics."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.record import write_record
from rebracket.catalogue import read_catalogue
from rebracket.catalogue.init import initialize
from rebracket.core import Key, Song
from rebracket.demo import write_demo

SEEDS = (3, 4, 5)  # how keys are heard was chosen on the songs of seeds 0 and 1
_TEMPO = 0.04


class Guess(NamedTuple):
    """A song as it is and as it was guessed, with the confidence of each estimate."""

    truth: Song
    guessed: Song

    @property
    def confidence(self) -> dict[str, float]:
        return dict(self.guessed.estimated)


def strip(songs: Path, *, midi: bool) -> None:
    """Removes what ``init`` must do without."""
    wanted = [".yml", ".yaml", ".lrc"] + ([] if midi else [".mid"])
    for path in songs.rglob("*"):
        if path.suffix in wanted:
            path.unlink()


def guesses(songs: Path, truth: Mapping[str, Song], *, midi: bool) -> tuple[list[Guess], int]:
    """Truth and guess of each song of a catalogue, and the errors that ``check`` then finds.

    The catalogue loses its manifests and lyrics for good and, without ``midi``, that too.
    """
    strip(songs, midi=midi)
    initialize(songs)
    after = read_catalogue(songs)
    errors = sum(problem.severity.value == "error" for problem in after.problems)
    return [Guess(truth[song.song_id], song) for song in after.songs], errors


def tempo_verdict(guess: Guess) -> str:
    """``right`` within 4 %, ``double or half`` of it, or ``wrong``."""
    ratio = (guess.guessed.bpm or 1.0) / float(guess.truth.bpm or 1.0)
    if abs(ratio - 1) <= _TEMPO:
        return "right"
    return "double or half" if any(abs(ratio / k - 1) <= _TEMPO for k in (0.5, 2.0)) else "wrong"


def key_verdict(guess: Guess) -> str:
    """``right`` in tonic and mode, the ``relative`` key, or ``wrong``."""
    truth, guessed = guess.truth.key, guess.guessed.key
    if truth is None or guessed is None:
        return "wrong"
    if truth.sounds_like(guessed):
        return "right"
    up = 9 if truth.mode == "major" else 3
    relative = guessed.mode != truth.mode and guessed.pitch_class == (truth.pitch_class + up) % 12
    return "relative" if relative else "wrong"


def _shares(guesses: Sequence[Guess], verdict: Callable[[Guess], str]) -> dict[str, float]:
    counts = Counter(verdict(guess) for guess in guesses)
    return {name: round(count / len(guesses), 4) for name, count in sorted(counts.items())}


def _by_confidence(
    guesses: Sequence[Guess], key: str, verdict: Callable[[Guess], str]
) -> list[dict[str, float]]:
    """How often the estimates of each half are right: the less sure and the more sure."""
    order = sorted(guesses, key=lambda guess: guess.confidence.get(key, 0.0))
    halves = (order[: len(order) // 2], order[len(order) // 2 :])
    return [
        {
            "mean_confidence": round(float(np.mean([g.confidence.get(key, 0.0) for g in half])), 3),
            "right": round(float(np.mean([verdict(g) == "right" for g in half])), 3),
        }
        for half in halves
    ]


def constant_answers(guesses: Sequence[Guess]) -> dict[str, float]:
    """What the best single tempo and the best single key, chosen knowing the truth, would score."""
    tempi = np.array([float(guess.truth.bpm or 0) for guess in guesses])
    hits = [float(np.mean(np.abs(bpm / tempi - 1) <= _TEMPO)) for bpm in np.arange(50, 200, 0.5)]
    keys: Counter[tuple[int, str]] = Counter(
        (k.pitch_class, k.mode) for k in (guess.truth.key for guess in guesses) if isinstance(k, Key)
    )
    return {"tempo": round(max(hits), 4), "key": round(keys.most_common(1)[0][1] / len(guesses), 4)}


def summary(guesses: Sequence[Guess]) -> dict[str, Any]:
    """All figures of some songs."""
    return {
        "n": len(guesses),
        "tempo": _shares(guesses, tempo_verdict),
        "key": _shares(guesses, key_verdict),
        "tempo_by_confidence": _by_confidence(guesses, "bpm", tempo_verdict),
        "key_by_confidence": _by_confidence(guesses, "key", key_verdict),
        "constant_answer": constant_answers(guesses),
    }


def main(size: str = "small") -> None:
    found: dict[str, list[Guess]] = {"with_midi": [], "audio_only": []}
    errors = 0
    for seed in SEEDS:
        with tempfile.TemporaryDirectory() as folder:
            songs = Path(folder, "songs")
            write_demo(songs, size=size, seed=seed)
            truth = {song.song_id: song for song in read_catalogue(songs).songs}
            for name, some in found.items():
                guessed, wrong = guesses(songs, truth, midi=name == "with_midi")
                some += guessed
                errors += wrong
    content = {name: summary(some) for name, some in found.items()}
    write_record(
        "init_estimates",
        {
            "figure": f"estimates of rebracket init on demo catalogues of size {size}",
            **content,
            "check_errors": errors,
            "unit": "song",
            "seeds": list(SEEDS),
        },
    )
