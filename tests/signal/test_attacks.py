"""Attacks: as many as hits, wherever they begin and however loud they are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rebracket.signal.attacks import attack_frames
from rebracket.signal.level import short_time_level_dbfs

RATE_HZ = 8000


def hits(starts_s: list[float], duration_s: float, gain: float = 0.5) -> np.ndarray:
    """Decaying tones [T, 1]."""
    wave = np.zeros(round(duration_s * RATE_HZ))
    times_s = np.arange(round(0.15 * RATE_HZ)) / RATE_HZ
    for start_s in starts_s:
        first = round(start_s * RATE_HZ)
        wave[first : first + len(times_s)] += gain * np.exp(-times_s / 0.03) * np.sin(5000 * times_s)
    return wave[:, None].astype(np.float32)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 8), st.floats(0.2, 0.5), st.floats(0.05, 0.2), st.floats(0.02, 0.9))
def test_each_hit_is_one_attack_where_it_begins(n: int, apart_s: float, first_s: float, gain: float) -> None:
    starts_s = [first_s + k * apart_s for k in range(n)]
    found = attack_frames(short_time_level_dbfs(hits(starts_s, starts_s[-1] + 0.5, gain), RATE_HZ))
    assert found * 0.01 == pytest.approx(np.array(starts_s), abs=0.03)


def test_what_is_steady_silent_or_far_too_quiet_has_none() -> None:
    tone = 0.3 * np.sin(np.arange(RATE_HZ) / 3)[:, None].astype(np.float32)
    for wave in (tone, np.zeros_like(tone), tone * 1e-4, hits([0.2, 0.5], 1.0) * 1e-3, tone[:100]):
        assert len(attack_frames(short_time_level_dbfs(wave, RATE_HZ))) == 0
    assert len(attack_frames(np.zeros(0, dtype=np.float32))) == 0


def test_the_quiet_beside_the_loud_does_not_count() -> None:
    both = hits([0.2], 1.0) + hits([0.6], 1.0, gain=0.5 * 10 ** (-45 / 20))
    assert len(attack_frames(short_time_level_dbfs(both, RATE_HZ))) == 1
