"""Emergent structure: what vectors hold beyond color, type, song and production, as hypotheses."""

from rebracket.explain.emergent.drawn import figures
from rebracket.explain.emergent.emergent import Emergent, emergent
from rebracket.explain.emergent.naming import Contrast, TypicalWord
from rebracket.explain.emergent.of_dataset import emergent_of_dataset
from rebracket.explain.emergent.pattern import NOT_EVIDENCE, Pattern
from rebracket.explain.emergent.search import About, Settings
from rebracket.explain.emergent.stability import Null

__all__ = [
    "NOT_EVIDENCE",
    "About",
    "Contrast",
    "Emergent",
    "Null",
    "Pattern",
    "Settings",
    "TypicalWord",
    "emergent",
    "emergent_of_dataset",
    "figures",
]
