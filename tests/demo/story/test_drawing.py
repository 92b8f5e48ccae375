"""Draws: pure, spread as told, and changed by nothing but their own causes."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebracket.core.errors import UsageError
from rebracket.demo.story import (
    COLORS,
    STATES,
    Knobs,
    SectionForm,
    SegmentCauses,
    SongCauses,
    SongKey,
    draw_catalogue,
    draw_song,
    feels,
    shift,
    song_keys,
    table,
)

KEYS = song_keys(Knobs())
keys = st.sampled_from(KEYS)
seeds = st.integers(0, 50)


@pytest.fixture(scope="module")
def songs() -> tuple[SongCauses, ...]:
    """Three catalogues."""
    return tuple(song for seed in range(3) for song in draw_catalogue(Knobs(seed=seed)))


def _but(segment: SegmentCauses, **changes: object) -> SegmentCauses:
    """A segment with some fields put to what another has, to compare the rest."""
    return replace(segment, **changes)


@given(keys, seeds)
def test_the_same_key_and_knobs_give_the_same_song(key: SongKey, seed: int) -> None:
    knobs = Knobs(seed=seed)
    assert draw_song(key, knobs) == draw_song(key, knobs)
    assert draw_song(key, knobs).segments != draw_song(key, Knobs(seed=seed + 1)).segments


@given(keys, st.sampled_from(COLORS), seeds)
def test_the_color_changes_style_and_nothing_else(key: SongKey, color: str, seed: int) -> None:
    knobs = Knobs(seed=seed)
    song, twin = (
        draw_song(key, knobs),
        draw_song(replace(key, color_weights=((color, 1.0),), color=color), knobs),
    )
    assert song.motif == twin.motif
    assert song.stems == twin.stems
    assert (song.style == twin.style) == (key.color == color)
    for one, other in zip(song.segments, twin.segments, strict=True):
        assert _but(one, carriers={}) == _but(other, carriers={})
        for channel, shown in one.carriers.items():
            found = other.carriers[channel]
            assert (shown.way, shown.push, shown.content) == (found.way, found.push, found.content)


@given(keys, st.floats(0.1, 3), seeds)
def test_an_effect_of_a_channel_changes_that_channel_only(key: SongKey, effect: float, seed: int) -> None:
    knobs = Knobs(seed=seed)
    song, other = draw_song(key, knobs), draw_song(key, knobs.with_(**{"effects.audio": effect}))
    for one, changed in zip(song.segments, other.segments, strict=True):
        assert one.carriers["midi"] == changed.carriers["midi"]
        assert one.carriers.get("words") == changed.carriers.get("words")
        assert replace(one.carriers["audio"], style=()) == replace(changed.carriers["audio"], style=())


@given(keys, seeds, st.integers(0, 2))
def test_the_type_of_a_segment_touches_no_style(key: SongKey, seed: int, memory: int) -> None:
    knobs = Knobs(seed=seed)
    song, other = (
        draw_song(key, knobs),
        draw_song(key, knobs.with_(**{"chain.memory": memory, "chain.rate": 0.4})),
    )
    for one, changed in zip(song.segments, other.segments, strict=True):
        assert one.softness == changed.softness
        assert one.motif == changed.motif
        for channel, shown in one.carriers.items():
            assert shown.style == changed.carriers[channel].style
            assert shown.themes == changed.carriers[channel].themes


@given(keys, seeds)
def test_more_sections_and_lines_leave_the_earlier_ones_alone(key: SongKey, seed: int) -> None:
    knobs = Knobs(seed=seed).with_(**{"intensity.arc": 0})
    form = [SectionForm("verse", 3), SectionForm("chorus", 2), SectionForm("verse", 3)]
    longer = [*form[:2], SectionForm("verse", 9), SectionForm("outro", 0)]
    song, other = draw_song(key, knobs, form), draw_song(key, knobs, longer)
    assert song.segments[0] == other.segments[0]
    assert _but(song.segments[1], announces=None) == _but(other.segments[1], announces=None)
    if song.has_lyrics:
        themes = other.segments[2].carriers["words"].themes
        assert song.segments[2].carriers["words"].themes == themes[:3]


@given(keys, st.floats(0, 1), seeds)
def test_a_mixture_of_colors_is_the_mixture_of_their_styles(key: SongKey, weight: float, seed: int) -> None:
    knobs = Knobs(seed=seed)
    pure = [draw_song(SongKey.pure(color, key.album, key.track, key.index), knobs) for color in ("R", "O")]
    mixed = draw_song(SongKey.mixed({"R": weight, "O": 1 - weight}, key.album, key.track, key.index), knobs)
    expected = weight * np.array(pure[0].style) + (1 - weight) * np.array(pure[1].style)
    np.testing.assert_allclose(mixed.style, expected, atol=1e-12)
    values = [np.array([s.carriers["midi"].style for s in song.segments]) for song in (*pure, mixed)]
    np.testing.assert_allclose(values[2], weight * values[0] + (1 - weight) * values[1], atol=1e-9)


def test_weights_that_are_no_shares_are_refused() -> None:
    with pytest.raises(UsageError, match="expected shares that add up to 1"):
        SongKey.mixed({"R": 0.7, "O": 0.7}, 1, 1, 0)


def test_any_of_the_27_combinations_has_a_style_of_its_own() -> None:
    taxonomy = Knobs()
    styles = set()
    for past in ("past", "present", "future"):
        for thing in ("thing", "place", "person"):
            for known in ("known", "imagined", "forgotten"):
                key = replace(KEYS[0], modes=(past, thing, known))
                song = draw_song(key, taxonomy)
                assert song.modes == ((past,), (thing,), (known,))
                styles.add(song.style)
    assert len(styles) == 27


def test_axes_follow_the_taxonomy_or_are_drawn_anew_or_collinear() -> None:
    def modes(seed: int, **changes: float) -> dict[str, tuple[tuple[str, ...], ...]]:
        knobs = Knobs(seed=seed).with_(**changes)
        return {key.color: draw_song(key, knobs).modes for key in KEYS if key.track == 1}

    table_ = modes(0)
    assert table_["R"] == (("past",), ("thing",), ("known",))
    assert table_["I"] == ((), (), ("known", "forgotten"))
    assert table_["Z"] == ((), (), ())
    drawn = [modes(seed, **{"axes.correlation": 0}) for seed in range(60)]
    pairs = Counter((found["R"][0], found["R"][1]) for found in drawn)
    assert len(pairs) == 9  # by the taxonomy it is one
    assert all(found["Z"] == ((), (), ()) for found in drawn)
    for seed in range(5):
        found = modes(seed, **{"cheats.collinear_axes": 1})
        assert {found[c][2] for c in ("R", "O")} == {("known",)}
        assert {found[c][2] for c in ("Y", "G")} == {("forgotten",)}


def test_trajectory_and_drift_move_styles_along_the_catalogue() -> None:
    still = [np.array(draw_song(key, Knobs()).style) for key in KEYS]
    walked = [np.array(draw_song(key, Knobs().with_(**{"style.trajectory": 1})).style) for key in KEYS]
    drifted = [np.array(draw_song(key, Knobs().with_(**{"style.drift": 1})).style) for key in KEYS]
    steps = np.linalg.norm(np.array(walked) - still, axis=1)
    assert steps[0] == 0
    assert np.all(np.diff(steps) >= -1e-9)
    moved = np.array(drifted) - still
    assert np.allclose(moved[0], -moved[5])  # first and last track of an album
    assert np.allclose(moved[0], moved[6])  # whatever the color


def test_a_segment_without_rebracketing_has_no_intensity(songs: tuple[SongCauses, ...]) -> None:
    for song in songs:
        for segment in song.segments:
            assert (segment.type is None) == (segment.intensity == 0)
            assert 0 <= segment.softness <= 1
            assert 0 <= segment.label_intensity <= 1
            assert ("words" in segment.carriers) == (segment.lines > 0)
            assert all(0 < value < 1 for value in feels(segment.carriers["midi"].style))
            assert 0 < shift(segment.carriers["midi"].push) < 1


def test_shares_are_as_the_knobs_say(songs: tuple[SongCauses, ...]) -> None:
    segments = [segment for song in songs for segment in song.segments]
    assert 0.04 < np.mean([not song.has_lyrics for song in songs]) < 0.25
    assert 0.03 < np.mean([s.label_type != s.type for s in segments]) < 0.17
    stems = [stem for song in songs for stem in song.stems]
    assert 0.45 < np.mean([stem.has_midi for stem in stems]) < 0.7
    assert all(any(stem.has_midi for stem in song.stems) for song in songs)
    for song in songs:
        assert all(any(n not in stem.silent for stem in song.stems) for n in range(len(song.segments)))
    quoted = [s.motif != song.motif for song in songs for s in song.segments]
    assert 0.01 < np.mean(quoted) < 0.11
    assert set(STATES) == {segment.type for segment in segments}


@given(seeds)
def test_motifs_are_their_songs_own(seed: int) -> None:
    knobs = Knobs(seed=seed).with_(**{"content.quotation": 0})
    found = draw_catalogue(knobs)
    assert len({song.motif for song in found}) == len(found)
    assert all(segment.motif == song.motif for song in found for segment in song.segments)


def test_notation_is_one_or_drawn_for_each_file() -> None:
    assert {song.notation for song in draw_catalogue(Knobs())} == {("ms", "ms")}
    mixed = {song.notation for song in draw_catalogue(Knobs(notation="mixed"))}
    assert len(mixed) > 4


def test_labels_of_color_are_wrong_as_often_as_told() -> None:
    found = draw_catalogue(Knobs().with_(**{"noise.color_labels": 0.5}))
    wrong = np.mean([song.label_color != song.color for song in found])
    assert 0.25 < wrong < 0.75
    assert all(song.label_color in COLORS for song in found)


def test_the_table_has_a_row_for_each_segment(songs: tuple[SongCauses, ...]) -> None:
    from rebracket.demo.story import feature_names

    rows = table(songs[:48])
    count = sum(len(song.segments) for song in songs[:48])
    for channel, values in rows.features.items():
        assert values.shape == (count, len(feature_names(channel)))
        assert np.isfinite(values).all()
    assert not rows.features["words"][~rows.sung, :16].any()
    assert [n for n, song in enumerate(rows.song) if song == rows.song[0]] == list(
        range(len(songs[0].segments))
    )
