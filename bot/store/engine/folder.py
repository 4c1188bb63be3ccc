"""The embedded engine's folder: its lock, its socket, its log.

Two servers on one folder silently lose acknowledged writes, so the lock decides who may run one. The server inherits
the locked descriptor: while a server lives, no other process gets the lock, even if its parent has ended.
"""

import fcntl
import os
import tempfile
from pathlib import Path
from typing import Final

from msgspec import Struct

from bot.errors import SettingsError
from bot.private_folder import PrivateFolder

SOCKET_PATH_MAX: Final = 100
"""Bytes. sockaddr_un has room for 104 on macOS and 108 on Linux (unix(7))."""

LOG: Final = "engine.log"
"""What the server itself says."""

LOG_TAIL: Final = 4096
"""Bytes at the end of the log in which its last line stands."""

_LOCK: Final = "engine.lock"
_ADDRESS: Final = "engine.address"
_SOCKET: Final = "engine.sock"
_DATA: Final = "appendonlydir"


class EngineFolder(Struct, frozen=True):
    """One data folder. It and all that is in it belong to this user alone."""

    folder: PrivateFolder

    @classmethod
    def open(cls, path: Path) -> "EngineFolder":
        """Make and open the folder. Raises SettingsError when that fails, or when others could change what it holds."""
        try:
            folder = PrivateFolder.open(path)
            try:
                for name in (_LOCK, _ADDRESS, _SOCKET, LOG):
                    folder.require_ours(name)
                folder.require_ours(_DATA, depth=1)
            except BaseException:
                folder.close()
                raise
        except SettingsError as error:
            raise SettingsError(f"PROVENANCE_DATA: {error}") from error
        return cls(folder)

    def close(self) -> None:
        """Release it."""
        self.folder.close()

    @property
    def path(self) -> Path:
        """Where it is, without links."""
        return self.folder.path

    @property
    def descriptor(self) -> int:
        """Of the folder itself, for the server to work in."""
        return self.folder.descriptor

    def lock(self) -> int | None:
        """The lock as an open descriptor, or None while another process has it. Closing it gives it back."""
        try:
            descriptor = self.folder.open_file(_LOCK, os.O_RDWR | os.O_CREAT)
        except OSError as error:
            raise SettingsError(f"PROVENANCE_DATA: {self.path} cannot be written: {error.strerror}") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return descriptor

    def known_socket(self) -> Path | None:
        """The socket that the process which runs the engine has written down.

        Raises SettingsError when others could write that address, or put a socket of their own in its place.
        """
        path = self.written_socket()
        if path is not None and path.parent != self.path:
            _require_private(path)
        return path

    def written_socket(self) -> Path | None:
        """The same, as it was written: nobody has looked who owns it, or whether it is there."""
        try:
            text = self.folder.read(_ADDRESS, SOCKET_PATH_MAX + 1).decode().strip()
        except (OSError, UnicodeDecodeError):
            return None
        path = Path(text)
        return path if path.name == _SOCKET and path.is_absolute() and "\0" not in text else None

    def choose_socket(self) -> Path:
        """Store where to listen, for other processes; call it with the lock held.

        The same path as last time when that is possible, so that clients of a server that died find the next one.
        """
        try:
            known = self.known_socket()
        except SettingsError:
            known = None
        path = known or self._fresh_socket()
        self.folder.write(_ADDRESS, f"{path}\n".encode())
        return path

    def clear_log(self) -> None:
        """Begin a new log, so that its last line is about this start."""
        self.folder.write(LOG, b"")

    def last_words(self) -> str:
        """The last line of the log."""
        lines = self.folder.read(LOG, LOG_TAIL).decode(errors="replace").splitlines()
        return lines[-1][-300:] if lines else "it says nothing"

    def _fresh_socket(self) -> Path:
        near = self.path / _SOCKET
        if len(os.fsencode(near)) <= SOCKET_PATH_MAX:
            return near
        return Path(tempfile.mkdtemp(prefix="provenance-")).resolve() / _SOCKET


def _require_private(socket: Path) -> None:
    """Raises SettingsError unless the socket's folder is ours alone; it is made anew when it is gone."""
    folder = PrivateFolder.open(socket.parent)
    try:
        folder.require_ours(socket.name)
    finally:
        folder.close()
