"""The demo's music measured on 40 songs with each renderer: notes, levels, edges, and how fast it is made."""

from __future__ import annotations

import time
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from benchmarks.record import write_record
from rebracket.augment import OPERATIONS
from rebracket.demo import SongPlan, plan, realize, song_keys
from rebracket.demo.compose import compose
from rebracket.demo.draws import stream
from rebracket.demo.feel import Shown
from rebracket.demo.music_checks import check_notes, check_sound
from rebracket.sound import Renderer, renderer_of

SEED, SONGS_AN_ALBUM = 0, 5


def moving(song: SongPlan) -> SongPlan:
    """The song with a type, or none, in each section: as in a catalogue, but for the chain of types."""
    rng = stream(SEED, song.key.song_id, "benchmark")
    types = (None, *OPERATIONS)
    return replace(
        song,
        shown=tuple(
            Shown(song.feel, types[int(rng.integers(9))], float(rng.random()), 0.4 * float(rng.random()))
            for _ in song.form
        ),
    )


def spread(values: list[float]) -> dict[str, float]:
    """Mean, least and most."""
    found = {"mean": np.mean(values), "low": np.min(values), "high": np.max(values)}
    return {name: round(float(value), 4) for name, value in found.items()}


def measured(songs: list[SongPlan], renderer: Renderer) -> dict[str, Any]:
    """The checks of all songs, and seconds of stem audio a CPU second."""
    reports, audio_s, cpu_s = [], 0.0, 0.0
    for song in songs:
        before = time.process_time()
        made = realize(song, renderer=renderer)
        cpu_s += time.process_time() - before
        audio_s += made.song.running_s * len(made.stems)
        reports.append(asdict(check_sound(song, made)))
    found = {name: spread([report[name] for report in reports]) for name in reports[0]}
    edges = sum(report["edges"] for report in reports)
    found["edges_found_share"] = {
        "value": sum(report["edges_found"] for report in reports) / edges,
        "n": edges,
    }
    found["speed"] = {
        "audio_s_per_cpu_s": round(audio_s / cpu_s, 1),
        "audio_s": audio_s,
        "cpu_s": round(cpu_s, 1),
    }
    return found | {"hash": renderer.hash}


def main() -> None:
    songs = [moving(plan(key, SEED)) for key in song_keys("small") if key.track <= SONGS_AN_ALBUM]
    notes = [asdict(check_notes(song, compose(song))) for song in songs]
    write_record(
        "demo_music",
        {
            "figure": "checks of the demo's music, 40 songs of about 40 s with a drawn type in each section",
            "notes": {name: spread([report[name] for report in notes]) for name in notes[0]},
            "bars": spread([song.bars for song in songs]),
            "sound": {name: measured(songs, renderer_of(name)) for name in ("soundfont", "own")},
            "n": len(songs),
            "unit": "song",
            "seeds": [SEED],
        },
    )


if __name__ == "__main__":
    main()
