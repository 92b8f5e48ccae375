"""Intervals, tests and what a number of songs can show at all."""

from rebracket.evaluation.statistics.intervals import around, fold_half_width, song_half_width

__all__ = ["around", "fold_half_width", "song_half_width"]
