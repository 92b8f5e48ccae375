"""The note table: every note, in seconds that do not drift."""

from __future__ import annotations

import numpy as np
from symusic.core import NoteTick, ScoreTick, TempoTick, TrackTick

from rebracket.catalogue.notes import note_table


def test_notes_of_all_tracks_stand_in_order_of_onset() -> None:
    score = ScoreTick(480)
    for tick, bpm in ((0, 60.0), (480, 120.0)):
        score.tempos.append(TempoTick(tick, bpm))
    for is_drum, notes in ((False, [(960, 480, 60, 90), (0, 960, 72, 80)]), (True, [(480, 10, 36, 100)])):
        track = TrackTick("part", 0, is_drum)
        for note in notes:
            track.notes.append(NoteTick(*note))
        score.tracks.append(track)
    assert note_table(score)[:, 2:].tolist() == [[72, 80, 0], [36, 100, 1], [60, 90, 0]]
    assert np.allclose(note_table(score)[:, :2], [[0, 1.5], [1, 1 + 10 / 960], [1.5, 2.0]])


def test_an_hour_in_the_times_are_exact() -> None:
    score = ScoreTick(480)
    track = TrackTick("part", 0, False)
    track.notes.append(NoteTick(480 * 7201, 1, 60, 90))
    score.tracks.append(track)
    assert abs(note_table(score)[0, 0] - 3600.5) < 1e-9


def test_no_notes_are_no_rows() -> None:
    score = ScoreTick(480)
    score.tracks.append(TrackTick("part", 0, False))
    assert note_table(score).shape == note_table(ScoreTick(480)).shape == (0, 5)
