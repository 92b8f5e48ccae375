"""Keys: the spelling is kept, and what sounds the same is known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebracket.core import Key
from rebracket.core.errors import InputError

LETTERS = st.sampled_from("CDEFGAB")
TONICS = st.builds(str.__add__, LETTERS, st.sampled_from(["", "#", "b", "##", "bb"]))
MODES = st.sampled_from(["major", "minor", "dorian", "phrygian", "lydian", "mixolydian", "locrian"])


@given(TONICS, MODES)
def test_what_is_written_reads_back_the_same(tonic: str, mode: str) -> None:
    key = Key(tonic, mode)
    assert Key.parse(str(key)) == key
    assert Key.parse(str(key).lower()) == key
    assert 0 <= key.pitch_class < 12


@given(LETTERS, MODES)
def test_a_sharp_is_a_semitone_up_and_a_flat_one_down(letter: str, mode: str) -> None:
    plain = Key(letter, mode).pitch_class
    assert Key(letter + "#", mode).pitch_class == (plain + 1) % 12
    assert Key(letter + "b", mode).pitch_class == (plain - 1) % 12


@pytest.mark.parametrize(
    ("text", "tonic", "mode", "pitch_class"),
    [
        ("F# minor", "F#", "minor", 6),
        ("Gb Minor", "Gb", "minor", 6),
        ("C Major", "C", "major", 0),
        ("Cb major", "Cb", "major", 11),
        ("B# major", "B#", "major", 0),
        ("Am", "A", "minor", 9),
        ("AM", "A", "major", 9),
        ("e-flat dorian", "Eb", "dorian", 3),
        ("D♯ min", "D#", "minor", 3),
        ("bb minor", "Bb", "minor", 10),
        ("B minor", "B", "minor", 11),
        ("D harmonic minor", "D", "harmonic minor", 2),
        ("Fx major", "F##", "major", 7),
    ],
)
def test_forms_of_keys(text: str, tonic: str, mode: str, pitch_class: int) -> None:
    key = Key.parse(text)
    assert (key.tonic, key.mode, key.pitch_class) == (tonic, mode, pitch_class)


def test_two_spellings_are_two_keys_that_sound_like_one() -> None:
    sharp, flat = Key("F#", "major"), Key("Gb", "major")
    assert sharp != flat
    assert sharp.sounds_like(flat)
    assert not sharp.sounds_like(Key("F#", "minor"))


@pytest.mark.parametrize(
    "text", ["", "H major", "F#", "4/4", "C # # major", "minor", "C majestic", "Cbbb minor"]
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="such as F# minor"):
        Key.parse(text)


@pytest.mark.parametrize(
    ("tonic", "mode"), [("H", "major"), ("f#", "minor"), ("F", "Minor"), ("F#b", "major")]
)
def test_a_wrong_key_cannot_be_built(tonic: str, mode: str) -> None:
    with pytest.raises(InputError, match="expected a note and a mode"):
        Key(tonic, mode)
