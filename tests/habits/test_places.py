"""Nothing tells of the machine it was made on, or of where packages came from."""

from __future__ import annotations

import re

import pytest

from habits.checkout import ROOT, own_files

pytestmark = pytest.mark.habit

# Written so that these lines do not find themselves.
_EVERYWHERE = {
    "a path of a machine": re.compile(r"(?<![\w.~-])/(?:work|home|root|Users|farm)/\w"),
    "a package registry": re.compile(
        r"\b(?:pypi|pythonhosted|npmjs|conda|anaconda|artifactory|devpi)\.(?:org|com|io|local)|"
        r"\bdownload\.pytorch\.|(?:extra-)?index[-_]url\s*[=\s]\s*\w",
        re.IGNORECASE,
    ),
    "a host of a private network": re.compile(r"//(?:10|127|172|192)\.\d+\.\d+\.\d+|//local[h]ost\b"),
}
_OUTSIDE_TESTS = {"a temporary folder": re.compile(r"(?<![\w.~-])/(?:tmp|var)/\w")}


def _found(text: str, patterns: dict[str, re.Pattern[str]]) -> list[str]:
    lines = enumerate(text.splitlines(), start=1)
    return [
        f"{n}: {what}: {line[:80]}" for n, line in lines for what, p in patterns.items() if p.search(line)
    ]


def test_no_file_names_a_machine_or_a_registry() -> None:
    wrong = []
    for name in own_files():
        path = ROOT / name
        if path.is_dir() or b"\0" in path.read_bytes()[:8000]:
            continue
        patterns = _EVERYWHERE if name.startswith("tests/") else {**_EVERYWHERE, **_OUTSIDE_TESTS}
        wrong += [f"{name}:{place}" for place in _found(path.read_text("utf-8", "replace"), patterns)]
    assert not wrong, "\n".join(wrong)


def test_no_file_is_a_symbolic_link() -> None:
    assert not [name for name in own_files() if (ROOT / name).is_symlink()]


@pytest.mark.parametrize(
    "text",
    [
        "see /ho" + "me/ada/songs",
        "'/wo" + "rk/main'",
        "https://py" + "pi.org/simple",
        "pip --index" + "-url x",
    ],
)
def test_what_must_not_be_there_is_found(text: str) -> None:
    assert _found(text, _EVERYWHERE)


@pytest.mark.parametrize("text", ["songs/home/tape.wav", "homework/main", "https://pytorch.org", "and/or"])
def test_near_misses_are_not_found(text: str) -> None:
    assert not _found(text, {**_EVERYWHERE, **_OUTSIDE_TESTS})
