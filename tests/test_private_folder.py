"""A folder that somebody else owns, may write or may swap is refused, and no link is followed into one."""

import os
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.private_folder import PrivateFolder

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
STRANGER = 65534


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "data"
    path.mkdir(mode=0o700)
    return path


def refused(path: Path, why: str) -> None:
    with pytest.raises(SettingsError, match=why):
        PrivateFolder.open(path)


def test_it_is_made_for_us_alone_with_all_above_it(tmp_path: Path) -> None:
    opened = PrivateFolder.open(tmp_path / "a" / "b")
    assert opened.path == tmp_path.resolve() / "a" / "b"
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("a", "a/b")] == [0o700, 0o700]
    opened.write("file", b"word")
    assert opened.read("file", 3) == b"ord"
    assert (tmp_path / "a" / "b" / "file").stat().st_mode & 0o777 == 0o600
    opened.close()


@pytest.mark.parametrize("mode", [0o770, 0o777, 0o702, 0o1777])
def test_one_that_others_may_write_is_refused(folder: Path, mode: int) -> None:
    folder.chmod(mode)
    refused(folder, "may be written by other users")


@AS_ROOT
def test_one_that_another_user_owns_is_refused(folder: Path) -> None:
    os.chown(folder, STRANGER, -1)
    refused(folder, f"belongs to another user .uid {STRANGER}")


def test_one_that_others_could_swap_is_refused(folder: Path) -> None:
    folder.parent.chmod(0o777)
    refused(folder, "may be written by other users")
    folder.parent.chmod(0o1777)  # as /tmp: only the owner may move his own
    PrivateFolder.open(folder).close()


@AS_ROOT
def test_one_that_a_user_or_a_group_of_strangers_could_swap_is_refused(folder: Path) -> None:
    os.chown(folder.parent, STRANGER, -1)
    refused(folder, "belongs to another user")
    os.chown(folder.parent, 0, STRANGER)
    folder.parent.chmod(0o770)
    refused(folder, "may be written by other users")


def test_a_link_is_refused_in_its_place_and_followed_on_the_way(tmp_path: Path, folder: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(folder)
    refused(link, "symbolic link")
    (folder / "inner").mkdir(mode=0o700)
    opened = PrivateFolder.open(link / "inner")
    assert opened.path == folder.resolve() / "inner"
    opened.close()


@AS_ROOT
def test_a_link_of_another_user_is_not_followed(tmp_path: Path, folder: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(folder)
    os.chown(link, STRANGER, -1, follow_symlinks=False)
    refused(link / "inner", "symbolic link of another user")


def test_a_link_on_the_way_does_not_hide_what_it_leads_through(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    (shared / "data").mkdir(parents=True)
    shared.chmod(0o777)
    link = tmp_path / "link"
    link.symlink_to(shared / "data")
    refused(link / "inner", "may be written by other users")


def test_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    refused(tmp_path / "a" / "data", "symbolic link")


def test_a_file_in_its_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused(tmp_path / "file", "Not a directory")
    refused(tmp_path / "file" / "data", "Not a directory")


def test_a_file_that_is_a_link_is_neither_read_nor_written(tmp_path: Path, folder: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("kept")
    (folder / "file").symlink_to(target)
    (folder / "draft.new").symlink_to(target)
    opened = PrivateFolder.open(folder)
    with pytest.raises(OSError, match="symbolic"):
        opened.read("file", 10)
    with pytest.raises(OSError, match="symbolic"):
        opened.write("draft", b"x")
    opened.write("file", b"new")  # takes the link's place
    assert (folder / "file").read_text() == "new"
    assert target.read_text() == "kept"
    opened.close()


def test_a_file_with_a_second_name_or_of_another_kind_is_refused(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "precious").write_text("kept")
    (folder / "file").hardlink_to(tmp_path / "precious")
    os.mkfifo(folder / "pipe", 0o600)
    opened = PrivateFolder.open(folder)
    for name in ("file", "pipe"):
        with pytest.raises(SettingsError, match="not a plain file"):
            opened.read(name, 10)
    opened.close()


@pytest.mark.parametrize("mode", [0o660, 0o602])
def test_a_file_that_others_may_write_is_refused(folder: Path, mode: int) -> None:
    (folder / "file").touch()
    (folder / "file").chmod(mode)
    opened = PrivateFolder.open(folder)
    with pytest.raises(SettingsError, match="may be written"):
        opened.read("file", 10)
    opened.close()


@AS_ROOT
def test_a_file_of_another_user_is_refused(folder: Path) -> None:
    (folder / "file").touch(mode=0o600)
    os.chown(folder / "file", STRANGER, -1)
    opened = PrivateFolder.open(folder)
    with pytest.raises(SettingsError, match="another user"):
        opened.read("file", 10)
    opened.close()
