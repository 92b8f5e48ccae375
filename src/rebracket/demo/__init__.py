"""The synthetic catalogue: songs of our own making whose truth is known."""

from rebracket.demo.plan import SIZES, SongKey, SongPlan, plan, song_keys
from rebracket.demo.realize import Realized, realize
from rebracket.demo.write import DemoSummary, write_demo

__all__ = [
    "SIZES",
    "DemoSummary",
    "Realized",
    "SongKey",
    "SongPlan",
    "plan",
    "realize",
    "song_keys",
    "write_demo",
]
