"""Numbers in our own documents pass what `rebracket claims check` asks of anybody's."""

from __future__ import annotations

import pytest
from checkout import ROOT

from rebracket.evaluation.claims import check_documents

pytestmark = pytest.mark.habit


def test_our_documents_claim_what_their_records_say() -> None:
    checked, problems = check_documents([ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "docs"])
    assert [str(problem) for problem in problems] == []
    assert checked >= 17
