"""What a catalogue can never show as it is, and the fewest songs that would change that."""

from rebracket.evaluation.identifiability.design import ALL, Identifiability, identifiability
from rebracket.evaluation.identifiability.plan import Plan, fewest_songs

__all__ = ["ALL", "Identifiability", "Plan", "fewest_songs", "identifiability"]
