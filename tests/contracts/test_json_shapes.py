"""The shapes are strict: what must be there, and that nothing else is."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from contracts.json_documents import (
    FOLDER,
    at,
    changed,
    errors,
    example,
    fixed_objects,
    is_of_shape,
    parse,
    schemas,
)
from habits.checkout import verbs

VERBS = sorted(schemas())
_OF_OPTIONS = {"codes", "convert", "times"}  # check --explain, --convert, --times


def test_every_verb_that_speaks_json_has_a_shape_and_an_example() -> None:
    speaking = {
        name for name, verb in verbs().items() if "--json" in {o for p in verb.params for o in p.opts}
    }
    assert set(VERBS) == speaking | _OF_OPTIONS
    assert {path.stem for path in (FOLDER / "examples").glob("*.json")} == speaking | _OF_OPTIONS


@pytest.mark.parametrize("verb", VERBS)
def test_a_shape_is_a_schema_and_names_its_version(verb: str) -> None:
    schema = schemas()[verb]
    Draft202012Validator.check_schema(schema)
    assert schema["properties"]["schema"] == {"const": f"rebracket.{verb}/1"}
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize("verb", VERBS)
def test_the_example_is_of_its_shape_and_of_no_other(verb: str) -> None:
    assert errors(verb, example(verb)) == []
    for other in set(VERBS) - {verb}:
        assert errors(other, example(verb))


@pytest.mark.parametrize("verb", VERBS)
def test_no_key_may_be_left_out(verb: str) -> None:
    document = example(verb)
    for path in fixed_objects(document):
        for key in at(document, path):
            assert not is_of_shape(verb, changed(document, path, key, remove=True)), (path, key)


@pytest.mark.parametrize("verb", VERBS)
def test_no_key_may_be_added(verb: str) -> None:
    document = example(verb)
    for path in fixed_objects(document):
        assert not is_of_shape(verb, changed(document, path, "no such key", remove=False)), path


@pytest.mark.parametrize("path", ["/somewhere/a.yml", "../a.yml", "songs/../../a.yml", "songs\\a.yml"])
def test_the_path_of_a_problem_is_relative_and_stays_inside(path: str) -> None:
    document = example("check")
    document["problems"][0]["path"] = path
    assert errors("check", document)


@pytest.mark.parametrize("text", ['{"a": NaN}', "[Infinity]", "[-Infinity]"])
def test_numbers_that_json_does_not_have_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="which is no JSON"):
        parse(text)


def test_two_documents_are_not_one() -> None:
    with pytest.raises(ValueError, match="Extra data"):
        parse('{"a": 1}\n{"a": 2}')
