"""The referee of transfer and generation: posteriors over color, type, content and player of any passage."""

from rebracket.demo.judge.calibration import (
    Calibration,
    Measured,
    WayReading,
    calibrate,
    read_ways,
    stored,
)
from rebracket.demo.judge.content import content_of_notes
from rebracket.demo.judge.marks import beside, measure_marks
from rebracket.demo.judge.measures import cut, measure_habit, measure_style, read_parts
from rebracket.demo.judge.moves import announced, moved_way
from rebracket.demo.judge.passages import MidiPassage
from rebracket.demo.judge.phrasing import way_shares
from rebracket.demo.judge.propositions import proposition_shares
from rebracket.demo.judge.referee import Verdict, judge
from rebracket.demo.judge.states import NO_TYPE, judge_types
from rebracket.demo.judge.text import theme_shares
from rebracket.demo.judge.verdict import judge_color, judge_mixture, judge_player

__all__ = [
    "NO_TYPE",
    "Calibration",
    "Measured",
    "MidiPassage",
    "Verdict",
    "WayReading",
    "announced",
    "beside",
    "calibrate",
    "content_of_notes",
    "cut",
    "judge",
    "judge_color",
    "judge_mixture",
    "judge_player",
    "judge_types",
    "measure_habit",
    "measure_marks",
    "measure_style",
    "moved_way",
    "proposition_shares",
    "read_parts",
    "read_ways",
    "stored",
    "theme_shares",
    "way_shares",
]
