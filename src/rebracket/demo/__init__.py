"""The synthetic catalogue: songs of our own making whose truth is known."""

from rebracket.demo.plan import SIZES, SongKey, SongPlan, plan, song_keys
from rebracket.demo.realize import Realized, realize
from rebracket.demo.sizes import knobs_of
from rebracket.demo.story import Knobs
from rebracket.demo.truth import read_truth
from rebracket.demo.write import DemoSummary, write_demo

__all__ = [
    "SIZES",
    "DemoSummary",
    "Knobs",
    "Realized",
    "SongKey",
    "SongPlan",
    "knobs_of",
    "plan",
    "read_truth",
    "realize",
    "song_keys",
    "write_demo",
]
