"""Words from the story's carriers: as many as there should be, from nothing else, giving nothing away."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebracket.augment import undo
from rebracket.augment.lines import plain_lines, words_of
from rebracket.augment.passage import Passage
from rebracket.demo.lyrics import Sung, song_lyrics, song_texts
from rebracket.demo.story import THEMES, WAYS, Knobs, SongCauses, draw_catalogue
from rebracket.demo.words import Said, Writer, vocabulary
from rebracket.ontology import rainbow_table

SEEDS = range(5)


@cache
def catalogue(seed: int) -> tuple[SongCauses, ...]:
    return draw_catalogue(Knobs(seed=seed))


@pytest.fixture(scope="module")
def sung() -> list[tuple[SongCauses, tuple[Sung, ...]]]:
    return [(song, song_lyrics(song, seed)) for seed in SEEDS for song in catalogue(seed)]


@pytest.fixture(scope="module")
def concepts() -> list[tuple[SongCauses, str]]:
    return [(song, song_texts(song, seed).concept) for seed in SEEDS for song in catalogue(seed)]


def lines_of(sung: Sequence[tuple[SongCauses, tuple[Sung, ...]]]) -> list[str]:
    return [line for _, sections in sung for section in sections for line in section.lines]


def test_each_way_of_the_story_has_its_sayings() -> None:
    words = vocabulary()
    assert list(words["ways"]) == list(WAYS["words"])
    assert list(words["themes"]) == list(THEMES)
    for way, said in words["ways"].items():
        assert len(set(said["lines"])) >= 14, way
        assert len(set(said["concept"])) >= 8, way


def test_thousands_of_lines_and_each_concept_its_own(
    sung: list[tuple[SongCauses, tuple[Sung, ...]]], concepts: list[tuple[SongCauses, str]]
) -> None:
    lines = lines_of(sung)
    assert len(set(lines)) >= 2000
    assert all(line.strip() and len(line) <= 90 for line in lines)
    texts = [text for _, text in concepts]
    assert len(set(texts)) == len(texts) >= 100
    assert all(40 <= len(text.split()) <= 110 for text in texts)


def test_nothing_is_left_unfilled_and_nothing_names_a_color(
    sung: list[tuple[SongCauses, tuple[Sung, ...]]], concepts: list[tuple[SongCauses, str]]
) -> None:
    written = "\n".join([*lines_of(sung), *(text for _, text in concepts)])
    assert not re.search(r"[{}\[\]]", written)
    assert not re.search(r"\b[Aa] (?!uni)[aeiou]", written)
    names = "|".join(color.name for color in rainbow_table().colors.values())
    assert not re.search(rf"\b({names})\b", written, re.IGNORECASE)
    assert all(
        sentence[0].isupper() for _, text in concepts for sentence in re.split(r"(?<=[.?]) (?=[A-Z])", text)
    )


def test_a_section_has_a_line_for_each_theme_and_none_without(
    sung: list[tuple[SongCauses, tuple[Sung, ...]]],
) -> None:
    for song, sections in sung:
        for segment, section in zip(song.segments, sections, strict=True):
            shown = segment.carriers.get("words")
            assert len(section.lines) == (len(shown.themes) if shown else 0)


def test_words_go_up_over_a_break_and_some_stay(sung: list[tuple[SongCauses, tuple[Sung, ...]]]) -> None:
    moved = [section for _, sections in sung for section in sections if section.carriers]
    assert len(moved) > 100
    for section in moved:
        assert section.carriers is not None
        assert len(section.carriers.words) < sum(len(line.split()) for line in section.lines)
        assert all(move.after.line == move.before.line - 1 for move in section.carriers.words)


def with_words(song: SongCauses, place: int, **changes: object) -> SongCauses:
    """The song with other words carried by one segment."""
    segment = song.segments[place]
    carried = segment.carriers | {"words": replace(segment.carriers["words"], **changes)}
    segments = list(song.segments)
    segments[place] = replace(segment, carriers=carried)
    return replace(song, segments=tuple(segments))


@given(index=st.integers(0, 47), way=st.integers(0, 11), push=st.floats(-3, 3), content=st.integers(0, 63))
def test_another_carrier_changes_its_own_section_alone(
    index: int, way: int, push: float, content: int
) -> None:
    song = catalogue(0)[index]
    places = [n for n, segment in enumerate(song.segments) if "words" in segment.carriers]
    for place in places[:1]:
        other = song_lyrics(with_words(song, place, way=way, push=push, content=content), 0)
        before = song_lyrics(song, 0)
        assert [s for n, s in enumerate(other) if n != place] == [
            s for n, s in enumerate(before) if n != place
        ]


def test_what_is_no_carrier_of_the_words_changes_no_word() -> None:
    """The type, its strength and the color do not reach the text but through the carriers."""
    for song in catalogue(1)[:12]:
        hidden = tuple(replace(s, type=None, intensity=0.0, softness=0.9, motif=3) for s in song.segments)
        blind = replace(song, segments=hidden, style=tuple(0.0 for _ in song.style))
        assert song_lyrics(blind, 1) == song_lyrics(song, 1)
        assert song_texts(blind, 1).concept == song_texts(song, 1).concept


def test_choruses_that_carry_the_same_are_the_same() -> None:
    song = next(
        song
        for song in catalogue(0)
        if song.has_lyrics and [s.role for s in song.segments].count("chorus") > 1
    )
    first, second = [n for n, segment in enumerate(song.segments) if segment.role == "chorus"][:2]
    carried = song.segments[first].carriers["words"]
    same = with_words(
        song, second, way=carried.way, push=carried.push, content=carried.content, themes=carried.themes
    )
    lyrics = song_lyrics(same, 0)
    assert lyrics[first].lines == lyrics[second].lines != ()


def test_a_further_push_moves_more_words() -> None:
    song = next(song for song in catalogue(2) if song.has_lyrics)
    place = next(n for n, segment in enumerate(song.segments) if "words" in segment.carriers)
    moved = []
    for push in (-2.0, -0.5, 0.5, 2.0):
        section = song_lyrics(with_words(song, place, push=push), 2)[place]
        moved.append(len(section.carriers.words) if section.carriers else 0)
    assert moved == sorted(moved)
    assert moved[-1] > moved[0] == 0


def best_f1(texts: list[str], types: list[str]) -> dict[str, tuple[float, str]]:
    """For each type, the F1 of the rule 'this word stands in it', for the best of all words."""
    bags = [set(re.findall(r"[\w']+|[—\"?]", text.casefold())) for text in texts]
    kinds = np.array(types)
    counts = Counter(word for bag in bags for word in bag)
    best = dict.fromkeys([kind for kind, n in Counter(types).items() if n >= 15], (0.0, ""))
    for word in (word for word, n in counts.items() if n >= 5):
        has = np.array([word in bag for bag in bags])
        for kind in best:
            both = float((has & (kinds == kind)).sum())
            best[kind] = max(best[kind], (2 * both / float(has.sum() + (kinds == kind).sum()), word))
    return best


def test_no_word_gives_a_type_away(
    sung: list[tuple[SongCauses, tuple[Sung, ...]]], concepts: list[tuple[SongCauses, str]]
) -> None:
    """The best word of a type finds it with an F1 well below 1."""
    pairs = [
        (" ".join(section.lines), segment.type or "none")
        for song, sections in sung
        for segment, section in zip(song.segments, sections, strict=True)
        if section.lines
    ]
    told = [(text, song.segments[song.concept.about].type or "none") for song, text in concepts]
    for found in (pairs, told):
        best = best_f1([text for text, _ in found], [type_ for _, type_ in found])
        assert len(best) >= 4
        assert {kind: f1 for kind, f1 in best.items() if f1[0] > 0.8} == {}


def test_themes_share_words_and_colors_share_themes() -> None:
    themes = vocabulary()["themes"]
    nouns = Counter(noun for theme in themes.values() for noun in set(theme["nouns"]))
    assert sum(n > 1 for n in nouns.values()) > 20
    assert all(len(set(theme["nouns"])) == len(theme["nouns"]) for theme in themes.values())


def test_propositions_are_all_different() -> None:
    assert len({(said.done, said.how) for said in map(Said.of, range(64))}) == 64


def test_slots_with_a_number_are_one_word() -> None:
    writer = Writer(np.random.default_rng(0), ["farm"], "jar")
    for _ in range(20):
        one, two = writer.write("{noun1} {nouns1}").split(" ", 1)
        assert two.startswith(one[:-1])


def test_breaks_are_moved_by_the_one_operation() -> None:
    """``undo`` of what the carriers say gives the lines as they were written."""
    for song in catalogue(3)[:8]:
        for section in song_lyrics(song, 3):
            if section.carriers is None:
                continue
            words = list(words_of(section.lines))
            after = {move.index: move.after for move in section.carriers.words}
            placed = [after.get(n, word) for n, word in enumerate(words)]
            moved = Passage(words=tuple(p._replace(text=w.text) for p, w in zip(placed, words, strict=True)))
            before = undo(moved, section.carriers)
            assert plain_lines(moved) == list(section.lines)
            assert " ".join(plain_lines(before)) == " ".join(section.lines)
