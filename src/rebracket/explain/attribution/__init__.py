"""How much of an answer each part of what a model was given is responsible for."""

from rebracket.explain.attribution.attribution import Attribution, Unit
from rebracket.explain.attribution.explain import KINDS, METHODS, explain, explain_classes

__all__ = ["KINDS", "METHODS", "Attribution", "Unit", "explain", "explain_classes"]
