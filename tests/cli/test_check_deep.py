"""``check --deep`` on the command line: the same document, with what the samples tell."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from contracts.json_documents import errors
from rebracket.cli.app import app


@pytest.mark.parametrize(("options", "codes"), [([], set()), (["--deep"], {"audio-not-finite"})])
def test_samples_are_looked_at_where_asked(
    catalogue_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], codes: set[str]
) -> None:
    wave = np.zeros(12 * 8000)
    wave[4000] = np.inf
    soundfile.write(catalogue_path / "01_02" / "01_02_02.wav", wave, 8000, subtype="FLOAT")
    status = app(["check", str(catalogue_path), *options, "--json"], standalone_mode=False)
    document = json.loads(capsys.readouterr().out)
    assert errors("check", document) == []
    assert {p["code"] for p in document["problems"] if p["severity"] == "error"} == codes
    assert (status or 0) == int(bool(codes))
