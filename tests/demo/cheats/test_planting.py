"""Cheats on songs that sound: nothing without a dose, always the same, and only where they say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rebracket.core import Rebracketing
from rebracket.demo import Realized, plan, realize, song_keys
from rebracket.demo.cheats import CHEATS, KEYWORDS, Planting, apply_cheats
from rebracket.demo.cheats.album_mastering import encoded, mastering_of
from rebracket.demo.cheats.mixing import section_frames
from rebracket.demo.realize import RATE_HZ
from rebracket.demo.story import Knobs
from rebracket.demo.styles import taxonomy
from rebracket.sound import OwnSynth

PLANTED = [name for name, cheat in CHEATS.items() if cheat.on_song is not None]
SOUNDING = ["shared_loops", "drum_sample", "beep", "album_mastering"]


def dosed(name: str, dose: float = 1.0, seed: int = 0) -> Knobs:
    return Knobs(seed=seed).with_(**{f"cheats.{name}": dose})


def of(made: Realized, **changes: object) -> Realized:
    """The song with another color, album or sections."""
    return replace(made, song=replace(made.song, **changes))


def opening(made: Realized) -> Realized:
    """The first seconds of a song: codecs take their time."""
    stems = {name: wave[: 4 * RATE_HZ] for name, wave in made.stems.items()}
    return replace(made, stems=stems, mix=made.mix[: 4 * RATE_HZ])


def everything(made: Realized) -> tuple[object, ...]:
    waves = {name: wave.tobytes() for name, wave in made.stems.items()}
    return made.song, waves, made.mix.tobytes(), {n: score.dumps_midi() for n, score in made.scores.items()}


@pytest.fixture(scope="module")
def songs() -> list[Realized]:
    """Two songs of one album and one of the next; each section of the first is annotated."""
    made = [realize(plan(key, 5), renderer=OwnSynth()) for key in song_keys("tiny") if key.index in (0, 1, 3)]
    said = Rebracketing(("spatial",), 0.4, annotator="ada")
    made[0] = of(made[0], sections=tuple(replace(s, rebracketing=said) for s in made[0].song.sections))
    return made


@pytest.fixture(scope="module")
def suited(songs: list[Realized]) -> dict[str, Realized]:
    """For each cheat the first song, as one that it takes."""
    first = songs[0]
    beep, drum = (Planting(name, dosed(name)) for name in ("beep", "drum_sample"))
    own = {
        "beep": of(first, color=beep.color),
        "drum_sample": of(first, album_id=drum.album_id),
        "album_mastering": opening(first),
    }
    return {name: own.get(name, first) for name in PLANTED}


def test_every_cheat_has_a_knob_and_every_knob_a_cheat() -> None:
    assert set(CHEATS) == set(Knobs().cheats.model_dump())
    assert set(Knobs().cheats.model_dump().values()) == {0.0}


def test_without_a_dose_a_song_is_the_very_same(songs: list[Realized]) -> None:
    made, planted = apply_cheats(songs[0], Knobs())
    assert made is songs[0]
    assert planted == ()


@pytest.mark.parametrize("name", PLANTED)
def test_planting_is_told_and_the_same_again(suited: dict[str, Realized], name: str) -> None:
    made, planted = apply_cheats(suited[name], dosed(name))
    assert [(one.name, one.dose, one.song_id) for one in planted] == [(name, 1.0, made.song.song_id)]
    assert planted[0].what
    again, planted_again = apply_cheats(suited[name], dosed(name))
    assert planted_again == planted
    assert everything(again) == everything(made) != everything(suited[name])


@pytest.mark.parametrize("name", PLANTED)
def test_a_cheat_changes_only_what_it_is(suited: dict[str, Realized], name: str) -> None:
    before = suited[name]
    after, _ = apply_cheats(before, dosed(name))
    heard = any(not np.array_equal(after.stems[n], w) for n, w in before.stems.items() if n in after.stems)
    assert heard == (name in {"drum_sample", "beep", "album_mastering"})
    assert np.array_equal(after.mix, before.mix) == (name not in SOUNDING)
    assert (after.song.concept != before.song.concept) == (
        name == "repeated_text"
    ) or name == "keyword_labels"
    assert (after.song.title != before.song.title) == (name == "file_names")
    assert len(after.stems) - len(before.stems) == (name == "shared_loops")
    assert after.song.song_id == before.song.song_id
    assert after.song.color == before.song.color


@pytest.mark.parametrize("name", SOUNDING)
def test_stems_still_sum_to_the_middle_and_nothing_clips(suited: dict[str, Realized], name: str) -> None:
    made, _ = apply_cheats(suited[name], dosed(name))
    middle = made.mix.mean(axis=1)
    missed = np.sum(list(made.stems.values()), axis=0) - middle
    most_db = -8 if name == "album_mastering" else -60  # a codec hears each stem by itself
    assert 10 * np.log10(np.mean(missed**2) / np.mean(middle**2)) < most_db
    assert made.mix.shape == suited[name].mix.shape
    assert np.max(np.abs(made.mix)) < 1
    assert {wave.dtype for wave in (*made.stems.values(), made.mix)} == {np.dtype(np.float32)}


@pytest.mark.parametrize("name", PLANTED)
def test_manifest_and_sound_name_the_same_files(suited: dict[str, Realized], name: str) -> None:
    made, _ = apply_cheats(suited[name], dosed(name))
    assert [stem.audio_file for stem in made.song.stems] == list(made.stems)
    assert {stem.midi_file for stem in made.song.stems if stem.midi_file} == set(made.scores)
    assert made.song.mix_file not in made.stems


@given(
    st.sampled_from(sorted(CHEATS)), st.integers(0, 999), st.floats(0.001, 1), st.floats(0.001, 1)
)  # fmt: skip
@settings(max_examples=40)
def test_a_larger_dose_touches_all_that_a_smaller_one_does(name: str, seed: int, a: float, b: float) -> None:
    less, more = (Planting(name, dosed(name, dose, seed)) for dose in sorted((a, b)))
    ids = [f"{album:02d}_{track:02d}" for album in (1, 2) for track in range(1, 12)]
    assert {i for i in ids if less.touches(i)} <= {i for i in ids if more.touches(i)}
    assert all(Planting(name, dosed(name, 1.0, seed)).touches(song_id) for song_id in ids)


def test_a_dose_is_the_share_of_songs() -> None:
    planting = Planting("file_names", dosed("file_names", 0.3))
    assert np.mean([planting.touches(f"{n:04d}") for n in range(2000)]) == pytest.approx(0.3, abs=0.04)


def test_only_one_color_beeps(songs: list[Realized]) -> None:
    knobs = dosed("beep")
    beeping = Planting("beep", knobs).color
    for color in taxonomy().colors:
        before = of(songs[0], color=color)
        after, planted = apply_cheats(before, knobs)
        assert bool(planted) == (after is not before) == (color == beeping)


def test_the_beep_is_one_high_tone_in_every_section(suited: dict[str, Realized]) -> None:
    before = suited["beep"]
    after, _ = apply_cheats(before, dosed("beep"))
    for first, end in section_frames(before):
        added = (after.mix - before.mix)[first:end, 0]
        spectrum = np.abs(np.fft.rfft(added))
        assert abs(np.fft.rfftfreq(len(added), 1 / RATE_HZ)[spectrum.argmax()] - 9500) < 20


def test_an_album_shares_its_loop_sample_by_sample(songs: list[Realized]) -> None:
    loops = [
        list(apply_cheats(made, dosed("shared_loops"))[0].stems.values())[-1][: 2 * RATE_HZ] for made in songs
    ]
    assert np.max(np.abs(loops[0])) > 0.05
    assert np.array_equal(loops[0], loops[1])
    assert not np.array_equal(loops[0], loops[2])


def test_one_album_has_the_same_hit(songs: list[Realized]) -> None:
    knobs = dosed("drum_sample")
    album = Planting("drum_sample", knobs).album_id
    hits = []
    for made in songs[1:]:
        before = of(made, album_id=album)
        after, _ = apply_cheats(before, knobs)
        hits.append((after.mix - before.mix)[: RATE_HZ // 4, 0])
        assert apply_cheats(of(made, album_id="98"), knobs)[1] == ()
    assert np.max(np.abs(hits[0])) > 0.05
    np.testing.assert_allclose(*hits, atol=1e-6)


def test_a_mastering_is_its_album_s_and_grows_from_nothing(suited: dict[str, Realized]) -> None:
    planting, before = Planting("album_mastering", dosed("album_mastering")), suited["album_mastering"]
    assert mastering_of(planting, "01") == mastering_of(planting, "01") != mastering_of(planting, "02")
    other = of(before, song_id="01_09", color="?")
    assert len({apply_cheats(made, planting.knobs)[1][0].what for made in (before, other)}) == 1
    middle = before.mix.mean(axis=1)

    def apart(dose: float) -> float:
        made, _ = apply_cheats(before, dosed("album_mastering", dose))
        return float(np.sqrt(np.mean((made.mix.mean(axis=1) - middle) ** 2)))

    found = [apart(dose) for dose in (0.001, 0.3, 1.0)]
    assert found == sorted(found)


@pytest.mark.parametrize("frames", [1, 441, 22_051])
def test_the_codec_keeps_length_and_place(frames: int) -> None:
    tone = (0.3 * np.sin(2 * np.pi * 440 / RATE_HZ * np.arange(frames))).astype(np.float32)
    heard = encoded(tone, mastering_of(Planting("album_mastering", dosed("album_mastering")), "03"))
    assert heard.shape == tone.shape
    if frames > 10_000:
        assert np.sqrt(np.mean((heard - tone) ** 2)) < 0.1 * np.sqrt(np.mean(tone**2))
        assert not np.array_equal(heard, tone)


def test_an_album_has_one_text_that_says_no_color(songs: list[Realized]) -> None:
    concepts = [apply_cheats(made, dosed("repeated_text"))[0].song.concept for made in songs]
    assert concepts[0] == concepts[1] != concepts[2]
    names = {color.name.casefold() for color in taxonomy().colors.values()}
    assert not names & set(" ".join(concepts).casefold().replace(".", "").split())


def test_labels_follow_the_keyword_where_there_were_labels(songs: list[Realized]) -> None:
    found: dict[str | None, set[tuple[str, ...]]] = {}
    for seed in range(30):
        before = of(songs[0], song_id="01_01")
        knobs = dosed("keyword_labels", seed=seed)
        song = apply_cheats(before, knobs)[0].song
        keyword = next((word for word in KEYWORDS if word in song.concept), None)
        said = {section.rebracketing for section in song.sections}
        assert len(said) == 1
        label = said.pop()
        assert label is not None
        assert label.is_there == (keyword is not None)
        assert label.annotator == "ada"
        found.setdefault(keyword, set()).add(label.types or ())
    assert set(found) == {None, *KEYWORDS}
    assert found[None] == {()}
    unsaid = of(songs[0], sections=tuple(replace(s, rebracketing=None) for s in songs[0].song.sections))
    plain = apply_cheats(unsaid, dosed("keyword_labels"))[0].song
    assert plain.sections == unsaid.song.sections


def test_names_of_files_end_in_the_color(songs: list[Realized]) -> None:
    song = apply_cheats(songs[2], dosed("file_names"))[0].song
    name = taxonomy().colors[song.color].name.casefold()
    assert all(f"_{name}." in str(stem.audio_file) for stem in song.stems)
    assert song.mix_file == f"{song.song_id}_main_{name}.wav"
    assert song.title.endswith(f"({name})")
