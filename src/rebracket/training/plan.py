"""What a rented machine needs to train a recipe: everything that is known about it, in one folder.

No machine with a GPU was at hand when this was written. That the plan installs, verifies and trains was
tried on a CPU; that the network is moved to a GPU where there is one is `rebracket.training.loop`.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from rebracket.core.errors import UsageError
from rebracket.dataset.exchange import exchange, fresh_folder, locked, sync_tree
from rebracket.features import Source
from rebracket.features.encoders.weights import is_hub_id
from rebracket.training.recipe import Recipe
from rebracket.training.wheel import write_wheel

__all__ = ["GPU_IMAGE", "write_plan"]

GPU_IMAGE = "python:3.11-slim-bookworm"
"""Nothing of CUDA is in it: torch's own packages bring that, and the driver comes with the machine."""

_EXTRAS = ("train", "text")
_NAME = re.compile(r"^[A-Za-z0-9._-]+")


def write_plan(recipe: Recipe, dataset: Source, out: Path) -> Path:
    """Writes ``OUT.plan/``: image, pinned requirements, recipe, the package itself, sums, one command.

    The command can be ended at any moment and given again; it goes on where it was.

    Returns:
        The folder.

    Raises:
        UsageError: where weights or the run to start from are a folder, which would not be there.
    """
    _check_portable(recipe)
    place = out.parent / f"{out.name}.plan"
    with locked(place):
        folder = fresh_folder(place)
        (folder / "recipe.yaml").write_text(_recipe_text(recipe), "utf-8")
        (folder / "requirements.txt").write_text("\n".join(_pinned()) + "\n", "utf-8")
        wheel = write_wheel(folder)
        (folder / "run.sh").write_text(_command(wheel.name), "utf-8")
        content = _plan(recipe, dataset, wheel.name)
        (folder / "plan.json").write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")
        sums = [f"{_sha256(path)}  {path.name}" for path in sorted(folder.iterdir())]
        (folder / "SHA256SUMS").write_text("\n".join(sums) + "\n", "utf-8")
        sync_tree(folder)
        exchange(place)
    return place


def _check_portable(recipe: Recipe) -> None:
    for key in ("text_weights", "audio_weights", "init_from"):
        value = getattr(recipe, key)
        if value is not None and (key == "init_from" or not is_hub_id(value)):
            instead = "leave it out of the recipe" if key == "init_from" else "put a hub id into the recipe"
            raise UsageError(f"--plan: found {key} {value!r}, a folder of this machine; {instead}")


def _recipe_text(recipe: Recipe) -> str:
    """All keys as they stand, so that another version's defaults change nothing."""
    return yaml.safe_dump(recipe.model_dump(mode="json"), allow_unicode=True, sort_keys=False)


def _plan(recipe: Recipe, dataset: Source, wheel: str) -> dict[str, Any]:
    return {
        "schema": "rebracket.plan/1",
        "image": GPU_IMAGE,
        "gpus": 1,
        "command": "bash run.sh DATASET RUN",
        "copy": ["this folder", "the dataset's folder"],
        "dataset": dataset.path.name,
        "data_hash": dataset.data_hash,
        "recipe": recipe.name,
        "wheel": wheel,
        "start": f'docker run --gpus all -v "$PWD":/plan -w /plan {GPU_IMAGE} bash run.sh DATASET RUN',
    }


def _command(wheel: str) -> str:
    """Checks what came, installs what is pinned, checks the data, trains; again: goes on."""
    return f"""#!/usr/bin/env bash
# Usage: bash run.sh DATASET RUN
# Ended at any moment, the same command goes on where it was.
set -euo pipefail
dataset=$(realpath "$1"); run=$(realpath -m "$2"); cd "$(dirname "$0")"
sha256sum --check --quiet SHA256SUMS
test -d venv || python3 -m venv venv
venv/bin/python -m pip install --quiet --requirement requirements.txt
venv/bin/python -m pip install --quiet --no-deps {shlex.quote(wheel)}
expected=$(venv/bin/python -c 'import json; print(json.load(open("plan.json"))["data_hash"])')
venv/bin/python - "$dataset" "$expected" <<'CHECK'
import sys
from rebracket import open_dataset
found = open_dataset(sys.argv[1]).data_hash
if found != sys.argv[2]:
    sys.exit(f"found data {{found[:12]}}, expected {{sys.argv[2][:12]}}; copy the dataset again")
CHECK
venv/bin/rebracket train recipe.yaml "$dataset" --out "$run"
"""


def _pinned() -> list[str]:
    """`name==version` of all that training needs, as it is installed here, sorted."""
    found: dict[str, str] = {}
    left = [*_needs("rebracket", _EXTRAS)]
    while left:
        name = _canonical(left.pop())
        if name in found:
            continue
        try:
            found[name] = importlib.metadata.version(name).partition("+")[0]
        except importlib.metadata.PackageNotFoundError:
            continue  # of another system or Python
        left += _needs(name, ())
    return [f"{name}=={version}" for name, version in sorted(found.items())]


def _needs(name: str, extras: tuple[str, ...]) -> Iterator[str]:
    """What a package needs, with some of its extras."""
    for requirement in importlib.metadata.requires(name) or ():
        named, _, marker = requirement.partition(";")
        of_extra = re.search(r"extra\s*==\s*['\"]([^'\"]+)['\"]", marker)
        match = _NAME.match(named.strip())
        if match and (of_extra is None or of_extra[1] in extras):
            yield match[0]


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
