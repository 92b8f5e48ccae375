"""SIGKILL at any moment: the next command completes and gives what an undisturbed one gives."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from conftest import make_song

pytestmark = pytest.mark.slow
MOMENTS = 5  # the long form, with more of them, is in benchmarks
# Text by TF-IDF, few epochs, one target each: what is tested is what a kill leaves, not what is learned.
RECIPE = "targets: [color]\ntext: tfidf\nepochs: 2\n"
RECIPES = ("first", "second")
TIERS = ("--media", "flac", "--media", "features")

AT_EXCHANGE = """
import os, signal, sys
import rebracket.dataset
from rebracket.cli import main

room = sys.modules["rebracket.dataset.assemble"]
exchange = room.exchange

def killed(folder):
    if {after}:
        exchange(folder)
    os.kill(os.getpid(), signal.SIGKILL)

room.exchange = killed
main()
"""


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("kill") / "songs"
    for number in range(6):
        album = number // 3 + 1
        make_song(root, f"0{album}_0{number}", "RV"[album - 1], number)
    return root


@pytest.fixture(scope="module")
def built(songs: Path) -> Path:
    """What a build makes that nothing disturbs."""
    complete(["build", songs, songs.parent / "built"])
    return songs.parent / "built"


def tree(folder: Path) -> dict[str, str]:
    """Hashes of a dataset's files, without what is outside its own hash."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "features" not in path.relative_to(folder).parts
    }


def command(arguments: Sequence[str | Path]) -> list[str]:
    return [sys.executable, "-m", "rebracket", *map(str, arguments)]


def complete(arguments: Sequence[str | Path]) -> float:
    began = time.monotonic()
    done = subprocess.run(command(arguments), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return time.monotonic() - began


def kill_after(arguments: Sequence[str | Path], seconds: float) -> None:
    process = subprocess.Popen(
        command(arguments), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.wait()


def leftovers(folder: Path) -> list[str]:
    """What a command should have cleaned away beside its results."""
    return [path.name for path in folder.rglob("*.new")] + [path.name for path in folder.rglob("*.old")]


def test_build_survives_a_kill_at_any_moment(songs: Path, tmp_path: Path) -> None:
    lasts_s = complete(["build", songs, tmp_path / "undisturbed", *TIERS])
    for moment in range(MOMENTS):
        dataset = tmp_path / f"killed{moment}"
        kill_after(["build", songs, dataset, *TIERS], lasts_s * (moment + 0.5) / MOMENTS)
        complete(["build", songs, dataset, *TIERS])
        assert tree(dataset) == tree(tmp_path / "undisturbed")
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("rebuild", [False, True])
def test_build_survives_a_kill_at_the_exchange(
    songs: Path, built: Path, tmp_path: Path, after: bool, rebuild: bool
) -> None:
    dataset = tmp_path / "dataset"
    if rebuild:  # an older dataset is in the place
        complete(["build", songs, dataset, "--media", "none"])
    program = AT_EXCHANGE.format(after=after)
    killed = subprocess.run(
        [sys.executable, "-c", program, "build", str(songs), str(dataset)], capture_output=True, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    complete(["build", songs, dataset])
    assert tree(dataset) == tree(built)
    assert leftovers(tmp_path) == []
    complete(["verify", dataset])


def test_run_survives_a_kill_at_any_moment(songs: Path, tmp_path: Path) -> None:
    options: list[str | Path] = ["--explained", "0"]
    for name in RECIPES:
        (tmp_path / f"{name}.yaml").write_text(RECIPE)
        options += ["--recipe", tmp_path / f"{name}.yaml"]
    lasts_s = complete(["run", songs, tmp_path / "undisturbed", *options])
    out = tmp_path / "killed"
    for moment in range(MOMENTS):
        # Finished stages are kept, so each kill lands later in the job than its seconds say.
        kill_after(["run", songs, out, *options], lasts_s * (moment + 0.5) / MOMENTS)
        if out.exists() and moment % 3 == 2:
            complete(["run", songs, out, *options])
            out.rename(tmp_path / f"finished{moment}")
    complete(["run", songs, out, *options])
    finished = [out, *tmp_path.glob("finished*")]
    for folder in finished:
        assert tree(folder / "dataset") == tree(tmp_path / "undisturbed" / "dataset")
        for name in RECIPES:
            mine = folder / "runs" / name / "evaluation.json"
            assert (
                mine.read_bytes()
                == (tmp_path / "undisturbed" / "runs" / name / "evaluation.json").read_bytes()
            )
        assert (folder / "report.html").stat().st_size > 0
        assert leftovers(folder) == []
