"""Laws of time spans: what they cover and what they leave."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rebracket.core import Span, covered_s, gaps
from rebracket.core.errors import InputError, SpanError

LAW = settings(deadline=None, max_examples=200)
# Halves are exact in binary, so that sums are too.
halves = st.integers(0, 80).map(lambda n: n / 2)
spans = st.tuples(halves, halves).filter(lambda pair: pair[0] != pair[1]).map(lambda p: Span(min(p), max(p)))
many = st.lists(spans, max_size=8)


def _cells(span: Span) -> set[int]:
    return set(range(int(2 * span.start_s), int(2 * span.end_s)))


@pytest.mark.parametrize(
    ("start_s", "end_s"),
    [
        (1.0, 1.0),
        (2.0, 1.0),
        (-0.1, 1.0),
        (math.nan, 1.0),
        (0.0, math.nan),
        (0.0, math.inf),
        (math.inf, math.inf),
    ],
)
def test_a_span_that_cannot_exist_cannot_be_built(start_s: float, end_s: float) -> None:
    with pytest.raises(SpanError, match="need 0 <= start < end"):
        Span(start_s, end_s)


def test_a_span_error_is_an_input_error_and_a_value_error() -> None:
    assert issubclass(SpanError, InputError)
    assert issubclass(SpanError, ValueError)


@LAW
@given(spans, halves)
def test_a_span_holds_its_start_and_not_its_end(span: Span, time_s: float) -> None:
    assert span.contains(span.start_s)
    assert not span.contains(span.end_s)
    assert span.contains(time_s) == (int(2 * time_s) in _cells(span))
    assert span.contains(span.middle_s)


@LAW
@given(spans, spans)
def test_overlap_is_what_two_spans_share(first: Span, second: Span) -> None:
    shared_s = len(_cells(first) & _cells(second)) / 2
    assert first.overlap_s(second) == second.overlap_s(first) == shared_s
    assert first.overlap_s(first) == first.duration_s


@LAW
@given(many)
def test_covered_time_is_that_of_the_union(chosen: list[Span]) -> None:
    union = set().union(*map(_cells, chosen))
    assert covered_s(chosen) == len(union) / 2
    assert covered_s(reversed(chosen)) == covered_s(chosen + chosen)


@LAW
@given(many, spans)
def test_gaps_and_spans_together_are_the_whole(chosen: list[Span], whole: Span) -> None:
    left = gaps(chosen, whole)
    assert set().union(*map(_cells, left)) == _cells(whole).difference(*map(_cells, chosen))
    assert sum(gap.duration_s for gap in left) == covered_s(left)
    assert left == sorted(left)
    assert gaps([*chosen, *left], whole) == []


@LAW
@given(many, spans)
def test_two_gaps_never_touch(chosen: list[Span], whole: Span) -> None:
    left = gaps(chosen, whole)
    assert all(before.end_s < after.start_s for before, after in itertools.pairwise(left))


def test_without_spans_the_whole_is_one_gap() -> None:
    assert gaps([], Span(1.0, 4.0)) == [Span(1.0, 4.0)]
    assert covered_s([]) == 0.0
