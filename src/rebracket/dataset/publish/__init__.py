"""Shares a dataset: what may go, a folder of exactly that, and the way to the hub."""

from rebracket.dataset.publish.consent import Withheld, withheld
from rebracket.dataset.publish.hub import check_client, check_repo_id, upload
from rebracket.dataset.publish.stage import Sharing, Staged, stage

__all__ = ["Sharing", "Staged", "Withheld", "check_client", "check_repo_id", "stage", "upload", "withheld"]
