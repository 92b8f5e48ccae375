"""SMPTE codes in a text become true times; everything else in it stays as it was."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rebracket.catalogue.convert import convert_text
from rebracket.core import FrameRate, Smpte, Timecode

AT_25 = FrameRate.FPS_25
CODES = st.builds(
    Smpte,
    st.just(0),
    st.integers(0, 59),
    st.integers(0, 59),
    st.integers(0, 24),
    st.just(AT_25),
    st.integers(0, 79),
)
# Texts without a sign that a code, or a word that touches one, could begin or end with.
TEXTS = st.text(st.sampled_from("abc xyz []()\n\t\r'\"-é"), max_size=12).map(lambda text: f" {text} ")


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("[00:00:12:05.40]\nA line", "[00:12.220]\nA line"),
        ("00:01:02:12", "01:02.480"),
        ("(00:00:01:00) and (00:00:02:00).", "(00:01.000) and (00:02.000)."),
        ("a\t00:00:03:24\r\n", "a\t00:03.960\r\n"),
        ("02:00:00:00 00:10:00:00", "120:00.000 10:00.000"),
    ],
)
def test_codes_become_times_and_the_rest_stays(text: str, becomes: str) -> None:
    assert convert_text(text, AT_25).text == becomes


@pytest.mark.parametrize(
    "code",
    [
        "00:00:01:25",
        "00:00:60:00",
        "00:61:00:00",
        "25:00:00:00",
        "00:00:01:02.99",
        "00:00:01;02",
        "0:00:01:02",
        "00:00:01:02:03",
        "00:00:01:2",
        "000:00:01:02",
    ],
)
def test_a_malformed_code_stays_and_is_told_with_its_line(code: str) -> None:
    text = f"first\n[{code}] 00:00:01:10\n"
    made = convert_text(text, AT_25)
    assert made.text == f"first\n[{code}] 00:01.400\n"
    assert [(line, told) for line, told, _ in made.untouched] == [(2, code)]
    assert (made.converted, made.offset_s) == (1, 0)


@pytest.mark.parametrize("text", ["[00:12.500]", "12:30", "00:01:02", "1.2.3.4", "2019-01-11", "a:b:c:d", ""])
def test_what_does_not_look_like_a_code_is_not_even_told(text: str) -> None:
    made = convert_text(text, AT_25)
    assert (made.text, made.converted, made.untouched) == (text, 0, ())


def test_an_hour_that_all_codes_have_is_taken_off() -> None:
    made = convert_text("01:00:12:05 and 01:03:00:00 but 01:00:00:77", AT_25)
    assert (made.text, made.offset_s) == ("00:12.200 and 03:00.000 but 01:00:00:77", 3600)
    assert convert_text("00:59:00:00 01:03:00:00", AT_25).offset_s == 0


def test_drop_frame_codes_are_told_by_their_sign() -> None:
    made = convert_text("00:10:00;00 00:01:00;00 00:10:00:00", FrameRate.FPS_29_97)
    assert made.text == "09:59.999 00:01:00;00 10:00.600"


@settings(deadline=None)
@given(st.lists(st.tuples(TEXTS, CODES), max_size=5), TEXTS)
def test_times_are_those_of_the_codes_and_texts_stay(parts: list[tuple[str, Smpte]], last: str) -> None:
    text = "".join(before + str(code) for before, code in parts) + last
    times = [str(Timecode.from_seconds(float(code.seconds()))).strip("[]") for _, code in parts]
    expected = "".join(before + time for (before, _), time in zip(parts, times, strict=True)) + last
    assert convert_text(text, AT_25).text == expected


@settings(deadline=None)
@given(st.text(max_size=60) | st.text("0123456789:;.[] \n", max_size=60), st.sampled_from(list(FrameRate)))
def test_any_text_is_converted_without_an_exception(text: str, rate: FrameRate) -> None:
    made = convert_text(text, rate)
    assert made.converted or made.text == text
    if not made.converted:
        assert made.offset_s == 0
