"""The rebracketing operation on music and on words: same elements, moved boundary."""

from rebracket.augment.carriers import Boundary, Carriers, Moved
from rebracket.augment.operations import OPERATIONS, Operation
from rebracket.augment.passage import STEP_TICKS, TICKS_PER_QUARTER, Note, Passage, Word
from rebracket.augment.rebracketing import rebracket, undo

__all__ = [
    "OPERATIONS",
    "STEP_TICKS",
    "TICKS_PER_QUARTER",
    "Boundary",
    "Carriers",
    "Moved",
    "Note",
    "Operation",
    "Passage",
    "Word",
    "rebracket",
    "undo",
]
