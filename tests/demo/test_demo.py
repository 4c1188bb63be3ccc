"""What `make demo` does, from the announcement to the thread."""

import asyncio
import hashlib
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import ClientSession
from rich.console import Console

from bot.demo import expect, show
from bot.demo.registry import serving
from bot.demo.samples import SAMPLES, repositories
from bot.errors import SettingsError
from bot.oci.manifest import MANIFEST_TYPES
from bot.report import Verdict
from bot.settings import Settings
from tests.real_parts import free_port


def settings(folder: Path) -> Settings:
    return Settings(port=free_port(), data=folder, slack_bot_token=None, slack_signing_secret=None)


def console() -> tuple[Console, io.StringIO]:
    text = io.StringIO()
    return Console(file=text, width=120, highlight=False), text


async def test_the_demo_ends_well(tmp_path: Path) -> None:
    on, text = console()
    assert await show.show(settings(tmp_path), on, once=True) == 0
    said = text.getvalue()
    assert "All 5 threads are as expected." in said
    for sample in SAMPLES:
        assert str(sample.image) in said
    assert "Fix for " in said
    assert "provenance-mode-min" in said
    assert "npm_" not in said, "the leaked token of a sample is never shown"


async def test_the_operators_own_settings_do_not_change_what_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(show, "SAMPLES", SAMPLES[:1])
    own = {"policy": tmp_path / "none.yaml", "redis_url": "redis://nobody.invalid", "watch": ("quay.io/acme/*",)}
    on, text = console()
    said = Settings.model_validate(settings(tmp_path).model_dump() | own)
    assert await show.show(said, on, once=True) == 0, text.getvalue()


async def test_a_thread_that_is_not_as_it_must_be_ends_with_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = replace(SAMPLES[1], verdict=Verdict.PASS, failing=frozenset({"provenance-missing"}))
    monkeypatch.setattr(show, "SAMPLES", (wrong,))
    on, text = console()
    assert await show.show(settings(tmp_path), on, once=True) == 1
    said = " ".join(text.getvalue().split())
    assert f"{wrong.image}: the verdict is fail, not pass" in said
    assert "the failed rules are provenance-mode-min, sbom-missing, not provenance-missing" in said


def test_a_thread_that_never_comes_is_told() -> None:
    assert [*expect.differences(SAMPLES[:1], [])] == [f"{SAMPLES[0].image}: no thread within {expect.DEADLINE:.0f} s"]


async def test_a_taken_port_is_said_clearly(tmp_path: Path) -> None:
    taken = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    async with taken:
        port = taken.sockets[0].getsockname()[1]
        with pytest.raises(SettingsError, match=f"{port} is in use by another program; set PORT"):
            await show.show(Settings(port=port, data=tmp_path), console()[0], once=True)


def test_with_once_nothing_is_left_behind(tmp_path: Path) -> None:
    asyncio.run(show.show(settings(tmp_path), console()[0], once=True))
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
async def registry() -> AsyncIterator[str]:
    async with serving(repositories()) as host:
        yield f"http://{host}/v2/"


async def test_the_registry_serves_bytes_that_hash_to_their_digests(registry: str) -> None:
    async with ClientSession() as session:
        for name, repository in repositories().items():
            for tag, item in repository.tags.items():
                async with session.get(f"{registry}{name}/manifests/{tag}") as response:
                    body = await response.read()
                    assert response.content_type in MANIFEST_TYPES
                    assert response.headers["Docker-Content-Digest"] == item.digest
                    assert f"sha256:{hashlib.sha256(body).hexdigest()}" == item.digest
                async with session.head(f"{registry}{name}/manifests/{item.digest}") as response:
                    assert (response.status, int(response.headers["Content-Length"])) == (200, len(body))
            for digest in repository.blobs:
                async with session.get(f"{registry}{name}/blobs/{digest}") as response:
                    assert f"sha256:{hashlib.sha256(await response.read()).hexdigest()}" == digest


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "", 200),
        ("GET", "demo/app-min/tags/list", 200),
        ("GET", "demo/nothing/manifests/1.0.0", 404),
        ("GET", "demo/app-min/manifests/sha256:../../../../etc/passwd", 404),
        ("GET", "demo/app-min/blobs/..%2f..%2findex.json", 404),
        ("PUT", "demo/app-min/manifests/1.0.0", 405),
        ("DELETE", "demo/app-min/manifests/1.0.0", 405),
        ("POST", "demo/app-min/blobs/uploads/", 404),
    ],
)
async def test_the_registry_can_only_be_read(registry: str, method: str, path: str, status: int) -> None:
    async with ClientSession() as session, session.request(method, registry + path) as response:
        assert response.status == status
