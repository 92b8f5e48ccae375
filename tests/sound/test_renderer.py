"""Renderers: one contract for all, and parts placed to the sample."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebracket.core.errors import InputError, MissingExtraError, UsageError
from rebracket.sound import (
    DRUM_PITCHES,
    INSTRUMENTS,
    KITS,
    RENDERERS,
    Renderer,
    TimedNote,
    own_synth,
    perform,
    renderer_of,
    soundfont,
)
from rebracket.sound.renderer import Sample
from rebracket.sound.soundfont import soundfont_path

RATE_HZ = 22_050
NAMES = [name for name in ("own", "soundfont") if name == "own" or soundfont_path()]
OWN = renderer_of("own")


@pytest.fixture(params=NAMES)
def renderer(request: pytest.FixtureRequest) -> Renderer:
    return renderer_of(request.param)


def part(
    renderer: Renderer, notes: list[TimedNote], instrument: str = "felt piano", **more: float
) -> np.ndarray:
    given_ = {"frames": RATE_HZ, "first_frame": 0} | more
    return perform(renderer, notes, instrument, bpm=120, rate_hz=RATE_HZ, **given_)


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_every_instrument_sounds_without_an_offset(renderer: Renderer, instrument: str) -> None:
    wave = part(renderer, [TimedNote(0, 480, 48, 100)], instrument)
    assert np.isfinite(wave).all()
    assert np.max(np.abs(wave)) > 0.01
    assert abs(np.mean(wave)) < 0.05 * np.max(np.abs(wave))


@pytest.mark.parametrize("kit", KITS)
@pytest.mark.parametrize("pitch", DRUM_PITCHES.values(), ids=list(DRUM_PITCHES))
def test_every_drum_sounds(renderer: Renderer, kit: str, pitch: int) -> None:
    assert np.max(np.abs(part(renderer, [TimedNote(0, 120, pitch, 100)], kit))) > 0.01


@pytest.mark.parametrize(
    ("pitch", "instrument"), [(57, "lead voice"), (45, "round bass"), (69, "chapel organ")]
)
def test_a_note_has_its_pitch(renderer: Renderer, pitch: int, instrument: str) -> None:
    wave = part(renderer, [TimedNote(0, 960, pitch, 90)], instrument)[4000:20_384]
    spectrum = np.abs(np.fft.rfft(wave * np.hanning(len(wave))))
    frequency_hz = 440 * 2 ** ((pitch - 69) / 12)
    first = np.arange(len(spectrum)) * RATE_HZ / len(wave) / frequency_hz
    # most of the energy stands on multiples of the pitch
    near = np.abs(first - np.round(first)) < 0.06
    assert np.sum(spectrum[near] ** 2) > 0.7 * np.sum(spectrum**2)


def test_louder_is_louder(renderer: Renderer) -> None:
    levels = [np.sqrt(np.mean(part(renderer, [TimedNote(0, 480, 60, v)]) ** 2)) for v in (20, 60, 90, 120)]
    assert levels == sorted(levels)
    assert levels[-1] > 2 * levels[0]


def test_a_note_ends_when_it_is_let_go(renderer: Renderer) -> None:
    wave = part(renderer, [TimedNote(0, 240, 60, 100)], "chapel organ")
    end = round((0.25 + INSTRUMENTS["chapel organ"].release_s) * RATE_HZ)
    assert np.max(np.abs(wave[:end])) > 0.01
    assert not wave[end + 1 :].any()


def test_an_attack_can_be_let_in_slowly(renderer: Renderer) -> None:
    fast, slow = (part(renderer, [TimedNote(0, 480, 60, 100)], attack_s=s) for s in (0.0, 0.1))
    assert np.sum(slow[:1000] ** 2) < 0.5 * np.sum(fast[:1000] ** 2)
    np.testing.assert_array_equal(fast[3000:], slow[3000:])


@given(
    st.lists(
        st.builds(
            TimedNote, st.integers(0, 900), st.integers(1, 600), st.integers(40, 80), st.integers(12, 124)
        )
    ),
    st.integers(0, 900),
)
def test_a_part_made_in_pieces_is_the_part(notes: list[TimedNote], cut_ticks: int) -> None:
    first = round(cut_ticks * RATE_HZ / 960)
    frames = 3 * RATE_HZ
    early = [note for note in notes if note.onset_ticks < cut_ticks]
    late = [note for note in notes if note.onset_ticks >= cut_ticks]
    whole = part(OWN, notes, frames=frames)
    pieces = part(OWN, early, frames=frames)
    pieces[first:] += part(OWN, late, frames=frames - first, first_frame=first)
    np.testing.assert_allclose(pieces, whole, atol=1e-5)


def test_a_note_is_the_same_whatever_was_played_before(renderer: Renderer) -> None:
    note = [TimedNote(0, 480, 60, 100)]
    once = part(renderer, note)
    part(renderer, [TimedNote(0, 480, 61, 100), TimedNote(0, 1800, 60, 30)], "music box")
    assert part(renderer_of(renderer.name), note).tobytes() == once.tobytes()


def test_sixteen_bits_are_kept() -> None:
    wave = np.linspace(-0.03, 0.02, 1000)
    sample = Sample.of(wave)
    np.testing.assert_allclose(sample.wave * sample.scale, wave, atol=1e-6)
    assert not Sample.of(np.zeros(4)).wave.any()


def test_renderers_have_a_name_and_a_hash_of_their_own() -> None:
    found = [renderer_of(name) for name in NAMES]
    assert [each.name for each in found] == NAMES
    assert len({each.hash for each in found}) == len(found)
    assert renderer_of("auto").name in RENDERERS


def test_without_the_packages_the_soundfont_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_synth, "soundfont_path", lambda: None)
    monkeypatch.setattr(soundfont, "soundfont_path", lambda: None)
    monkeypatch.setattr(soundfont, "_soundfont", soundfont._soundfont.__wrapped__)
    assert renderer_of("auto").name == "own"
    with pytest.raises(MissingExtraError, match=r"'midirenderer'.*rebracket\[soundfont\]"):
        renderer_of("soundfont")


def test_what_cannot_be_played_is_named() -> None:
    with pytest.raises(UsageError, match="found renderer 'tape', expected one of auto, soundfont, own"):
        renderer_of("tape")
    with pytest.raises(InputError, match="found instrument 'kazoo'"):
        part(OWN, [], "kazoo")
    with pytest.raises(InputError, match="before frame 9, expected it to begin in its piece"):
        part(OWN, [TimedNote(0, 1, 60, 60)], first_frame=9)
    with pytest.raises(InputError, match="found 120 bpm, 22050 Hz, 0 frames"):
        part(OWN, [], frames=0)
    with pytest.raises(InputError, match="found drum pitch 99"):
        part(OWN, [TimedNote(0, 1, 99, 60)], "brushes")
