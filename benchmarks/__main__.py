"""``python -m benchmarks [NAME…]``: all of them, or those named."""

from __future__ import annotations

import sys

from benchmarks import (
    alignment,
    ceilings,
    cheat_doses,
    dataset_build,
    demo_difficulty,
    demo_music,
    duplicates,
    explain_demo,
    explain_flips,
    explain_truth,
    frozen_folds,
    fusion_demo,
    fusion_speed,
    fusion_truth,
    geometry_null,
    hostile_files,
    init_estimates,
    interval_coverage,
    judge_calibration,
    judge_types,
    kills,
    known_truth,
    main_job,
    media_tiers,
    midi_slices,
    permutation_p,
    planted_cheats,
    reading,
    rendered_cheats,
    rendered_truth,
    signal_speed,
    time_units,
)

BENCHMARKS = {
    "alignment": alignment.main,
    "ceilings": ceilings.main,
    "cheat_doses": cheat_doses.main,
    "dataset_build": dataset_build.main,
    "demo_difficulty": demo_difficulty.main,
    "demo_music": demo_music.main,
    "duplicates": duplicates.main,
    "explain_demo": explain_demo.main,
    "explain_flips": explain_flips.main,
    "explain_truth": explain_truth.main,
    "frozen_folds": frozen_folds.main,
    "fusion_demo": fusion_demo.main,
    "fusion_speed": fusion_speed.main,
    "fusion_truth": fusion_truth.main,
    "geometry_null": geometry_null.main,
    "hostile_files": hostile_files.main,
    "init_estimates": init_estimates.main,
    "interval_coverage": interval_coverage.main,
    "judge_calibration": judge_calibration.main,
    "judge_types": judge_types.main,
    "kills": kills.main,
    "known_truth": known_truth.main,
    "main_job": main_job.main,
    "media_tiers": media_tiers.main,
    "midi_slices": midi_slices.main,
    "permutation_p": permutation_p.main,
    "planted_cheats": planted_cheats.main,
    "reading": reading.main,
    "rendered_cheats": rendered_cheats.main,
    "rendered_truth": rendered_truth.main,
    "signal_speed": signal_speed.main,
    "time_units": time_units.main,
}

if __name__ == "__main__":
    for name in sys.argv[1:] or BENCHMARKS:
        BENCHMARKS[name]()
