"""Finds the embedded engine that another process runs, for commands that only look: starts and makes nothing."""

from pathlib import Path

from bot.store.engine.folder import EngineFolder
from bot.store.engine.keeper import address_of
from bot.store.engine.server import answers


async def running_engine(path: Path) -> str | None:
    """Its address for redis-py; None when nobody runs one in that folder, or when it does not exist.

    Raises SettingsError when others may write to the folder.
    """
    if not path.is_dir():  # noqa: ASYNC240 - a command that only looks
        return None
    folder = EngineFolder.open(path)
    try:
        written = folder.written_socket()
        if written is None or not written.parent.is_dir():
            return None
        socket = folder.known_socket()
        return address_of(socket) if socket is not None and await answers(socket) else None
    finally:
        folder.close()
