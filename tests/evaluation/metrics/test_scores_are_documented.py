from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from rebracket.evaluation.metrics import metrics_of

SCORES = Path(__file__).parents[3] / "docs" / "scores.md"


def test_every_score_is_documented_and_no_other() -> None:
    of_one = metrics_of(SimpleNamespace(classes=("a", "b", "c", "d"), indicators=None))
    of_several = metrics_of(SimpleNamespace(classes=("a", "b"), indicators=np.zeros((1, 2), bool)))
    table, rest = SCORES.read_text("utf-8").split("## Several labels a row")
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    assert set(re.findall(r"`(\w+)`", " ".join(rows))) == set(of_one)
    own = rest.split("\n## ")[0]
    assert set(re.findall(r"`(\w+)`", own)) == set(of_several)
