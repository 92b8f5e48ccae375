"""What the caption of the map admits, and the two ends of each class."""

from __future__ import annotations

import numpy as np
import pytest

from rebracket.explain import Described, Excerpts, atlas, exemplars_section, map_section, neighbor_agreement
from rebracket.page import ClassKey, Moment

KEYS = (
    ClassKey("l", "Left", "#112233"),
    ClassKey("r", "Right", "#445566"),
    ClassKey("n", "Never", "#777777"),
)
SILENT = Excerpts({}, 8.0, 0, 0, ())


def described(n_songs: int = 6, a_song: int = 4) -> list[Described]:
    found = []
    for index in range(n_songs * a_song):
        song = index // a_song
        moment = Moment(f"m{index:02d}", "l" if song % 2 else "r", f"Song {song}", index, index + 1.0)
        found.append(Described(moment, f"song{song}", "album"))
    return found


def mapped(items: list[Described], width: int = 4) -> object:
    features = np.random.default_rng(0).normal(size=(len(items), width))
    return atlas(
        features,
        [item.song_id for item in items],
        [item.moment.class_id for item in items],
        [item.moment.id for item in items],
    )


def test_dots_stand_in_the_order_of_the_segments() -> None:
    items = described()
    section = map_section(mapped(items), items, KEYS, SILENT, ["audio", "text"])
    assert [dot.moment for dot in section.dots] == [item.moment for item in items]
    assert all(len(dot.neighbors) == 5 for dot in section.dots)
    assert section.chosen == mapped(items).typical["l"]


def test_the_caption_says_what_the_map_does_not_show() -> None:
    items = described()
    text = " ".join(map_section(mapped(items), items, KEYS, SILENT, ["audio", "text"]).caption)
    for admission in ("sound and words, each", "no proof", "mean little", "production", "tests nothing"):
        assert admission in text


def test_a_map_of_principal_components_is_not_called_a_t_sne() -> None:
    items = described(n_songs=2)
    text = " ".join(map_section(mapped(items), items, KEYS, SILENT, ["audio"]).caption)
    assert "principal components" in text
    assert "t-SNE" not in text


def test_the_caption_counts_what_cannot_be_heard() -> None:
    items = described()
    sounds = Excerpts({items[0].moment.id: b"mp3", items[1].moment.id: b"mp3"}, 4.25, 1, 20, ("m05", "m06"))
    text = " ".join(map_section(mapped(items), items, KEYS, sounds, ["audio"]).caption)
    for count in (
        "1 of 24 are cut after 4.2 s",
        "22 moments have no sound",
        "20 of them to keep",
        "2 of them because",
    ):
        assert count in text


def test_without_sound_nothing_is_promised() -> None:
    items = described()
    section = map_section(mapped(items), items, KEYS, SILENT, ["text"])
    assert "no sound is stored" in section.lead
    assert "MP3" not in " ".join(section.caption)


def test_every_class_has_its_pair_even_without_ends() -> None:
    items = described()
    found = mapped(items)
    section = exemplars_section(found, items, KEYS)
    assert [pair.key.id for pair in section.pairs] == ["l", "r", "n"]
    assert section.pairs[0].typical == items[found.typical["l"]].moment
    assert section.pairs[0].astray == items[found.astray["l"]].moment
    assert (section.pairs[2].typical, section.pairs[2].astray) == (None, None)


def test_agreement_is_counted_against_blind_drawing() -> None:
    groups, songs = ["x", "x", "y", "y"], ["1", "2", "3", "4"]
    neighbors = np.array([[1, -1], [0, 2], [3, -1], [2, -1]])
    found = neighbor_agreement(neighbors, groups, songs)
    assert found == pytest.approx((4 / 5, 1 / 3))


def test_blind_drawing_agrees_with_random_neighbors() -> None:
    rng = np.random.default_rng(0)
    songs = [str(index // 5) for index in range(200)]
    groups = [str(int(song) % 3) for song in songs]
    neighbors = np.array(
        [rng.choice([i for i in range(200) if songs[i] != song], 5, replace=False) for song in songs]
    )
    share, blind = neighbor_agreement(neighbors, groups, songs)
    assert abs(share - blind) < 0.06  # 3.5 standard errors of 1,000 draws near one third, 0.053


def test_agreement_without_pairs_is_not_a_number() -> None:
    assert neighbor_agreement(np.full((2, 5), -1), ["x", "x"], ["1", "1"]) is None
    assert neighbor_agreement(np.array([[1], [0]]), [None, None], ["1", "2"]) is None
