"""The dataset on disk: built, opened, verified."""

from rebracket.dataset.build import MEASURES, MEDIA_TIERS, BuildResult, build
from rebracket.dataset.merge import merge_songs
from rebracket.dataset.read import Dataset, open_dataset
from rebracket.dataset.schema import COLUMNS, Column, row_columns
from rebracket.dataset.targets import label_columns, target_names

__all__ = [
    "COLUMNS",
    "MEASURES",
    "MEDIA_TIERS",
    "BuildResult",
    "Column",
    "Dataset",
    "build",
    "label_columns",
    "merge_songs",
    "open_dataset",
    "row_columns",
    "target_names",
]
