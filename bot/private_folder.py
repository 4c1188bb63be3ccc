"""Folders that belong to this user alone, and the files in them.

Whoever else may write to such a folder could put a file of his own where we expect ours, or a symbolic link that makes
us overwrite another file. So each folder on the way is opened from the one before it, no file name is followed as a
link, and the owner and the mode of what was opened are checked: see open(2) (O_NOFOLLOW) and openat(2).
"""

import contextlib
import os
import stat
from collections import deque
from pathlib import Path
from typing import Final

from msgspec import Struct

from bot.errors import SettingsError

LINKS_MAX: Final = 40
"""Symbolic links on the way to a folder, as in Linux."""

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_ON_THE_WAY: Final = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
"""A folder on the way may forbid us to list it; Linux still opens it, to go through."""


class PrivateFolder(Struct, frozen=True):
    """An open folder: ours, and only ours to write. `path` holds no symbolic link."""

    path: Path
    descriptor: int

    @classmethod
    def open(cls, path: Path) -> "PrivateFolder":
        """Open it, and make it when it is not there. Close it when done.

        Raises SettingsError when it cannot be made, or when somebody else could write to it or swap it.
        """
        try:
            return _walk(path)
        except OSError as error:
            raise SettingsError(f"{path} cannot be opened: {error.strerror}") from error

    def close(self) -> None:
        """Give the descriptor back."""
        os.close(self.descriptor)

    def open_file(self, name: str, flags: int) -> int:
        """A descriptor of a regular file in it. With O_CREAT it is made for this user alone.

        Raises OSError, also for a symbolic link; SettingsError for a file that others own or may write.
        """
        descriptor = os.open(name, flags | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK, 0o600, dir_fd=self.descriptor)
        try:
            found = os.fstat(descriptor)
            _require_ours(found, self.path / name)
            _require_plain(found, self.path / name)
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor

    def read(self, name: str, limit: int) -> bytes:
        """The last `limit` bytes of a file. Raises as open_file does."""
        with os.fdopen(self.open_file(name, os.O_RDONLY), "rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - limit))
            return file.read(limit)

    def write(self, name: str, data: bytes) -> None:
        """The whole file or nothing: a new file takes the place of an old one, or of a link. Raises OSError."""
        draft = f"{name}.new"
        with os.fdopen(self.open_file(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), "wb") as file:
            file.write(data)
        os.rename(draft, name, src_dir_fd=self.descriptor, dst_dir_fd=self.descriptor)

    def require_ours(self, name: str, *, depth: int = 0) -> None:
        """Raises SettingsError when there is such a name and others own it or may write it, or it is a link.

        With `depth`, what is in a folder of that name is looked at, too.
        """
        try:
            found = os.stat(name, dir_fd=self.descriptor, follow_symlinks=False)
        except FileNotFoundError:
            return
        _require_ours(found, self.path / name)
        if depth and stat.S_ISDIR(found.st_mode):
            inner = PrivateFolder(self.path / name, os.open(name, _FOLDER, dir_fd=self.descriptor))
            try:
                for entry in os.listdir(inner.descriptor):  # noqa: PTH208 - by descriptor
                    inner.require_ours(entry, depth=depth - 1)
            finally:
                inner.close()


def _walk(path: Path) -> PrivateFolder:
    """Open the folder, one name after the other. Raises OSError and SettingsError."""
    left = deque(Path(os.path.abspath(path)).parts[1:])  # noqa: PTH100 - resolve() would follow links unseen
    links = 0
    here, descriptor = Path("/"), os.open("/", _ON_THE_WAY)
    try:
        while left:
            _require_no_stranger(os.fstat(descriptor), here)
            name = left.popleft()
            target = _link_target(name, descriptor, here / name)
            if target is None:
                here, descriptor = here / name, _enter(name, descriptor, last=not left)
                continue
            links += 1
            _require_followable(here / name, links, last=not left)
            left.extendleft(reversed(_absolute(here, target).parts[1:]))
            os.close(descriptor)
            here, descriptor = Path("/"), os.open("/", _ON_THE_WAY)
        _require_ours(os.fstat(descriptor), here)
    except BaseException:
        os.close(descriptor)
        raise
    return PrivateFolder(here, descriptor)


def _absolute(here: Path, target: str) -> Path:
    # `here` holds no link, so that ".." means what it says.
    return Path(os.path.normpath(here / target))


def _link_target(name: str, parent: int, path: Path) -> str | None:
    """Where a symbolic link leads; None for what is not one, or is not there."""
    with contextlib.suppress(FileNotFoundError):
        found = os.stat(name, dir_fd=parent, follow_symlinks=False)
        if stat.S_ISLNK(found.st_mode):
            if found.st_uid not in {0, os.geteuid()}:
                raise SettingsError(f"{path} is a symbolic link of another user (uid {found.st_uid})")
            return os.readlink(name, dir_fd=parent)
    return None


def _enter(name: str, parent: int, *, last: bool) -> int:
    """Open a folder from its parent, and close that. It is made when it is not there."""
    flags = _FOLDER if last else _ON_THE_WAY
    try:
        descriptor = os.open(name, flags, dir_fd=parent)
    except FileNotFoundError:
        with contextlib.suppress(FileExistsError):
            os.mkdir(name, 0o700, dir_fd=parent)
        descriptor = os.open(name, flags, dir_fd=parent)
    os.close(parent)
    return descriptor


def _require_followable(path: Path, links: int, *, last: bool) -> None:
    if last or links > LINKS_MAX:
        raise SettingsError(f"{path} is a symbolic link; name the folder itself")


def _require_plain(found: os.stat_result, path: Path) -> None:
    if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
        raise SettingsError(f"{path} is not a plain file")


def _require_no_stranger(found: os.stat_result, path: Path) -> None:
    """Raises SettingsError when a stranger could swap what is in a folder on the way."""
    if found.st_uid not in {0, os.geteuid()}:
        raise SettingsError(f"{path} belongs to another user (uid {found.st_uid})")
    if found.st_mode & stat.S_ISVTX:  # as in /tmp: everybody may add names, only their owner may move them
        return
    strangers = stat.S_IWOTH if found.st_gid in {os.getegid(), *os.getgroups()} else stat.S_IWOTH | stat.S_IWGRP
    if found.st_mode & strangers:
        raise SettingsError(f"{path} may be written by other users; take that right away from them (chmod)")


def _require_ours(found: os.stat_result, path: Path) -> None:
    if stat.S_ISLNK(found.st_mode):
        raise SettingsError(f"{path} is a symbolic link")
    if found.st_uid != os.geteuid():
        raise SettingsError(f"{path} belongs to another user (uid {found.st_uid})")
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise SettingsError(f"{path} may be written by other users; take that right away from them (chmod go-w)")
