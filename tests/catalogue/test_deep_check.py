"""``check_deep``: what only the samples can tell, block by block and song by song."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from catalogue_material import DEEP_CODES, MANIFEST, MEDIA, flac, song, write
from hypothesis import given, settings
from hypothesis import strategies as st

from rebracket.catalogue import Catalogue, check_deep, read_catalogue
from rebracket.catalogue.audio import AudioInfo
from rebracket.catalogue.sample_measures import SampleMeasures
from rebracket.signal.level import sounds

RATE_HZ = 8000
FRAMES = 20 * RATE_HZ


def tone(channels: int = 1) -> np.ndarray:
    return np.tile(0.5 * np.sin(np.arange(FRAMES)[:, None] / 9), channels)


def changed(values: float | list[float], at: int = 1000) -> np.ndarray:
    wave = tone()
    wave[at : at + np.size(values), 0] = values
    return wave


def stored(wave: np.ndarray, subtype: str = "FLOAT") -> Callable[[Path], None]:
    return lambda path: soundfile.write(path, wave, RATE_HZ, subtype=subtype, format="WAV")


def cut_mp3(share: float) -> Callable[[Path], None]:
    def cut(path: Path) -> None:
        soundfile.write(path, tone(), RATE_HZ, format="MP3")
        data = path.read_bytes()
        path.write_bytes(data[: int(len(data) * share)])

    return cut


Wave = Callable[[Path], None] | bytes
# code -> (a voice that has the problem, one that nearly has it)
CASES: dict[str, tuple[Wave, Wave]] = {
    "audio-truncated": (cut_mp3(0.5), cut_mp3(1.0)),
    "audio-not-finite": (stored(changed(math.nan)), stored(changed(0.99))),
    "audio-clipped": (stored(changed([1.0, 1.0, 1.0])), stored(changed([1.0, 1.0, -1.0, 1.0]))),
    "audio-offset": (stored(tone() + 0.0033), stored(tone() + 0.003)),
    "audio-silent": (stored(np.full((FRAMES, 1), 0.003)), stored(tone() * 0.003)),
}


def with_voice(root: Path, voice: Wave) -> Catalogue:
    return read_catalogue(write(root, {**song(), "01_02/voice.wav": voice}))


def codes(catalogue: Catalogue) -> list[str]:
    return [problem.code for problem in catalogue.problems if problem.code != "audio-name"]


def test_every_code_of_samples_has_a_case() -> None:
    assert set(CASES) == DEEP_CODES


@pytest.mark.parametrize("code", sorted(CASES))
def test_a_deep_check_names_what_a_plain_one_cannot(tmp_path: Path, code: str) -> None:
    plain = with_voice(tmp_path, CASES[code][0])
    assert codes(plain) == []
    (problem,) = [p for p in check_deep(plain, workers=1).problems if p.code in DEEP_CODES]
    assert (problem.code, problem.path, problem.song) == (code, "01_02/voice.wav", "01_02")


@pytest.mark.parametrize("code", sorted(CASES))
def test_a_near_miss_of_samples_has_no_problem(tmp_path: Path, code: str) -> None:
    assert codes(check_deep(with_voice(tmp_path, CASES[code][1]), workers=1)) == []


def test_stereo_in_opposite_phase_is_not_silence_and_an_offset_alone_is(tmp_path: Path) -> None:
    opposite = np.concatenate([tone(), -tone()], axis=1)
    assert codes(check_deep(with_voice(tmp_path / "a", stored(opposite)), workers=1)) == ["channels-differ"]
    loud_offset = check_deep(with_voice(tmp_path / "b", stored(np.full((FRAMES, 1), 0.5))), workers=1)
    assert codes(loud_offset) == ["audio-offset", "audio-silent"]


def test_places_of_samples_are_told(tmp_path: Path) -> None:
    catalogue = check_deep(with_voice(tmp_path, stored(changed([1.0] * 5, at=4000))), workers=1)
    assert "1 runs of at least 3 samples at full scale, the first at 0.500 s" in catalogue.problems[0].found


def test_sixteen_bits_clip_one_step_below_one(tmp_path: Path) -> None:
    clipped = check_deep(with_voice(tmp_path, stored(changed([1.0, 1.0, 1.0]), "PCM_16")), workers=1)
    assert codes(clipped) == ["audio-clipped"]


def test_a_flac_damaged_in_the_middle_is_read_to_there(tmp_path: Path) -> None:
    damaged = bytearray(flac(20.0))
    damaged[len(damaged) // 2] ^= 0xFF
    catalogue = check_deep(with_voice(tmp_path, bytes(damaged)), workers=1)
    assert set(codes(catalogue)) <= {"audio-truncated", "audio-unreadable"}
    assert len(codes(catalogue)) == 1


def test_the_mix_is_decoded_too_and_a_file_of_two_tracks_once(tmp_path: Path) -> None:
    files = song(MANIFEST.replace("voice.wav", "bass.wav"))
    loud = stored(np.concatenate([changed([1.0] * 3), tone()[:4000]]))
    root = write(tmp_path, {**files, "01_02/01_02_main.wav": loud, "01_02/bass.wav": loud})
    found = [p for p in check_deep(read_catalogue(root), workers=1).problems if p.code == "audio-clipped"]
    assert [p.path for p in found] == ["01_02/01_02_main.wav", "01_02/bass.wav"]


@pytest.mark.slow
def test_processes_change_nothing(tmp_path: Path) -> None:
    files = {
        f"01_0{n}/{name[6:].replace('01_02', f'01_0{n}')}": content
        for n in range(1, 6)
        for name, content in {**MEDIA, "01_02/voice.wav": CASES["audio-clipped"][0]}.items()
    }
    files |= {f"01_0{n}/01_0{n}.yml": MANIFEST.replace("01_02", f"01_0{n}") for n in range(1, 6)}
    catalogue = read_catalogue(write(tmp_path, files))
    told: list[tuple[int, int]] = []
    several = check_deep(catalogue, workers=2, progress=lambda done, total: told.append((done, total)))
    assert several == check_deep(catalogue, workers=1)
    assert codes(several).count("audio-clipped") == 5
    assert told == [(n, 5) for n in range(1, 6)]


WAVES = st.lists(
    st.sampled_from([0.0, 0.0, 0.001, 0.002, -0.002, 0.5, 1.0, 1.0, -1.0]), min_size=1, max_size=300
)


def measured(wave: np.ndarray, cuts: list[int]) -> SampleMeasures:
    measures = SampleMeasures(AudioInfo(len(wave), 1000, wave.shape[1], "FLOAT", "WAV"))
    for block in np.split(wave, sorted(cuts)):
        if len(block):
            measures.take(block)
    return measures


def runs(signs: list[int]) -> int:
    """Runs of three or more, counted one by one."""
    count = length = last = 0
    for sign in signs:
        length = length + 1 if sign and sign == last else int(bool(sign))
        last = sign
        count += length == 3
    return count


@settings(deadline=None)
@given(WAVES, st.lists(st.integers(0, 300), max_size=4))
def test_blocks_measure_what_the_whole_does(values: list[float], cuts: list[int]) -> None:
    wave = np.array(values, dtype=np.float32)[:, None]
    measures = measured(wave, cuts)
    assert measures.frames == len(wave)
    assert measures.clipped_runs == runs([int(v >= 1) - int(v <= -1) for v in values])
    assert measures.sounds == sounds(wave, 1000)
    offset = max(-120.0, 20 * math.log10(max(abs(float(wave.astype(np.float64).mean())), 1e-12)))
    assert measures.offset_dbfs == pytest.approx(offset, abs=1e-6)
