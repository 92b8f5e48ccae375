"""Taxonomies as data: colors, axes, modes, types of rebracketing, word lists."""

from rebracket.ontology.load import FILE_NAME, load_ontology, ontology_from_dict, rainbow_table
from rebracket.ontology.ontology import Color, Ontology, RebracketingType
from rebracket.ontology.words import words_in

__all__ = [
    "FILE_NAME",
    "Color",
    "Ontology",
    "RebracketingType",
    "load_ontology",
    "ontology_from_dict",
    "rainbow_table",
    "words_in",
]
