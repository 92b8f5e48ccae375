from __future__ import annotations

from pathlib import Path

import pytest

from rebracket.core.errors import InputError, RefusedError
from rebracket.dataset import exchange as room
from rebracket.dataset.exchange import exchange, fresh_folder, locked, settle


def make(folder: Path, content: str) -> None:
    folder.mkdir(parents=True)
    (folder / "file").write_text(content)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("one_call", [True, False])
def test_the_new_folder_takes_the_place_of_the_old(
    tmp_path: Path, one_call: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not one_call:  # as on a system without renameat2
        monkeypatch.setattr(room, "_swap", lambda one, other: False)
    target = tmp_path / "d"
    make(target, "old")
    with locked(target):
        (fresh_folder(target) / "file").write_text("new")
        exchange(target)
    assert (target / "file").read_text() == "new"
    assert names(tmp_path) == ["d", "d.lock"]


def test_a_first_folder_is_put_in_place(tmp_path: Path) -> None:
    with locked(tmp_path / "d"):
        (fresh_folder(tmp_path / "d") / "file").write_text("new")
        exchange(tmp_path / "d")
    assert (tmp_path / "d" / "file").read_text() == "new"


def test_a_kill_between_two_renames_is_completed(tmp_path: Path) -> None:
    make(tmp_path / "d.old", "old")
    make(tmp_path / "d.new", "new")
    (tmp_path / "d.lock").write_text("replacing\n")
    settle(tmp_path / "d")
    assert (tmp_path / "d" / "file").read_text() == "new"
    assert names(tmp_path) == ["d", "d.lock"]


def test_a_kill_after_both_renames_is_completed(tmp_path: Path) -> None:
    make(tmp_path / "d.old", "old")
    make(tmp_path / "d", "new")
    (tmp_path / "d.lock").write_text("replacing\n")
    with locked(tmp_path / "d"):
        assert names(tmp_path) == ["d", "d.lock"]
    assert (tmp_path / "d" / "file").read_text() == "new"


def test_a_command_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    make(tmp_path / "d", "old")

    def fill_the_disk() -> None:
        with locked(tmp_path / "d"):
            (fresh_folder(tmp_path / "d") / "half").write_text("half")
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        fill_the_disk()
    assert names(tmp_path) == ["d", "d.lock"]
    assert (tmp_path / "d" / "file").read_text() == "old"


@pytest.mark.parametrize("ending", [".new", ".old"])
def test_what_is_not_ours_is_left_alone(tmp_path: Path, ending: str) -> None:
    make(tmp_path / f"d{ending}", "precious")
    settle(tmp_path / "d")
    with locked(tmp_path / "d"), pytest.raises(InputError, match="not ours"):
        fresh_folder(tmp_path / "d")
    assert (tmp_path / f"d{ending}" / "file").read_text() == "precious"
    assert not (tmp_path / "d").exists()


def test_a_lock_file_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "d.lock").write_text("[packages]")
    with pytest.raises(InputError, match="somebody else's"), locked(tmp_path / "d"):
        pass
    assert (tmp_path / "d.lock").read_text() == "[packages]"


def test_a_linked_folder_is_replaced_where_it_is(tmp_path: Path) -> None:
    make(tmp_path / "disk" / "real", "old")
    (tmp_path / "d").symlink_to(tmp_path / "disk" / "real")
    with locked(tmp_path / "d"):
        (fresh_folder(tmp_path / "d") / "file").write_text("new")
        exchange(tmp_path / "d")
    assert (tmp_path / "d").is_symlink()
    assert (tmp_path / "disk" / "real" / "file").read_text() == "new"
    assert names(tmp_path) == ["d", "disk"]


def test_two_commands_do_not_write_at_once(tmp_path: Path) -> None:
    with (
        locked(tmp_path / "d"),
        pytest.raises(RefusedError, match="another command"),
        locked(tmp_path / "d"),
    ):
        pass


def test_a_file_where_a_folder_should_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="found a file"), locked(tmp_path / "file" / "d"):
        pass
