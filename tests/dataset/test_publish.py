"""What is shared is a dataset of its own, without anything of players who did not say yes."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from conftest import RATE_HZ, make_song
from dataset.consenting import GONE, REFUSED, UNSAID, consenting_songs
from rebracket.catalogue import read_catalogue, write_manifest, write_wav
from rebracket.core.errors import InputError, UsageError
from rebracket.dataset import Dataset, build, open_dataset
from rebracket.dataset.publish import Sharing, Staged, stage
from rebracket.dataset.schema import COLUMNS
from rebracket.dataset.store import read_media
from rebracket.dataset.verify import verify

SHARING = Sharing("ada/tapes")


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    root = tmp_path_factory.mktemp("consent")
    consenting_songs(root / "songs")
    build(read_catalogue(root / "songs"), root / "dataset", workers=1)
    cache = root / "dataset" / "features" / "some-encoder" / "vectors.npz"
    cache.parent.mkdir(parents=True)
    cache.write_bytes(b"")
    return open_dataset(root / "dataset")


@pytest.fixture
def staged(dataset: Dataset, tmp_path: Path) -> Staged:
    return stage(dataset, tmp_path / "shared", SHARING)


def everything(folder: Path) -> list[Any]:
    """All that any file of a dataset says, media as bytes."""
    said: list[Any] = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        is_table = path.suffix == ".parquet"
        said += pq.read_table(path).to_pylist() if is_table else [path.read_text("utf-8")]
    return said


def tracks_of(opened: Dataset) -> set[tuple[str, int]]:
    return set(zip(opened.column("song_id"), opened.column("track"), strict=True))


def test_what_is_shared_is_a_sound_dataset(staged: Staged) -> None:
    checked, problems = verify(staged.folder)
    assert problems == ()
    assert checked > 30
    assert open_dataset(staged.folder).data_hash == staged.data_hash


def test_tracks_without_consent_are_left_out_and_counted(dataset: Dataset, staged: Staged) -> None:
    shared = open_dataset(staged.folder)
    assert tracks_of(shared) == tracks_of(dataset) - GONE
    assert staged.withheld == {
        "songs": 1,
        "stems": len(GONE),
        "rows": len(dataset.rows) - len(shared.rows),
        "mixes": 3,
        "midi": 1,
    }
    assert set(shared.songs.column("song_id").to_pylist()) == {"01_01", "01_02", "02_01", "02_03"}
    assert set(shared.meta["sources"]) == {"01_01", "01_02", "02_01", "02_03"}
    card = (staged.folder / "README.md").read_text("utf-8")
    assert "1 whole songs, 5 tracks," in card


def sounds_of(opened: Dataset) -> dict[str, str]:
    """Hash of each stored sound and slice of MIDI by its id; MIDI counts within its song."""
    levels = dict(zip(opened.column("row_id"), opened.column("level_dbfs"), strict=True))
    heard = [(id_, data) for id_, data in opened.audio() if levels[id_] > -90]  # all silence is alike
    audio = [*heard, *((f"{id_}-mix", data) for id_, data in opened.mix_audio())]
    hashes = {f"audio {id_}": hashlib.sha256(data).hexdigest() for id_, data in audio}
    midi = {f"midi {id_}": id_[:5] + hashlib.sha256(data).hexdigest() for id_, data in opened.midi()}
    return {**hashes, **midi}


def test_no_media_of_theirs_are_left_under_any_name(dataset: Dataset, staged: Staged) -> None:
    """Neither under their own id, nor in a mix, nor the same bytes under the id of another."""
    before, left = sounds_of(dataset), sounds_of(open_dataset(staged.folder))
    mixed = {(song, "mix") for song, _ in GONE}
    gone = {(song, str(track)) for song, track in GONE} | mixed
    theirs = {
        found
        for id_, found in before.items()
        if (id_.split()[1].rsplit("-", 3)[0], id_.rpartition("-")[2]) in gone
    }
    assert len(theirs) > 10
    assert len(left) > 10
    assert not theirs & set(left.values())
    assert set(left.items()) <= set(before.items())


def test_nothing_names_them(dataset: Dataset, staged: Staged) -> None:
    assert REFUSED in str(everything_but_features(dataset.path))
    said = str(everything(staged.folder))
    assert REFUSED not in said
    assert UNSAID not in said
    assert "Ada Quill" in said
    assert "02_02" not in said.replace(open_dataset(staged.folder).data_hash, "")


def everything_but_features(folder: Path) -> list[Any]:
    return [pq.read_table(path).to_pylist() for path in sorted(folder.glob("segments/*.parquet"))]


def test_midi_of_a_file_that_they_share_is_left_out(dataset: Dataset, staged: Staged) -> None:
    """The keys of 01_02 name the MIDI file of the chimes, whose player refused."""
    shared = open_dataset(staged.folder)
    rows = [r for r in shared.rows.to_pylist() if (r["song_id"], r["track"]) == ("01_02", 1)]
    assert rows
    assert {(row["has_midi"], row["midi_sha256"], row["n_notes"]) for row in rows} == {(False, None, None)}
    assert all(row["has_audio"] for row in rows)
    assert not [id_ for id_, _ in shared.midi() if id_.startswith("01_02-")]
    assert [id_ for id_, _ in shared.midi() if id_.startswith("02_01-")]  # a file of its own


def test_rows_that_stay_are_as_they_were(dataset: Dataset, staged: Staged) -> None:
    before = {row["row_id"]: row for row in dataset.rows.to_pylist()}
    columns = set(before[next(iter(before))])
    changed: set[str] = set()
    for row in open_dataset(staged.folder).rows.to_pylist():
        changed |= {name for name in columns if row[name] != before[row["row_id"]][name]}
    assert {"has_midi", "midi_sha256", "n_notes"} <= changed
    assert changed <= {column.name for column in COLUMNS if column.group == "midi"} | {"has_midi"}


def test_parts_of_songs_that_lose_nothing_are_linked(dataset: Dataset, staged: Staged) -> None:
    for name in staged.files:
        untouched = name.startswith(("segments/", "media/")) and ("01_01" in name or "02_03" in name)
        same = (dataset.path / name).exists() and (staged.folder / name).samefile(dataset.path / name)
        assert same == untouched, name


def test_features_and_problems_of_the_catalogue_stay_at_home(staged: Staged) -> None:
    assert not [name for name in staged.files if name.startswith("features")]
    meta = open_dataset(staged.folder).meta
    assert meta["problems"] == []
    assert set(meta["published"]) == {"from", "left_out"}


def test_splits_are_made_of_what_is_left(staged: Staged) -> None:
    shared = open_dataset(staged.folder)
    split = shared.splits("player")["rows"]
    assert split.folds.shape[1] == len(shared.rows)
    text = (staged.folder / "splits" / "player.json").read_text("utf-8")
    assert REFUSED not in text
    assert "02_02" not in json.loads(text)["protocols"]["songs"]["folds"]


def test_the_same_dataset_is_shared_as_the_same_bytes(
    dataset: Dataset, staged: Staged, tmp_path: Path
) -> None:
    again = stage(dataset, tmp_path / "again", SHARING)
    assert (again.files, again.data_hash) == (staged.files, staged.data_hash)
    for name in staged.files:
        assert (again.folder / name).read_bytes() == (staged.folder / name).read_bytes()


def test_what_is_shared_can_be_shared_again(staged: Staged, tmp_path: Path) -> None:
    again = stage(open_dataset(staged.folder), tmp_path / "again", SHARING)
    assert set(again.withheld.values()) == {0}
    assert verify(again.folder)[1] == ()


def test_derived_only_has_neither_audio_nor_midi(dataset: Dataset, tmp_path: Path) -> None:
    made = stage(dataset, tmp_path / "shared", Sharing("ada/tapes", derived_only=True))
    shared = open_dataset(made.folder)
    assert verify(made.folder)[1] == ()
    assert not [name for name in made.files if name.startswith("media/") and "/features/" not in name]
    assert list(shared.audio()) == list(shared.midi()) == list(shared.mix_audio()) == []
    assert any(shared.column("audio_sha256"))
    assert not any([*shared.column("has_audio"), *shared.column("has_midi")])
    assert any(shared.column("lyrics"))


def test_texts_stay_at_home_where_it_is_wished(dataset: Dataset, tmp_path: Path) -> None:
    texts = {text for name in ("lyrics", "concept", "section_description") for text in dataset.column(name)}
    made = stage(dataset, tmp_path / "shared", Sharing("ada/tapes", without_texts=True))
    said = str(everything(made.folder))
    assert not [text for text in texts if text and text in said]
    assert verify(made.folder)[1] == ()


def test_links_lead_to_files_that_hold_the_audio(dataset: Dataset, tmp_path: Path) -> None:
    url, out = "https://example.org/tapes", tmp_path / "host"
    made = stage(dataset, tmp_path / "shared", Sharing("ada/tapes", audio_url=url, audio_out=out))
    audio = dict(dataset.audio())
    linked = 0
    for path in made.folder.glob("media/flac/*.parquet"):
        for row in pq.read_table(path).to_pylist():
            assert row["audio"]["bytes"] is None
            name = row["audio"]["path"].removeprefix(f"{url}/")
            if not row["media_id"].endswith("-mix"):
                assert (out / name).read_bytes() == audio[row["media_id"]]
            linked += 1
    assert linked == len([path for path in out.rglob("*") if path.is_file()])
    assert linked
    notes = verify(made.folder)[1]
    assert {(p.code, p.severity.value) for p in notes} == {("media-elsewhere", "note")}


def test_a_licence_and_a_citation_reach_card_and_croissant(dataset: Dataset, tmp_path: Path) -> None:
    sharing = Sharing("ada/tapes", "cc-by-4.0", "Quill (2026)", "https://example.org/ada/tapes")
    made = stage(dataset, tmp_path / "shared", sharing)
    assert "license: cc-by-4.0" in (made.folder / "README.md").read_text("utf-8")
    content = json.loads((made.folder / "croissant.json").read_text("utf-8"))
    assert (content["license"], content["citeAs"]) == ("cc-by-4.0", "Quill (2026)")


def test_a_dataset_of_nothing_is_refused(tmp_path: Path) -> None:
    consenting_songs(tmp_path / "songs")
    for song in ("01_01", "01_02", "02_01", "02_03"):
        (tmp_path / "songs" / song).rename(tmp_path / song)
    build(read_catalogue(tmp_path / "songs"), tmp_path / "dataset", workers=1)
    with pytest.raises(InputError, match="no track that may be shared; say 'consent: true'"):
        stage(open_dataset(tmp_path / "dataset"), tmp_path / "shared", SHARING)
    assert not (tmp_path / "shared").exists()


def test_a_folder_that_holds_something_is_left_alone(dataset: Dataset, tmp_path: Path) -> None:
    (tmp_path / "diary.txt").write_text("dear diary")
    with pytest.raises(InputError, match="expected a new or empty folder"):
        stage(dataset, tmp_path, SHARING)
    assert [path.name for path in tmp_path.iterdir()] == ["diary.txt"]


def test_a_dataset_of_an_older_schema_is_built_again_first(tmp_path: Path) -> None:
    old = Path(__file__).parent.parent / "data" / "dataset_v1" / "none"
    with pytest.raises(InputError, match="found an older schema, expected"):
        stage(open_dataset(old), tmp_path / "shared", SHARING)


def test_a_silent_track_takes_the_mix_with_it(tmp_path: Path) -> None:
    """It has no row to be left out by, and may have been played before the stems were exported."""
    consenting_songs(tmp_path / "songs")
    write_wav(tmp_path / "songs" / "02_01" / "02_01_03.wav", np.zeros((12 * RATE_HZ, 1)), RATE_HZ)
    build(read_catalogue(tmp_path / "songs"), tmp_path / "dataset", workers=1)
    opened = open_dataset(tmp_path / "dataset")
    assert ("02_01", 3) not in tracks_of(opened)
    made = stage(opened, tmp_path / "shared", SHARING)
    mixes = {id_ for id_, _, _ in read_media(made.folder, "flac") if id_.endswith("-mix")}
    assert mixes
    assert not {id_ for id_ in mixes if id_.startswith("02_01")}
    assert verify(made.folder)[1] == ()


def test_a_song_without_named_players_loses_nothing(tmp_path: Path) -> None:
    song = make_song(tmp_path / "songs", "01_01", "R", 0)
    own = tuple(replace(stem, player=None) for stem in song.stems)
    write_manifest(replace(song, stems=own), song.folder / "01_01.yml")
    build(read_catalogue(tmp_path / "songs"), tmp_path / "dataset", workers=1)
    made = stage(open_dataset(tmp_path / "dataset"), tmp_path / "shared", SHARING)
    assert set(made.withheld.values()) == {0}
    assert len(tracks_of(open_dataset(made.folder))) == len(song.stems)


@pytest.mark.parametrize(
    "options",
    [
        {"derived_only": True, "audio_url": "https://example.org"},
        {"audio_out": Path("host")},
        {"audio_url": "example.org"},
    ],
)
def test_options_that_contradict_each_other_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="expected"):
        Sharing("ada/tapes", **options)


def test_a_damaged_part_is_not_shared(dataset: Dataset, tmp_path: Path) -> None:
    copied = Path(shutil.copytree(dataset.path, tmp_path / "dataset"))
    place = copied / "media" / "flac" / "part-01_01.parquet"
    data = bytearray(place.read_bytes())
    data[len(data) // 2] ^= 1
    place.write_bytes(data)
    with pytest.raises(InputError, match=r"part-01_01\.parquet: found other bytes than were built"):
        stage(open_dataset(copied), tmp_path / "shared", SHARING)
    assert not (tmp_path / "shared").exists()
