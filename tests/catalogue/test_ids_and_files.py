from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebracket.catalogue.files import exists, inside, read_bytes, relative_path, require_regular
from rebracket.catalogue.found import Found, shown
from rebracket.catalogue.ids import album_of, is_id
from rebracket.catalogue.text import decode_text
from rebracket.core.errors import InputError


@pytest.mark.parametrize("text", ["01_02", "lantern", "Été 1", "a.b", "x" * 100, "東京_03"])
def test_ids(text: str) -> None:
    assert is_id(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "..",
        ".a",
        "a.",
        " a",
        "a ",
        "-a",
        "a/b",
        "a\\b",
        "a\nb",
        "a:b",
        "x" * 101,
        "a\x00",
        "a\ufffd",
    ],
)
def test_what_is_no_id(text: str) -> None:
    assert not is_id(text)


@given(st.text(max_size=20))
def test_an_id_names_one_file_in_any_folder(text: str) -> None:
    if is_id(text):
        path = Path("songs") / f"part-{text}.parquet"
        assert path.parent == Path("songs")
        assert path.name == f"part-{text}.parquet"


@pytest.mark.parametrize(
    ("song_id", "album"),
    [
        ("01_02", "01"),
        ("live_set_07", "live_set"),
        ("lantern", None),
        ("a_b", None),
        ("_1", None),
        ("a_", None),
    ],
)
def test_the_album_in_an_id(song_id: str, album: str | None) -> None:
    assert album_of(song_id) == album


@pytest.mark.parametrize("name", ["a.wav", "stems/a.wav", "./a.wav", "stems/../a.wav", "à la carte.wav"])
def test_names_in_the_folder(tmp_path: Path, name: str) -> None:
    assert tmp_path.resolve() in inside(tmp_path, name).parents


@pytest.mark.parametrize(
    ("name", "match"),
    [
        ("../a.wav", "a way out"),
        ("stems/../../a.wav", "a way out"),
        (".", "a way out"),
        ("", "no plain file name"),
        ("/etc/hosts", "no plain file name"),
        ("a\\b.wav", "no plain file name"),
        ("a\x00.wav", "no plain file name"),
        ("a\n.wav", "no plain file name"),
    ],
)
def test_names_that_lead_out_of_the_folder(tmp_path: Path, name: str, match: str) -> None:
    with pytest.raises(InputError, match=match):
        inside(tmp_path, name)


def test_links_are_followed_before_the_folder_is_compared(tmp_path: Path) -> None:
    home = tmp_path / "song"
    home.mkdir()
    (home / "in.wav").write_bytes(b"")
    (home / "link_in.wav").symlink_to(home / "in.wav")
    (home / "link_out.wav").symlink_to("/etc/hosts")
    (home / "loop.wav").symlink_to(home / "loop.wav")
    assert inside(home, "link_in.wav") == (home / "in.wav").resolve()
    with pytest.raises(InputError, match="a way out"):
        inside(home, "link_out.wav")
    with pytest.raises(InputError, match="expected a file in the song's folder"):
        inside(home, "loop.wav")


@given(st.text(max_size=30))
def test_whatever_the_name_nothing_outside_is_reached(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    home = tmp_path_factory.getbasetemp()
    try:
        path = inside(home, name)
    except InputError:
        return
    assert home.resolve() in path.parents
    assert exists(path) in (True, False)


def test_only_regular_files_of_bounded_size_are_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    assert (require_regular(tmp_path / "a"), read_bytes(tmp_path / "a", 5)) == (5, b"12345")
    with pytest.raises(InputError, match=r"^a: found more than 4 bytes"):
        read_bytes(tmp_path / "a", 4)
    for name in ("missing", "", "a/b", "x" * 300, "a\x00"):
        with pytest.raises(InputError, match="found"):
            read_bytes(tmp_path / name, 5)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match=r"^pipe: found no file"):
        read_bytes(tmp_path / "pipe", 5)
    assert not exists(tmp_path / ("x" * 300))


def test_paths_in_problems_are_relative_and_printable(tmp_path: Path) -> None:
    assert relative_path(tmp_path / "a" / "b.yml", tmp_path) == "a/b.yml"
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9\n"))
    assert relative_path(odd, tmp_path) == "caf\ufffd\ufffd"


@given(st.text(max_size=200))
def test_what_is_shown_is_one_short_line(text: str) -> None:
    assert "\n" not in shown(text)
    assert shown(text).isprintable()
    if len(text) <= 80:
        assert shown(text) == repr(text)
    else:
        assert "…" in shown(text)


@given(st.text(max_size=50), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
def test_unicode_texts_are_read_as_they_were_written(text: str, encoding: str) -> None:
    if "\x00" not in text and not text.startswith("\ufeff"):
        read = "utf-8" if encoding == "utf-8-sig" else encoding
        assert decode_text(text.encode(encoding)) == (text, read)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_known_by_its_zeros(encoding: str) -> None:
    text = "[00:01.500]\nZwölf Laternen – 東京\n"
    assert decode_text(text.encode(encoding)) == (text, encoding)


def test_a_damaged_byte_does_not_take_the_other_signs_along() -> None:
    data = "Zwölf Brücken über süße Äpfel".encode().replace("ß".encode(), b"\xc3")
    assert decode_text(data) == ("Zwölf Brücken über sü\ufffde Äpfel", "utf-8 with damaged bytes")
    assert decode_text("süße".encode("cp1252")) == ("süße", "cp1252")


@given(st.binary(max_size=50))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        text, encoding = decode_text(data)
    except InputError:
        return
    assert encoding != "cp1252" or text.encode("cp1252") == data
    assert encoding != "utf-8" or text.encode() in (data, data.removeprefix(b"\xef\xbb\xbf"))


def test_an_error_about_a_file_becomes_a_problem_without_saying_things_twice() -> None:
    found = Found("01/01.yml")
    found.add_error("audio-unreadable", InputError("a.wav: found text, expected an audio file"), "a.wav")
    (problem,) = found.problems
    assert (problem.found, problem.expected) == ("'a.wav': text", "an audio file")
