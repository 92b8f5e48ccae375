"""How well boundaries of real songs sit on the beat: ``python -m benchmarks.times_of_songs FOLDER``."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.record import write_record
from rebracket.catalogue import read_catalogue
from rebracket.catalogue.grid import beat_summary
from rebracket.core import TimeUnit

if __name__ == "__main__":
    songs = read_catalogue(Path(sys.argv[1])).times
    fits = [
        (len(song.boundaries), as_ms, as_chosen)
        for song in songs
        if (as_ms := song.on_beat(TimeUnit.MS, 25.0)) is not None
        and (as_chosen := song.on_beat(song.sections.unit, song.sections.fps)) is not None
    ]
    summary = beat_summary(fits)
    if summary is None:
        raise SystemExit("no song has a tempo and two boundaries")
    write_record(
        "times_of_songs",
        {
            "figure": "mean concentration of section boundaries on the beat",
            "songs": summary.songs,
            "as_chosen": summary.as_chosen,
            "as_ms": summary.as_ms,
            "random_times": summary.chance,
            "random_times_best_of_readings": summary.chance_of_best,
            "readings": summary.hypotheses,
            "units": {
                song.song_id: {
                    "manifest": song.sections.unit if song.sections.decided else None,
                    "lyrics": song.lyrics.unit if song.lyrics and song.lyrics.decided else None,
                    "fps": song.sections.fps if song.sections.unit is not TimeUnit.MS else None,
                    "confidence": song.confidence,
                }
                for song in songs
            },
        },
    )
