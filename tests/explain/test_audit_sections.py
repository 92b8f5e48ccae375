"""What an audit found reaches the page."""

from __future__ import annotations

from contracts.json_documents import example
from rebracket.explain import audit_sections
from rebracket.page import Prose, VerdictSection


def test_the_verdict_is_first_and_everything_that_may_not_be_said_is_there() -> None:
    document = example("audit")
    verdict, findings = audit_sections(document)
    assert isinstance(verdict, VerdictSection)
    assert verdict.sentences[0] == document["verdict"]
    assert all(any(line in said for said in verdict.sentences) for line in document["may_claim"])
    untold = [*document["may_not_claim"], *document["would_settle"]]
    assert all(any(line in note for note in verdict.notes) for line in untold)
    assert isinstance(findings, Prose)
    grave = [one for one in document["findings"] if one["severity"] != "note"]
    assert len(findings.paragraphs) == len(grave)
    assert findings.paragraphs[0].startswith("fatal, label-from-input")


def test_a_clean_audit_is_a_verdict_alone() -> None:
    assert len(audit_sections({**example("audit"), "findings": []})) == 1
