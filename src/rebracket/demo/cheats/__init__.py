"""Ways to be right without music, each with a dose; one file a cheat."""

from rebracket.demo.cheats.cheat import Cheat
from rebracket.demo.cheats.collinear_axes import ontology_of, ontology_text
from rebracket.demo.cheats.columns import KEYWORDS, PRODUCTION, Columns, plain_columns
from rebracket.demo.cheats.planting import Planted, Planting
from rebracket.demo.cheats.registry import CHEATS, apply_cheats, columns_of

__all__ = [
    "CHEATS",
    "KEYWORDS",
    "PRODUCTION",
    "Cheat",
    "Columns",
    "Planted",
    "Planting",
    "apply_cheats",
    "columns_of",
    "ontology_of",
    "ontology_text",
    "plain_columns",
]
