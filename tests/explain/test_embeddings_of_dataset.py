"""What embeddings take from a dataset: segments and stems with their groups, and nothing not there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rebracket.catalogue import read_catalogue
from rebracket.core.errors import RefusedError, UsageError
from rebracket.dataset import Dataset, build, open_dataset
from rebracket.explain.embeddings import embed_dataset
from rebracket.explain.embeddings.of_dataset import Gathered
from rebracket.explain.emergent import emergent_of_dataset
from rebracket.explain.emergent.of_dataset import about_dataset
from rebracket.signal import HISTOGRAM_NAMES


@pytest.fixture
def dataset(catalogue_path: Path, tmp_path: Path) -> Dataset:
    build(read_catalogue(catalogue_path), tmp_path / "dataset", workers=1)
    return open_dataset(tmp_path / "dataset")


def gathered(dataset: Dataset) -> Gathered:
    """Vectors of sound for all segments, of notes for all but the first."""
    ids = tuple(dict.fromkeys(dataset.column("segment_id")))
    rng = np.random.default_rng(0)
    some = np.ones(len(ids), dtype=bool)
    some[0] = False
    midi = rng.normal(size=(len(ids), len(HISTOGRAM_NAMES)))
    midi[0] = np.nan
    return ids, {
        "audio": (rng.normal(size=(len(ids), 5)), np.ones(len(ids), dtype=bool)),
        "midi": (midi, some),
    }


def test_segments_come_with_their_groups(dataset: Dataset) -> None:
    result = embed_dataset(dataset, gathered=gathered(dataset), methods=("PCA",))
    columns = result.columns
    assert list(columns.ids) == sorted(set(dataset.column("segment_id")))
    song_of = dict(zip(dataset.column("segment_id"), dataset.column("song_id"), strict=True))
    assert list(columns.songs) == [song_of[id_] for id_ in columns.ids]
    names = {color.id: color.name for color in dataset.ontology.colors.values()}
    color_of = dict(zip(dataset.column("segment_id"), dataset.column("color"), strict=True))
    assert list(columns.groupings["color"]) == [names[color_of[id_]] for id_ in columns.ids]
    assert "album" not in columns.groupings  # each is one color
    # One stem sounds in the first segment of a song, two alike in both others.
    assert columns.groupings["loudness"] == ("quietest third", "middle third", "middle third") * 4
    assert set(columns.hexes["color"]) >= set(columns.groupings["color"])


def test_one_modality_leaves_out_those_without_it(dataset: Dataset) -> None:
    result = embed_dataset(dataset, of="midi", gathered=gathered(dataset), methods=("PCA",))
    assert result.n_absent == 1
    assert result.name == "midi"
    with pytest.raises(UsageError, match=r"no vectors of 'smell'.*'audio', 'midi'"):
        embed_dataset(dataset, of="smell", gathered=gathered(dataset))


def test_stems_are_rows_and_play_their_segment(dataset: Dataset) -> None:
    result = embed_dataset(dataset, of="stems", methods=("PCA",), dimensions=(2,))
    assert len(result.columns) + result.n_absent == dataset.rows.num_rows
    assert all(
        id_.startswith(segment)
        for id_, segment in zip(result.columns.ids, result.columns.segments, strict=True)
    )
    assert set(result.columns.groupings["stem"]) == {"keys", "bass", "chimes"}
    found = {one.measure: one for one in result.qualities if one.grouping == "stem"}
    assert found["purity"].test is not None
    assert found["purity"].test.n_units == 12  # three tracks of four songs, however many segments


def test_what_segments_are_named_by_is_what_they_hold(dataset: Dataset) -> None:
    ids, blocks = gathered(dataset)
    about = about_dataset(dataset, (ids, blocks))
    lyrics = dict(zip(dataset.column("segment_id"), dataset.column("lyrics"), strict=True))
    assert list(about.texts) == [lyrics[id_] or "" for id_ in ids]
    assert np.isnan(about.numbers[HISTOGRAM_NAMES[0]][0])
    assert not np.isnan(about.numbers[HISTOGRAM_NAMES[0]][1])
    assert {name for stems in about.stems for name in stems} == {"keys", "bass", "low", "chimes"}
    assert all(value is not None for value in about.production["level_dbfs"])
    assert "loudness_lufs" not in about.production  # it was not measured


def test_a_small_catalogue_is_refused_with_its_counts(dataset: Dataset) -> None:
    with pytest.raises(RefusedError, match="segments of 4 songs with 3 or more, expected at least 40 of 6"):
        emergent_of_dataset(dataset, gathered=gathered(dataset))
    with pytest.raises(UsageError, match="no vectors of 'smell'"):
        emergent_of_dataset(dataset, of="smell", gathered=gathered(dataset))
    with pytest.raises(RefusedError, match="found no words, sound or notes"):
        embed_dataset(dataset, gathered=(gathered(dataset)[0], {}))
