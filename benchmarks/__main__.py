"""``python -m benchmarks [NAME…]``: all of them, or those named."""

from __future__ import annotations

import sys

from benchmarks import (
    alignment,
    dataset_build,
    demo_difficulty,
    hostile_files,
    init_estimates,
    interval_coverage,
    kills,
    main_job,
    media_tiers,
    midi_slices,
    reading,
    time_units,
)

BENCHMARKS = {
    "dataset_build": dataset_build.main,
    "alignment": alignment.main,
    "demo_difficulty": demo_difficulty.main,
    "hostile_files": hostile_files.main,
    "init_estimates": init_estimates.main,
    "interval_coverage": interval_coverage.main,
    "kills": kills.main,
    "main_job": main_job.main,
    "media_tiers": media_tiers.main,
    "midi_slices": midi_slices.main,
    "reading": reading.main,
    "time_units": time_units.main,
}

if __name__ == "__main__":
    for name in sys.argv[1:] or BENCHMARKS:
        BENCHMARKS[name]()
