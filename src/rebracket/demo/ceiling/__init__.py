"""How well anything could do: the ideal observer of the story, and its scores."""

from rebracket.demo.ceiling.document import INPUTS, SCHEMA, ceiling_document, scores_of
from rebracket.demo.ceiling.monte_carlo import Estimate, Scored
from rebracket.demo.ceiling.observer import Posterior, observe, observe_with, player_posterior
from rebracket.demo.ceiling.oracle import fit
from rebracket.demo.ceiling.parameters import Parameters, known
from rebracket.demo.ceiling.songs import Seen, draw_fresh, scored_sets

__all__ = [
    "INPUTS",
    "SCHEMA",
    "Estimate",
    "Parameters",
    "Posterior",
    "Scored",
    "Seen",
    "ceiling_document",
    "draw_fresh",
    "fit",
    "known",
    "observe",
    "observe_with",
    "player_posterior",
    "scored_sets",
    "scores_of",
]
