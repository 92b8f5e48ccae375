"""Documents say what is there: the tree, the verbs, the recipes, the columns, the versions."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import rebracket
from habits.checkout import ROOT, folders, own_files, parameters, project, read, verbs
from rebracket.dataset.card import column_table
from rebracket.dataset.schema import COLUMNS, SONG_COLUMNS

pytestmark = pytest.mark.habit


def _tree() -> list[tuple[int, str, str]]:
    """Depth, name and comment of each line of the tree in README.md."""
    block = re.search(r"<!-- tree -->\n```text\n(.*?)```", read("README.md"), re.DOTALL)
    assert block, "README.md has no block of text after <!-- tree -->"
    lines = []
    for line in block[1].splitlines():
        found = re.fullmatch(r"((?:  )*)(\S+)\s+(\S.*)", line)
        assert found, f"README.md: found {line!r} in the tree, expected 'name  what it is'"
        lines.append((len(found[1]) // 2, found[2].rstrip("/"), found[3]))
    return lines


def test_the_tree_is_what_is_on_disk() -> None:
    told = {name for depth, name, _ in _tree() if depth == 0}
    on_disk = {Path(name).parts[0] for name in own_files()} - {".gitignore"}
    on_disk = {f"{name}/rebracket" if name == "src" else name for name in on_disk}
    assert told == on_disk


def test_the_tree_has_the_folders_of_the_package() -> None:
    lines = _tree()
    start = next(i for i, (_, name, _) in enumerate(lines) if name == "src/rebracket")
    inside = []
    for depth, name, _ in lines[start + 1 :]:
        if depth == 0:
            break
        inside.append(name)
    assert sorted(inside) == sorted([*folders(), "recipes"])


def _sections(text: str) -> dict[str, str]:
    """What stands below each heading of the second level."""
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)[1:]
    return {name.strip(" `"): body for name, body in zip(parts[::2], parts[1::2], strict=True)}


def test_every_verb_is_documented_and_no_other() -> None:
    assert set(_sections(read("docs/verbs.md"))) == set(verbs())


@pytest.mark.parametrize("verb", verbs())
def test_every_option_is_documented_and_no_other(verb: str) -> None:
    section = _sections(read("docs/verbs.md")).get(verb, "")
    arguments, options = parameters(verbs()[verb])
    told = set(re.findall(r"^\| `(--[\w-]+)", section, flags=re.MULTILINE))
    assert told == options
    told = {word.lower() for word in re.findall(r"^\| `([A-Z]+)", section, flags=re.MULTILINE)}
    assert told == arguments


@pytest.mark.parametrize("verb", verbs())
def test_every_verb_has_an_example_that_help_and_document_share(verb: str) -> None:
    found = re.fullmatch(r"Example: (rebracket (\S+) .+)", verbs()[verb].epilog or "")
    assert found, f"'rebracket {verb} --help' shows no line 'Example: rebracket {verb} ...'"
    assert found[2] == verb
    assert f"$ {found[1]}\n" in _sections(read("docs/verbs.md")).get(verb, "")


def test_every_recipe_is_documented_and_no_other() -> None:
    recipe = r"src/rebracket/recipes/[^/]+\.yaml"
    shipped = {Path(name).stem for name in own_files() if re.fullmatch(recipe, name)}
    text = read("docs/recipes.md")
    missing = [name for name in sorted(shipped) if f"`{name}`" not in text]
    assert shipped
    assert not missing, f"docs/recipes.md does not speak of {missing}"


@pytest.mark.parametrize(("name", "columns"), [("rows", COLUMNS), ("songs", SONG_COLUMNS)])
def test_the_documented_columns_are_those_of_the_schema(name: str, columns: tuple) -> None:
    block = re.search(rf"<!-- {name} -->\n(.*?)\n<!-- /{name} -->", read("docs/columns.md"), re.DOTALL)
    assert block, f"docs/columns.md has no block <!-- {name} -->"
    assert block[1] == column_table(columns), f"put column_table(...) of the {name} into docs/columns.md"


def test_the_version_is_one_and_in_the_changelog() -> None:
    assert project()["version"] == rebracket.__version__
    assert re.search(rf"^## \[{re.escape(rebracket.__version__)}\]", read("CHANGELOG.md"), re.MULTILINE)


def test_decisions_are_numbered_and_listed() -> None:
    names = sorted(p.name for p in (ROOT / "docs" / "adr").glob("*.md") if p.name != "README.md")
    assert names
    assert [name[:4] for name in names] == [f"{number:04d}" for number in range(1, len(names) + 1)]
    listed = re.findall(r"^- \[.+\]\((.+)\)$", read("docs/adr/README.md"), re.MULTILINE)
    assert listed == names
    for name in names:
        heads = re.findall(r"^## (.+)$", read(f"docs/adr/{name}"), re.MULTILINE)
        assert heads == ["Context", "Decision", "Consequences"], name


@pytest.mark.parametrize("name", [n for n in own_files() if n.endswith(".md")])
def test_links_between_documents_lead_somewhere(name: str) -> None:
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", read(name))
    broken = [target for target in targets if not ((ROOT / name).parent / target).exists()]
    assert not broken, f"{name} links to {broken}"
