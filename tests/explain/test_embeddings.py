"""The laws of embeddings: the own song never counts, the order of rows neither, files say the same."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from sklearn.metrics import adjusted_rand_score

from rebracket.core.errors import InputError, MissingExtraError, RefusedError, UsageError
from rebracket.explain.embeddings import (
    COORDINATES,
    Columns,
    Embeddings,
    Quality,
    Settings,
    embeddings,
    figures,
    said,
    write_embeddings,
)
from rebracket.explain.embeddings.agreement import Agreement
from rebracket.explain.embeddings.quality import qualities
from rebracket.explain.embeddings.scores import Purity, Silhouette
from rebracket.explain.nearness import unit_rows

FEW = Settings(k=5, labelings=199, resamples=40)
BRIEF = Settings(k=5, labelings=19, resamples=5)


def columns(n_songs: int = 16, a_song: int = 6, rng: np.random.Generator | None = None) -> Columns:
    """Songs of two tints, dealt over four albums; ids are not in the order of rows."""
    songs = [f"s{number // a_song:02d}" for number in range(n_songs * a_song)]
    ids = [f"id{number:03d}" for number in (rng or np.random.default_rng(0)).permutation(len(songs))]
    tints = ["dark" if int(song[1:]) % 2 else "light" for song in songs]
    return Columns(ids, songs, [f"a{int(song[1:]) // 4}" for song in songs], {"tint": tints})


def planted(of: Columns, seed: int, tint: float, song: float, width: int = 6) -> np.ndarray:
    """Noise, a direction of the tint, and a place of its own for each song."""
    rng = np.random.default_rng(seed)
    own = {name: rng.normal(size=width) for name in sorted(set(of.songs))}
    values = rng.normal(size=(len(of), width)) + song * np.array([own[name] for name in of.songs])
    values[:, 0] += tint * np.array([1.0 if name == "dark" else -1.0 for name in of.groupings["tint"]])
    return values


def measured(vectors: np.ndarray, of: Columns, settings: Settings = FEW) -> dict[str, Quality]:
    result = embeddings(vectors, of, methods=("PCA",), dimensions=(2,), settings=settings)
    return {one.measure: one for one in result.qualities}


def test_a_planted_group_is_found_by_every_measure() -> None:
    found = measured(planted(columns(), 1, tint=3.0, song=0.5), columns())
    for one in found.values():
        assert one.value is not None
        assert one.chance is not None
        assert one.value.low > one.chance
        assert one.p is not None
        assert one.p <= 0.02  # of 6435 labelings a few of those drawn may be the real one
    assert found["agreement"].value is not None
    assert found["agreement"].value.value == 1.0


def test_vectors_that_know_only_the_song_say_nothing_of_its_group() -> None:
    """With the own song counted, nearly all of the nearest would be of one's own group."""
    of, gaps, naive = columns(), [], []
    codes = np.array([[name == "dark" for name in of.groupings["tint"]]], dtype=np.intp)
    songs = np.unique(of.songs, return_inverse=True)[1]
    for seed in range(60):
        units = unit_rows(planted(of, seed, tint=0.0, song=8.0))
        rows = np.arange(len(of))
        apart, together = Purity(units, songs, rows, 5), Purity(units, rows, rows, 5)
        gaps.append(float(apart.labeled(codes)[0]) - 8 / 15 + 1 / 15)  # 7 of 15 other songs are of one's own
        naive.append(float(together.labeled(codes)[0]))
    assert np.mean(naive) > 0.95
    assert abs(np.mean(gaps)) < 4 * np.std(gaps) / np.sqrt(len(gaps))


def test_the_test_is_right_where_there_is_nothing() -> None:
    of = columns(12, 3)
    small = Settings(("purity",), k=3, labelings=99, resamples=2)
    p = [
        one.p
        for seed in range(100)
        for one in qualities(unit_rows(planted(of, seed, tint=0.0, song=2.0)), of, small)
    ]
    assert len(p) == 100
    # Binomial: 5 are expected; more than 14 or none come once in thousands and in 170.
    assert 0 < sum(value is not None and value <= 0.05 for value in p) <= 14


def brute_purity(units: np.ndarray, songs: np.ndarray, groups: np.ndarray, k: int) -> float:
    shares: dict[int, list[float]] = {}
    for row in range(len(units)):
        others = [other for other in range(len(units)) if songs[other] != songs[row]]
        near = sorted(others, key=lambda other: -float(units[other] @ units[row]))[:k]
        shares.setdefault(int(songs[row]), []).append(float(np.mean(groups[near] == groups[row])))
    return float(np.mean([np.mean(part) for part in shares.values()]))


def brute_silhouette(units: np.ndarray, songs: np.ndarray, groups: np.ndarray) -> float:
    values: dict[int, list[float]] = {}
    for row in range(len(units)):
        far = np.linalg.norm(units - units[row], axis=1)
        means = {
            group: far[(groups == group) & (songs != songs[row])].mean()
            for group in set(groups.tolist())
            if ((groups == group) & (songs != songs[row])).any()
        }
        own = means.pop(int(groups[row]), None)
        if own is not None and means:
            nearest = min(means.values())
            values.setdefault(int(songs[row]), []).append((nearest - own) / max(nearest, own))
    return float(np.mean([np.mean(part) for part in values.values()]))


def uneven(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Unit vectors, songs of unlike length, and groups of which one has a single song."""
    rng = np.random.default_rng(seed)
    songs = np.repeat(np.arange(8), [1, 5, 2, 3, 4, 1, 6, 2])
    groups = np.array([0, 1, 1, 0, 2, 1, 0, 1])[songs]
    return unit_rows(rng.normal(size=(len(songs), 4))), songs, groups


@pytest.mark.parametrize("seed", range(3))
def test_scores_are_what_their_definition_says(seed: int) -> None:
    units, songs, groups = uneven(seed)
    rows = np.arange(len(songs))
    purity, silhouette = Purity(units, songs, rows, 4), Silhouette(units, songs, rows)
    assert purity.labeled(groups[None])[0] == pytest.approx(brute_purity(units, songs, groups, 4))
    assert silhouette.labeled(groups[None])[0] == pytest.approx(brute_silhouette(units, songs, groups))


@pytest.mark.parametrize("seed", range(3))
def test_units_of_songs_score_as_their_rows_do(seed: int) -> None:
    units, songs, groups = uneven(seed)
    of_song = groups[np.unique(songs, return_index=True)[1]]
    rows = np.arange(len(songs))
    for make in (
        lambda places: Purity(units, songs, places, 4),
        lambda places: Silhouette(units, songs, places),
    ):
        by_song, by_row = make(songs), make(rows)
        assert by_song.labeled(of_song[None])[0] == pytest.approx(by_row.labeled(groups[None])[0])


@pytest.mark.parametrize("seed", range(3))
def test_every_song_drawn_once_is_no_resample(seed: int) -> None:
    units, songs, groups = uneven(seed)
    rows, once = np.arange(len(songs)), np.ones((1, 8))
    for score in (Purity(units, songs, rows, 4), Silhouette(units, songs, rows)):
        assert score.resampled(groups, once)[0] == pytest.approx(score.labeled(groups[None])[0])


def test_a_song_drawn_twice_is_no_neighbor_of_itself() -> None:
    """Else a resample would find each segment's copy, which is in its own group always."""
    units, songs, groups = uneven(0)
    drawn = np.array([[0.0, 2.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0]])  # one song of each of two groups
    assert Purity(units, songs, np.arange(len(songs)), 4).resampled(groups, drawn)[0] == 0.0


def test_agreement_is_the_adjusted_rand_index() -> None:
    rng = np.random.default_rng(3)
    means, groups = rng.normal(size=(20, 3)), rng.integers(0, 3, 20)
    score = Agreement(means, np.arange(20), 3, seed=0)
    clusters = [int(np.flatnonzero(row)[0]) for row in score._together]
    expected = adjusted_rand_score(groups, clusters)
    assert score.labeled(groups[None])[0] == pytest.approx(expected)
    assert score.resampled(groups, np.ones((1, 20)))[0] == pytest.approx(expected)


def test_songs_that_differ_in_the_last_digit_are_one_to_clusters() -> None:
    means = np.array([[1.0, 3.0], [np.nextafter(1.0, 2.0), 3.0], [5.0, 0.1]])
    score = Agreement(means, np.arange(3), 3, seed=0)
    assert score.labeled(np.array([[0, 0, 1]]))[0] == pytest.approx(1.0)


def test_a_color_that_is_an_album_is_not_testable_and_says_in_how_many_ways() -> None:
    of = columns()
    vectors = planted(of, 0, tint=1.0, song=1.0)
    for one in measured(vectors, replace(of, groupings={"album": of.albums})).values():
        entry = one.as_dict()["test"]
        assert one.value is not None
        assert one.p is None
        assert entry["distinct"] == 1
        assert "not testable" in entry["undefined"]
        assert "not testable" in said(one)


def test_labels_that_vary_in_a_song_are_exchanged_within_it() -> None:
    of = columns()
    moments = ["a" if place % 2 else "b" for place in range(len(of))]
    of = replace(of, groupings={"moment": moments})
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(len(of), 4))
    vectors[:, 0] += [4.0 * (name == "a") for name in moments]
    found = measured(vectors, of)
    assert found["purity"].test is not None
    assert found["purity"].test.unit == "segment"
    assert found["purity"].p == pytest.approx(1 / 200)
    assert "several groups" in str(found["agreement"].undefined)


@pytest.mark.parametrize(
    ("groups", "why"),
    [
        (columns().songs, "each group is one song"),
        (["a"] * 96, "found 1 group,"),
        ([None] * 96, "found 0 groups,"),
    ],
)
def test_what_cannot_be_measured_says_why(groups: list[str | None], why: str) -> None:
    for one in measured(
        planted(columns(), 0, 0.0, 1.0), replace(columns(), groupings={"odd": groups})
    ).values():
        assert one.value is None
        assert why in str(one.undefined)
        assert one.as_dict()["value"] is None
        assert why in said(one)


def shuffled(vectors: np.ndarray, of: Columns, order: np.ndarray) -> tuple[np.ndarray, Columns]:
    return vectors[order], of.taken(order)


def test_the_order_of_rows_changes_nothing() -> None:
    of = columns(8, 4)
    vectors = planted(of, 0, tint=1.0, song=1.0)
    once = embeddings(vectors, of, settings=BRIEF)
    again = embeddings(*shuffled(vectors, of, np.random.default_rng(1).permutation(len(of))), settings=BRIEF)
    assert [one.method for one in once.projections] == ["PCA", "PCA", "t-SNE", "t-SNE"]
    assert [one.coordinates.shape[1] for one in once.projections] == [2, 3, 2, 3]
    assert json.dumps(once.as_dict(), allow_nan=False) == json.dumps(again.as_dict(), allow_nan=False)


def test_what_is_absent_is_not_read() -> None:
    of = columns(8, 4)
    vectors, present = planted(of, 0, tint=1.0, song=1.0), np.ones(len(of), dtype=bool)
    present[[3, 9]] = False
    with_nothing = vectors.copy()
    with_nothing[~present] = np.nan
    chosen = {"methods": ("PCA",), "settings": BRIEF}
    result = embeddings(with_nothing, of, present=present, **chosen)
    assert result.n_absent == 2
    kept = embeddings(vectors[present], of.taken(np.flatnonzero(present)), **chosen)
    assert {**result.as_dict(), "absent": 0} == kept.as_dict()


def test_too_few_for_a_t_sne_is_told() -> None:
    of = columns(3, 3)
    result = embeddings(planted(of, 0, 1.0, 1.0), of, settings=FEW)
    assert {one.method for one in result.projections} == {"PCA"}
    assert "found 9 vectors" in result.left_out["t-SNE 2-D"]


def test_a_faithful_picture_keeps_who_is_near() -> None:
    rng = np.random.default_rng(0)
    of = columns(10, 5)
    flat = np.zeros((len(of), 8))
    flat[:, :2] = rng.normal(size=(len(of), 2))
    kept = [
        embeddings(vectors, of, methods=("PCA",), dimensions=(2,), settings=BRIEF).projections[0].kept
        for vectors in (flat, rng.normal(size=(len(of), 30)))
    ]
    assert kept[0] > 0.999
    assert kept[1] < 0.6


def odd_result() -> Embeddings:
    of = columns(6, 4)
    odd = ["tab\there", "line\nand\r\nline", None, "café \u2028 ☂", "plain", ""] * 4
    of = replace(of, groupings={"tint": of.groupings["tint"], "odd\tname": odd})
    return embeddings(planted(of, 0, 1.0, 1.0).astype(np.float32), of, settings=BRIEF, name="sound")


def test_files_say_what_was_found(tmp_path: Path) -> None:
    result = odd_result()
    paths = write_embeddings(result, tmp_path / "new")
    assert [path.name for path in paths] == [
        "coordinates.parquet",
        "vectors.tsv",
        "metadata.tsv",
        "projector_config.pbtxt",
    ]
    table = pq.read_table(paths[0])
    assert table.column_names == [*COORDINATES, "by_tint", "by_odd\tname"]
    assert all(field.metadata for field in table.schema)
    rows = table.to_pylist()
    assert len(rows) == len(result.projections) * len(result.columns)
    assert [row["by_odd\tname"] for row in rows[: len(result.columns)]] == list(
        result.columns.groupings["odd\tname"]
    )
    for one in result.projections:
        own = [row for row in rows if (row["method"], row["dimensions"]) == (one.method, one.dimensions)]
        axes = ("x", "y", "z")[: one.dimensions]
        assert [row["id"] for row in own] == list(result.columns.ids)
        assert np.array_equal([[row[axis] for axis in axes] for row in own], one.coordinates)
        assert one.dimensions == 3 or all(row["z"] is None for row in own)


def test_tensorboard_reads_one_line_a_vector(tmp_path: Path) -> None:
    result = odd_result()
    paths = write_embeddings(result, tmp_path)
    vectors = [line.split("\t") for line in paths[1].read_text("utf-8").split("\n")[:-1]]
    assert np.array_equal(np.array(vectors, dtype=np.float32), result.vectors.astype(np.float32))
    lines = paths[2].read_text("utf-8").split("\n")[:-1]
    cells = [line.split("\t") for line in lines]
    assert cells[0] == ["id", "segment_id", "song_id", "album_id", "tint", "odd name"]
    assert {len(row) for row in cells} == {6}
    assert [row[0] for row in cells[1:]] == list(result.columns.ids)
    assert {row[5] for row in cells[1:]} == {"tab here", "line and line", "café ☂", "plain", ""}
    assert not any(len(line.splitlines()) > 1 for line in lines)
    assert 'tensor_path: "vectors.tsv"' in paths[3].read_text("utf-8")
    assert paths[1].read_bytes() == write_embeddings(result, tmp_path / "again")[1].read_bytes()


def test_figures_say_their_numbers_and_play_their_segments() -> None:
    result = odd_result()
    drawn = figures(result)
    ids = [one.id for one in drawn]
    assert len(set(ids)) == len(ids)
    first = drawn[0]
    assert first.id == "embedding-sound-t-sne-2d-tint"
    assert first.moments == tuple(result.columns.segments)
    assert "purity" in first.evidence
    assert any(one.id.endswith("agreement") for one in drawn)


@pytest.mark.parametrize("wrong", [{"methods": ("MDS",)}, {"dimensions": (4,)}])
def test_a_method_that_is_not_there_is_wrong_use(wrong: dict[str, tuple[str, ...]]) -> None:
    of = columns(4, 4)
    with pytest.raises(UsageError, match="expected some of"):
        embeddings(planted(of, 0, 1.0, 1.0), of, **wrong)


def test_umap_without_its_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "umap", None)
    of = columns(6, 4)
    with pytest.raises(MissingExtraError, match=r"umap-learn.*rebracket\[explain\]"):
        embeddings(planted(of, 0, 1.0, 1.0), of, methods=("UMAP",))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Tensorflow not installed:ImportWarning")
def test_umap_is_the_same_for_the_same_seed() -> None:
    pytest.importorskip("umap")
    of = columns(8, 5)
    vectors = planted(of, 0, tint=5.0, song=0.3)
    once, again = (
        embeddings(*shuffled(vectors, of, order), methods=("UMAP",), settings=BRIEF)
        for order in (np.arange(len(of)), np.random.default_rng(2).permutation(len(of)))
    )
    for one, other in zip(once.projections, again.projections, strict=True):
        assert one.coordinates.tobytes() == other.coordinates.tobytes()
    flat = once.projections[0].coordinates
    dark = np.array([name == "dark" for name in once.columns.groupings["tint"]])
    assert abs(flat[dark, 0].mean() - flat[~dark, 0].mean()) > flat[dark, 0].std()


def test_input_that_does_not_fit_is_refused() -> None:
    of = columns(4, 4)
    vectors = planted(of, 0, 1.0, 1.0)
    with pytest.raises(InputError, match="expected \\[16, D\\]"):
        embeddings(vectors[:-1], of)
    vectors[2, 1] = np.inf
    with pytest.raises(InputError, match="not finite"):
        embeddings(vectors, of)
    with pytest.raises(RefusedError, match="found 2 vectors"):
        embeddings(vectors, of, present=np.arange(16) < 2)
    with pytest.raises(InputError, match="repeat"):
        Columns(["a", "a"], ["s", "s"], ["x", "x"])
    with pytest.raises(InputError, match="two albums"):
        Columns(["a", "b"], ["s", "s"], ["x", "y"])
    with pytest.raises(InputError, match="found 1 entries in 'tint'"):
        Columns(["a", "b"], ["s", "s"], ["x", "x"], {"tint": ["t"]})
