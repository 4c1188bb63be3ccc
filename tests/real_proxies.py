"""Debian's nginx and Caddy with our examples of deploy/proxy, on 127.0.0.1, with a certificate made for the test."""

import os
import re
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from aiohttp import ClientSession, CookieJar, TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult
from msgspec import Struct

from tests.conftest import ROOT
from tests.waiting import PATIENCE

HOST: Final = "bot.example.org"
VISITOR: Final = "127.0.0.2"
"""Visitors have another address than the proxy, which is at 127.0.0.1."""

EXAMPLES: Final = ROOT / "deploy" / "proxy"


class Ports(Struct, frozen=True):
    """Of the proxy, of webhooks, of the pages, and of oauth2-proxy."""

    proxy: int
    hooks: int
    pages: int
    gate: int = 0


@contextmanager
def nginx(example: str, ports: Ports, folder: Path) -> Iterator[None]:
    """It serves that example. `http` around it is as Debian has it, but for its own files."""
    text = _placed((EXAMPLES / example).read_text(), ports, folder).replace("443 ssl", f"127.0.0.1:{ports.proxy} ssl")
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"user root;\npid {folder}/nginx.pid;\nworker_processes 1;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{temporary}{text}\n}}\n"
    )
    with _running(
        ["/usr/sbin/nginx", "-p", str(folder), "-c", f"{folder}/nginx.conf", "-g", "daemon off;"], ports, folder
    ):
        yield


@contextmanager
def caddy(example: str, ports: Ports, folder: Path) -> Iterator[None]:
    """It serves that example, with our certificate in place of one that it would fetch."""
    text = _placed((EXAMPLES / example).read_text(), ports, folder)
    own = f"{HOST}:{ports.proxy} {{\n\tbind 127.0.0.1\n\ttls {folder}/bot.pem {folder}/bot.key"
    text = re.sub(rf"^{re.escape(HOST)} {{", own, text, flags=re.MULTILINE)
    (folder / "Caddyfile").write_text("{\n\tadmin off\n\tauto_https disable_redirects\n}\n" + text)
    command = ["/usr/bin/caddy", "run", "--config", f"{folder}/Caddyfile", "--adapter", "caddyfile"]
    with _running(command, ports, folder):
        yield


def certificate(folder: Path) -> ssl.SSLContext:
    """A certificate for the host, in the folder; what trusts it."""
    subprocess.run(  # noqa: S603 - our own arguments
        ["/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-days", "2", "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}",
         "-keyout", str(folder / "bot.key"), "-out", str(folder / "bot.pem")],
        check=True, capture_output=True,
    )  # fmt: skip
    return ssl.create_default_context(cafile=folder / "bot.pem")


def visiting(trust: ssl.SSLContext) -> ClientSession:
    """A browser at VISITOR that finds the host on this machine."""
    connector = TCPConnector(resolver=_Here(), ssl=trust, local_addr=(VISITOR, 0))
    return ClientSession(connector=connector, cookie_jar=CookieJar(unsafe=True))


class _Here(AbstractResolver):
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        del family
        assert host == HOST
        found = ResolveResult(hostname=host, host="127.0.0.1", port=port, family=socket.AF_INET, proto=0, flags=0)
        return [found]

    async def close(self) -> None:
        pass


def _placed(text: str, ports: Ports, folder: Path) -> str:
    """The example with the ports and files of this test."""
    for known, here in (("3000", ports.hooks), ("3001", ports.pages), ("4180", ports.gate)):
        text = text.replace(f"127.0.0.1:{known}", f"127.0.0.1:{here}")
    return text.replace("/etc/ssl/", f"{folder}/")


@contextmanager
def _running(command: list[str], ports: Ports, folder: Path) -> Iterator[None]:
    with (folder / "proxy.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own arguments
            command, stdout=log, stderr=log, env={"HOME": str(folder), "PATH": os.defpath}
        )
    try:
        deadline = time.monotonic() + PATIENCE
        while not _answers(ports.proxy):
            assert process.poll() is None, (folder / "proxy.log").read_text()
            assert time.monotonic() < deadline, "the proxy does not listen"
            time.sleep(0.02)
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _answers(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0
