"""Real parts for the tests marked `real`: Debian's docker-registry and skopeo, on 127.0.0.1.

    pytestmark = pytest.mark.real

    def test_something(docker_registry: DockerRegistry, samples: Path) -> None:
        digest = docker_registry.push_layout(samples / "min_2p_dflt", "demo/app", "1.0")

For another configuration (notifications, HTTP secrets) use `running_registry(folder, …)` itself.
"""

import json
import os
import secrets
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from msgspec import Struct

from tests.registry_shelf import Repository, load_layout
from tests.waiting import PATIENCE

DOCKER_REGISTRY = "/usr/bin/docker-registry"
SKOPEO = "/usr/bin/skopeo"
FREE_PORTS = range(10_000, 20_000)

_GIVEN: set[int] = set()


class DockerRegistry(Struct, frozen=True):
    """A running docker-registry. `host` is 127.0.0.1:port, `storage` its folder; a SIGSTOP makes it hang."""

    host: str
    storage: Path
    process: "subprocess.Popen[bytes]"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    def push_layout(self, folder: Path, repository: str, tag: str, *, name: str = "") -> str:
        """Push through skopeo, all platforms, digests unchanged. `name` picks one of several in index.json.

        Returns the digest. Raises CalledProcessError when skopeo or the registry refuses: use `place_layout` then.
        """
        source = f"oci:{folder}" + (f":{name}" if name else "")
        subprocess.run(  # noqa: S603 - our own arguments
            [
                *(SKOPEO, "copy", "--quiet", "--all", "--preserve-digests", "--dest-tls-verify=false"),
                *("--insecure-policy", source, f"docker://{self.host}/{repository}:{tag}"),
            ],
            check=True,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        tag_link = self._repository(repository) / "_manifests" / "tags" / tag / "current" / "link"
        return tag_link.read_text()

    def place_layout(self, folder: Path, repository: str, tag: str = "") -> str:
        """Everything of a layout, all its names as tags, straight into the registry's storage.

        For layouts that no pusher takes, such as those whose filesystem layers were left out. Returns the digest of
        the first entry.
        """
        shelf = Repository()
        digest = load_layout(folder, shelf, tag=tag)
        place = self._repository(repository)
        for own, stored in shelf.manifests.items():
            self._place_blob(own, stored.data)
            _link(place / "_manifests" / "revisions" / own.replace(":", "/"), own)
        for own, data in shelf.blobs.items():
            self._place_blob(own, data)
            _link(place / "_layers" / own.replace(":", "/"), own)
        for name, own in shelf.tags.items():
            _link(place / "_manifests" / "tags" / name / "current", own)
            _link(place / "_manifests" / "tags" / name / "index" / own.replace(":", "/"), own)
        return digest

    def _repository(self, name: str) -> Path:
        return self.storage / "docker" / "registry" / "v2" / "repositories" / name

    def _place_blob(self, digest: str, data: bytes) -> None:
        algorithm, _, hexadecimal = digest.partition(":")
        folder = self.storage / "docker/registry/v2/blobs" / algorithm / hexadecimal[:2] / hexadecimal
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "data").write_bytes(data)


def _link(folder: Path, digest: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "link").write_text(digest)


@contextmanager
def running_registry(
    folder: Path,
    *,
    notify_url: str = "",
    notify_headers: Mapping[str, str] | None = None,
    more: Mapping[str, Any] | None = None,
) -> Iterator[DockerRegistry]:
    """A docker-registry with its files in `folder`. With `notify_url` it posts its events there.

    `more` are further top-level parts of its configuration, e.g. {"auth": …}.
    """
    storage = folder / "storage"
    storage.mkdir(parents=True, exist_ok=True)
    host = f"127.0.0.1:{free_port()}"
    configuration = {**_configuration(storage, host, notify_url, notify_headers or {}), **(more or {})}
    file = folder / "registry.yml"
    file.write_text(json.dumps(configuration))  # JSON is YAML
    with (folder / "registry.log").open("wb") as log:
        process = subprocess.Popen([DOCKER_REGISTRY, "serve", str(file)], stdout=log, stderr=log)  # noqa: S603 - ours
        try:
            _wait_for(host, process, folder / "registry.log")
            yield DockerRegistry(host, storage, process)
        finally:
            process.kill()
            process.wait()


def free_port() -> int:
    """A port on 127.0.0.1 that nobody listens on at this moment.

    It is below the ports that the kernel gives to connections, so that none of those takes it before it is used, and so
    low that ten thousand more is a port, too: that one a Redis in a cluster opens for its neighbours. Nobody else gets
    it meanwhile: each process of a test run has ports of its own, and gives none of them twice.
    """
    while True:
        port = secrets.choice(_own_ports())
        with socket.socket() as listener, suppress(OSError):
            listener.bind(("127.0.0.1", port))
            _GIVEN.add(port)
            return port


def _own_ports() -> list[int]:
    """Those that this process of pytest-xdist may still give."""
    count = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))  # noqa: TID251 - pytest-xdist says it there
    mine = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % count  # noqa: TID251
    return [port for port in FREE_PORTS[mine::count] if port not in _GIVEN]


@pytest.fixture
def docker_registry(tmp_path: Path) -> Iterator[DockerRegistry]:
    """Debian's docker-registry, empty."""
    with running_registry(tmp_path / "docker-registry") as registry:
        yield registry


def _configuration(storage: Path, host: str, notify_url: str, headers: Mapping[str, str]) -> dict[str, Any]:
    endpoint = {
        "name": "bot",
        "url": notify_url,
        "headers": {name: [value] for name, value in headers.items()},
        "timeout": "1s",
        "threshold": 5,
        "backoff": "1s",
    }
    return {
        "version": 0.1,
        "log": {"level": "warn", "accesslog": {"disabled": True}},
        "storage": {"filesystem": {"rootdirectory": str(storage)}, "delete": {"enabled": True}},
        "http": {"addr": host, "secret": "only for tests"},
        **({"notifications": {"endpoints": [endpoint]}} if notify_url else {}),
    }


def _wait_for(host: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urlopen(f"http://{host}/", timeout=1):
                return
        except (URLError, OSError):
            time.sleep(0.05)
    raise RuntimeError(f"docker-registry does not answer: {log.read_text()[-2000:]}")
