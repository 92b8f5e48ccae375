"""How the command line ends: 2 on wrong usage, one line, never a traceback."""

from __future__ import annotations

import subprocess
import sys

import pytest

from habits.checkout import verbs

pytestmark = pytest.mark.habit


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "rebracket", *words], capture_output=True, text=True)


@pytest.mark.parametrize(
    "words", [["no-such-verb"], ["check"], ["check", "--no-such-option", "songs"], ["train", "binary"]]
)
def test_wrong_usage_ends_with_2_and_no_traceback(words: list[str]) -> None:
    done = _run(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


def test_input_that_is_not_there_ends_with_1_and_one_line() -> None:
    done = _run("check", "no-such-folder")
    assert done.returncode == 1
    assert done.stderr.startswith("rebracket: error: no-such-folder")
    assert len(done.stderr.splitlines()) == 1


def test_every_verb_can_speak_json() -> None:
    silent = [
        name for name, verb in verbs().items() if "--json" not in {o for p in verb.params for o in p.opts}
    ]
    assert not silent
