"""The embedded engine's folder: its lock, its socket, its log.

Two servers on one folder silently lose acknowledged writes, so the lock decides who may run one. The server inherits
the locked descriptor: while any server lives, nobody else gets the lock, whatever became of who started it.
"""

import fcntl
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bot.errors import SettingsError

SOCKET_PATH_MAX = 100
"""Bytes. sockaddr_un has room for 104 on macOS and 108 on Linux (unix(7))."""


@dataclass(frozen=True, slots=True)
class Place:
    """One data folder. It and all that is in it belong to this user alone."""

    folder: Path

    @classmethod
    def prepare(cls, folder: Path) -> "Place":
        """Make the folder. Raises SettingsError when that cannot be."""
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return cls(folder.resolve(strict=True))
        except OSError as error:
            raise SettingsError(f"PROVENANCE_DATA: {folder} cannot be made: {error.strerror}") from error

    @property
    def log(self) -> Path:
        """What the server itself says."""
        return self.folder / "engine.log"

    @property
    def address(self) -> Path:
        """Where the socket's path is written, for processes that share the engine."""
        return self.folder / "engine.address"

    def lock(self) -> int | None:
        """The lock as an open descriptor, or None while somebody else has it. Closing it gives it back."""
        try:
            descriptor = os.open(self.folder / "engine.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise SettingsError(f"PROVENANCE_DATA: {self.folder} cannot be written: {error.strerror}") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return descriptor

    def known_socket(self) -> Path | None:
        """The socket that whoever runs the engine has written down."""
        try:
            text = self.address.read_text().strip()
        except OSError:
            return None
        return Path(text) if text else None

    def choose_socket(self) -> Path:
        """Where to listen, written down for others; call it with the lock held.

        The same path as last time when that is possible, so that clients of a server that died find the next one.
        """
        known = self.known_socket()
        path = known if known is not None and _is_private(known.parent) else self._fresh_socket()
        draft = self.address.with_suffix(".new")
        _write_private(draft, f"{path}\n")
        draft.replace(self.address)
        return path

    def clear_log(self) -> None:
        """Begin a new log, so that its last line is about this start."""
        _write_private(self.log, "")

    def _fresh_socket(self) -> Path:
        near = self.folder / "engine.sock"
        if len(os.fsencode(near)) <= SOCKET_PATH_MAX:
            return near
        return Path(tempfile.mkdtemp(prefix="provenance-")) / "engine.sock"


def _write_private(path: Path, text: str) -> None:
    with open(path, "w", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(text)


def _is_private(folder: Path) -> bool:
    """Whether the folder is ours alone, made anew when it is gone: others may write to the temporary folder too."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o022
