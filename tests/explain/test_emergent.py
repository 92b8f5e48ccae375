"""The laws of what emerges: planted sets are found, nothing stands out of nothing, no song speaks alone."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from rebracket.core.errors import InputError, RefusedError, UsageError
from rebracket.explain.embeddings import Columns
from rebracket.explain.emergent import About, Emergent, Settings, emergent, figures
from rebracket.explain.emergent.finding import best_match, held
from rebracket.explain.emergent.naming import contrasts, examples, typical_words
from rebracket.explain.emergent.residual import centered_in_songs, design_of, residual
from rebracket.explain.emergent.stability import NULLS

N_SONGS, A_SONG, WIDTH = 20, 8, 6
SONGS = np.repeat(np.arange(N_SONGS), A_SONG)
FEW = Settings(resamples=12, draws=19, draw_resamples=6)
BRIEF = Settings(resamples=4, draws=2, draw_resamples=2)


def columns() -> Columns:
    """Two tints by song, two kinds by segment; ids are not in the order of rows."""
    ids = [f"id{number:03d}" for number in np.random.default_rng(0).permutation(len(SONGS))]
    names = [f"s{song:02d}" for song in SONGS]
    kinds = [("calm", "busy")[row % 2] for row in range(len(SONGS))]
    tints = [("light", "dark")[song % 2] for song in SONGS]
    return Columns(ids, names, [f"a{song // 5}" for song in SONGS], {"tint": tints, "kind": kinds})


def noise(seed: int) -> tuple[np.random.Generator, np.ndarray]:
    """Segments around a place of each song's own."""
    rng = np.random.default_rng(seed)
    return rng, rng.normal(size=(len(SONGS), WIDTH)) + 3 * rng.normal(size=(N_SONGS, WIDTH))[SONGS]


def members(seed: int = 0) -> np.ndarray:
    """Two to three of eight segments of each song."""
    rng = np.random.default_rng(seed)
    chosen = np.zeros(len(SONGS), dtype=bool)
    for song in range(N_SONGS):
        chosen[rng.choice(np.flatnonzero(song == SONGS), 2 + song % 2, replace=False)] = True
    return chosen


def planted(seed: int) -> np.ndarray:
    rng, values = noise(seed)
    direction = rng.normal(size=WIDTH)
    return values + 14 * members()[:, None] * direction / np.linalg.norm(direction)


def found_rows(result: Emergent, of: Columns, place: int = 0) -> np.ndarray:
    return np.isin(of.ids, result.patterns[place].members)


def test_a_planted_set_is_found_and_stands_out() -> None:
    of = columns()
    result = emergent(planted(1), of, settings=FEW)
    first = result.patterns[0]
    assert best_match(members(), [found_rows(result, of)]) > 0.9
    assert first.stands_out
    assert first.stability.value > 0.8
    assert first.n_songs == N_SONGS
    assert first.statement.startswith("Hypothesis: ")
    assert "Chance alone" not in first.statement


def test_nothing_stands_out_of_nothing() -> None:
    """Four looks at noise; each has a chance of at most 1 in 20."""
    few = replace(FEW, resamples=8, draw_resamples=4)
    results = [emergent(noise(seed)[1], columns(), settings=few) for seed in range(4)]
    assert sum(pattern.stands_out for result in results for pattern in result.patterns) <= 1
    for result in results:
        assert [null.name for null in result.nulls] == list(NULLS)
        assert all(len(null.counts) == FEW.draws for null in result.nulls)
        for pattern in result.patterns:
            assert pattern.stands_out or "Chance alone" in pattern.statement


@pytest.mark.parametrize("taken", ["song", "grouping", "production"])
def test_what_is_taken_out_is_not_found(taken: str) -> None:
    """A set that is a group, or a level, or a song's, is found only where that is left in."""
    rng, values = noise(2)
    of = columns()
    kind = np.array([name == "busy" for name in of.groupings["kind"]])
    level = rng.choice([-20.0, -5.0], len(SONGS))
    mark = {"song": SONGS < 7, "grouping": kind, "production": level > -10}[taken]
    values[:, 0] += 14.0 * mark
    without = About(beyond=("kind",), production={"level_dbfs": level.tolist()})
    left_in = {"song": About(()), "grouping": About(()), "production": About(("kind",))}[taken]
    found = emergent(values, of, without, settings=BRIEF)
    assert all(best_match(mark, [found_rows(found, of, n)]) < 0.6 for n in range(len(found.patterns)))
    if taken != "song":  # which always goes
        other = emergent(values, of, left_in, settings=BRIEF)
        share = abs(np.corrcoef(other.points[:, 0], mark[np.argsort(of.ids)])[0, 1])
        gone = abs(np.corrcoef(found.points[:, 0], mark[np.argsort(of.ids)])[0, 1])
        assert share > 0.8
        assert gone < 0.3


def test_shares_add_up_and_songs_take_what_is_theirs() -> None:
    values = noise(0)[1]
    left = residual(values, design_of({"kind": columns().groupings["kind"]}, {}, len(SONGS)), SONGS)
    assert left.of_songs + left.of_columns + left.of_rest == pytest.approx(1)
    assert np.abs(centered_in_songs(left.values, SONGS) - left.values).max() < 1e-9
    only_songs = residual(np.repeat(np.eye(N_SONGS), A_SONG, axis=0), np.zeros((len(SONGS), 0)), SONGS)
    assert only_songs.of_songs == pytest.approx(1)


def test_unknown_production_is_a_column_and_no_number() -> None:
    design = design_of({"tint": ["a", None, "b"]}, {"level": [None, 1.0, 3.0], "none": [None] * 3}, 3)
    assert design.tolist() == [[1, 0, 0, 0, 1], [0, 0, -1, 1, 0], [0, 1, 1, 1, 0]]


def test_a_set_of_few_songs_is_counted_and_not_reported() -> None:
    songs = np.array([0, 0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    two, one_mostly, good, most = (np.zeros(14, dtype=bool) for _ in range(4))
    two[[0, 4]] = one_mostly[[0, 1, 2, 3, 4, 6]] = good[[0, 1, 4, 6]] = most[4:] = True
    kept, dropped = held([two, one_mostly, good, most], songs)
    assert [found.tolist() for found in kept] == [good.tolist()]
    assert list(dropped.values()) == [1, 1, 1]


@pytest.mark.parametrize("name", sorted(NULLS))
def test_nothing_has_the_covariance_and_the_songs_of_the_data(name: str) -> None:
    rng = np.random.default_rng(0)
    songs = np.repeat(np.arange(60), 12)
    spread = np.exp(rng.normal(size=60))[songs][:, None]
    mixed = rng.normal(size=(len(songs), 3)) @ np.array([[3.0, 1, 0], [0, 1, 0], [0, 0, 0.5]]) * spread
    points = centered_in_songs(mixed, songs)
    drawn = NULLS[name][1](points, songs, rng)
    assert np.abs(centered_in_songs(drawn, songs) - drawn).max() < 1e-9
    assert not np.allclose(drawn, points)
    real, again = (np.cov((part / spread).T) for part in (points, drawn))
    assert np.allclose(again / np.trace(again), real / np.trace(real), atol=0.1)
    own = [np.bincount(songs, (part**2).sum(axis=1)) for part in (points, drawn)]
    assert np.corrcoef(np.log(own[0]), np.log(own[1]))[0, 1] > 0.9


def test_the_order_of_rows_changes_nothing() -> None:
    of, values = columns(), planted(3)
    about = About(
        texts=[f"word{row % 7} tide" for row in range(len(SONGS))], numbers={"row": np.arange(160.0)}
    )
    order = np.random.default_rng(1).permutation(len(SONGS))
    once = emergent(values, of, about, settings=BRIEF)
    again = emergent(values[order], of.taken(order), about.taken(order), settings=BRIEF)
    assert once.patterns
    assert json.dumps(once.as_dict(), allow_nan=False) == json.dumps(again.as_dict(), allow_nan=False)


def test_it_is_named_by_what_more_songs_have_in_it() -> None:
    """Words of one song, however often, name nothing; nor does a number that differs between songs only."""
    of, chosen, rng = columns(), members(), np.random.default_rng(0)
    texts = ["the tide lantern" if inside else "the tide kettle" for inside in chosen]
    texts = [
        text + " shout" * 9 if song == 0 and chosen[row] else text
        for row, (text, song) in enumerate(zip(texts, SONGS, strict=True))
    ]
    numbers = {
        "notes_per_s": (rng.normal(size=len(SONGS)) + 3 * chosen + SONGS).tolist(),
        "bpm": SONGS.astype(float).tolist(),
        "unknown": [float("nan")] * len(SONGS),
        "chance": rng.normal(size=len(SONGS)).tolist(),
    }
    stems = [["bells", "keys"] if inside and row % 9 else ["keys"] for row, inside in enumerate(chosen)]
    result = emergent(planted(1), of, About((), {}, texts, numbers, stems), settings=BRIEF)
    first = result.patterns[0]
    assert [one.word for one in first.words] == ["lantern"]
    assert [one.name for one in first.numbers] == ["notes_per_s"]
    assert first.numbers[0].difference.low > 0
    assert [one.name for one in first.stems] == ["bells"]
    assert first.name == "“lantern”; more notes_per_s; with bells"
    song_of = dict(zip(of.ids, of.songs, strict=True))
    assert len({song_of[id_] for id_ in first.examples}) == len(first.examples) == 5
    assert set(first.examples) <= set(first.members)


def test_without_anything_typical_it_says_so() -> None:
    result = emergent(planted(1), columns(), settings=BRIEF)
    assert result.patterns[0].name.startswith("nothing typical")


def test_contrasts_hold_together_for_all_that_were_looked_at() -> None:
    """Of 50 numbers of noise, none is named in nearly all looks."""
    named = 0
    for seed in range(40):
        values = np.random.default_rng(seed).normal(size=(len(SONGS), 50))
        named += bool(contrasts(values, [f"n{place}" for place in range(50)], members(seed), SONGS))
    assert named <= 8  # binomial with 1 in 20: more come once in 2,000


def test_common_words_are_not_typical_of_a_small_set() -> None:
    """A few of many segments: each word is drawn alike, however common, and hardly any is named."""
    named, asked = 0, 0
    for seed in range(10):
        rng = np.random.default_rng(seed)
        chances = np.array([0.9, 0.6, 0.3] + [0.03] * 60)
        texts = [" ".join(f"w{'i' * n}" for n in np.flatnonzero(rng.random(63) < chances)) for _ in SONGS]
        named += len(typical_words(texts, members(seed), SONGS))
        asked += len(chances)
    assert named < 0.025 * asked


def test_words_need_three_songs() -> None:
    """And songs that have segments on one side only say nothing of what differs."""
    songs = np.repeat(np.arange(8), 2)
    inside = np.array([True, False] * 6 + [True] * 2 + [False] * 2)
    texts = ["rare often", "other"] * 2 + ["often", "other"] * 4 + ["alone"] * 2 + ["elsewhere"] * 2
    assert [one.word for one in typical_words(texts, inside, songs)] == ["often"]
    assert typical_words([""] * 16, inside, songs) == ()
    assert examples(np.zeros((16, 2)), inside, songs, most=3) == [0, 2, 4]


def test_a_dictionary_finds_a_planted_direction_too() -> None:
    of = columns()
    result = emergent(planted(1), of, settings=replace(BRIEF, finder="dictionary"))
    shares = [best_match(members(), [found_rows(result, of, n)]) for n in range(len(result.patterns))]
    assert max(shares) > 0.6
    assert result.as_dict()["finder"] == "dictionary"


def test_what_is_said_is_a_hypothesis() -> None:
    result = emergent(planted(1), columns(), settings=BRIEF)
    document = result.as_dict()
    assert "not a finding" in document["statement"]
    assert document["hypotheses"]
    for one in document["hypotheses"]:
        assert one["statement"].startswith("Hypothesis")
        assert "not evidence" in one["not_evidence"]
    assert {one["name"] for one in document["nothing"]} == set(NULLS)
    drawn = figures(result)
    assert [one.id for one in drawn] == ["emergent", "emergent-stability"]
    assert drawn[0].moments == tuple(result.columns.segments)


def test_short_songs_and_absent_vectors_are_counted() -> None:
    of, present = columns(), np.ones(len(SONGS), dtype=bool)
    present[2:8] = False  # two segments of the first song are left
    values = planted(1)
    values[~present] = np.nan
    result = emergent(values, of, present=present, settings=BRIEF)
    assert result.n_left_out == A_SONG
    assert "s00" not in result.columns.songs


def test_input_that_does_not_fit_is_refused() -> None:
    of, values = columns(), noise(0)[1]
    with pytest.raises(UsageError, match="found finder 'islands'"):
        emergent(values, of, settings=Settings(finder="islands"))
    with pytest.raises(UsageError, match="found no grouping 'mood'"):
        emergent(values, of, About(("mood",)))
    with pytest.raises(InputError, match="found 2 entries in 'texts', expected 160"):
        emergent(values, of, About(texts=["a", "b"]))
    with pytest.raises(InputError, match="found 1 entries in 'level'"):
        emergent(values, of, About(production={"level": [1.0]}))
    with pytest.raises(RefusedError, match="found 24 segments of 3 songs"):
        emergent(values, of, present=SONGS < 3)
