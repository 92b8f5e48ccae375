"""A taxonomy of somebody else loads; a malformed file is an InputError that names the place."""

from __future__ import annotations

import copy
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ontology_material import THREE_STYLES

from rebracket.core.errors import InputError
from rebracket.ontology import Ontology, load_ontology, ontology_from_dict, rainbow_table

LAW = settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
PLAIN = yaml.safe_load(THREE_STYLES.read_text("utf-8"))
ONE_COLOR = "axes: {a: [x, y]}\ncolors: {c: {modes: {a: [x]}}}\n"


def _load(folder: Path, text: str | bytes) -> Ontology:
    path = folder / "mine.yaml"
    path.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
    return load_ontology(path)


def test_a_taxonomy_of_somebody_else_loads() -> None:
    styles = load_ontology(THREE_STYLES)
    assert styles.targets == ("color", "weather_mode", "crew_mode")
    assert list(styles.colors) == ["slow-air", "work song", "sketch"]
    assert styles.soft_mode("slow-air", "weather") == pytest.approx((0.8, 0.2))
    assert styles.soft_mode("slow-air", "crew") == pytest.approx((0.8, 0.2 / 3, 0.2 / 3, 0.2 / 3))
    assert styles.soft_mode("sketch", "crew") is None
    assert styles.mode("work song", "crew") is None
    assert (styles.colors["sketch"].name, styles.colors["sketch"].hex) == ("sketch", "#888888")
    assert styles.colors["sketch"].open
    assert styles.other_type == "none of these"


def test_only_axes_and_colors_are_needed(tmp_path: Path) -> None:
    small = _load(tmp_path, ONE_COLOR)
    assert (small.name, small.types, small.markers, small.other_type) == ("unnamed", {}, (), "other")


@pytest.mark.parametrize("taxonomy", [rainbow_table(), load_ontology(THREE_STYLES)], ids=["ours", "theirs"])
def test_plain_data_and_json_bring_it_back(taxonomy: Ontology) -> None:
    plain = asdict(taxonomy)
    again = ontology_from_dict(json.loads(json.dumps({**plain, "hash": taxonomy.hash}, sort_keys=True)))
    assert ontology_from_dict(plain) == again == taxonomy
    assert again.hash == taxonomy.hash


def test_writing_it_as_yaml_brings_it_back(tmp_path: Path) -> None:
    text = yaml.safe_dump(json.loads(json.dumps(asdict(rainbow_table()))), sort_keys=False)
    assert _load(tmp_path, text) == rainbow_table()


MALFORMED = {
    "nothing": ("", "mine.yaml: found NoneType, expected a mapping"),
    "a list": ("- a\n- b\n", "mine.yaml: found list, expected a mapping"),
    "no axes": ("colors: {c: {}}", "mine.yaml: axes: found NoneType"),
    "no colors": ("axes: {}", "mine.yaml: colors: found NoneType"),
    "colors without any": ("axes: {}\ncolors: {}", "mine.yaml: found no colors, expected at least one"),
    "a typing error": (ONE_COLOR + "marker: []", r"mine.yaml: found the key 'marker', .*mean 'markers'\?"),
    "a key of a color": ("axes: {}\ncolors: {c: {hexx: x}}", r"colors\.c: found the key 'hexx', .*'hex'"),
    "a key that YAML reads as yes or no": ("axes: {}\ncolors: {on: {}}", "found the key bool, .*quotes"),
    "a key that is a number": ("axes: {}\ncolors: {1: {}}", "colors: found the key int, expected text"),
    "a color that is a text": ("axes: {}\ncolors: {c: x}", r"colors\.c: found 'x', expected a mapping"),
    "a wrong hex": ("axes: {}\ncolors: {c: {hex: teal}}", r"colors\.c\.hex: found 'teal', expected a color"),
    "an id with a slash": ("axes: {}\ncolors: {../c: {}}", r"colors\.\.\./c: found the id '\.\./c'"),
    "another id": ("axes: {}\ncolors: {c: {id: d}}", r"colors\.c: found 'd' for its own id, expected 'c'"),
    "an axis that leaves the folder": ("axes: {../a: [x]}\ncolors: {c: {}}", r"found the name '\.\./a'"),
    "modes that are numbers": ("axes: {a: [1]}\ncolors: {c: {}}", r"axes\.a: found int, .*quotes"),
    "an axis without modes": ("axes: {a: []}\ncolors: {c: {}}", r"mine.yaml: axes\.a: found \[\]"),
    "an unknown mode": ("axes: {a: [x]}\ncolors: {c: {modes: {a: [z]}}}", r"c\.modes\.a: found the mode 'z'"),
    "an unknown axis": ("axes: {a: [x]}\ncolors: {c: {modes: {b: [x]}}}", r"c\.modes: found the axis 'b'"),
    "a mode that is no list": ("axes: {a: [x]}\ncolors: {c: {modes: {a: x}}}", r"modes\.a: found 'x', "),
    "a year in words": ("axes: {}\ncolors: {c: {released: soon}}", "released: found 'soon'"),
    "a year that is true": ("axes: {}\ncolors: {c: {released: true}}", r"released: found bool"),
    "open in words": ("axes: {}\ncolors: {c: {open: 'yes'}}", r"open: found 'yes', expected true"),
    "a phrase for a word": (ONE_COLOR + "markers: [turn around]", "markers: found 'turn around'"),
    "a star alone": (ONE_COLOR + "markers: ['*']", r"markers: found '\*', expected a single word"),
    "a word with a digit": (ONE_COLOR + "types: {t: {words: [19th]}}", r"types\.t\.words: found '19th'"),
    "an empty word": (ONE_COLOR + "markers: ['']", "markers: found '', expected a word"),
    "a huge number": (ONE_COLOR + "markers: 0x" + "f" * 9000, "markers: found int, expected a list"),
    "a huge decimal": (ONE_COLOR + "markers: " + "9" * 9000, "mine.yaml: found .*expected an ontology"),
    "half a sign": (ONE_COLOR + 'credit: "\\ud800"', "credit: found .*, expected text"),
    "a tag": (ONE_COLOR + "markers: !!python/object:os.system x", "mine.yaml:3: found a tag, expected plain"),
    "a tag that fails": (ONE_COLOR + "markers: !!bool maybe", "mine.yaml:3: found a tag"),
    "an alias": ("axes: {a: &x [y], b: *x}\ncolors: {c: {}}", r"mine.yaml:1: found the alias \*x"),
    "a key twice": ("axes: {}\ncolors:\n  c: {}\n  c: {}", "mine.yaml:4: found the key 'c' twice"),
    "no YAML": ("axes: {\ncolors: [", "mine.yaml:[0-9]+: found .*, expected an ontology in YAML"),
    "two documents": (ONE_COLOR + "---\n" + ONE_COLOR, "mine.yaml:3: found .*expected an ontology in YAML"),
    "a date that is none": (ONE_COLOR + "credit: 2001-02-30", "mine.yaml: found .*, expected an ontology"),
    "deep nesting": ("axes: " + "[" * 5000, "mine.yaml:1: found nesting deeper than 20"),
    "an unhashable key": ("axes: {? [a] : b}\ncolors: {}", "mine.yaml:1: found .*expected an ontology"),
    "a control sign": ("axes: \x00", "mine.yaml: found .*, expected an ontology in YAML"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "message"), MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_file_names_the_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        _load(tmp_path, text)


def test_aliases_of_aliases_are_refused_before_they_grow(tmp_path: Path) -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    with pytest.raises(InputError, match=r"mine.yaml:2: found the alias \*a0"):
        _load(tmp_path, "\n".join(rows))


def test_files_that_are_none_are_input_errors(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    for path in (tmp_path, tmp_path / "missing.yaml", tmp_path / "pipe.yaml"):
        with pytest.raises(InputError, match=f"{path.name}: found no file"):
            load_ontology(path)


def test_bytes_that_are_no_text_and_files_that_are_huge_are_input_errors(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"mine\.yaml: found .utf-8. codec"):
        _load(tmp_path, b"name: \xff\xfe")
    with pytest.raises(InputError, match=r"mine\.yaml: found more than 1000000 bytes"):
        _load(tmp_path, " " * 1_000_001)


def test_a_byte_order_mark_is_no_matter(tmp_path: Path) -> None:
    assert _load(tmp_path, "\ufeff" + ONE_COLOR) == _load(tmp_path, ONE_COLOR)


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4) | st.integers(), inner, max_size=3)
    ),
    max_leaves=6,
)


def _places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(place for key, part in inside for place in _places(part, (*at, key)))]


def _with(content: Any, place: tuple[Any, ...], value: Any) -> Any:
    if not place:
        return value
    changed = copy.deepcopy(content)
    into = changed
    for key in place[:-1]:
        into = into[key]
    into[place[-1]] = value
    return changed


@LAW
@given(st.sampled_from(_places(PLAIN)), junk)
def test_any_value_in_any_place_is_read_or_named(place: tuple[Any, ...], value: Any) -> None:
    try:
        taxonomy = ontology_from_dict(_with(PLAIN, place, value), "mine.yaml")
    except InputError as error:
        assert str(error).startswith("mine.yaml: ")  # noqa: PT017 - either way is right
        assert len(str(error)) < 1000  # noqa: PT017
    else:
        assert ontology_from_dict(json.loads(json.dumps(asdict(taxonomy)))) == taxonomy
        assert len(taxonomy.hash) == 16


_TEXT = THREE_STYLES.read_text("utf-8")


@LAW
@given(
    st.integers(0, len(_TEXT)),
    st.integers(0, 30),
    st.text("\t\n :-[]{}&*!|>'\"#%@`,?abc01~<=\x00é", max_size=12),
)
def test_any_damage_to_the_text_is_read_or_named(tmp_path: Path, at: int, cut: int, new: str) -> None:
    try:
        taxonomy = _load(tmp_path, _TEXT[:at] + new + _TEXT[at + cut :])
    except InputError as error:
        assert str(error).startswith("mine.yaml:")  # noqa: PT017 - either way is right
    else:
        assert taxonomy.colors


@LAW
@given(st.binary(max_size=60))
def test_any_bytes_are_an_input_error(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InputError, match=r"^mine\.yaml"):
        _load(tmp_path, content)
