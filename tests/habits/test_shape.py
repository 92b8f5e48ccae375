"""Sizes, names, and that tests stand where the code stands."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from habits.checkout import ROOT, SOURCE, folders, modules, own_files

pytestmark = pytest.mark.habit

_MOST_LINES = 500
_SAYS_NOTHING = {"common", "helpers", "misc", "utils"}


def test_no_file_is_too_long() -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in modules()}
    assert lengths, "found no code"
    long = [f"{path.relative_to(ROOT)}: {n} lines" for path, n in lengths.items() if n > _MOST_LINES]
    assert not long, f"more than {_MOST_LINES} lines:\n" + "\n".join(long)


def test_names_of_modules_say_something() -> None:
    names = {part for path in modules() for part in path.relative_to(SOURCE).with_suffix("").parts}
    assert not names & _SAYS_NOTHING


def _holds_code(folder: str) -> bool:
    return any(p.name != "__init__.py" for p in modules() if p.relative_to(SOURCE).parts[0] == folder)


@pytest.mark.parametrize("folder", folders())
def test_each_folder_has_its_tests(folder: str) -> None:
    found = [n for n in own_files() if re.fullmatch(rf"tests/{folder}/(.+/)?test_\w+\.py", n)]
    assert found or not _holds_code(folder), f"no tests/{folder}/test_*.py for src/rebracket/{folder}"


def test_no_folder_of_tests_stands_alone() -> None:
    beside = {"contracts", "data", "end_to_end", "habits", "laws"}
    parts = [Path(name).parts for name in own_files() if name.startswith("tests/")]
    assert {p[1] for p in parts if len(p) > 2} <= {*folders(), *beside}


@pytest.mark.parametrize("package", ["rebracket", *(f"rebracket.{folder}" for folder in folders())])
def test_public_names_exist(package: str) -> None:
    module = import_module(package)
    listed = getattr(module, "__all__", None)
    if package != "rebracket.models":  # networks are taken from their own files
        assert listed, f"{package} lists no public names in __all__"
    missing = [name for name in listed or () if not hasattr(module, name)]
    assert not missing, f"{package}.__all__ names what does not exist: {missing}"
    assert len(set(listed or ())) == len(listed or ())
    assert module.__doc__, f"{package} has no docstring"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_every_module_says_what_it_is(path: Path) -> None:
    text = path.read_text("utf-8")
    assert re.match(r'(?:r)?"""\S', text), f"{path.relative_to(ROOT)} does not begin with a docstring"
