"""A folder in which what the docs show can be run: the files that they name, and registries behind the images."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Final
from urllib.request import urlopen

from msgspec import Struct, field

from tests.conftest import ROOT
from tests.documents.shown import first_block
from tests.fake_registry import FakeRegistry
from tests.waiting import PATIENCE, eventually

HISTORY: Final = {"1.2.1": "max-sbom_2p_dflt", "1.2.2": "max-sbom_2p_dflt", "1.2.3": "min_2p_dflt"}

COMPOSE: Final = "services: {web: {image: 'docker.io/acme/app:1.2.3'}, db: {image: 'docker.io/acme/app:1.2.2'}}\n"


class Sandbox(Struct):
    """The folder and the environment of its shell."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    async def run(self, line: str) -> subprocess.CompletedProcess[str]:
        """In bash, to its end."""
        return await asyncio.to_thread(
            subprocess.run,
            ["bash", "-o", "pipefail", "-c", line],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    async def serve(self, line: str, port: int) -> None:
        """Run a server until it is ready, and stop it."""
        async with self.serving(line, port):
            pass

    @asynccontextmanager
    async def serving(self, line: str, port: int, exports: str = "") -> AsyncIterator[None]:
        """A server that is ready. It is stopped as Ctrl-C does, and ends by itself."""
        log = self.folder / "server.log"
        with log.open("wb") as out:
            process = subprocess.Popen(  # noqa: ASYNC220, S603 - what the docs show
                ["bash", "-c", f"{exports}\nexec {line}"],  # noqa: S607
                cwd=self.folder,
                env=self.environment | {"PORT": str(port)},
                stdout=out,
                stderr=subprocess.STDOUT,
            )
            try:
                await eventually(lambda: _is_ready(port) or process.poll() is not None)
                assert process.poll() is None, log.read_text("utf-8")
                yield
            finally:
                process.send_signal(signal.SIGINT)
                await asyncio.to_thread(process.wait, PATIENCE)
        assert process.returncode in {0, 130}, log.read_text("utf-8")


@asynccontextmanager
async def sandbox(folder: Path) -> AsyncIterator[Sandbox]:
    """Made anew for each test."""
    _files(folder)
    async with FakeRegistry(api="quay") as quay, FakeRegistry(api="hub") as hub, FakeRegistry() as ghcr:
        for registry in (quay, hub, ghcr):
            for repository, tags in (("acme/app", HISTORY), ("microcks/microcks", {"1.15.0": "max-sbom_2p_dflt"})):
                for tag, name in tags.items():
                    registry.add_layout(ROOT / "bot/demo/images" / name, repository, tag=tag)
                    registry.repository(repository).tags.pop(name, None)
        mirrors = {"quay.io": quay.host, "docker.io": hub.host, "ghcr.io": ghcr.host}
        yield Sandbox(
            folder,
            {
                "PATH": f"{folder / '.venv/bin'}:{folder / 'tools'}:{os.environ['PATH']}",  # noqa: TID251 - a shell
                "HOME": str(folder / "home"),
                "PROVENANCE_MIRRORS": json.dumps(mirrors),
                "PROVENANCE_TAG_APIS": json.dumps({quay.host: "quay", hub.host: "hub"}),
                "PROVENANCE_INSECURE_HOSTS": json.dumps([quay.host, hub.host, ghcr.host]),
                "PROVENANCE_PRIVATE_HOSTS": json.dumps([quay.host, hub.host, ghcr.host]),
                "PROVENANCE_GITHUB_API": "",
                "PROVENANCE_AUDIT_CACHE": str(folder / "cache"),
            },
        )


def _files(folder: Path) -> None:
    """What the docs name: `.venv`, the sample images, files of a project, layouts, tools that we do not ship."""
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "provenance").symlink_to(Path(sys.executable).parent / "provenance")
    for name in ("bot", "deploy", "Makefile"):
        (folder / name).symlink_to(ROOT / name)
    (folder / ".github" / "workflows").mkdir(parents=True)
    shutil.copy(ROOT / "tests/fixtures/workflows/before.yml", folder / ".github/workflows/release.yml")
    (folder / "compose.yaml").write_text(COMPOSE)
    (folder / "policy.yaml").write_text(first_block("policy.md", "yaml"))
    (folder / "IMAGE").write_text("")
    for layout, tag in (("PATH", "TAG"), ("build/image", "latest")):
        shutil.copytree(ROOT / "bot/demo/images/max-sbom_2p_dflt", folder / layout)
        index = folder / layout / "index.json"
        index.write_text(index.read_text("utf-8").replace("max-sbom_2p_dflt", tag))
    for tool, script in {
        "helm": "echo 'image: quay.io/acme/app:1.2.3'",  # `helm template CHART`
        "docker": f"cat <<'END'\n{COMPOSE}END",  # `docker compose config`
    }.items():
        path = folder / "tools" / tool
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
    (folder / "home").mkdir()
    subprocess.run(["git", "init", "-q", str(folder)], check=True)  # noqa: S603, S607 - for `git apply`


def _is_ready(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == HTTPStatus.OK)
    except OSError:
        return False
