"""The hub's own client uploads over real HTTP to a hub on this machine; what arrives is the dataset."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import make_song
from dataset.fake_hub import TOKEN, FakeHub, running_hub
from rebracket.catalogue import read_catalogue, write_manifest
from rebracket.core import Player
from rebracket.core.errors import InputError, MissingExtraError, UsageError
from rebracket.dataset import build, open_dataset
from rebracket.dataset.publish import Sharing, Staged, stage, upload
from rebracket.dataset.publish.hub import check_repo_id
from rebracket.dataset.verify import verify

# The hub's own client still says 'data=' to its HTTP client.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=<...>' to upload:DeprecationWarning")
REPO = "ada/tapes"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeHub]:
    """A hub that the client takes for the real one; large files go over HTTP, as without ``hf_xet``."""
    constants = pytest.importorskip("huggingface_hub.constants", reason="needs the extra 'hub'")
    with running_hub() as running:
        monkeypatch.setattr(constants, "ENDPOINT", running.url)
        monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
        monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "no-token"))
        monkeypatch.setenv("HF_TOKEN", TOKEN)
        yield running


def staged(tmp_path: Path, name: str, *, said: bool) -> Staged:
    """Two songs; what the player of one said to the use of their playing."""
    songs, dataset = tmp_path / "songs", tmp_path / "dataset"
    if not songs.exists():
        make_song(songs, "01_01", "R", 0)
        make_song(songs, "02_01", "V", 1)
    for song in read_catalogue(songs).songs:
        agreed = song.song_id == "01_01" or said
        write_manifest(
            replace(song, players=(Player("Ada Quill", agreed),)), song.folder / f"{song.song_id}.yml"
        )
    build(read_catalogue(songs), dataset, workers=1)
    return stage(open_dataset(dataset), tmp_path / name, Sharing(REPO))


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_what_arrives_is_what_was_staged(hub: FakeHub, tmp_path: Path) -> None:
    made = staged(tmp_path, "shared", said=True)
    url = upload(made.folder, REPO, private=True, data_hash=made.data_hash)
    assert url == f"{hub.url}/datasets/{REPO}"
    assert hub.repositories[REPO] == files(made.folder)
    assert hub.private[REPO] is True
    assert hub.large  # some went the way of large files
    assert made.data_hash[:12] in hub.commits[0]
    arrived = hub.write(REPO, tmp_path / "arrived")
    assert verify(arrived)[1] == ()
    assert open_dataset(arrived).data_hash == made.data_hash


def test_large_files_go_one_by_one(hub: FakeHub, tmp_path: Path) -> None:
    """No request holds more than one of them, so that memory does not grow with the dataset."""
    made = staged(tmp_path, "shared", said=True)
    upload(made.folder, REPO, private=False, data_hash=made.data_hash)
    assert hub.longest_body_bytes <= max(made.files.values())
    assert hub.longest_body_bytes < sum(made.files.values()) / 2
    assert hub.private[REPO] is False


def test_who_takes_a_yes_back_is_gone_with_the_next_publication(hub: FakeHub, tmp_path: Path) -> None:
    made = staged(tmp_path, "first", said=True)
    upload(made.folder, REPO, private=False, data_hash=made.data_hash)
    hub.repositories[REPO]["notes.txt"] = b"somebody else's"
    hub.repositories[REPO]["media/opus/part-02_01.parquet"] = b"of an older publication"
    made = staged(tmp_path, "second", said=False)
    assert made.withheld["stems"] == 1
    upload(made.folder, REPO, private=False, data_hash=made.data_hash)
    assert hub.repositories[REPO].pop("notes.txt") == b"somebody else's"
    assert hub.repositories[REPO] == files(made.folder)


def test_without_a_token_it_is_said_what_to_do(
    hub: FakeHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "README.md").write_text("# nothing")
    monkeypatch.delenv("HF_TOKEN")
    with pytest.raises(InputError, match="the hub answered 401; set HF_TOKEN"):
        upload(tmp_path, REPO, private=False, data_hash="0" * 64)
    assert hub.repositories == {}


def test_a_hub_out_of_reach_is_said(hub: FakeHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", hub.url.rpartition(":")[0] + ":1")
    with pytest.raises(InputError, match="the hub cannot be reached"):
        upload(tmp_path, REPO, private=False, data_hash="0" * 64)


def test_without_the_client_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "huggingface_hub", None)
    with pytest.raises(MissingExtraError, match=r"rebracket\[hub\]"):
        upload(tmp_path, REPO, private=False, data_hash="0" * 64)


@pytest.mark.parametrize("repo_id", ["tapes", "ada/tapes/more", "/tapes", "ada/", "ada/ta pes", "../tapes"])
def test_what_is_no_name_of_a_repository_is_refused(repo_id: str) -> None:
    with pytest.raises(UsageError, match="expected USER/NAME"):
        check_repo_id(repo_id)
