"""A run, explained as a whole."""

from rebracket.explain.of_run.of_run import (
    FOLDER,
    Explained,
    Wanted,
    explain_run,
    is_explained,
    read_explanation,
)

__all__ = ["FOLDER", "Explained", "Wanted", "explain_run", "is_explained", "read_explanation"]
