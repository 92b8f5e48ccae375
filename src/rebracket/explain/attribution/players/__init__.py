"""What can be taken out of a segment: one function a kind of unit, each from a `Given` to its `Players`."""

from rebracket.explain.attribution.players.notes import bars, notes
from rebracket.explain.attribution.players.players import Players
from rebracket.explain.attribution.players.sound import bands, patches, seconds
from rebracket.explain.attribution.players.stems import modalities, stems
from rebracket.explain.attribution.players.words import words

__all__ = ["PLAYERS", "Players"]

PLAYERS = {
    "words": words,
    "stems": stems,
    "notes": notes,
    "bars": bars,
    "seconds": seconds,
    "bands": bands,
    "patches": patches,
    "modalities": modalities,
}
