"""A realized song: sound without clipping, MIDI that says what is heard, sections that cover it all."""

from __future__ import annotations

import numpy as np
import pytest

from rebracket.core import Span, gaps
from rebracket.demo import Realized, SongPlan, plan, realize, song_keys
from rebracket.demo.realize import RATE_HZ, song_of
from rebracket.signal.loudness import loudness_lufs
from rebracket.signal.true_peak import true_peak
from rebracket.sound import OwnSynth

KEYS = [key for key in song_keys("tiny") if key.track == 1]


@pytest.fixture(scope="module", params=KEYS, ids=lambda key: key.song_id)
def made(request: pytest.FixtureRequest) -> tuple[SongPlan, Realized]:
    planned = plan(request.param, 3)
    return planned, realize(planned, renderer=OwnSynth())


Made = tuple[SongPlan, Realized]


def test_levels_leave_no_clipping_and_no_silence(made: Made) -> None:
    _, song = made
    assert np.isfinite(song.mix).all()
    assert true_peak(song.mix) <= 10 ** (-1 / 20)
    assert loudness_lufs(song.mix, RATE_HZ) == pytest.approx(-16, abs=1)
    for wave in song.stems.values():
        assert wave.dtype == np.float32
        assert 1e-3 < np.max(np.abs(wave)) <= 10 ** (-1 / 20)
        assert abs(np.mean(wave)) < 1e-3


def test_the_stems_sum_to_the_middle_of_the_mix(made: Made) -> None:
    _, song = made
    middle = song.mix.mean(axis=1)
    missed = np.sum(list(song.stems.values()), axis=0) - middle
    assert np.sqrt(np.mean(missed**2)) <= 1e-3 * np.sqrt(np.mean(middle**2))
    assert np.max(np.abs(song.mix[:, 0] - song.mix[:, 1])) > 1e-3


def test_edges_do_not_click(made: Made) -> None:
    _, song = made
    for wave in (*song.stems.values(), song.mix):
        assert np.max(np.abs(wave[[0, -1]])) < 1e-3


def test_all_is_as_long_as_the_song_says_to_the_millisecond(made: Made) -> None:
    _, song = made
    assert {len(wave) for wave in (*song.stems.values(), song.mix)} == {round(song.song.running_s * RATE_HZ)}
    assert song.song.running_s == pytest.approx(round(song.song.running_s, 3), abs=1e-9)


def test_sections_cover_the_song(made: Made) -> None:
    _, song = made
    whole = Span(0.0, song.song.running_s)
    assert gaps([section.span for section in song.song.sections], whole) == []
    assert song.song.sections[-1].span.end_s == song.song.running_s


def test_something_sounds_in_every_section(made: Made) -> None:
    _, song = made
    for section in song.song.sections:
        part = song.mix[round(section.span.start_s * RATE_HZ) : round(section.span.end_s * RATE_HZ)]
        assert np.sqrt(np.mean(part**2)) > 1e-3


def test_midi_says_tempo_meter_key_and_notes(made: Made) -> None:
    planned, song = made
    named = {stem.midi_file for stem in song.song.stems if stem.midi_file}
    assert named == set(song.scores)
    for score in song.scores.values():
        assert score.note_num() > 0
        assert score.tempos[0].qpm == pytest.approx(planned.bpm, rel=1e-5)
        signature = score.time_signatures[0]
        assert (signature.numerator, signature.denominator) == (planned.meter.beats, planned.meter.unit)
        assert score.key_signatures[0].tonality == planned.tonality.is_minor


def test_a_stem_sounds_where_its_midi_begins(made: Made) -> None:
    planned, song = made
    for stem in song.song.stems:
        if stem.midi_file is None or stem.midi_shared:
            continue
        notes = song.scores[stem.midi_file].tracks[0].notes
        first_s = min(note.time for note in notes) / 480 * 60 / planned.bpm
        wave = np.abs(song.stems[str(stem.audio_file)])
        heard_s = np.flatnonzero(wave > 1e-5)[0] / RATE_HZ
        assert heard_s == pytest.approx(first_s, abs=0.05)


def test_two_stems_of_one_kit_share_their_midi() -> None:
    for seed in range(20):
        for key in song_keys("small")[:8]:
            planned = plan(key, seed)
            kit = [chair for chair in planned.cast if chair.pieces and chair.has_midi]
            if kit:
                stems = [stem for stem in song_of(planned).stems if stem.midi_shared]
                assert len(stems) == len(kit) == 2
                assert len({stem.midi_file for stem in stems}) == 1
                assert {stem.group for stem in stems} == {"Drums"}
                return
    pytest.fail("no song of these seeds splits its kit")


def test_same_plan_same_samples() -> None:
    planned = plan(KEYS[2], 3)
    one, two = (realize(planned, renderer=OwnSynth()) for _ in range(2))
    assert one.song == two.song
    np.testing.assert_array_equal(one.mix, two.mix)
    assert {name: score.dumps_midi() for name, score in one.scores.items()} == {
        name: score.dumps_midi() for name, score in two.scores.items()
    }
