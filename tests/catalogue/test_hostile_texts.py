"""Whatever stands in a manifest or a lyrics file: a value or a typed error, soon and in little memory."""

from __future__ import annotations

import cProfile
import faulthandler
import random
import sys
import tracemalloc
from pathlib import Path

import pytest
from catalogue_material import LRC, MANIFEST, Files, write

from rebracket.catalogue import Catalogue, manifest_text, read_catalogue
from rebracket.core import Problem

MOST_BYTES = 200_000_000
MOST_GROWTH = 2.6  # of the calls, for twice the input: n log n is allowed, n squared is not
HUNG_AFTER_S = 60  # what goes back over its input inside one call of C is not seen by counting calls
FULL_MANIFEST = (
    MANIFEST.replace(
        "It opens", "It opens\n    rebracketing: {types: [temporal], intensity: 0.5, annotator: B}"
    )
    .replace("A. Friend", "{name: A. Friend, consent: true}")
    .replace("mood: [calm]", "mood: [calm, &m clear]\nmood_: *m")
    + "players:\n  - {name: A. Friend, consent: true}\nestimated: {bpm: 0.5}\nfps: 25\nstart_offset_s: 0\n"
)
FULL_LRC = (
    LRC + "[offset: 20]\n[00:12.00][00:14.00]<00:12.00>A <00:12.50>word<00:13.00>\n[00:15.1]\n[laughs: x] é\n"
)
OTHER_SONG = MANIFEST.replace("01_02", "09_01")
PIECES = [
    *(b"[", b"]", b"{", b"}", b":", b"'", b"\n", b"  ", b"- ", b"|", b">", b"#", b"\t", b"[]", b"{}", b"%"),
    *(
        b"null",
        b"99999",
        b"-1",
        b"1e9",
        b".nan",
        b"true",
        b"&a ",
        b"*a",
        b"!!x ",
        b"<<: *m",
        b"---\n",
        b"...",
    ),
    *(b"<00:01.00>", b"[00:01]", b"[60:00.00]", b"[0:1", b"[offset:9]", b"\xe2\x80\xa8", b"\x85", b"\x00"),
    *(b"\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xf0\x9f", b"\xc3"),
]
# 1 MB each: what takes long, or much memory, where a reader goes back over what it has read.
LONG_LRC = {
    "stamps": b"[0:1]\n" * 19_000,
    "stamps that cannot be read": b"[0:1x]a\n" * 19_000,
    "stamps on one row": b"[0:1" * 240_000,
    "rows": b"\n" * 999_999,
    "words": b"[0:1]" + b"<0:1>a " * 140_000,
    "words in brackets": b"[0:1]a" + b"[0:1]a" * 160_000,
    "spaces": b"[0:1]" + b" " * 990_000,
    "tags": b"[a:b]  " * 140_000 + b"x",
    "a tag without end": b"[a:" + b" ]" * 490_000 + b"x",
    "a stamp of digits": b"[" + b"1" * 990_000 + b":",
    "wrapped": b"[0:1]\n" + b"a\n" * 19_000,
    "no signs of UTF-8": b"\xe9" * 999_999,
}
LONG_MANIFESTS = {
    "one key": b"a: b\n" * 190_000,
    "keys": b"".join(b"k%d: 1\n" % number for number in range(90_000)),
    "a list": b"mood: [" + b"a," * 480_000 + b"]",
    "aliases": b"title: &a x\nmood: [" + b"*a," * 300_000 + b"]",
    "long aliases": b"title: &a " + b"x" * 900_000 + b"\nmood: [" + b"*a," * 90 + b"]",
    "anchors": b"".join(b"- &a%d x\n" % number for number in range(80_000)),
    "depth": b"[" * 990_000,
    "sections": b"structure:\n" + b" - {start_time: '[0:1]', end_time: '[0:2]'}\n" * 9_000,
    "tracks": b"audio_tracks:\n" + b" - {id: x, audio_file: a}\n" * 8_000,
    "a long key": b"x" * 990_000 + b": 1\n",
    "a long color": b"rainbow_color: " + b"x" * 900_000,
    "a long stamp": b"TRT: '[" + b" " * 900_000 + b"1:1'",
    "a long musical key": b"key: A" + b" #" * 400_000,
}


def files(manifest: bytes, lrc: bytes) -> Files:
    return {"01_02/01_02.yml": manifest, "01_02/01_02.lrc": lrc, "09_01/09_01.yml": OTHER_SONG}


def read(root: Path, manifest: bytes, lrc: bytes) -> Catalogue:
    return read_catalogue(write(root, files(manifest, lrc)))


def holds(catalogue: Catalogue) -> None:
    """What is true of every catalogue, whatever its files hold."""
    assert "09_01" in [song.song_id for song in catalogue.songs]
    assert len(catalogue.songs) + len(catalogue.skipped) == 2
    for problem in catalogue.problems:
        assert problem.song
        assert "\n" not in str(problem)
    assert list(catalogue.problems) == sorted(catalogue.problems, key=Problem.sort_key)
    for song in catalogue.songs:
        assert all(section.span.end_s <= song.running_s for section in song.sections)
        manifest_text(song)


def mutated(text: bytes, rng: random.Random) -> bytes:
    """A text with a few things inserted, removed, replaced or repeated."""
    data = bytearray(text)
    for _ in range(rng.choice([1, 1, 2, 5, 20])):
        start = rng.randrange(len(data) + 1)
        end = min(len(data), start + rng.choice([0, 1, 2, 5, 40]))
        again = bytes(data[rng.randrange(len(data) + 1) :][: rng.choice([5, 50, 300])])
        data[start:end] = rng.choice([b"", rng.choice(PIECES), rng.choice(PIECES), again])
    return bytes(data)


def mutations(seed: int, count: int) -> list[tuple[bytes, bytes]]:
    rng = random.Random(seed)  # noqa: S311 (no secret)
    texts = (FULL_MANIFEST.encode(), FULL_LRC.encode())
    return [
        tuple(mutated(text, rng) if rng.random() < 0.7 else text for text in texts)  # type: ignore[misc]
        for _ in range(count)
    ]


def test_the_files_that_are_mutated_use_every_form(tmp_path: Path) -> None:
    catalogue = read(tmp_path, FULL_MANIFEST.encode(), FULL_LRC.encode())
    told = {p.code for p in catalogue.problems if p.song == "01_02" and not p.code.startswith("time-unit")}
    assert told == {"key-unknown", "lrc-offset", "media-missing", "values-estimated"}
    song = catalogue.songs[0]
    assert song.sections[0].rebracketing
    assert (len(song.players), len(song.moods)) == (1, 2)
    assert any(line.words for line in song.lines)


@pytest.mark.parametrize("seed", range(3))
def test_mutated_files_give_a_song_or_a_reason(tmp_path: Path, seed: int) -> None:
    for manifest, lrc in mutations(seed, 40):
        holds(read(tmp_path, manifest, lrc))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 12))
def test_many_mutated_files_give_a_song_or_a_reason(tmp_path: Path, seed: int) -> None:
    for manifest, lrc in mutations(seed, 100):
        holds(read(tmp_path, manifest, lrc))


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What is done once in a process is done here, and counted nowhere."""
    read(tmp_path_factory.mktemp("warm"), FULL_MANIFEST.encode(), FULL_LRC.encode())


def calls(root: Path) -> int:
    """How many calls a catalogue is read with; one that hangs ends the process, as nothing else ends it."""
    faulthandler.dump_traceback_later(HUNG_AFTER_S, exit=True, file=sys.__stderr__)
    profile = cProfile.Profile()
    try:
        profile.runcall(read_catalogue, root)
    finally:
        faulthandler.cancel_dump_traceback_later()
    return sum(entry.callcount for entry in profile.getstats())


def is_linear(root: Path, eighth: Files, quarter: Files) -> None:
    """Twice the input is read with about twice the calls, and no call hangs."""
    few, many = calls(write(root / "eighth", eighth)), calls(write(root / "quarter", quarter))
    assert few > 0
    assert many <= MOST_GROWTH * few, (few, many)


def is_small(root: Path, whole: Files) -> None:
    """The whole is read in bounded memory, to a value or a reason."""
    write(root, whole)
    tracemalloc.start()
    try:
        holds(read_catalogue(root))
        n_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert n_bytes < MOST_BYTES, n_bytes


@pytest.mark.slow
@pytest.mark.usefixtures("warm")
@pytest.mark.parametrize("name", sorted(LONG_LRC))
def test_long_lyrics_take_neither_many_calls_nor_much_memory(tmp_path: Path, name: str) -> None:
    lyrics = LONG_LRC[name]
    eighth, quarter = (files(MANIFEST.encode(), lyrics[: len(lyrics) // part]) for part in (8, 4))
    is_linear(tmp_path / "calls", eighth, quarter)
    is_small(tmp_path / "memory", files(MANIFEST.encode(), lyrics))


@pytest.mark.slow
@pytest.mark.usefixtures("warm")
@pytest.mark.parametrize("head", ["", MANIFEST.partition("mood:")[0]], ids=["alone", "below a manifest"])
@pytest.mark.parametrize("name", sorted(LONG_MANIFESTS))
def test_long_manifests_take_neither_many_calls_nor_much_memory(tmp_path: Path, name: str, head: str) -> None:
    text = LONG_MANIFESTS[name][:970_000] if head else LONG_MANIFESTS[name]
    eighth, quarter = (files(head.encode() + text[: len(text) // part], LRC.encode()) for part in (8, 4))
    is_linear(tmp_path / "calls", eighth, quarter)
    is_small(tmp_path / "memory", files(head.encode() + text, LRC.encode()))
