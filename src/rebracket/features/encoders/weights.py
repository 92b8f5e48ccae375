"""Which weights an encoder reads, where they are, and what is said about them."""

from __future__ import annotations

import hashlib
import importlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import yaml

from rebracket.core.errors import InputError, MissingExtraError, UsageError

__all__ = [
    "POOLINGS",
    "Pretrained",
    "Usual",
    "Weights",
    "find_weights",
    "folder_of",
    "is_hub_id",
    "require_packages",
    "whole",
]

POOLINGS = ("mean", "cls", "attention")
UNKNOWN_LICENCE = "unknown: see where the weights come from"

_READ = ("*.safetensors", "*.json", "*.model", "*.txt")  # all that loading reads, but for the card
_PICKLED = ("pytorch_model*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl", "adapter_model.bin")
_HUB_ID = re.compile(r"(?P<id>\w[\w.-]*/\w[\w.-]*)(@(?P<revision>[\w./-]+))?", re.ASCII)
_FRONT_MATTER = re.compile(r"\A---\s*\n(.*?)\n---\s*(\n|\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Weights:
    """Which weights an encoder reads, and what it gives of its hidden states.

    Args:
        source: a folder, or the id of a repository on the Hugging Face Hub, `OWNER/NAME` or
            `OWNER/NAME@REVISION`; None for the encoder's own.
        pooling: `mean` or `cls` gives a vector; `attention` gives the states, for a learned pooling.
        offline: whether a hub id is looked for only among what was downloaded before.
    """

    source: str | None = None
    pooling: str = "mean"
    offline: bool = False


@dataclass(frozen=True, slots=True)
class Usual:
    """The weights that an encoder is known by: where on the hub, and under which licence."""

    hub_id: str
    licence: str


@dataclass(frozen=True, slots=True)
class Pretrained:
    """A folder of weights that was found to be whole: safetensors, and nothing that would be run.

    Args:
        folder: where they lie.
        sha256: of all that loading reads: weights, configuration, tokenizer.
        licence: as the model card says.
        provenance: `folder NAME` or `hub ID@COMMIT`; never where on this machine.
    """

    folder: Path
    sha256: str
    licence: str
    provenance: str

    def version(self, *made: str | int) -> str:
        """SHA-256 of the weights and of what is made with them."""
        return hashlib.sha256("\n".join([self.sha256, *map(str, made)]).encode()).hexdigest()


def require_packages(packages: Sequence[str], extra: str) -> None:
    """Raises `MissingExtraError` for the first that is not installed."""
    for package in packages:
        if find_spec(package) is None:
            raise MissingExtraError(package, extra)


def folder_of(source: str) -> Path | None:
    """The folder that a source names; None where there is none on this machine."""
    try:
        folder = Path(source).expanduser()
        return folder if source and folder.is_dir() else None
    except (OSError, RuntimeError):  # a name that is too long; a home of nobody
        return None


def is_hub_id(source: str) -> bool:
    """Whether a source is looked for on the hub: it is an id, and no folder is called so."""
    return folder_of(source) is None and _HUB_ID.fullmatch(source) is not None


def find_weights(
    name: str, modality: str, source: str | None, usual: Usual, offline: bool = False
) -> Pretrained:
    """The weights that the user named for an encoder; from the hub only where an id was named.

    Args:
        offline: whether an id is looked for only among what was downloaded before.

    Raises:
        UsageError: where none were named.
        InputError: where they are not there, broken, pickled, or no network of their own.
    """
    if source is None:
        raise UsageError(
            f"{modality}: {name}: found no weights, and nothing is downloaded unless named; name a folder "
            f"or a hub id, as in --set {modality}_weights={usual.hub_id} (licence: {usual.licence})"
        )
    folder = folder_of(source)
    if folder is not None:
        return whole(folder, f"folder {folder.resolve().name}")
    named = _HUB_ID.fullmatch(source)
    if named is None:
        raise InputError(
            f"{modality}_weights: found no folder {source!r}, expected one, or a hub id OWNER/NAME"
        )
    snapshot = _snapshot(named["id"], named["revision"], offline)
    return whole(snapshot, f"hub {named['id']}@{snapshot.name}")


def whole(folder: Path, provenance: str) -> Pretrained:
    """The folder, checked: a configuration and safetensors that are not broken off, and no adapter.

    Raises:
        InputError: where it is not so.
    """
    where = provenance.partition(" ")[2]
    if (folder / "adapter_config.json").exists():
        raise InputError(f"{where}: found an adapter, expected a whole network; merge it into its own first")
    if not (folder / "config.json").is_file():
        raise InputError(f"{where}: found no config.json, expected the folder of a network")
    weights = sorted(folder.glob("*.safetensors"))
    if not weights:
        raise InputError(f"{where}: {_instead(folder, provenance)}")
    for path in weights:
        _check_whole(path, where)
    return Pretrained(folder, _hash(folder), _licence(folder / "README.md"), provenance)


def _instead(folder: Path, provenance: str) -> str:
    pickled = sorted(path.name for pattern in _PICKLED for path in folder.glob(pattern))
    if pickled:
        return (
            f"found pickled weights ({pickled[0]}), which can run code when read, expected "
            "model.safetensors; convert them where you trust them, see docs/encoders.md"
        )
    if provenance.startswith("hub "):
        return (
            "found no safetensors there, and nothing pickled is fetched; name a revision that has them, "
            "as in OWNER/NAME@refs/pr/1, or a folder of converted weights, see docs/encoders.md"
        )
    return "found no weights, expected model.safetensors"


def _check_whole(path: Path, where: str) -> None:
    """The header of safetensors says how long the file is; reading it finds a copy that broke off."""
    safetensors: Any = importlib.import_module("safetensors")
    try:
        with safetensors.safe_open(path, framework="np"):
            pass
    except (safetensors.SafetensorError, OSError) as error:
        raise InputError(
            f"{where}/{path.name}: found broken safetensors ({error}); copy them again"
        ) from error


def _hash(folder: Path) -> str:
    total = hashlib.sha256()
    for path in sorted({path for pattern in _READ for path in folder.glob(pattern) if path.is_file()}):
        try:
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise InputError(f"{folder.name}/{path.name}: cannot be read ({error.strerror})") from error
        total.update(f"{path.name} {found}\n".encode())
    return total.hexdigest()


def _licence(card: Path) -> str:
    """What the front matter of a model card says; what cannot be read says nothing."""
    try:
        front = _FRONT_MATTER.match(card.read_text(encoding="utf-8").replace("\r\n", "\n"))
        said = yaml.safe_load(front[1]) if front else {}
    except (OSError, ValueError, yaml.YAMLError, RecursionError):
        return UNKNOWN_LICENCE
    licence = said.get("license") if isinstance(said, dict) else None
    if licence == "other":
        licence = said.get("license_name") or licence
    if isinstance(licence, list):
        licence = ", ".join(map(str, licence))
    return " ".join(str(licence).split())[:80] if licence else UNKNOWN_LICENCE


def _snapshot(hub_id: str, revision: str | None, offline: bool) -> Path:
    """The hub's files in the hub client's own cache: a folder that is named after the commit.

    Without a network it is what an earlier run left there.
    """
    require_packages(["huggingface_hub"], "hub")
    hub: Any = importlib.import_module("huggingface_hub")
    errors: Any = importlib.import_module("huggingface_hub.errors")
    refused = (OSError, ValueError, RuntimeError, errors.HfHubHTTPError, *errors.HfHubHTTPError.__bases__)
    try:
        return Path(
            hub.snapshot_download(
                hub_id,
                revision=revision,
                allow_patterns=[*_READ, "README.md"],
                ignore_patterns=["*/*"],  # the same network for other programs
                library_name="rebracket",
                local_files_only=offline,
            )
        )
    except refused as error:
        if offline:
            raise InputError(
                f"{hub_id}: found no download of it, and reading a run downloads nothing; train the run "
                "again here, or name its weights in a recipe of your own"
            ) from error
        said = (str(error).split("\n") or [""])[0]
        raise InputError(f"{hub_id}: found no such folder, and the hub gave no weights ({said})") from error
