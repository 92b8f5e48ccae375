"""The cache of vectors: nothing is encoded twice, and nothing in it can hurt."""

import hashlib
import logging
import os
import shutil
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rebracket.core.errors import InputError
from rebracket.features.cache import cached_vectors, content_key
from rebracket.features.encoder import Content, Modality, Vectors
from rebracket.features.shards import Form, Shard, write_shard

TEXTS = {content_key(text): text for text in ("one", "two", "three")}


class Lengths:
    """A text's length and its number of vowels; remembers what it was asked for."""

    name = "lengths"
    modality: Modality = "text"
    version = "0123456789abcdef"
    width = 2
    licence = "Apache-2.0"
    provenance = "computed"

    def __init__(self) -> None:
        self.encoded: list[Content] = []

    def encode(self, contents: Sequence[Content]) -> Vectors:
        self.encoded += contents
        return np.array([[len(c), sum(str(c).count(v) for v in "aeiou")] for c in contents], dtype=np.float32)


def _contents(missing: Collection[str]) -> Iterator[tuple[str, Content]]:
    return ((key, text) for key, text in TEXTS.items() if key in missing)


def _folder(dataset: Path) -> Path:
    return dataset / "features" / "lengths-01234567"


def _file(dataset: Path) -> Path:
    """The one file of a cache."""
    (found,) = _folder(dataset).glob("*.arrow")
    return found


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
    place = _folder(tmp_path) / "0.arrow"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(damage)
    assert cached_vectors(tmp_path, Lengths(), list(TEXTS), _contents)[:, 0].tolist() == [3, 3, 5]


@given(at=st.integers(0, 2000), mask=st.integers(1, 255), cut=st.integers(0, 2000))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
def test_a_changed_byte_or_a_cut_is_no_crash(tmp_path: Path, at: int, mask: int, cut: int) -> None:
    shutil.rmtree(tmp_path / "features", ignore_errors=True)
    cached_vectors(tmp_path, Lengths(), list(TEXTS), _contents)
    path = _file(tmp_path)
    data = bytearray(path.read_bytes())
    data[at % len(data)] ^= mask
    path.write_bytes(data[: len(data) - cut % len(data)] if cut % 2 else data)
    found = cached_vectors(tmp_path, Lengths(), list(TEXTS), _contents)
    assert found.shape == (3, 2)
    assert np.isfinite(found).all()


def test_a_cut_cache_is_made_anew_and_said_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for keys in (list(TEXTS)[:2], list(TEXTS)):
        cached_vectors(tmp_path, Lengths(), keys, _contents)
    whole = {path.name: path.read_bytes() for path in _folder(tmp_path).iterdir()}
    assert len(whole) == 2
    for name, data in whole.items():
        (_folder(tmp_path) / name).write_bytes(data[:-40])
    encoder = Lengths()
    with caplog.at_level(logging.WARNING):
        cached_vectors(tmp_path, encoder, list(TEXTS), _contents)
        cached_vectors(tmp_path, encoder, list(TEXTS), _contents)
    assert len(encoder.encoded) == 3
    (said,) = caplog.messages
    assert "2 of 2 files cannot be read" in said
    assert "encoding again" in said
    assert len(list(_folder(tmp_path).iterdir())) == 1  # what was damaged is gone


_FORM = Form("lengths", Lengths.version, "float32", 2, single=True)
_FOREIGN = {
    "wider": (replace(_FORM, width=5), np.zeros((3, 5), np.float32), [0, 1, 2, 3]),
    "of another kind": (replace(_FORM, dtype="int32"), np.zeros((3, 2), np.int32), [0, 1, 2, 3]),
    "of another version": (replace(_FORM, version="01234567ff"), np.zeros((3, 2), np.float32), [0, 1, 2, 3]),
    "of another encoder": (replace(_FORM, encoder="widths"), np.zeros((3, 2), np.float32), [0, 1, 2, 3]),
    "not finite": (_FORM, np.full((3, 2), -np.inf, np.float32), [0, 1, 2, 3]),
    "of sequences": (_FORM, np.zeros((3, 2), np.float32), [0, 3, 3, 3]),
}


@pytest.mark.parametrize(("form", "values", "bounds"), _FOREIGN.values(), ids=_FOREIGN)
def test_a_cache_of_other_numbers_is_made_anew(
    form: Form, values: np.ndarray, bounds: list[int], tmp_path: Path
) -> None:
    keys = tuple(sorted(bytes.fromhex(key) for key in TEXTS))
    write_shard(_folder(tmp_path), form, Shard(keys, values, np.array(bounds, dtype=np.int64)))
    encoder = Lengths()
    assert cached_vectors(tmp_path, encoder, list(TEXTS), _contents)[:, 0].tolist() == [3, 3, 5]
    assert len(encoder.encoded) == 3


def test_the_one_file_of_older_versions_is_not_read_and_goes(tmp_path: Path) -> None:
    _folder(tmp_path).mkdir(parents=True)
    old = _folder(tmp_path) / "vectors.npz"
    np.savez(old, keys=np.array([{"a": 1}], dtype=object), vectors=np.zeros((1, 2), np.float32))
    assert cached_vectors(tmp_path, Lengths(), list(TEXTS), _contents)[:, 0].tolist() == [3, 3, 5]
    assert not old.exists()


def test_what_killed_processes_left_goes_and_what_others_write_stays(tmp_path: Path) -> None:
    _folder(tmp_path).mkdir(parents=True)
    left, written = (_folder(tmp_path) / name for name in ("left.new", "written.new"))
    for path in (left, written):
        path.write_bytes(b"half")
    os.utime(left, (0, 0))
    cached_vectors(tmp_path, Lengths(), list(TEXTS), _contents)
    assert (left.exists(), written.exists()) == (False, True)


def test_same_contents_same_bytes_and_no_leftovers(tmp_path: Path) -> None:
    for name, keys in (("a", list(TEXTS)), ("b", list(reversed(TEXTS)))):
        cached_vectors(tmp_path / name, Lengths(), keys, _contents)
    one, other = _file(tmp_path / "a"), _file(tmp_path / "b")
    assert (one.name, one.read_bytes()) == (other.name, other.read_bytes())
    assert list(one.parent.iterdir()) == [one]
    assert hashlib.sha256(one.read_bytes()).hexdigest().startswith(one.stem)


def test_what_is_there_is_never_written_again(tmp_path: Path) -> None:
    cached_vectors(tmp_path, Lengths(), list(TEXTS)[:2], _contents)
    first = _file(tmp_path)
    before = first.stat().st_ino, first.stat().st_mtime_ns
    cached_vectors(tmp_path, Lengths(), list(TEXTS), _contents)
    assert (first.stat().st_ino, first.stat().st_mtime_ns) == before
    assert len(list(_folder(tmp_path).iterdir())) == 2


def test_contents_are_kept_before_the_last_is_encoded(tmp_path: Path) -> None:
    """What fails, or is killed, loses what was in the making only."""
    texts = {content_key(text): text for text in map(str, range(3000))}

    def contents(missing: Collection[str]) -> Iterator[tuple[str, Content]]:
        for number, key in enumerate(sorted(missing)):
            if number == 2500:
                raise InputError("a file that cannot be read")
            yield key, texts[key]

    with pytest.raises(InputError):
        cached_vectors(tmp_path, Lengths(), list(texts), contents)
    encoder = Lengths()
    with pytest.raises(InputError, match="no media"):
        cached_vectors(tmp_path, encoder, list(texts), lambda missing: iter(()))
    rest = cached_vectors(tmp_path, encoder, list(texts), lambda missing: [(k, texts[k]) for k in missing])
    assert rest[:, 0].tolist() == [len(text) for text in texts.values()]
    assert len(encoder.encoded) == 3000 - 2048


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_an_encoder_that_gives_no_numbers_is_named(number: float, tmp_path: Path) -> None:
    class Broken(Lengths):
        def encode(self, contents: Sequence[Content]) -> Vectors:
            return np.array([[1.0, number if content == "two" else 0.0] for content in contents], np.float32)

    with pytest.raises(InputError, match=f"lengths: content {content_key('two')[:12]}.*not finite"):
        cached_vectors(tmp_path, Broken(), list(TEXTS), _contents)
    assert not _folder(tmp_path).exists()


def test_two_at_once_lose_nothing(tmp_path: Path) -> None:
    texts = {content_key(text): text for text in map(str, range(400))}

    def contents(missing: Collection[str]) -> list[tuple[str, Content]]:
        return [(key, text) for key, text in texts.items() if key in missing]

    def work(part: int) -> Vectors:
        return cached_vectors(tmp_path, Lengths(), list(texts)[part * 50 : 200 + part * 50], contents)

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(work, range(4)))
    assert [len(vectors) for vectors in found] == [200] * 4
    again = Lengths()
    assert len(cached_vectors(tmp_path, again, list(texts)[:350], contents)) == 350
    assert again.encoded == []


def test_without_keeping_nothing_is_written_and_what_is_kept_is_read(tmp_path: Path) -> None:
    assert cached_vectors(tmp_path, Lengths(), list(TEXTS), _contents, keep=False).shape == (3, 2)
    assert list(tmp_path.iterdir()) == []
    cached_vectors(tmp_path, Lengths(), list(TEXTS)[:2], _contents)
    encoder = Lengths()
    cached_vectors(tmp_path, encoder, list(TEXTS), _contents, keep=False)
    assert encoder.encoded == ["three"]
    assert len(list(_folder(tmp_path).iterdir())) == 1


def test_a_key_that_is_no_hash_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected a SHA-256"):
        cached_vectors(tmp_path, Lengths(), ["../../etc"], _contents)


def test_content_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no media for 1 of 4 contents"):
        cached_vectors(tmp_path, Lengths(), [*TEXTS, "f" * 64], _contents)


def test_a_place_that_cannot_be_written_is_done_without(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "features").write_text("a file where the folder should be")
    with caplog.at_level(logging.WARNING):
        assert cached_vectors(tmp_path, Lengths(), list(TEXTS), _contents).shape == (3, 2)
    assert "cannot be kept" in caplog.text


def test_progress_ends_with_all(tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    cached_vectors(
        tmp_path, Lengths(), list(TEXTS), _contents, lambda done, total: steps.append((done, total))
    )
    assert steps[-1] == (3, 3)
