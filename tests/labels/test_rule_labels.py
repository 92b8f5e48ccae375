"""Labels by rule: what counts, what ties, and what the provenance vouches for."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rebracket.labels import RuleLabels, label_by_rule, rule_provenance
from rebracket.ontology import Ontology, RebracketingType, ontology_from_dict, rainbow_table

LAW = settings(deadline=None, max_examples=200)


def _ontology(types: dict[str, list[str]], markers: list[str] | None = None) -> Ontology:
    listed = {name: {"boundary": "somewhere", "words": words} for name, words in types.items()}
    return ontology_from_dict({"axes": {}, "colors": {"c": {}}, "types": listed, "markers": markers or []})


MINE = _ontology({"tidal": ["tide*", "ebb", "l'eau"], "stellar": ["star", "étoile*"]}, ["turn*", "veer"])


def _label(text: str, ontology: Ontology = MINE) -> RuleLabels:
    labels = label_by_rule(text, ontology)
    assert labels is not None
    return labels


@pytest.mark.parametrize(
    ("text", "type_", "types"),
    [
        ("the tide and the ebb, a star", "tidal", ("tidal",)),
        ("a star", "stellar", ("stellar",)),
        ("tides of a star", None, ("stellar", "tidal")),
        ("nothing of the kind", "other", ("other",)),
        ("tideless tidelands", "tidal", ("tidal",)),
        ("starry untide ebbing", "other", ("other",)),
        ("TIDE!", "tidal", ("tidal",)),
        ("(tide),ebb;star-star-star", "stellar", ("stellar",)),
        ("tide's l’eau L'EAU", "tidal", ("tidal",)),
        ("ÉTOILES", "stellar", ("stellar",)),
        (unicodedata.normalize("NFD", "étoile"), "stellar", ("stellar",)),
        ("tide_star star", "stellar", ("stellar",)),
    ],
)
def test_the_type_whose_words_occur_most_wins(text: str, type_: str | None, types: tuple[str, ...]) -> None:
    labels = _label(text)
    assert (labels.type, labels.types) == (type_, types)


@pytest.mark.parametrize(
    ("text", "has"), [("it turns", True), ("veer", True), ("veered", False), ("tide", False)]
)
def test_rebracketing_is_there_where_a_marker_is(text: str, has: bool) -> None:
    assert _label(text).has_rebracketing is has


@pytest.mark.parametrize("text", ["", " \n\t", "1984 -- 12:30 ...", "''", "\ufeff"])
def test_a_text_without_words_has_no_labels(text: str) -> None:
    assert label_by_rule(text, MINE) is None


def test_intensity_is_the_share_of_telling_words_each_counted_once() -> None:
    assert _label("tide turns and nothing").intensity == 0.5
    assert _label("and nothing").intensity == 0.0
    doubled = _ontology({"a": ["turn*"], "b": ["turning"]}, ["turn*"])
    assert _label("turning", doubled) == RuleLabels(True, None, ("a", "b"), 1.0)


@LAW
@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from(["tide", "Star", "turn", "l’eau", "x", "7"])).map(" ".join)
)
def test_any_text_has_labels_that_agree_with_each_other(text: str) -> None:
    labels = label_by_rule(text, MINE)
    if labels is None:
        return
    assert labels.type == (labels.types[0] if len(labels.types) == 1 else None)
    assert set(labels.types) <= {"tidal", "stellar"} or labels.types == ("other",)
    assert list(labels.types) == sorted(labels.types)
    assert 0 <= labels.intensity <= 1
    assert not labels.has_rebracketing or labels.intensity > 0


@LAW
@given(st.lists(st.sampled_from(["tide", "star", "turns", "kettle", "ebb"]), min_size=1), st.data())
def test_the_order_of_words_and_their_case_do_not_matter(words: list[str], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(words))
    assert _label(" ".join(words)) == _label(", ".join(shuffled).upper() + ".")


@settings(deadline=None, max_examples=20)
@given(st.permutations(list(rainbow_table().types)))
def test_the_order_of_types_matters_neither_to_labels_nor_to_their_provenance(order: list[str]) -> None:
    ours = rainbow_table()
    moved = replace(ours, types={name: ours.types[name] for name in order})
    text = "A mirror remembers the room where time turns because a dream of it is real"
    assert _label(text, moved) == _label(text, ours)
    assert rule_provenance(moved) == rule_provenance(ours)


@pytest.mark.parametrize(
    "other",
    [
        replace(MINE, markers=("turn*",)),
        replace(MINE, other_type="none"),
        replace(MINE, types={"tidal": MINE.types["tidal"]}),
        replace(MINE, types={**MINE.types, "tidal": RebracketingType("tidal", "somewhere", ("tide",))}),
        replace(MINE, types={"lunar": MINE.types["tidal"], "stellar": MINE.types["stellar"]}),
    ],
)
def test_the_provenance_changes_with_the_words(other: Ontology) -> None:
    assert rule_provenance(other) != rule_provenance(MINE)


def test_the_provenance_does_not_change_with_what_the_rule_does_not_read() -> None:
    assert rule_provenance(replace(MINE, name="another", credit="somebody")) == rule_provenance(MINE)
    assert rule_provenance(MINE).startswith("rule:")


def test_without_types_and_markers_everything_is_other() -> None:
    assert _label("a tide", _ontology({})) == RuleLabels(False, "other", ("other",), 0.0)


def test_signs_of_regular_expressions_are_no_words() -> None:
    assert _label("a.b", _ontology({"t": ["axb"]})).type == "other"
