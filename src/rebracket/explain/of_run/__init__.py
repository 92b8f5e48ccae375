"""A run, explained as a whole."""

from rebracket.explain.of_run.of_run import Explained, explain_run

__all__ = ["Explained", "explain_run"]
