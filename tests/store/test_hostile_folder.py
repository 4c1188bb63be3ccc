"""Another user of the machine prepares the data folder: his store is not used, and no file of ours is harmed."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.store.engine import Engine
from bot.store.engine.binary import find_binary
from bot.store.engine.folder import EngineFolder
from bot.store.engine.server import Server, answers

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
STRANGER = 65534

LISTENER = """
import os, socket, sys
with socket.socket(socket.AF_UNIX) as listener:
    listener.bind(sys.argv[1])
    os.setuid(int(sys.argv[2]))
    listener.listen()
    print("listening", flush=True)
    while True:
        with listener.accept()[0] as client:
            client.recv(100)
            client.sendall(b"+PONG\\r\\n")
"""


@contextmanager
def store_of(user: int, path: Path) -> Iterator[None]:
    """A process of that user that answers like a store."""
    process = subprocess.Popen(  # noqa: S603 - our own arguments
        [sys.executable, "-c", LISTENER, str(path), str(user)], stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == b"listening\n"
        yield
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "data"
    path.mkdir(mode=0o700)
    return path


@pytest.fixture(params=[0o770, 0o777])
def open_folder(request: pytest.FixtureRequest, folder: Path) -> Path:
    folder.chmod(request.param)
    return folder


async def refuses(folder: Path, why: str) -> None:
    with pytest.raises(SettingsError, match=f"PROVENANCE_DATA: .*{why}"):
        await Engine(folder).__aenter__()


@AS_ROOT
async def test_a_folder_of_another_user_with_the_address_of_his_store_is_refused(folder: Path) -> None:
    socket = folder / "engine.sock"
    os.chown(folder, STRANGER, -1)
    with store_of(STRANGER, socket):
        (folder / "engine.address").write_text(f"{socket}\n")
        (folder / "engine.lock").touch()
        await refuses(folder, "belongs to another user")


async def test_a_folder_that_others_may_write_is_refused(open_folder: Path) -> None:
    await refuses(open_folder, "may be written by other users")


@pytest.mark.parametrize("name", ["engine.log", "engine.lock", "engine.address", "engine.sock", "appendonlydir"])
async def test_a_link_in_the_folder_is_refused_and_what_it_names_is_kept(
    folder: Path, tmp_path: Path, name: str
) -> None:
    precious = tmp_path / "precious"
    precious.write_text("kept")
    (folder / name).symlink_to(precious)
    await refuses(folder, "symbolic link")
    assert precious.read_text() == "kept"


@AS_ROOT
@pytest.mark.parametrize("name", ["engine.log", "engine.lock", "engine.address", "appendonlydir/file"])
async def test_a_file_of_another_user_in_the_folder_is_refused(folder: Path, name: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).touch(mode=0o600)
    os.chown(folder / name, STRANGER, -1)
    await refuses(folder, "belongs to another user")


@AS_ROOT
async def test_a_store_of_another_user_is_not_spoken_to(tmp_path: Path) -> None:
    socket = tmp_path / "s"
    with store_of(STRANGER, socket), pytest.raises(SettingsError, match=f"another user .uid {STRANGER}. listens"):
        await answers(socket)
    own = tmp_path / "own"
    with store_of(os.geteuid(), own):
        assert await answers(own)


@pytest.mark.parametrize("mode", [0o777, 0o1777])
async def test_an_address_in_a_folder_that_others_may_write_is_not_used(
    folder: Path, tmp_path: Path, mode: int
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(mode)
    opened = EngineFolder.open(folder)
    opened.folder.write("engine.address", f"{shared}/engine.sock\n".encode())
    with pytest.raises(SettingsError, match="may be written"):
        opened.known_socket()
    assert opened.choose_socket().parent == opened.path
    opened.close()


@pytest.mark.parametrize("address", ["", "engine.sock", "/etc/passwd", "/" + "a" * 200, "\xff", "/a\0b/engine.sock"])
async def test_an_address_that_cannot_be_ours_is_not_used(folder: Path, address: str) -> None:
    opened = EngineFolder.open(folder)
    opened.folder.write("engine.address", address.encode("latin-1"))
    assert opened.known_socket() is None
    opened.close()


async def test_a_folder_that_is_swapped_while_it_is_used_gets_nothing_of_ours(tmp_path: Path) -> None:
    """The server works in the folder that was checked, wherever it has been moved by now."""
    opened = EngineFolder.open(tmp_path / "data")
    (tmp_path / "data").rename(tmp_path / "moved")
    (tmp_path / "data").mkdir(mode=0o700)
    lock = opened.lock()
    assert lock is not None
    server = await Server.start(find_binary(), opened, lock)
    await server.stop()
    os.close(lock)
    opened.close()
    assert {path.name for path in (tmp_path / "data").iterdir()} <= {"engine.sock"}
    assert {"engine.log", "appendonlydir"} <= {path.name for path in (tmp_path / "moved").iterdir()}
