"""Laws of naming what a model rests on: what is planted is named, what all classes share is not."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from rebracket.catalogue.audio import decode_audio
from rebracket.core.errors import RefusedError, UsageError
from rebracket.explain.asking import Given, GivenStem, log_odds
from rebracket.explain.attribution import Attribution, Unit
from rebracket.explain.horse import UNGROUPED, Scored, by_band, by_group, figure, quieter_bands, rests_on

Array = npt.NDArray[np.float64]

UNITS = ("bass", "drums", "keys", "voice")


def songs(seed: int, planted: str | None, nats: float = 2.0, a_class: int = 4) -> list[Scored]:
    """Songs of a class and of others; the keys add much to it in all, what is planted in its own only."""
    rng, found = np.random.default_rng(seed), []
    for number in range(3 * a_class):
        is_own = number % 3 == 0
        for _ in range(2):
            own = dict(zip(UNITS, rng.normal(scale=0.5, size=len(UNITS)).tolist(), strict=True))
            own["keys"] += 3.0
            if is_own and planted:
                own[planted] += nats
            found.append(Scored(f"song {number}", is_own, own))
    return found


def test_what_is_planted_in_a_class_is_named_and_not_what_all_songs_have() -> None:
    named = [rests_on(songs(seed, "drums"), "color", "X", "stems") for seed in range(40)]
    assert sum(one.named == "drums" for one in named) >= 39
    assert sum(one.is_sure for one in named) >= 36
    assert "drums is most responsible for color X" in str(named[0])


def test_where_nothing_is_planted_each_unit_is_named_about_as_often() -> None:
    named = [rests_on(songs(seed, None), "color", "X", "stems").named for seed in range(200)]
    counts = [named.count(unit) for unit in UNITS]
    assert min(counts) > 25
    assert max(counts) < 80


def test_intervals_of_what_is_more_hold_it_as_often_as_they_say() -> None:
    held = 0
    for seed in range(300):
        found = rests_on(songs(seed, "bass", 1.0), "color", "X", "stems")
        own = found.nats[found.units.index("bass")]
        held += own.low <= 1.0 <= own.high
    assert 0.91 <= held / 300 <= 0.99


def test_one_song_of_a_class_says_nothing_of_it() -> None:
    few = [one for one in songs(0, "drums") if not one.is_own or one.song_id == "song 0"]
    with pytest.raises(RefusedError, match="found 1 songs of it and 8 others"):
        rests_on(few, "color", "X", "stems")


def test_a_stem_that_is_not_there_adds_nothing() -> None:
    there = songs(1, "drums")
    gone = [Scored(one.song_id, one.is_own, {**one.nats, "flute": 0.0}) for one in there[:1]] + there[1:]
    found, before = rests_on(gone, "color", "X", "stems"), rests_on(there, "color", "X", "stems")
    assert found.nats[found.units.index("flute")].value == 0.0
    assert found.nats[0] == before.nats[0]


def test_stems_of_a_group_count_together_and_words_stay_themselves() -> None:
    stems = tuple(
        GivenStem(f"r{track}", track, name, group, b"x", None)
        for track, name, group in ((1, "Kick", "drums"), (2, "Hat", "drums"), (3, "Hum", None))
    )
    given = Given("s", "song", 0.0, 4.0, "la", stems)
    units = (*(Unit(stem.name, track=stem.track) for stem in stems), Unit("words"))
    scores = np.array([1.0, 2.0, 0.5, -1.0])
    own = Attribution("s", "color", "X", "shapley", "stems", units, scores, None, 2.5, 0.0, 0.0)
    assert by_group(own, given, True).nats == {"drums": 3.0, UNGROUPED: 0.5, "words": -1.0}
    with pytest.raises(UsageError, match="expected its own stems"):
        by_group(own, Given("other", "song", 0.0, 4.0, "la", stems), True)


def test_without_others_what_all_songs_have_is_named() -> None:
    found = rests_on(songs(3, "drums"), "color", "X", "stems", against_others=False)
    assert found.named == "keys"
    assert found.n_others == 0
    assert found.nats[0].value == pytest.approx(3.0, abs=0.5)
    only = [one for one in songs(3, "drums") if one.is_own]
    assert rests_on(only, "color", "X", "stems", against_others=False).nats == found.nats


def heard(given: Sequence[Given]) -> Array:
    """A model that says yes to power between 1 and 2 kHz, nat by nat of its logarithm."""
    sums = []
    for one in given:
        wave, info = decode_audio(one.stems[0].audio or b"")
        power = np.abs(np.fft.rfft(wave[:, 0])) ** 2
        hz = np.fft.rfftfreq(len(wave), 1 / info.sample_rate_hz)
        sums.append(np.log(power[(hz > 1000) & (hz < 2000)].mean()) - np.log(len(wave)))
    yes = 1 / (1 + np.exp(-np.array(sums)))
    return np.column_stack([1 - yes, yes])


def test_the_band_that_a_model_hears_is_named_by_turning_it_down() -> None:
    rng, file = np.random.default_rng(0), io.BytesIO()
    soundfile.write(file, rng.normal(scale=0.1, size=16000), 8000, format="WAV", subtype="FLOAT")
    stem = GivenStem("r", 1, "Noise", None, file.getvalue(), None)
    given = Given("s", "song", 0.0, 2.0, "", (stem,))
    nats = by_band(heard, given, 1, True, -12.0).nats
    assert len(nats) == 8
    inside = {label for label in nats if 900 < float(label.split("–")[0]) < 2000}
    assert max(nats, key=lambda label: nats[label]) in inside
    # With all bands 12 dB softer there are as many nats less as that is a ratio of powers.
    quieter = quieter_bands(given, -12.0).keeping(np.zeros((1, 8), dtype=bool))
    lost = log_odds(heard([given]))[0, 1] - log_odds(heard(quieter))[0, 1]
    assert lost == pytest.approx(1.2 * np.log(10), abs=0.05)


def test_a_result_is_plain_data_and_a_figure() -> None:
    found = rests_on(songs(2, "drums"), "color", "X", "stems")
    plain = json.loads(json.dumps(found.as_dict(), allow_nan=False))
    assert plain["named"] == "drums"
    assert plain["units"][0]["low"] < plain["units"][0]["value"]
    drawn = figure(found)
    assert drawn.labels[0] == "drums"
    assert drawn.id == "rests-on-color-stems-x"
