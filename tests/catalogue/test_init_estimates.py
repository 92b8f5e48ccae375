"""What MIDI, tags, names and sound say, and how sure that is."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import mutagen
import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from mutagen.id3 import TBPM, TCON, TIT2, TKEY
from mutagen.wave import WAVE
from symusic.core import TempoTick

from catalogue.catalogue_material import TRACK, midi, refusal, wav
from catalogue.init_material import RATE_HZ, SCALE, lay, quiet, tune, write_tune
from rebracket.catalogue import parse_midi, probe_audio
from rebracket.catalogue.init.found import AudioFile
from rebracket.catalogue.init.from_midi import MidiFacts, midi_key, midi_meter, midi_tempo, read_facts
from rebracket.catalogue.init.from_sound import _private_numba_cache, hear, load_mono
from rebracket.catalogue.init.from_tags import read_tags
from rebracket.catalogue.init.key import KEYS, estimate_key, parse_key
from rebracket.catalogue.init.tracks import choose_mix, stems_of
from rebracket.core import Meter
from rebracket.sound import Part, TimedNote, score_of


def _facts(
    pitches: list[int], bpm: float = 96, meter: Meter | None = None, *, drums: bool = False, **signature: Any
) -> MidiFacts:
    notes = tuple(TimedNote(480 * place, 480, pitch, 80) for place, pitch in enumerate(pitches))
    part = Part("part", notes, is_drum=drums)
    return read_facts("part.mid", score_of([part], bpm=bpm, meter=meter or Meter(4, 4), **signature))


def _scale(tonic: int) -> list[int]:
    """A tune in major that rests on its tonic."""
    return [60 + tonic + SCALE[place] for place in (0, 2, 4, 0, 3, 1, 4, 6, 0, 5, 3, 4, 0, 2, 4, 0)]


@given(tonic=st.integers(0, 11), scale=st.floats(0.01, 1e6))
def test_the_key_turns_with_the_notes_and_not_with_their_number(tonic: int, scale: float) -> None:
    histogram = np.bincount(np.array(_scale(0)) % 12, minlength=12)
    at_c = estimate_key(histogram, "MIDI")
    turned = estimate_key(np.roll(histogram, tonic) * scale, "MIDI")
    assert at_c is not None
    assert turned is not None
    assert str(at_c.value) == "C major"
    assert turned.value == KEYS[tonic]
    assert turned.confidence == pytest.approx(at_c.confidence)
    assert 0 < turned.confidence < 1


@pytest.mark.parametrize("histogram", [[0] * 12, [1] + [0] * 11, [float("nan")] * 12])
def test_too_few_pitch_classes_have_no_key(histogram: list[float]) -> None:
    assert estimate_key(np.array(histogram, dtype=float), "MIDI") is None


def test_a_key_signature_decides_between_relatives_but_none_of_c_does_not() -> None:
    notes = np.array([1.0, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 1])
    plain, minor = estimate_key(notes, "MIDI", (0, False)), estimate_key(notes, "MIDI", (0, True))
    assert plain == estimate_key(notes, "MIDI")
    assert minor is not None
    assert str(minor.value) == "A minor"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("F#m", "F# minor"), ("Bb", "Bb major"), ("c maj", "C major"), ("8A", None), ("", None)],
)
def test_keys_in_tags(text: str, expected: str | None) -> None:
    found = parse_key(text)
    assert (None if found is None else str(found)) == expected


def test_midi_tells_tempo_meter_and_key() -> None:
    facts = [_facts(_scale(2), bpm=96, meter=Meter(3, 4))]
    tempo, meter, key = midi_tempo(facts), midi_meter(facts), midi_key(facts)
    assert tempo is not None
    assert meter is not None
    assert key is not None
    assert (tempo.value, meter.value, str(key.value)) == (pytest.approx(96, abs=0.01), "3/4", "D major")
    assert tempo.confidence > 0.9


def test_the_tempo_that_lasts_longest_is_taken() -> None:
    score = score_of([Part("p", (TimedNote(0, 9600, 60, 80),))], bpm=150, meter=Meter(4, 4))
    score.tempos.append(TempoTick(960, 80))
    facts = [read_facts("p.mid", score)]
    tempo = midi_tempo(facts)
    assert tempo is not None
    assert tempo.value == pytest.approx(80, abs=0.01)
    assert tempo.confidence < 0.9


def test_game_buttons_are_no_pitches_and_drums_have_no_key() -> None:
    buttons, drums = _facts([84, 85, 86, 87, 88, 96, 97, 98, 99, 100] * 3), _facts([36, 38] * 8, drums=True)
    assert not buttons.has_music
    assert buttons.bpm is not None
    assert drums.has_music
    assert midi_key([buttons]) is None
    assert midi_key([drums]) is None


def test_midi_without_a_tempo_says_nothing_of_it() -> None:
    silent = read_facts(
        "a.mid", parse_midi(midi(b"\x00\x90\x3c\x40\x60\x80\x3c\x40\x00\xff\x2f\x00"), "a.mid")
    )
    assert (silent.bpm, silent.meter) == (None, None)
    told = read_facts("b.mid", parse_midi(midi(TRACK), "b.mid"))
    assert told.bpm == pytest.approx(120)
    assert midi_tempo([silent]) is None
    assert midi_tempo([silent, told]) is not None


def _files(folder: Path, *names: str) -> list[AudioFile]:
    return [AudioFile(name, probe_audio(folder / name)) for name in names]


@pytest.mark.parametrize(
    ("lengths", "expected"),
    [
        ({"bass.wav": 2.0, "Song_Main.wav": 1.0}, "Song_Main.wav"),
        ({"bass.wav": 2.0, "final mixdown.wav": 1.0, "Main Vocal.wav": 2.0}, "final mixdown.wav"),
        ({"bass.wav": 1.0, "take 4.wav": 2.0}, "take 4.wav"),
        ({"bass.wav": 1.0, "Tide.wav": 1.0}, "Tide.wav"),
        ({"remixed bass.wav": 1.0, "other.wav": 1.5}, "other.wav"),
    ],
)
def test_the_mix_is_the_one_named_so_or_the_longest(
    tmp_path: Path, lengths: dict[str, float], expected: str
) -> None:
    folder = tmp_path / "Tide"
    for name, seconds in lengths.items():
        quiet(seconds)(folder / name)
    assert choose_mix(_files(folder, *lengths), folder).value.name == expected


def test_of_files_equally_long_the_loudest_is_the_mix_but_not_for_sure(tmp_path: Path) -> None:
    for name, level in (("a.wav", 0.1), ("b.wav", 0.5), ("c.wav", 0.2)):
        quiet(0.5, level)(tmp_path / name)
    chosen = choose_mix(_files(tmp_path, "a.wav", "b.wav", "c.wav"), tmp_path)
    assert chosen.value.name == "b.wav"
    assert chosen.confidence < 0.5
    assert chosen.alternatives == ("a.wav", "c.wav")


def test_tracks_are_paired_with_midi_of_their_name(tmp_path: Path) -> None:
    lay(tmp_path, "mix.wav", "Bass.wav", "keys.wav")
    files = _files(tmp_path, "mix.wav", "Bass.wav", "keys.wav")
    music = _facts(_scale(0))
    named = [MidiFacts(name, *_rest(music)) for name in ("bass.mid", "extra.mid")]
    stems = stems_of(files, files[0], named, "Tide")
    assert [(s.track, s.audio_file, s.midi_file) for s in stems] == [
        (1, "Bass.wav", "bass.mid"),
        (2, "keys.wav", None),
        (3, None, "extra.mid"),
    ]


def test_a_mix_alone_has_no_track_but_one_with_its_midi(tmp_path: Path) -> None:
    lay(tmp_path, "mix.wav")
    files = _files(tmp_path, "mix.wav")
    assert stems_of(files, files[0], [], "Tide") == ()
    (stem,) = stems_of(files, files[0], [_facts(_scale(0))], "Tide")
    assert (stem.audio_file, stem.midi_file) == ("mix.wav", "part.mid")


def _rest(facts: MidiFacts) -> tuple[Any, ...]:
    rest = (facts.length_s, facts.bpm, facts.tempi, facts.meter, facts.signature)
    return (*rest, facts.pitch_classes, facts.notes)


def test_tags_are_read_and_nonsense_in_them_is_not(tmp_path: Path) -> None:
    path = tmp_path / "mix.flac"
    soundfile.write(path, np.zeros(2000), RATE_HZ)
    flac = mutagen.File(path)
    flac.update(title=" Low  Tide ", tracknumber="3/12", date="2021-02-31", genre=["folk", "dub"], bpm="96.5")
    flac["initialkey"] = "Ebm"
    flac.save()
    assert {**read_tags(path), "key": str(read_tags(path)["key"])} == {
        "title": "Low Tide",
        "album_sequence": 3,
        "release_date": "2021",
        "genres": ("folk", "dub"),
        "bpm": 96.5,
        "key": "Eb minor",
    }
    flac.update(title="a\x00b", tracknumber="x", date="soon", genre=[""], bpm="fast", initialkey="?")
    flac.save()
    assert read_tags(path) == {}


def test_tags_of_id3_have_other_names(tmp_path: Path) -> None:
    path = tmp_path / "mix.wav"
    wav(0.2)(path)
    sound = WAVE(path)
    sound.add_tags()
    for frame in (TIT2(3, ["Low Tide"]), TBPM(3, ["96"]), TKEY(3, ["Am"]), TCON(3, ["folk"])):
        sound.tags.add(frame)
    sound.save()
    found = read_tags(path)
    assert (found["title"], found["bpm"], str(found["key"])) == ("Low Tide", 96.0, "A minor")
    assert found["genres"] == ("folk",)


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"ID3\x04\x00\x00", b"fLaC", b"OggS", b"RIFF\xff\xff\xff\xffWAVE"]),
)
def test_tags_of_any_bytes_are_read_or_refused(tmp_path_factory: Any, data: bytes, head: bytes) -> None:
    path = tmp_path_factory.mktemp("tags") / "a.mp3"
    path.write_bytes(head + data)
    refused = refusal(lambda: read_tags(path))
    assert refused is None or "expected tags" in refused


def test_silence_and_snippets_say_nothing() -> None:
    for wave in (
        np.zeros(10 * RATE_HZ, dtype=np.float32),
        tune(100, 0, seconds=1.0),
        np.zeros(0, np.float32),
    ):
        heard = hear(wave)
        assert (heard.bpm, heard.key, heard.edges_s) == (None, None, ())


def test_channels_that_cancel_each_other_are_still_heard(tmp_path: Path) -> None:
    wave = tune(100, 0, seconds=2.0)
    soundfile.write(tmp_path / "a.wav", np.stack([wave, -wave], axis=1), RATE_HZ)
    assert np.abs(load_mono(tmp_path / "a.wav")).max() > 0.1


def test_only_the_opening_is_decoded_at_one_rate(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.full((44_100 * 3, 2), 0.1), 44_100)
    assert len(load_mono(tmp_path / "a.wav", longest_s=1.0)) == RATE_HZ


def test_a_worker_compiles_into_a_folder_of_its_own_and_the_user_s_choice_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "numba", raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    found = {}
    for name in ("rebracket-numba-1-parent", "mine"):
        given = tmp_path / name
        given.mkdir()
        for _ in range(2):  # a second call changes nothing
            monkeypatch.setenv("NUMBA_CACHE_DIR", found.get(name, str(given)))
            _private_numba_cache()
            assert found.setdefault(name, os.environ["NUMBA_CACHE_DIR"]) == os.environ["NUMBA_CACHE_DIR"]
    assert found["mine"] == str(tmp_path / "mine")
    assert Path(found["rebracket-numba-1-parent"]).parent == tmp_path / "rebracket-numba-1-parent"
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "rebracket-numba-1-gone"))
    _private_numba_cache()
    assert Path(os.environ["NUMBA_CACHE_DIR"]).parent == tmp_path


@pytest.mark.slow
@pytest.mark.parametrize(("bpm", "tonic"), [(84, 2), (101, 7), (126, 9)])
def test_tempo_and_key_are_heard(tmp_path: Path, bpm: float, tonic: int) -> None:
    heard = hear(load_mono(write_tune(tmp_path / "a.wav", tune(bpm, tonic))))
    assert heard.bpm is not None
    assert heard.key is not None
    assert heard.bpm.value == pytest.approx(bpm, rel=0.04)
    assert heard.key.value == KEYS[tonic]
    assert len(heard.bpm.alternatives) == 2


@pytest.mark.slow
def test_a_part_begins_where_the_music_changes(tmp_path: Path) -> None:
    wave = np.concatenate([tune(120, 0, seconds=24.0), 0.2 * tune(120, 6, seconds=24.0, loop=(5, 1))])
    heard = hear(load_mono(write_tune(tmp_path / "a.wav", wave)))
    assert any(abs(edge_s - 24) < 1 for edge_s in heard.edges_s)
    edges = [0.0, *heard.edges_s, 48.0]
    assert min(np.diff(edges)) >= 8
