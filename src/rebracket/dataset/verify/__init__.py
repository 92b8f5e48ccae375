"""Checks a dataset against what it says of itself."""

from rebracket.dataset.verify.verify import verify

__all__ = ["verify"]
