"""What the habits look at: the files of this checkout, the verbs, the packages that are imported."""

from __future__ import annotations

import ast
import subprocess
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "rebracket"


@lru_cache
def own_files() -> tuple[str, ...]:
    """Files that are tracked or would be with the next 'git add', relative to the checkout.

    What 'make demo' leaves in ``out`` is none of them.
    """
    which = ["--cached", "--others", "--exclude-standard", "--exclude=/out/"]
    command = ["git", "-C", str(ROOT), "ls-files", "-z", *which]
    try:
        listed = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no git checkout: what belongs to the project cannot be told from what lies around")
    return tuple(sorted(name for name in set(listed.split("\0")) if name and (ROOT / name).exists()))


def read(name: str) -> str:
    """Text of a file of the checkout."""
    return (ROOT / name).read_text("utf-8")


def project() -> dict[str, Any]:
    """What pyproject.toml says of the project."""
    return tomllib.loads(read("pyproject.toml"))["project"]


def folders() -> list[str]:
    """The folders of the package that hold Python files."""
    parts = [Path(name).parts for name in own_files() if name.startswith("src/rebracket/")]
    return sorted({p[2] for p in parts if len(p) > 3 and p[-1].endswith(".py")})


def modules() -> list[Path]:
    """Every Python file of the package."""
    return [ROOT / n for n in own_files() if n.startswith("src/rebracket/") and n.endswith(".py")]


def imported(path: Path, *, inside_functions: bool) -> Iterator[tuple[int, str]]:
    """Line and absolute name of each import that runs: not those for the type checker only."""
    tree = ast.parse(path.read_text("utf-8"))
    top = {id(node) for node in tree.body}
    for node in _running(tree):
        if inside_functions or id(node) in top:
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.lineno, node.module


def _running(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        yield from _running(node)


def verbs() -> dict[str, Any]:
    """Name of each verb and the command behind it."""
    typer_main = import_module("typer.main")
    group = typer_main.get_command(import_module("rebracket.cli.app").app)
    return dict(group.commands)


def parameters(command: Any) -> tuple[set[str], set[str]]:
    """Names of a verb's arguments, and its options with their dashes."""
    arguments = {p.name for p in command.params if p.param_type_name == "argument"}
    options = {o for p in command.params if p.param_type_name == "option" for o in p.opts if o[:2] == "--"}
    return arguments, options
