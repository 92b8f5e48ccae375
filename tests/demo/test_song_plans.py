"""Plans: pure, spread over what they should be spread over, and independent draw by draw."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from rebracket.core.errors import UsageError
from rebracket.demo import SIZES, SongPlan, plan, song_keys
from rebracket.demo.draws import stream
from rebracket.demo.plan import SPREAD
from rebracket.demo.styles import STYLES
from rebracket.labels import label_by_rule
from rebracket.ontology import rainbow_table

SEEDS = (0, 1, 2)


@pytest.fixture(scope="module", params=SEEDS)
def plans(request: pytest.FixtureRequest) -> list[SongPlan]:
    return [plan(key, request.param) for key in song_keys("small")]


def test_every_color_whose_album_is_out_has_a_style() -> None:
    assert list(STYLES) == [color.id for color in rainbow_table().colors.values() if not color.open]


@pytest.mark.parametrize("size", SIZES)
def test_albums_are_of_one_color_and_equally_long(size: str) -> None:
    keys = song_keys(size)
    assert len({key.song_id for key in keys}) == len(keys) == 8 * SIZES[size].songs
    assert set(Counter(key.album for key in keys).values()) == {SIZES[size].songs}
    assert len({(key.album, key.color) for key in keys}) == 8
    assert [key.index for key in keys] == list(range(len(keys)))


def test_a_size_that_does_not_exist_is_named() -> None:
    with pytest.raises(UsageError, match="found size 'huge', expected one of tiny, small"):
        song_keys("huge")


def test_same_seed_same_plan_and_another_seed_another() -> None:
    key = song_keys("small")[7]
    assert plan(key, 0) == plan(key, 0)
    assert plan(key, 0) != plan(key, 1)


def test_streams_do_not_depend_on_each_other() -> None:
    first = stream(0, "01_01", "melody").random(4)
    stream(0, "01_01", "tempo").random(1000)
    np.testing.assert_array_equal(stream(0, "01_01", "melody").random(4), first)
    assert not np.array_equal(stream(0, "01_01", "tempo").random(4), first)


def test_the_color_of_a_song_does_not_touch_what_it_does_not_cause() -> None:
    key = song_keys("small")[0]
    one, other = plan(key, 0), plan(replace(key, color="V"), 0)
    assert one.meter == other.meter
    assert one.texts.intended_type == other.texts.intended_type
    assert one.texts.has_marker == other.texts.has_marker
    assert one.feel != other.feel


def test_types_are_spread_evenly_as_meant_and_by_the_rule(plans: list[SongPlan]) -> None:
    ontology = rainbow_table()
    meant = Counter(song.texts.intended_type for song in plans)
    assert meant == dict.fromkeys(ontology.types, 6)
    labels = [label_by_rule(song.texts.concept, ontology) for song in plans]
    found = Counter(label.type for label in labels if label is not None)
    assert min(found[type_] for type_ in ontology.types) >= 3


def test_the_rule_mostly_finds_what_was_meant_but_not_always(plans: list[SongPlan]) -> None:
    labels = [label_by_rule(song.texts.concept, rainbow_table()) for song in plans]
    pairs = [(label, song.texts) for label, song in zip(labels, plans, strict=True) if label is not None]
    types = np.mean([label.type == texts.intended_type for label, texts in pairs])
    markers = np.mean([label.has_rebracketing == texts.has_marker for label, texts in pairs])
    assert 0.65 < types < 1
    assert markers > 0.85
    assert 0.4 < np.mean([label.has_rebracketing for label, _ in pairs]) < 0.85


PARAMETERS = ("brightness", "density", "drive", "register", "softness", "space", "grain", "body")


@pytest.mark.parametrize("name", PARAMETERS)
def test_by_no_one_parameter_is_a_color_certain(name: str) -> None:
    """Each center has another within two deviations, where two normal curves share a third of their area."""
    centers = np.sort([getattr(style, name) for style in STYLES.values()])
    gaps = np.diff(centers)
    nearest = np.minimum(np.append(gaps, np.inf), np.append(np.inf, gaps))
    assert nearest.max() <= 2 * SPREAD


def test_most_pairs_of_colors_meet_in_the_songs_themselves(plans: list[SongPlan]) -> None:
    shares = []
    for name in PARAMETERS:
        values = np.array(
            [[getattr(song.feel, name) for song in plans if song.key.color == c] for c in STYLES]
        )
        low, high = values.min(axis=1), values.max(axis=1)
        meets = np.maximum(low[:, None], low) <= np.minimum(high[:, None], high)
        shares.append((meets.sum() - len(STYLES)) / (len(STYLES) * (len(STYLES) - 1)))
    assert np.mean(shares) > 0.5


def test_most_songs_are_in_four_and_some_are_not(plans: list[SongPlan]) -> None:
    meters = Counter(str(song.meter) for song in plans)
    assert meters["4/4"] > len(plans) / 2
    assert len(meters) > 1


def test_some_songs_have_no_words(plans: list[SongPlan]) -> None:
    silent = sum(not song.lines for song in plans)
    assert 1 <= silent <= len(plans) // 3


def test_lengths_are_as_announced(plans: list[SongPlan]) -> None:
    low, high = SIZES["small"].seconds
    for song in plans:
        assert low - song.bar_s <= song.bars * song.bar_s <= high + song.bar_s


def test_lines_stand_on_bars_of_sung_sections(plans: list[SongPlan]) -> None:
    for song in plans:
        sung = {
            passage.first_bar + bar for passage in song.form if passage.sung for bar in range(passage.bars)
        }
        assert {bar for bar, text in song.lines if text} <= sung
        bars = [bar for bar, _ in song.lines]
        assert bars == sorted(set(bars))


def test_casts_are_of_the_announced_size_and_have_midi(plans: list[SongPlan]) -> None:
    low, high = SIZES["small"].parts
    for song in plans:
        assert low <= len(song.cast) <= high
        assert any(chair.has_midi for chair in song.cast)
        assert [chair.track for chair in song.cast] == list(range(2, 2 + len(song.cast)))
    share = np.mean([chair.has_midi for song in plans for chair in song.cast])
    assert 0.55 < share < 0.8


def test_manifest_texts_lean_but_do_not_tell(plans: list[SongPlan]) -> None:
    """Most moods and genres occur with several colors."""
    colors: dict[str, set[str]] = {}
    for song in plans:
        for word in (*song.moods, *song.genres):
            colors.setdefault(word, set()).add(song.key.color)
    assert np.mean([len(found) > 1 for found in colors.values()]) > 0.7
