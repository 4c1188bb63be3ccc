"""The commits that Git tags name, against a GitHub that answers like the real one, and against hostile ones."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.errors import SourceDeniedError, SourceNotFoundError, SourceUnavailableError
from bot.workflows.address import Repository
from bot.workflows.github_tags import (
    KEPT_SECONDS,
    NAMES_MAX,
    NAMES_MAX_WITH_TOKEN,
    PEELS_MAX,
    PER_PAGE,
    GitTags,
    may_be_tag,
)
from tests.fake_github import FakeGitHub, sha
from tests.workflows.asking_github import Clock, exchanging

REPOSITORY = Repository("acme", "app")
ONE, TWO = sha("one"), sha("two")


@pytest.fixture
async def github() -> AsyncIterator[FakeGitHub]:
    async with FakeGitHub() as github:
        github.repository("acme/app", {})
        yield github


@asynccontextmanager
async def asking(api: str, clock: Clock | None = None, token: str = "") -> AsyncIterator[GitTags]:
    async with exchanging(api, token) as exchange:
        yield GitTags(exchange, clock or Clock())


def crowded(github: FakeGitHub) -> None:
    """More tags than one page has, all listed before those with a small name."""
    for number in range(PER_PAGE + 1):
        github.repositories["acme/app"].tags.add(f"z{number}", TWO)


async def test_one_request_answers_both_spellings_and_annotated_tags_are_peeled(github: FakeGitHub) -> None:
    github.repositories["acme/app"].tags.add("v1.2.3", ONE, annotated=1)
    async with asking(github.api) as tags:
        assert await tags.commits(REPOSITORY, ("v1.2.3", "1.2.3")) == {"v1.2.3": ONE}
    assert [path for _, path, _ in github.asked] == [f"/repos/acme/app/tags?per_page={PER_PAGE}"]


@pytest.mark.parametrize("annotated", [0, 1, PEELS_MAX])
async def test_in_a_crowd_a_tag_is_asked_for_by_its_name_and_peeled(github: FakeGitHub, annotated: int) -> None:
    github.repositories["acme/app"].tags.add("app/v1.2.3", ONE, annotated=annotated)
    crowded(github)
    async with asking(github.api) as tags:
        assert await tags.commits(REPOSITORY, ("app/v1.2.3", "1.2.3")) == {"app/v1.2.3": ONE}


async def test_a_full_page_may_not_be_the_last_one_when_a_proxy_drops_the_header_that_says_so() -> None:
    async def told(request: web.Request) -> web.Response:
        if request.path.endswith("/tags"):
            names = (f"z{number}" for number in range(PER_PAGE))
            return web.json_response([{"name": name, "commit": {"sha": TWO}} for name in names])
        return web.json_response({"ref": "refs/tags/1.2.3", "object": {"type": "commit", "sha": ONE}})

    app = web.Application()
    app.router.add_get("/{rest:.*}", told)
    async with TestServer(app) as server, asking(f"http://127.0.0.1:{server.port}") as tags:
        assert await tags.commits(REPOSITORY, ("1.2.3",)) == {"1.2.3": ONE}
        with pytest.raises(SourceUnavailableError):
            await tags.commits(REPOSITORY, ("1.2.4",))  # it names another one


async def test_the_id_of_an_annotated_tag_is_peeled_and_asked_for_once(github: FakeGitHub) -> None:
    tags = github.repositories["acme/app"].tags
    tags.add("v1.2.3", ONE, annotated=2)
    async with asking(github.api) as asked:
        for _ in range(5):
            assert await asked.peeled(REPOSITORY, tags.named["v1.2.3"]) == ONE
            assert await asked.peeled(REPOSITORY, ONE) is None
            assert await asked.peeled(REPOSITORY, "../main") is None
        assert len(github.asked) == 3
        tags.objects[TWO] = "tree", ONE
        assert await asked.peeled(REPOSITORY, TWO) is None
        for number in range(NAMES_MAX - 3):
            await asked.peeled(REPOSITORY, sha(number))
        with pytest.raises(SourceUnavailableError, match="NAMES_MAX"):
            await asked.peeled(REPOSITORY, sha("one more"))


async def test_an_answer_about_another_tag_is_no_answer() -> None:
    async def told(_: web.Request) -> web.Response:
        return web.json_response({"sha": ONE, "object": {"type": "commit", "sha": ONE}})

    app = web.Application()
    app.router.add_get("/{rest:.*}", told)
    async with TestServer(app) as server, asking(f"http://127.0.0.1:{server.port}") as tags:
        assert await tags.peeled(REPOSITORY, ONE) == ONE
        with pytest.raises(SourceUnavailableError):
            await tags.peeled(REPOSITORY, TWO)


async def test_tags_of_tags_end(github: FakeGitHub) -> None:
    github.repositories["acme/app"].tags.add("1.2.3", ONE, annotated=PEELS_MAX + 1)
    crowded(github)
    async with asking(github.api) as tags:
        with pytest.raises(SourceUnavailableError, match="PEELS_MAX"):
            await tags.commits(REPOSITORY, ("1.2.3",))


async def test_answers_are_kept_for_a_moment_since_tags_move(github: FakeGitHub) -> None:
    clock = Clock()
    github.repositories["acme/app"].tags.add("1.2.3", ONE)
    async with asking(github.api, clock) as tags:
        for _ in range(50):
            assert await tags.commits(REPOSITORY, ("1.2.3",)) == {"1.2.3": ONE}
        assert len(github.asked) == 1
        github.repositories["acme/app"].tags.add("1.2.3", TWO)
        clock.now = KEPT_SECONDS
        assert await tags.commits(REPOSITORY, ("1.2.3",)) == {"1.2.3": TWO}


@pytest.mark.parametrize(("token", "most"), [(False, NAMES_MAX), (True, NAMES_MAX_WITH_TOKEN)])
async def test_many_versions_of_a_crowded_repository_do_not_use_up_the_rate_limit(
    github: FakeGitHub, *, token: bool, most: int
) -> None:
    crowded(github)
    unsaid = 0
    async with asking(github.api, token=github.token if token else "") as tags:
        for number in range(most + 10):
            try:
                await tags.commits(REPOSITORY, (f"1.{number}.0",))
            except SourceUnavailableError:
                unsaid += 1
    assert (unsaid, len(github.asked)) == (10, 1 + most)


async def test_a_repository_that_is_not_shown_is_not_a_missing_tag_and_is_asked_once(github: FakeGitHub) -> None:
    github.repositories["acme/app"].is_private = True
    async with asking(github.api) as tags:
        for _ in range(5):
            with pytest.raises(SourceNotFoundError):
                await tags.commits(REPOSITORY, ("1.2.3",))
    assert len(github.asked) == 1
    async with asking(github.api, token=github.token) as tags:
        assert await tags.commits(REPOSITORY, ("1.2.3",)) == {}


async def test_a_renamed_repository_is_followed_on_the_same_host(github: FakeGitHub) -> None:
    github.repositories["acme/app"].tags.add("1.2.3", ONE)
    github.renamed["old/name"] = "acme/app"
    async with asking(github.api) as tags:
        assert await tags.commits(Repository("old", "name"), ("1.2.3",)) == {"1.2.3": ONE}


async def test_a_redirect_to_another_host_is_not_followed(github: FakeGitHub) -> None:
    async def moved(_: web.Request) -> web.Response:
        return web.Response(status=301, headers={"Location": f"{github.api}/repos/acme/app/tags"})

    app = web.Application()
    app.router.add_get("/{rest:.*}", moved)
    async with TestServer(app) as server, asking(f"http://127.0.0.1:{server.port}", token="secret") as tags:
        with pytest.raises(SourceUnavailableError, match="another host"):
            await tags.commits(REPOSITORY, ("1.2.3",))
    assert not github.asked


@pytest.mark.parametrize(
    ("status", "headers", "error"),
    [
        (403, {}, SourceDeniedError),
        (401, {}, SourceDeniedError),
        (403, {"X-RateLimit-Remaining": "0"}, SourceUnavailableError),
        (429, {"Retry-After": "60"}, SourceUnavailableError),
        (502, {}, SourceUnavailableError),
    ],
)
async def test_refusals(github: FakeGitHub, status: int, headers: dict[str, str], error: type[Exception]) -> None:
    github.broken, github.headers = status, headers
    async with asking(github.api) as tags:
        with pytest.raises(error):
            await tags.commits(REPOSITORY, ("1.2.3",))
        if headers:  # a limit: nothing is asked until it is over
            with pytest.raises(SourceUnavailableError, match="rate limit lasts until"):
                await tags.commits(REPOSITORY, ("1.2.3",))
            assert len(github.asked) == 1


@pytest.mark.parametrize(
    "body", ["{}", "[1]", '[{"name": "1.2.3"}]', '[{"name": "1.2.3", "commit": {"sha": "main"}}]', "<html>"]
)
async def test_an_answer_that_is_not_githubs_is_no_answer(body: str) -> None:
    async def told(_: web.Request) -> web.Response:
        return web.Response(text=body, content_type="application/json")

    app = web.Application()
    app.router.add_get("/{rest:.*}", told)
    async with TestServer(app) as server, asking(f"http://127.0.0.1:{server.port}") as tags:
        with pytest.raises(SourceUnavailableError):
            await tags.commits(REPOSITORY, ("1.2.3",))


@pytest.mark.parametrize("name", ["v1.2.3", "app/v1.2.3", "@acme/app@1.2.3"[1:], "1.2.3+4", "x" * 200])
def test_names_of_tags(name: str) -> None:
    assert may_be_tag(name)


@pytest.mark.parametrize(
    "name", ["", "../1", "a/../b", "a//b", "1?x=y", "1#x", "a b", "a/.git", "1.", "/a", "a/", "x" * 201, "1\n", "a@{1}"]
)
async def test_what_cannot_be_a_tag_gets_into_no_address(github: FakeGitHub, name: str) -> None:
    assert not may_be_tag(name)
    async with asking(github.api) as tags:
        assert await tags.commits(REPOSITORY, (name,)) == {}
    assert not github.asked
