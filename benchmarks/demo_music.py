"""The demo's music measured on 40 songs with each renderer, and on its singles: notes, levels, edges."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Any

import numpy as np
from scipy.stats import binomtest

from benchmarks.record import write_record
from rebracket.demo import SongPlan, plan, realize, song_keys
from rebracket.demo.compose import compose
from rebracket.demo.music_checks import check_notes, check_sound
from rebracket.demo.shapes import is_single
from rebracket.demo.sizes import knobs_of
from rebracket.sound import Renderer, renderer_of

SEED = 0


def spread(values: list[float]) -> dict[str, float]:
    """The mean over songs, and the least and the most of any song."""
    found = {"value": np.mean(values), "low": np.min(values), "high": np.max(values)}
    return {name: round(float(value), 4) for name, value in found.items()}


def share(found: int, of: int) -> dict[str, float]:
    """A share with its interval (Wilson, 95 %)."""
    interval = binomtest(found, of).proportion_ci(method="wilson")
    return {"value": found / of, "low": float(interval.low), "high": float(interval.high), "n": of}


def measured(songs: list[SongPlan], renderer: Renderer) -> dict[str, Any]:
    """The checks of all songs, and seconds of stem audio a CPU second, by song and in all."""
    reports, audio_s, cpu_s = [], [], []
    for song in songs:
        before = time.process_time()
        made = realize(song, renderer=renderer)
        cpu_s.append(time.process_time() - before)
        audio_s.append(made.song.running_s * len(made.stems))
        reports.append(asdict(check_sound(song, made)))
    found = {name: spread([report[name] for report in reports]) for name in reports[0]}
    counts = [sum(report[name] for report in reports) for name in ("edges_found", "edges")]
    speeds = [audio / cpu for audio, cpu in zip(audio_s, cpu_s, strict=True)]
    found["speed"] = spread(speeds) | {"value": round(sum(audio_s) / sum(cpu_s), 1)}
    return found | {"edges_share": share(*counts), "cpu_s": round(sum(cpu_s), 1), "hash": renderer.hash}


def of_notes(songs: list[SongPlan]) -> dict[str, Any]:
    """The checks of what is written, and how long it is."""
    notes = [asdict(check_notes(song, compose(song))) for song in songs]
    found: dict[str, Any] = {"notes": {name: spread([each[name] for each in notes]) for name in notes[0]}}
    return found | {
        "bars": spread([song.bars for song in songs]),
        "seconds": spread([song.bars * song.bar_s for song in songs]),
    }


def main() -> None:
    catalogue = [plan(key, SEED) for key in song_keys("small")]
    singles, songs = (
        [song for song in catalogue if is_single(song.key.track, knobs_of("small")) is long]
        for long in (True, False)
    )
    value = of_notes(songs) | {name: measured(songs, renderer_of(name)) for name in ("soundfont", "own")}
    of_singles = of_notes(singles) | {"soundfont": measured(singles, renderer_of("soundfont"))}
    write_record(
        "demo_music",
        {
            "figure": "mean, least and most of 40 songs of about 40 s, and of the singles",
            "value": value,
            "singles": {"n": len(singles), **of_singles},
            "n": len(songs),
            "unit": "song",
            "seeds": [SEED],
        },
    )


if __name__ == "__main__":
    main()
