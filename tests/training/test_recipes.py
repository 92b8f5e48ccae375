"""Recipes: every mistake is named, every shipped one loads, and the documents know each key."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from rebracket.core.errors import UsageError
from rebracket.training import Recipe, load_recipe, shipped_recipes

ROOT = Path(__file__).parents[2]


def _write(folder: Path, text: str) -> str:
    (folder / "mine.yaml").write_text(text, "utf-8")
    return str(folder / "mine.yaml")


def test_the_package_ships_what_the_main_job_trains() -> None:
    assert {"audio", "binary", "multiclass"} <= set(shipped_recipes())


@pytest.mark.parametrize("name", shipped_recipes())
def test_each_shipped_recipe_loads_by_its_name(name: str) -> None:
    recipe = load_recipe(name)
    assert recipe.name == name
    assert load_recipe(str(ROOT / "src" / "rebracket" / "recipes" / f"{name}.yaml")) == recipe


def test_overrides_change_values_of_any_kind() -> None:
    recipe = load_recipe(
        "binary", ["epochs=3", "targets=color,player", "text=tfidf", "midi=histogram", "hidden=8"]
    )
    assert (recipe.epochs, recipe.targets, recipe.text) == (3, ("color", "player"), "tfidf")
    assert (recipe.midi, recipe.hidden) == ("histogram", 8)
    assert load_recipe("binary", ["text=null", "audio=spectral"]).text is None


def test_classes_are_weighed_by_name() -> None:
    assert load_recipe("binary", ["class_weight={no: 1, yes: 3}"]).class_weight == {"no": 1.0, "yes": 3.0}
    with pytest.raises(UsageError, match="expected: Input should be greater than 0"):
        load_recipe("binary", ["class_weight={yes: 0}"])
    for wrong in ("class_weight={yes: 0}", "class_weight=heavy", "class_weight={yes: much}"):
        with pytest.raises(UsageError, match="class_weight: found"):
            load_recipe("binary", [wrong])
    with pytest.raises(UsageError, match="expected one target"):
        load_recipe("multiclass", ["class_weight={yes: 3}"])


def test_a_recipe_is_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        load_recipe("binary").epochs = 5  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("targets: [color]\ntext: minilm\nepoch: 3", "'epoch', did you mean 'epochs'"),
        ("targets: [color]\ntext: minlm", "text: found 'minlm', expected"),
        ("targets: [color]", "found no input"),
        ("text: minilm", "targets: found nothing"),
        ("targets: []\ntext: minilm", "targets: found"),
        ("targets: [color, color]\ntext: minilm", "twice"),
        ("targets: [color]\ntext: minilm\ntext: tfidf", "the key 'text' twice"),
        ("targets: [color]\ntext: minilm\nepochs: many", "epochs: found 'many'"),
        ("targets: [color]\ntext: minilm\nepochs: 0", "epochs: found 0"),
        ("targets: [color]\ntext: minilm\nlearning_rate: .nan", "learning_rate: found nan"),
        ("- a\n- b", "found list"),
        ("a: [", "expected a recipe in YAML"),
        ("targets: !!python/object/apply:os.system [ls]", "expected a recipe in YAML"),
        ("1: 2", "found key '1'"),
        ("? [a]\n: b", "expected a recipe in YAML"),
        ("", "found NoneType"),
    ],
)
def test_mistakes_in_a_file_are_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError, match=r"^mine\.yaml: ") as caught:
        load_recipe(_write(tmp_path, text))
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("binray", "did you mean 'binary'"),
        ("", "there are"),
        ("nowhere/mine.yaml", "No such file"),
        ("a\x00b.yaml", "null"),
    ],
)
def test_a_recipe_that_is_not_there_is_named(name: str, said: str) -> None:
    with pytest.raises(UsageError, match="recipe") as caught:
        load_recipe(name)
    assert said in str(caught.value)


def test_a_huge_or_binary_file_is_no_recipe(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="found more than"):
        load_recipe(_write(tmp_path, "#" * 200_000))
    (tmp_path / "mine.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="expected a recipe"):
        load_recipe(str(tmp_path / "mine.yaml"))


@pytest.mark.parametrize("override", ["epochs", "=3", "epochs=[", "epoch=3", "epochs=x", "targets="])
def test_mistakes_on_the_command_line_are_named(override: str) -> None:
    with pytest.raises(UsageError, match=r"--set|epoch|targets"):
        load_recipe("binary", [override])


@given(st.text(max_size=60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_text_is_a_recipe_or_a_usage_error(tmp_path: Path, text: str) -> None:
    place = tmp_path / "mine.yaml"
    place.write_text(text, "utf-8", newline="")
    with pytest.raises(UsageError, match=r"mine\.yaml"):
        load_recipe(str(place))


def test_every_key_is_documented() -> None:
    page = (ROOT / "docs" / "recipes.md").read_text("utf-8")
    recipes, keys = page.split("\n## Keys\n")
    for key, info in Recipe.model_fields.items():
        assert f"| `{key}` |" in keys, f"docs/recipes.md does not explain {key}"
        assert f"    {key}: " in (Recipe.__doc__ or ""), f"the docstring does not explain {key}"
        if not info.is_required() and info.default is not None and not isinstance(info.default, tuple):
            row = next(line for line in keys.splitlines() if line.startswith(f"| `{key}` |"))
            assert f"`{info.default}`" in row, f"docs/recipes.md gives another default for {key}"
    for name in shipped_recipes():
        assert f"| `{name}` |" in recipes, f"docs/recipes.md does not list the recipe {name}"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (["text=tfidf", "hidden=0", "fusion=gated"], "a fusion other than early without a hidden layer"),
        (["text=null", "midi=events", "hidden=0"], "events without a hidden layer"),
        (["text=null", "midi=bars", "hidden=30"], "bars with a hidden layer that 4 does not divide"),
        (["text=tfidf", "hidden=30", "fusion=cross_attention"], "a hidden layer that heads do not divide"),
        (["choose=true", "hidden=8", "fusion=late"], "choose beside a fusion other than early"),
        (["choose=true", "hidden=8", "audio=cnn"], "choose beside cnn, which are trained"),
        (["choose=true", "hidden=8", "effort=auto"], "choose beside effort: auto"),
        (["text_tuning=lora"], "text_tuning without a hidden layer"),
        (["text=tfidf", "hidden=8", "text_tuning=lora"], "text_tuning without a text encoder"),
        (["hidden=8", "choose=true", "text_tuning=full"], "choose beside text_tuning"),
        (["hidden=8", "effort=auto", "init_from=run"], "init_from beside effort: auto"),
        (["branch_loss=1"], "branch_loss without a hidden layer"),
    ],
)
def test_what_does_not_fit_together_is_told_before_anything_is_read(changes: list[str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        load_recipe("multiclass", changes)
