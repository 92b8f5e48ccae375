"""Numbers in the documents are those of the records."""

from __future__ import annotations

import json
import re
from functools import reduce
from typing import Any

import pytest
from checkout import ROOT

pytestmark = pytest.mark.habit

CLAIM = re.compile(r"<!-- claim (\w+) ([\w. ]+?) -->(.*?)<!-- /claim -->", re.DOTALL)
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
CLAIMS = [(path, *found) for path in DOCUMENTS for found in CLAIM.findall(path.read_text("utf-8"))]


def claimed(record: dict[str, Any], metric: str) -> str:
    """How a record's figure is written: ``value [low, high]``."""
    whole = metric == "value"
    scores = record if whole else reduce(lambda inner, key: inner[key], metric.split("."), record["value"])
    return f"{scores['value']:.2f} [{scores['low']:.2f}, {scores['high']:.2f}]"


def test_the_documents_make_claims() -> None:
    assert len(CLAIMS) >= 3


@pytest.mark.parametrize(("path", "name", "metric", "text"), CLAIMS)
def test_a_claim_is_what_its_record_says(path: Any, name: str, metric: str, text: str) -> None:
    record = json.loads((ROOT / "docs" / "records" / f"{name}.json").read_text("utf-8"))
    assert text.startswith(claimed(record, metric)), f"{path.name}: {name} {metric}"
