"""Workflow runs, against a GitHub that answers like the real one, and against hostile ones."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.errors import SourceDeniedError, SourceNotFoundError, SourceUnavailableError
from bot.workflows.address import Repository
from bot.workflows.github_runs import ABSENT_SECONDS, KEPT_SECONDS, NamedRun, WorkflowRun, WorkflowRuns, named_run
from tests.fake_github import FakeGitHub, sha
from tests.workflows.asking_github import Clock, exchanging

SERVER, PATH, COMMIT = "https://github.com", ".github/workflows/release.yml", sha("commit")
SEVEN = NamedRun(Repository("acme", "app"), "7")


@pytest.fixture
async def github() -> AsyncIterator[FakeGitHub]:
    async with FakeGitHub() as github:
        github.repository("acme/app", {}).runs.add(7, COMMIT, f"{PATH}@refs/heads/main", attempts=2)
        yield github


@asynccontextmanager
async def asking(api: str, clock: Clock | None = None, token: str = "") -> AsyncIterator[WorkflowRuns]:
    async with exchanging(api, token) as exchange:
        yield WorkflowRuns(exchange, clock or Clock())


async def test_a_run_is_asked_for_once(github: FakeGitHub) -> None:
    clock = Clock()
    async with asking(github.api, clock) as runs:
        for _ in range(50):
            assert await runs.of(SEVEN) == WorkflowRun(COMMIT, PATH, "push", 2)
        assert [path for _, path, _ in github.asked] == ["/repos/acme/app/actions/runs/7"]
        clock.now = KEPT_SECONDS
        await runs.of(SEVEN)
    assert len(github.asked) == 2


async def test_images_that_are_checked_at_the_same_time_ask_once(github: FakeGitHub) -> None:
    async with asking(github.api) as runs:
        assert set(await asyncio.gather(*(runs.of(SEVEN) for _ in range(20)))) == {WorkflowRun(COMMIT, PATH, "push", 2)}
        assert len(github.asked) == 1


async def test_a_run_that_is_not_there_in_a_repository_that_everybody_sees(github: FakeGitHub) -> None:
    clock, eight = Clock(), NamedRun(SEVEN.repository, "8")
    async with asking(github.api, clock) as runs:
        for _ in range(50):
            assert await runs.of(eight) is None
        assert [path for _, path, _ in github.asked] == ["/repos/acme/app/actions/runs/8", "/repos/acme/app"]
        github.repositories["acme/app"].runs.add(8, COMMIT, PATH)
        clock.now = ABSENT_SECONDS
        assert await runs.of(eight) == WorkflowRun(COMMIT, PATH, "push", 1)


@pytest.mark.parametrize("with_token", [False, True])
async def test_in_a_private_repository_a_404_may_be_a_lack_of_rights(github: FakeGitHub, *, with_token: bool) -> None:
    github.repositories["acme/app"].is_private = True
    async with asking(github.api, token=github.token if with_token else "") as runs:
        with pytest.raises(SourceNotFoundError, match="private"):
            await runs.of(NamedRun(SEVEN.repository, "8"))
        if with_token:
            assert await runs.of(SEVEN)


@pytest.mark.parametrize(
    ("status", "headers", "error"),
    [
        (403, {}, SourceDeniedError),
        (403, {"X-RateLimit-Remaining": "0"}, SourceUnavailableError),
        (429, {"Retry-After": "60"}, SourceUnavailableError),
        (500, {}, SourceUnavailableError),
    ],
)
async def test_refusals(github: FakeGitHub, status: int, headers: dict[str, str], error: type[Exception]) -> None:
    github.broken, github.headers = status, headers
    async with asking(github.api) as runs:
        with pytest.raises(error):
            await runs.of(SEVEN)


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        "<html>",
        '{"id": 8, "head_sha": "COMMIT", "path": "a.yml", "event": "push"}',
        '{"id": 7, "head_sha": "main", "path": "a.yml", "event": "push"}',
        '{"id": 7, "head_sha": "COMMIT", "path": null, "event": "push"}',
        '{"id": 7, "head_sha": "COMMIT", "path": "a.yml", "event": "push", "run_attempt": "2"}',
    ],
)
async def test_an_answer_that_is_not_githubs_is_no_answer(body: str) -> None:
    async def told(_: web.Request) -> web.Response:
        return web.Response(text=body.replace("COMMIT", COMMIT), content_type="application/json")

    app = web.Application()
    app.router.add_get("/{rest:.*}", told)
    async with TestServer(app) as server, asking(f"http://127.0.0.1:{server.port}") as runs:
        with pytest.raises(SourceUnavailableError):
            await runs.of(SEVEN)


@pytest.mark.parametrize(("tail", "attempt"), [("", 1), ("/attempts/1", 1), ("/attempts/3", 3)])
def test_addresses_of_runs(tail: str, attempt: int) -> None:
    assert named_run(f"{SERVER}/acme/app/actions/runs/7{tail}", SERVER) == NamedRun(SEVEN.repository, "7", attempt)


async def test_a_run_that_was_started_again_is_asked_for_again(github: FakeGitHub) -> None:
    """The first attempt's image was checked a moment before; the second one must not be said not to exist."""
    runs, clock = github.repositories["acme/app"].runs, Clock()
    runs.add(7, COMMIT, PATH)
    third = NamedRun(SEVEN.repository, "7", 3)
    async with asking(github.api, clock) as asked:
        for attempt in (1, 2):
            runs.add(7, COMMIT, PATH, attempts=attempt)
            found = await asked.of(NamedRun(SEVEN.repository, "7", attempt))
            assert found is not None
            assert found.attempts == attempt
        for _ in range(5):
            assert await asked.of(third) == WorkflowRun(COMMIT, PATH, "push", 2)
        assert len(github.asked) == 3
        runs.add(7, COMMIT, PATH, attempts=3)
        clock.now = ABSENT_SECONDS
        assert await asked.of(third) == WorkflowRun(COMMIT, PATH, "push", 3)


@pytest.mark.parametrize("path", [PATH, f"{PATH}@main", f"acme/rules/{PATH}@refs/heads/main"])
async def test_the_file_of_a_run_may_be_one_that_an_organisation_requires(github: FakeGitHub, path: str) -> None:
    github.repositories["acme/app"].runs.add(7, COMMIT, path)
    async with asking(github.api) as runs:
        assert await runs.of(SEVEN) == WorkflowRun(COMMIT, PATH, "push", 1)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://gitlab.com/acme/app/actions/runs/7",
        "https://github.com.evil.example/acme/app/actions/runs/7",
        f"{SERVER}/acme/app/actions/runs/07",
        f"{SERVER}/acme/app/actions/runs/7?per_page=1",
        f"{SERVER}/acme/app/actions/runs/7/../8",
        f"{SERVER}/acme/app/actions/runs/{'7' * 21}",
        f"{SERVER}/acme/../actions/runs/7",
        f"{SERVER}/acme/a%2Fb/actions/runs/7",
        f"{SERVER}/acme/app/x/actions/runs/7",
        f"{SERVER}/acme/app/actions/runs/7\n",
        f"{SERVER}/acme/app/actions/runs/\u0667",
    ],
)
def test_other_addresses(url: str) -> None:
    assert named_run(url, SERVER) is None
