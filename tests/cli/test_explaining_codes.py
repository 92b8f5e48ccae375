from __future__ import annotations

import json

import pytest

from contracts.json_documents import errors, parse
from rebracket.catalogue import CODES, EXPLAINED


def test_a_code_is_explained_with_what_to_do(rebracket) -> None:
    ended = rebracket("check", "--explain", "lrc-stamp")
    assert (ended.status, ended.stderr) == (0, "")
    for part in (
        "lrc-stamp (error)",
        CODES["lrc-stamp"].meaning,
        EXPLAINED["lrc-stamp"],
        CODES["lrc-stamp"].fix,
    ):
        assert part in ended.stdout


def test_all_codes_are_listed(rebracket) -> None:
    ended = rebracket("check", "--explain", "list")
    assert ended.status == 0
    assert all(f"\n{code} " in ended.stdout for code in CODES)


@pytest.mark.parametrize("code", ["lrc-stamp", "list"])
def test_a_program_gets_the_same_as_a_document(rebracket, code: str) -> None:
    document = parse(rebracket("check", "--explain", code, "--json").stdout)
    assert errors("codes", document) == []
    assert [e["code"] for e in document["codes"]] == (sorted(CODES) if code == "list" else [code])
    assert json.dumps(document, allow_nan=False)


@pytest.mark.parametrize(("code", "said"), [("lrc-stmp", "perhaps 'lrc-stamp'"), ("?", "a code, or 'list'")])
def test_a_code_that_is_not_there_is_wrong_usage(rebracket, code: str, said: str) -> None:
    ended = rebracket("check", "--explain", code)
    assert (ended.status, ended.stdout) == (2, "")
    assert said in ended.stderr


def test_without_a_code_a_catalogue_is_needed(rebracket) -> None:
    assert rebracket("check").status == 2
