"""The certificates of authorities are loaded for the first connection over TLS, and for no other; all are checked."""

import asyncio
import os
import ssl
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.conftest import ROOT
from tests.fake_registry import FakeRegistry
from tests.self_signed import self_signed

CONTEXT: Final = "aiohttp.connector._SSL_CONTEXT_VERIFIED"
CHECK: Final = f"""
import sys
from bot.__main__ import main
main(sys.argv[1:])
import aiohttp
print(type({CONTEXT}).__name__, len({CONTEXT}.get_ca_certs()))
"""
ASK: Final = f"""
import asyncio, sys
from bot.late_authorities import import_client
import_client()
import aiohttp
async def ask():
    async with aiohttp.ClientSession() as session, session.get(sys.argv[1]) as response:
        return response.status
try:
    print(asyncio.run(ask()))
except aiohttp.ClientConnectorCertificateError as error:
    print(error.certificate_error.verify_message)
print(type({CONTEXT}).__name__, {CONTEXT}.verify_mode.name, {CONTEXT}.check_hostname)
"""


async def _told(program: str, *words: str, trusted: Path | None = None) -> list[str]:
    """The last lines that it prints, while our own servers go on."""
    more = {"SSL_CERT_FILE": str(trusted)} if trusted else {}
    environment = {**os.environ, **more}  # noqa: TID251 - handed on
    command = [sys.executable, "-c", program, *words]
    run = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment, stdout=subprocess.PIPE)
    out, _ = await run.communicate()
    return out.decode().splitlines()[-2:]


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return self_signed(tmp_path / "certificate.pem", ["localhost"])


def _serving(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.mark.parametrize("command", [("check", "--format", "json"), ("audit", "--format", "json")])
async def test_whoever_asks_over_http_alone_loads_none(command: tuple[str, ...]) -> None:
    async with FakeRegistry() as registry:
        registry.push_image("demo/app", tag="1.0.0")
        image = f"{registry.host}/demo/app" + (":1.0.0" if command[0] == "check" else "")
        assert (await _told(CHECK, *command, image))[-1] == "LateAuthorities 0"
        assert registry.requests


async def test_whom_the_machine_trusts_is_trusted_from_the_first_connection_on(certificate: Path) -> None:
    async with FakeRegistry(tls=_serving(certificate)) as registry:
        told = await _told(ASK, f"https://{registry.host}/v2/", trusted=certificate)
        assert told == ["200", "SSLContext CERT_REQUIRED True"]


async def test_a_certificate_that_nobody_vouches_for_is_not_taken(certificate: Path) -> None:
    async with FakeRegistry(tls=_serving(certificate)) as registry:
        told = await _told(ASK, f"https://{registry.host}/v2/")
        assert told == ["self-signed certificate", "SSLContext CERT_REQUIRED True"]
        assert registry.requests == []


async def test_a_certificate_for_another_name_is_not_taken(tmp_path: Path) -> None:
    certificate = self_signed(tmp_path / "other.pem", ["other.example"])
    async with FakeRegistry(tls=_serving(certificate)) as registry:
        port = registry.host.rpartition(":")[2]
        first, second = await _told(ASK, f"https://localhost:{port}/v2/", trusted=certificate)
        assert first.startswith("Hostname mismatch")
        assert second == "SSLContext CERT_REQUIRED True"
