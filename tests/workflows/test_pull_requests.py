"""Pull requests at a GitHub that is strict about rights: each change once, whatever happens in between."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from bot.errors import SourceDeniedError, SourceError, SourceUnavailableError
from bot.values import replace
from bot.workflows.hosts import open_code_hosts
from bot.workflows.options import GitHubOptions
from bot.workflows.pull_requests import Proposal, PullRequests
from tests.fake_github import FakeGitHub, Repository

PATH = ".github/workflows/release.yml"


@pytest.fixture
async def github() -> AsyncIterator[FakeGitHub]:
    async with FakeGitHub() as fake:
        yield fake


@pytest.fixture
def repository(github: FakeGitHub) -> Repository:
    return github.repository("acme/app", {PATH: "on: push\n", "README.md": "hello\n"})


@pytest.fixture
async def requests(github: FakeGitHub) -> AsyncIterator[PullRequests]:
    async with open_code_hosts(GitHubOptions(api=github.api, token=SecretStr(github.token))) as hosts:
        assert hosts
        assert hosts.pull_requests
        yield hosts.pull_requests


async def proposal(requests: PullRequests) -> Proposal:
    base = await requests.base("acme", "app")
    files = ((PATH, "on: push # fixed\n"),)
    return Proposal("acme", "app", base, "provenance/attest-0123456789ab", "Attest it", "Because.", files)


async def test_the_change_is_one_commit_on_a_branch_of_its_own(requests: PullRequests, repository: Repository) -> None:
    before = dict(repository.branches)
    wanted = await proposal(requests)
    pull = await requests.open(wanted)
    assert (pull.url, pull.is_new) == ("https://github.com/acme/app/pull/1", True)
    assert repository.files(wanted.branch) == {PATH: "on: push # fixed\n", "README.md": "hello\n"}
    assert repository.branches["main"] == before["main"]
    (told,) = repository.pulls
    assert (told["title"], told["body"], told["base"]["ref"]) == ("Attest it", "Because.", "main")
    assert repository.commits[repository.branches[wanted.branch]].parents == [before["main"]]


async def test_twice_is_once(requests: PullRequests, repository: Repository) -> None:
    first, second = await requests.open(await proposal(requests)), await requests.open(await proposal(requests))
    assert (first.url, first.is_new, second.is_new) == (second.url, True, False)
    assert len(repository.pulls) == 1


async def test_at_the_same_moment_is_once(requests: PullRequests, repository: Repository) -> None:
    wanted = await proposal(requests)
    pulls = await asyncio.gather(*(requests.open(wanted) for _ in range(5)))
    assert len({pull.url for pull in pulls}) == len(repository.pulls) == 1
    assert sum(pull.is_new for pull in pulls) == 1


async def test_a_branch_that_was_left_behind_is_used(requests: PullRequests, repository: Repository) -> None:
    """Somebody pulled the plug between the branch and its pull request."""
    wanted = await proposal(requests)
    repository.commit({PATH: "on: push # fixed\n"}, branch=wanted.branch)
    assert (await requests.open(wanted)).is_new
    assert len(repository.pulls) == 1


@pytest.mark.parametrize(("state", "merged", "told"), [("closed", None, "closed"), ("closed", "2026-11-22", "merged")])
async def test_what_people_closed_is_not_proposed_again(
    requests: PullRequests, repository: Repository, state: str, merged: str | None, told: str
) -> None:
    wanted = await proposal(requests)
    await requests.open(wanted)
    repository.pulls[0].update(state=state, merged_at=merged)
    again = await requests.open(wanted)
    assert (again.state, again.is_new) == (told, False)
    assert len(repository.pulls) == 1


@pytest.mark.parametrize("right", ["push", "workflows", "pulls"])
async def test_a_token_that_may_not_is_said(requests: PullRequests, repository: Repository, right: str) -> None:
    repository.rights.remove(right)
    with pytest.raises(SourceDeniedError, match="the token may not do that"):
        await requests.open(await proposal(requests))
    assert not repository.pulls


async def test_a_repository_that_is_not_ours(requests: PullRequests, github: FakeGitHub) -> None:
    github.repository("acme/hidden", {}, is_private=True).rights.clear()
    for name in ("hidden", "nowhere"):
        with pytest.raises(SourceDeniedError):
            await requests.base("acme", name)


@pytest.mark.parametrize("status", [403, 429, 500, 502])
async def test_a_host_that_is_out_of_order(requests: PullRequests, github: FakeGitHub, status: int) -> None:
    github.broken = status
    with pytest.raises(SourceError):
        await requests.base("acme", "app")


async def test_a_token_that_is_none_any_more(github: FakeGitHub, repository: Repository) -> None:
    async with open_code_hosts(GitHubOptions(api=github.api, token=SecretStr("ghp_revoked"))) as hosts:
        assert hosts
        assert hosts.pull_requests
        with pytest.raises(SourceDeniedError) as denied:
            await hosts.pull_requests.base("acme", "app")
    assert "ghp_revoked" not in str(denied.value)
    assert not repository.pulls


async def test_without_a_token_nothing_can_be_proposed(github: FakeGitHub) -> None:
    async with open_code_hosts(GitHubOptions(api=github.api)) as hosts:
        assert hosts
        assert hosts.pull_requests is None


async def test_a_commit_that_is_gone(requests: PullRequests, repository: Repository) -> None:
    wanted = await proposal(requests)
    gone = replace(wanted, base=replace(wanted.base, commit="f" * 40))
    with pytest.raises((SourceDeniedError, SourceUnavailableError)):
        await requests.open(gone)
    assert not repository.pulls
