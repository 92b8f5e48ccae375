"""The cache of sequences: memory-mapped, of any length, in the encoder's own kind of number."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rebracket.core.errors import InputError
from rebracket.features.cache import cached_sequences, content_key
from rebracket.features.encoder import Content, Modality

KINDS = ("float16", "float32", "int32", "uint8")


class Letters:
    """Three numbers a letter, in a given kind; remembers what it was asked for."""

    name = "letters"
    modality: Modality = "text"
    version = "0123456789abcdef" * 4
    width = 3
    licence = "Apache-2.0"
    provenance = "computed"

    def __init__(self, dtype: str = "int32") -> None:
        self.dtype = dtype
        self.encoded: list[Content] = []

    def encode_sequences(self, contents: Sequence[Content]) -> list[npt.NDArray[Any]]:
        self.encoded += contents
        return [self.of(str(content)) for content in contents]

    def of(self, text: str) -> npt.NDArray[Any]:
        rows = [[ord(letter) % 128, place % 100, 7] for place, letter in enumerate(text)]
        return np.array(rows, dtype=self.dtype).reshape(-1, 3)


def _reader(texts: Sequence[str]) -> Any:
    def contents(missing: Collection[str]) -> Iterator[tuple[str, Content]]:
        return ((content_key(text), text) for text in dict.fromkeys(texts) if content_key(text) in missing)

    return contents


@given(texts=st.lists(st.text(max_size=20), max_size=12), kind=st.sampled_from(KINDS), data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
def test_what_is_read_is_what_was_encoded(
    texts: list[str], kind: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """In the order that was asked for, whatever was there already, again and again."""
    folder, encoder = tmp_path_factory.mktemp("dataset"), Letters(kind)
    some = data.draw(st.lists(st.sampled_from(texts), max_size=5)) if texts else []
    for asked in (some, texts, texts[::-1], texts + some):
        found = cached_sequences(folder, encoder, [content_key(text) for text in asked], _reader(texts))
        assert len(found) == len(asked)
        for place, text in enumerate(asked):
            assert found[place].dtype == np.dtype(kind)
            assert np.array_equal(found[place], encoder.of(text))
    assert sorted(map(str, encoder.encoded)) == sorted(set(texts))


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="what is mapped is told by Linux only")
def test_nothing_is_read_into_memory_and_nothing_can_be_changed(tmp_path: Path) -> None:
    texts = ["one", "", "three"]
    found = cached_sequences(tmp_path, Letters(), [content_key(text) for text in texts], _reader(texts))
    maps = Path("/proc/self/maps").read_text()
    (file,) = (tmp_path / "features").glob("*/*.arrow")
    assert str(file) in maps
    assert found.lengths.tolist() == [3, 0, 5]
    assert not any(part.flags.owndata or part.flags.writeable for part in found.parts)


def test_without_contents_there_are_sequences_of_the_right_kind(tmp_path: Path) -> None:
    found = cached_sequences(tmp_path, Letters("float16"), [], _reader([]))
    assert (len(found), found.width, found.parts[0].dtype) == (0, 3, np.float16)
    assert not (tmp_path / "features").exists()


def test_without_keeping_all_is_in_memory(tmp_path: Path) -> None:
    keys = [content_key("one"), content_key("two")]
    found = cached_sequences(tmp_path, Letters(), keys, _reader(["one", "two"]), keep=False)
    assert np.array_equal(found[1], Letters().of("two"))
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    texts = [str(number) for number in range(2100)]
    (tmp_path / "features").write_text("a file where the folder should be")
    with caplog.at_level(logging.WARNING):
        found = cached_sequences(tmp_path, Letters(), [content_key(text) for text in texts], _reader(texts))
    assert found.lengths.tolist() == [len(text) for text in texts]
    assert len(caplog.messages) == 1


@pytest.mark.parametrize("kind", ["float16", "float32"])
@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("place", [0, 700_000])
def test_an_encoder_that_gives_no_numbers_is_named(
    kind: str, number: float, place: int, tmp_path: Path
) -> None:
    class Broken(Letters):
        def of(self, text: str) -> npt.NDArray[Any]:
            values = np.full((300_000, 3), -1.0, dtype=self.dtype)
            values.reshape(-1)[place] = number
            return values

    with pytest.raises(InputError, match=f"letters: content {content_key('a')[:12]}.*not finite"):
        cached_sequences(tmp_path, Broken(kind), [content_key("a")], _reader(["a"]))
