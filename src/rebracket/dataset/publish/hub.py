"""To the Hugging Face Hub, file by file from the disk, so that memory does not grow with the dataset."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

from rebracket.core.errors import InputError, MissingExtraError, UsageError

__all__ = ["check_client", "check_repo_id", "upload"]

# What an earlier publication may have left: a player who takes a yes back is gone with the next one.
_OURS = ["segments/*", "media/*", "splits/*", "*.parquet", "croissant.json", "dataset.json", "README.md"]


def check_repo_id(repo_id: str) -> None:
    """Raises `UsageError` where it is not ``USER/NAME``."""
    if not re.fullmatch(r"[\w-][\w.-]*/[\w-][\w.-]*", repo_id):
        raise UsageError(f"--repo-id: found {repo_id!r}, expected USER/NAME")


def check_client() -> None:
    """Raises `MissingExtraError` where the hub's client is not installed, before any work is done."""
    if find_spec("huggingface_hub") is None:
        raise MissingExtraError("huggingface_hub", "hub")


def upload(folder: Path, repo_id: str, *, private: bool, data_hash: str, quiet: bool = True) -> str:
    """Makes the repository where there is none, and the folder its content; returns the address.

    What an earlier publication left there and this one does not have is deleted; the hub's history
    keeps it. The token is the hub client's own: ``HF_TOKEN``, or what ``hf auth login`` kept.

    Raises:
        MissingExtraError: without ``huggingface_hub``.
        InputError: where the hub refuses or cannot be reached.
    """
    try:
        from huggingface_hub import HfApi
        from huggingface_hub.errors import HfHubHTTPError, LocalTokenNotFoundError
        from huggingface_hub.utils.tqdm import disable_progress_bars
    except ImportError as error:
        raise MissingExtraError("huggingface_hub", "hub") from error
    if quiet:
        disable_progress_bars()
    api = HfApi(library_name="rebracket")
    # The hub's own errors are based on those of whichever HTTP client it has.
    unreached: tuple[type[BaseException], ...] = (OSError, RuntimeError, *HfHubHTTPError.__bases__)
    try:
        url = api.create_repo(repo_id, repo_type="dataset", private=private, exist_ok=True)
        api.upload_folder(
            repo_id=repo_id,
            repo_type="dataset",
            folder_path=folder,
            commit_message=f"Dataset {data_hash[:12]}",
            delete_patterns=_OURS,
        )
    except (HfHubHTTPError, LocalTokenNotFoundError) as error:
        raise InputError(f"{repo_id}: {_told(error)}") from error
    except unreached as error:
        raise InputError(f"{repo_id}: the hub cannot be reached ({_told(error)}); try again later") from error
    return str(url)


def _told(error: BaseException) -> str:
    """What the hub answered, in one line, and what to do about it."""
    response = getattr(error, "response", None)
    status = getattr(response, "status_code", None)
    if status in (401, 403):
        return f"the hub answered {status}; set HF_TOKEN to a token that may write there"
    return (str(error).splitlines() or [type(error).__name__])[0]
