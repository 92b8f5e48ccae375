"""The smallest change of a segment that makes a model say something else."""

from rebracket.explain.counterfactual.boundary import Boundary, boundary, figures
from rebracket.explain.counterfactual.catalogue import Catalogue, catalogue_of
from rebracket.explain.counterfactual.change import Change, Counterfactual, Counterfactuals
from rebracket.explain.counterfactual.find import MOVES, counterfactuals

__all__ = [
    "MOVES",
    "Boundary",
    "Catalogue",
    "Change",
    "Counterfactual",
    "Counterfactuals",
    "boundary",
    "catalogue_of",
    "counterfactuals",
    "figures",
]
