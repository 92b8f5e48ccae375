"""The cache of vectors: nothing is encoded twice, and nothing in it can hurt."""

import logging
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rebracket.core.errors import InputError
from rebracket.features.cache import cached_vectors, content_key
from rebracket.features.encoder import Content, Modality, Vectors

TEXTS = {content_key(text): text for text in ("one", "two", "three")}


class Lengths:
    """A text's length and its number of vowels; remembers what it was asked for."""

    name = "lengths"
    modality: Modality = "text"
    version = "0123456789abcdef"
    width = 2
    licence = "Apache-2.0"

    def __init__(self) -> None:
        self.encoded: list[Content] = []

    def encode(self, contents: Sequence[Content]) -> Vectors:
        self.encoded += contents
        return np.array([[len(c), sum(str(c).count(v) for v in "aeiou")] for c in contents], dtype=np.float32)


def _contents(missing: Collection[str]) -> Iterator[tuple[str, Content]]:
    return ((key, text) for key, text in TEXTS.items() if key in missing)


def _file(dataset: Path) -> Path:
    return dataset / "features" / "lengths-01234567" / "vectors.npz"


def test_only_what_is_missing_is_encoded(tmp_path: Path) -> None:
    encoder, keys = Lengths(), list(TEXTS)
    cached_vectors(tmp_path, encoder, keys[:2], _contents)
    found = cached_vectors(tmp_path, encoder, [keys[2], keys[0]], _contents)
    assert encoder.encoded == ["one", "two", "three"]
    assert found.tolist() == [[5, 2], [3, 2]]


def test_a_hit_reads_no_content(tmp_path: Path) -> None:
    cached_vectors(tmp_path, Lengths(), list(TEXTS), _contents)

    def never(missing: Collection[str]) -> Iterator[tuple[str, Content]]:
        raise AssertionError(f"read {missing}")

    assert cached_vectors(tmp_path, Lengths(), list(TEXTS), never).shape == (3, 2)


def test_another_version_is_another_cache(tmp_path: Path) -> None:
    cached_vectors(tmp_path, Lengths(), list(TEXTS), _contents)
    newer = Lengths()
    newer.version = "fedcba9876543210"
    cached_vectors(tmp_path, newer, list(TEXTS), _contents)
    assert len(newer.encoded) == 3


@given(damage=st.binary(max_size=400))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
def test_any_bytes_as_a_cache_are_made_anew(tmp_path: Path, damage: bytes) -> None:
    path = _file(tmp_path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(damage)
    assert cached_vectors(tmp_path, Lengths(), list(TEXTS), _contents)[:, 0].tolist() == [3, 3, 5]


def test_a_cut_cache_is_made_anew_and_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    cached_vectors(tmp_path, Lengths(), list(TEXTS), _contents)
    path = _file(tmp_path)
    path.write_bytes(path.read_bytes()[:-40])
    encoder = Lengths()
    with caplog.at_level(logging.WARNING):
        cached_vectors(tmp_path, encoder, list(TEXTS), _contents)
    assert len(encoder.encoded) == 3
    assert "encoding again" in caplog.text


@pytest.mark.parametrize(
    "vectors", [np.zeros((3, 5), np.float32), np.zeros((3, 2)), np.full((3, 2), np.nan, np.float32)]
)
def test_a_cache_of_other_numbers_is_made_anew(tmp_path: Path, vectors: np.ndarray) -> None:
    path = _file(tmp_path)
    path.parent.mkdir(parents=True)
    np.savez(path, keys=np.array(sorted(TEXTS), dtype="S64"), vectors=vectors)
    assert cached_vectors(tmp_path, Lengths(), list(TEXTS), _contents)[:, 0].tolist() == [3, 3, 5]


def test_an_array_file_as_a_cache_is_made_anew(tmp_path: Path) -> None:
    path = _file(tmp_path)
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        np.save(file, np.zeros(3))
    assert cached_vectors(tmp_path, Lengths(), list(TEXTS), _contents).shape == (3, 2)


def test_a_pickle_in_the_cache_is_never_loaded(tmp_path: Path) -> None:
    path = _file(tmp_path)
    path.parent.mkdir(parents=True)
    np.savez(path, keys=np.array([{"a": 1}], dtype=object), vectors=np.zeros((1, 2), np.float32))
    assert cached_vectors(tmp_path, Lengths(), list(TEXTS), _contents).shape == (3, 2)


def test_same_contents_same_bytes_and_no_leftovers(tmp_path: Path) -> None:
    for name, keys in (("a", list(TEXTS)), ("b", list(reversed(TEXTS)))):
        cached_vectors(tmp_path / name, Lengths(), keys, _contents)
    assert _file(tmp_path / "a").read_bytes() == _file(tmp_path / "b").read_bytes()
    assert [path.name for path in _file(tmp_path / "a").parent.iterdir()] == ["vectors.npz"]


def test_content_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no media for 1 of 4 contents"):
        cached_vectors(tmp_path, Lengths(), [*TEXTS, "f" * 64], _contents)


def test_a_place_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "features").write_text("a file where the folder should be")
    assert cached_vectors(tmp_path, Lengths(), list(TEXTS), _contents).shape == (3, 2)


def test_progress_ends_with_all(tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    cached_vectors(
        tmp_path, Lengths(), list(TEXTS), _contents, lambda done, total: steps.append((done, total))
    )
    assert steps[-1] == (3, 3)
