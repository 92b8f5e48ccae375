"""Shares a dataset: what may go, a folder of exactly that, and the way to the hub."""

from rebracket.dataset.publish.consent import Withheld, withheld
from rebracket.dataset.publish.hub import upload
from rebracket.dataset.publish.stage import Sharing, Staged, stage

__all__ = ["Sharing", "Staged", "Withheld", "stage", "upload", "withheld"]
