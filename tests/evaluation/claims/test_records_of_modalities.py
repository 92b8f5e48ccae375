"""What a modality adds can be claimed: it stands in the record with its unit, and the leaky one says so."""

from __future__ import annotations

from contracts.json_documents import example
from rebracket.evaluation.claims import records_of
from rebracket.evaluation.claims.figure import figure_of


def test_subsets_and_gains_are_figures_of_the_record_of_their_protocol() -> None:
    found = records_of(example("evaluate"), "hash")
    by_protocol = {one["protocol"]: one for one in found if one["target"] == "has_rebracketing"}
    score = figure_of(by_protocol["songs"], "modalities.subsets.text+audio.accuracy")
    assert (score.value, score.unit, score.leaky) == (0.62, "song", False)
    gain = figure_of(by_protocol["songs"], "modalities.adds.audio.to_the_others")
    assert (gain.value, gain.low, gain.high) == (0.12, 0.02, 0.22)
    assert figure_of(by_protocol["rows"], "modalities.adds.audio.share").leaky
    assert by_protocol["segments"]["modalities"] is None
