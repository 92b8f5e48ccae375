"""The referee of transfer and generation: posteriors over color, content and player of any passage."""

from rebracket.demo.judge.calibration import Calibration, Measured, calibrate, stored
from rebracket.demo.judge.content import content_of_notes
from rebracket.demo.judge.measures import cut, measure_habit, measure_style, read_parts
from rebracket.demo.judge.text import theme_shares
from rebracket.demo.judge.verdict import MidiPassage, judge_color, judge_mixture, judge_player

__all__ = [
    "Calibration",
    "Measured",
    "MidiPassage",
    "calibrate",
    "content_of_notes",
    "cut",
    "judge_color",
    "judge_mixture",
    "judge_player",
    "measure_habit",
    "measure_style",
    "read_parts",
    "stored",
    "theme_shares",
]
