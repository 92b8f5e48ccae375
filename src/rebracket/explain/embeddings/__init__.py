"""Embeddings: vectors laid out in pictures, how well groups hold together by song, and files of both."""

from rebracket.explain.embeddings.columns import Columns
from rebracket.explain.embeddings.drawn import figures, said
from rebracket.explain.embeddings.embeddings import Embeddings, embeddings
from rebracket.explain.embeddings.export import COORDINATES, coordinates_table, write_embeddings
from rebracket.explain.embeddings.of_dataset import embed_dataset, segment_columns
from rebracket.explain.embeddings.projections import METHODS, Projection
from rebracket.explain.embeddings.quality import MEASURES, Quality, Settings

__all__ = [
    "COORDINATES",
    "MEASURES",
    "METHODS",
    "Columns",
    "Embeddings",
    "Projection",
    "Quality",
    "Settings",
    "coordinates_table",
    "embed_dataset",
    "embeddings",
    "figures",
    "said",
    "segment_columns",
    "write_embeddings",
]
