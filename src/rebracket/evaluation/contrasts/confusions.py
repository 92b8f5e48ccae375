"""The classes that are taken for each other most, with passages to read and hear."""

from __future__ import annotations

from typing import Any

import numpy as np

from rebracket.evaluation.metrics import song_weights
from rebracket.evaluation.protocols import OutOfFold

__all__ = ["confused_pairs"]


def confused_pairs(
    found: OutOfFold, row_ids: np.ndarray, segments: np.ndarray, *, n_pairs: int = 5, n_passages: int = 5
) -> list[dict[str, Any]]:
    """What was called something else most often, songs weighing equally.

    A row's probabilities are the mean over the repeats that tested it, its choice the most probable.

    Args:
        found: predictions of one class a row.
        row_ids: [N] id of each row.
        segments: [N] segment of each row.
        n_pairs: most pairs to give.
        n_passages: most passages a pair, one a song, the most confident mistakes first.

    Returns:
        `truth`, `choice`, `share` (of the songs of the truth), `songs`, `rows` and `passages`
        [{row_id, segment_id, song, confidence, of_truth}] of each pair.
    """
    rows = np.flatnonzero(~np.isnan(found.probabilities[..., 0]).all(axis=0))
    probabilities = np.nanmean(found.probabilities[:, rows], axis=0)
    truth, choice = found.labels.numbers[rows], probabilities.argmax(axis=1)
    songs, weights = found.labels.songs[rows], song_weights(found.labels.songs[rows])
    pairs = []
    for t, c in np.unique(np.stack([truth, choice], axis=1)[truth != choice], axis=0).tolist():
        wrong = np.flatnonzero((truth == t) & (choice == c))
        pairs.append(
            {
                "truth": found.labels.classes[t],
                "choice": found.labels.classes[c],
                "share": float(weights[wrong].sum() / weights[truth == t].sum()),
                "songs": len(np.unique(songs[wrong])),
                "rows": len(wrong),
                "passages": [
                    {
                        "row_id": str(row_ids[rows[i]]),
                        "segment_id": str(segments[rows[i]]),
                        "song": str(songs[i]),
                        "confidence": float(probabilities[i, c]),
                        "of_truth": float(probabilities[i, t]),
                    }
                    for i in _surest_of_songs(wrong, songs, probabilities[:, c], row_ids[rows])[:n_passages]
                ],
            }
        )
    return sorted(pairs, key=lambda pair: (-pair["share"], pair["truth"], pair["choice"]))[:n_pairs]


def _surest_of_songs(
    wrong: np.ndarray, songs: np.ndarray, confidence: np.ndarray, row_ids: np.ndarray
) -> list[int]:
    """The most confident mistake of each song, the most confident song first; ties by id."""
    order = sorted(wrong.tolist(), key=lambda i: (-confidence[i], str(row_ids[i])))
    first: dict[str, int] = {}
    for i in order:
        first.setdefault(str(songs[i]), i)
    return list(first.values())
