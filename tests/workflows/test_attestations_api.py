"""Listing a repository's attestations, against a GitHub that answers like the real one, and against hostile ones."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import cramjam
import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from bot.errors import SourceDeniedError, SourceError, SourceUnavailableError
from bot.workflows.address import Repository
from bot.workflows.attestations_api import (
    BUNDLE_MAX,
    BUNDLES_MAX,
    PER_PAGE,
    SEEN_MAX,
    SEEN_SECONDS,
    AttestationsApi,
    ListedBundles,
    SeenRepositories,
)
from bot.workflows.github_exchange import Exchange
from bot.workflows.hosts import open_code_hosts
from bot.workflows.options import GitHubOptions
from tests.fake_attestations import Form
from tests.fake_github import FakeGitHub

REPOSITORY, DIGEST = Repository("acme", "app"), "sha256:" + "ab" * 32


def bundle(number: int = 0) -> bytes:
    return json.dumps({"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json", "number": number}).encode()


@pytest.fixture
async def github() -> AsyncIterator[FakeGitHub]:
    async with FakeGitHub() as github:
        github.repository("acme/app", {})
        yield github


def options(github: FakeGitHub, token: str = "") -> GitHubOptions:
    hosts = (urlsplit(github.blobs.url).netloc,)
    return GitHubOptions(api=github.api, token=SecretStr(token) if token else None, bundle_hosts=hosts)


async def about(github: FakeGitHub, token: str = "", digest: str = DIGEST) -> tuple[list[bytes], bool]:
    async with open_code_hosts(options(github, token)) as hosts:
        assert hosts is not None
        api = hosts.attestations(is_ours=bool(token))
        assert api is not None
        found = await api.about(REPOSITORY, digest)
        return list(found.bundles), found.left


@pytest.mark.parametrize("form", ["inline", "by-url", "snappy"])
async def test_a_bundle_is_read_in_the_list_by_address_and_compressed(github: FakeGitHub, form: Form) -> None:
    github.repositories["acme/app"].attestations.store(DIGEST, bundle(), form)
    (found,), left = await about(github)
    assert json.loads(found) == json.loads(bundle())
    assert not left
    assert bool(github.blobs.asked) == (form != "inline")


async def test_no_attestation_is_none_and_no_error(github: FakeGitHub) -> None:
    assert await about(github) == ([], False)


async def test_the_token_goes_to_the_api_and_never_to_the_blob_store(github: FakeGitHub) -> None:
    github.repositories["acme/app"].is_private = True
    github.repositories["acme/app"].attestations.store(DIGEST, bundle(), "snappy")
    assert await about(github) == ([], False)
    found, _ = await about(github, github.token)
    assert len(found) == 1  # the fake blob store refuses every request with a token


async def test_all_pages_are_read(github: FakeGitHub) -> None:
    for number in range(2 * PER_PAGE + 1):
        github.repositories["acme/app"].attestations.store(DIGEST, bundle(number))
    found, left = await about(github)
    assert [json.loads(one)["number"] for one in found] == list(range(2 * PER_PAGE + 1))
    assert not left


async def test_a_later_page_that_is_gone_was_not_read(github: FakeGitHub) -> None:
    for number in range(PER_PAGE + 1):
        github.repositories["acme/app"].attestations.store(DIGEST, bundle(number))
    github.repositories["acme/app"].attestations.has_one_page = True
    with pytest.raises(SourceUnavailableError, match="answered 404"):
        await about(github)


async def test_which_repositories_we_see_is_remembered_for_a_while(github: FakeGitHub) -> None:
    now = 0.0
    async with ClientSession() as session:
        seen = SeenRepositories(lambda: now)
        api = AttestationsApi(Exchange(session, github.api), seen)
        assert [await api.sees(REPOSITORY), await api.sees(REPOSITORY), len(github.asked)] == [True, True, 1]
        github.repositories["acme/app"].is_private = True
        now = SEEN_SECONDS
        assert [await api.sees(REPOSITORY), await api.sees(REPOSITORY), len(github.asked)] == [False, False, 3]
        github.broken = 500
        with pytest.raises(SourceUnavailableError, match="answered 500"):
            await api.sees(REPOSITORY)


def test_no_more_repositories_are_remembered_than_a_process_needs() -> None:
    seen = SeenRepositories(lambda: 0.0)
    for number in range(SEEN_MAX):
        seen.add(Repository("acme", str(number)))
    assert Repository("acme", "0") in seen
    seen.add(REPOSITORY)
    assert REPOSITORY in seen
    assert Repository("acme", "0") not in seen


async def test_more_than_the_limit_is_said(github: FakeGitHub) -> None:
    for number in range(BUNDLES_MAX + 1):
        github.repositories["acme/app"].attestations.store(DIGEST, bundle(number))
    found, left = await about(github)
    assert len(found) == BUNDLES_MAX
    assert left


async def test_exactly_the_limit_is_all(github: FakeGitHub) -> None:
    for number in range(BUNDLES_MAX):
        github.repositories["acme/app"].attestations.store(DIGEST, bundle(number))
    found, left = await about(github)
    assert (len(found), left) == (BUNDLES_MAX, False)


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "@+600"}),
        (429, {"Retry-After": "600"}),
        (403, {"Retry-After": "600"}),
    ],
)
async def test_a_rate_limit_is_honoured(github: FakeGitHub, status: int, headers: dict[str, str]) -> None:
    now = datetime.now(UTC)
    reset = str(int((now + timedelta(seconds=600)).timestamp()))
    github.broken, github.headers = status, {name: value.replace("@+600", reset) for name, value in headers.items()}
    async with open_code_hosts(options(github)) as hosts:
        assert hosts is not None
        api = hosts.attestations(is_ours=False)
        assert api is not None
        for _ in range(3):
            with pytest.raises(SourceUnavailableError) as caught:
                await api.about(REPOSITORY, DIGEST)
            assert caught.value.retry_at is not None
            assert timedelta(seconds=590) < caught.value.retry_at - now < timedelta(seconds=620)
    assert len(github.asked) == 1


async def test_a_wait_is_bounded(github: FakeGitHub) -> None:
    github.broken, github.headers = 429, {"Retry-After": "9" * 30}
    with pytest.raises(SourceUnavailableError) as caught:
        await about(github)
    assert caught.value.retry_at is not None
    assert caught.value.retry_at - datetime.now(UTC) <= timedelta(hours=1)


async def test_a_refusal_without_a_limit_names_the_token(github: FakeGitHub) -> None:
    github.broken = 403
    with pytest.raises(SourceDeniedError, match="PROVENANCE_GITHUB_TOKEN"):
        await about(github)


@pytest.mark.parametrize("status", [500, 502, 301, 204])
async def test_other_replies_are_no_answer(github: FakeGitHub, status: int) -> None:
    github.broken = status
    with pytest.raises(SourceError):
        await about(github)


HOSTILE = {
    "not JSON": "<html>",
    "no list": '{"attestations": {}}',
    "no objects": '{"attestations": [1]}',
    "neither bundle nor address": '{"attestations": [{"bundle": null}]}',
    "an address elsewhere": '{"attestations": [{"bundle_url": "http://169.254.169.254/latest"}]}',
    "an address on a port of ours": '{"attestations": [{"bundle_url": "http://127.0.0.1:6379/"}]}',
    "a file": '{"attestations": [{"bundle_url": "file:///etc/passwd"}]}',
    "no address at all": '{"attestations": [{"bundle_url": "http://[::1"}]}',
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_list_is_no_answer(name: str) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=HOSTILE[name], content_type="application/json")

    with pytest.raises(SourceUnavailableError):
        await _ask(answer)


async def test_the_next_page_of_another_list_is_not_followed() -> None:
    async def answer(request: web.Request) -> web.Response:
        link = f'<{request.scheme}://{request.host}/repos/acme/other/attestations/x>; rel="next"'
        return web.json_response({"attestations": []}, headers={"Link": link})

    with pytest.raises(SourceUnavailableError, match="another address"):
        await _ask(answer)


async def test_pages_without_end_are_bounded() -> None:
    asked = 0

    async def answer(request: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        link = f'<{request.scheme}://{request.host}{request.path}?after={asked}>; rel="next"'
        return web.json_response({"attestations": []}, headers={"Link": link})

    assert (await _ask(answer)).left
    assert asked == 4


@pytest.mark.parametrize(
    "body",
    [
        bytes(cramjam.snappy.compress_raw(b"{" + b" " * BUNDLE_MAX)),  # 8 MB out of 400 KB
        b"\xff\xff\xff\xff\x0f" + b"\x00" * 50,  # claims 4 GB
        b"\xf4\x03garbage",
        b"",
    ],
    ids=["bomb", "claims 4 GB", "garbage", "empty"],
)
async def test_a_compressed_bundle_is_bounded(body: bytes) -> None:
    async def answer(request: web.Request) -> web.Response:
        if "blob" in request.path:
            return web.Response(body=body, content_type="application/x-snappy")
        return web.json_response({"attestations": [{"bundle_url": f"http://{request.host}/repos/acme/blob"}]})

    with pytest.raises(SourceUnavailableError):
        await _ask(answer)


async def _ask(answer: object) -> ListedBundles:
    app = web.Application()
    app.router.add_get("/{rest:.*}", answer)  # type: ignore[arg-type]
    async with TestServer(app, host="127.0.0.1") as server, ClientSession() as session:
        api = AttestationsApi(Exchange(session, str(server.make_url("/")).rstrip("/")))
        return await api.about(REPOSITORY, DIGEST)
