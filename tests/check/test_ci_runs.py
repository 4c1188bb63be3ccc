"""The CI runs that provenance names: whom they are asked of, when nobody is, and what becomes of no answer."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from bot.attestations.provenance import Mode
from bot.check import ci_runs as asking
from bot.check.ci_runs import BUILDS_MAX, KEPT, ci_runs
from bot.check.facts import with_facts
from bot.evidence import CiRun, Evidence, Unreadable
from bot.policy import default_policy
from bot.rules import Outcome
from bot.unreadable import UnknownReason
from bot.values import replace
from bot.workflows.hosts import open_code_hosts
from bot.workflows.options import GitHubOptions
from tests.fake_github import FakeGitHub
from tests.making import image, platform, provenance, reported

ID, PATH, OTHER = "provenance-run-unconfirmed", ".github/workflows/release.yml", "f" * 40
APP = "https://github.com/acme/app"
RUN = f"{APP}/actions/runs/7"
PLAIN = default_policy()
POLICY = replace(PLAIN, advise=PLAIN.advise | {ID})
TODAY = date(2026, 11, 22)


@pytest.fixture
async def github() -> AsyncIterator[FakeGitHub]:
    async with FakeGitHub() as github:
        repository = github.repository("acme/app", {PATH: "on: push"})
        repository.runs.add(7, repository.branches["main"], PATH)
        yield github


def built(github: FakeGitHub, **changes: Any) -> Evidence:  # noqa: ANN401 - of the provenance
    commit = github.repositories["acme/app"].branches["main"]
    said = {"revision": commit, "run": RUN, "workflow": PATH, "finished_on": "2026-11-21T10:00:00Z"} | changes
    return image(platform(provenance=provenance(**said)))


async def asked(
    github: FakeGitHub, evidence: Evidence, *, token: str = "", today: date = TODAY, sources: tuple[str, ...] = ()
) -> CiRun | Unreadable | None:
    """What is told of the only build."""
    options = GitHubOptions(api=github.api, token=SecretStr(token) if token else None)
    policy = replace(POLICY, expected=replace(POLICY.expected, sources=sources))
    async with open_code_hosts(options) as hosts:
        found = await ci_runs(evidence, policy, hosts, today)
    assert found is not None
    ((_, told),) = found
    return told


def outcome(evidence: Evidence) -> Outcome:
    return next(one.outcome for one in reported(evidence, POLICY).results if one.rule == ID)


async def test_one_request_confirms_it(github: FakeGitHub) -> None:
    evidence = built(github)
    async with open_code_hosts(GitHubOptions(api=github.api)) as hosts:
        told = await with_facts(evidence, replace(POLICY, advise=frozenset({ID})), hosts)
    assert [path for _, path, _ in github.asked] == ["/repos/acme/app/actions/runs/7"]
    assert outcome(told) is Outcome.PASS


async def test_another_commit(github: FakeGitHub) -> None:
    github.repositories["acme/app"].runs.add(7, OTHER, PATH)
    evidence = built(github)
    told = await asked(github, evidence)
    assert told == CiRun(APP, OTHER, PATH, event="push")
    assert outcome(replace(evidence, ci_runs=((RUN, told),))) is Outcome.FAIL


@pytest.mark.parametrize("event", ["pull_request", "pull_request_review", "merge_group"])
async def test_the_run_of_a_pull_request_is_not_of_the_merge_that_was_built(github: FakeGitHub, event: str) -> None:
    github.repositories["acme/app"].runs.add(7, OTHER, PATH, event=event)
    assert await asked(github, built(github)) == CiRun(APP, "", PATH, event=event)


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
async def test_of_platforms_that_two_attempts_built_the_last_attempt_is_asked_for(
    github: FakeGitHub, order: tuple[int, int]
) -> None:
    repository = github.repositories["acme/app"]
    commit = repository.branches["main"]
    made = {one: provenance(revision=commit, run=f"{RUN}/attempts/{one}", workflow=PATH) for one in order}
    evidence = image(*(platform(f"linux/{one}", provenance=built) for one, built in made.items()))
    async with open_code_hosts(GitHubOptions(api=github.api)) as hosts:
        repository.runs.add(7, commit, PATH, attempts=1)
        await ci_runs(image(platform(provenance=made[1])), POLICY, hosts, TODAY)
        repository.runs.add(7, commit, PATH, attempts=2)
        told = await ci_runs(evidence, POLICY, hosts, TODAY)
    assert outcome(replace(evidence, ci_runs=told)) is Outcome.PASS


async def test_a_build_from_an_annotated_tag_names_the_tag_and_its_run_the_commit(github: FakeGitHub) -> None:
    repository = github.repositories["acme/app"]
    repository.tags.add("v1.2.3", repository.branches["main"], annotated=1)
    evidence = built(github, revision=repository.tags.named["v1.2.3"])
    assert outcome(replace(evidence, ci_runs=((RUN, await asked(github, evidence)),))) is Outcome.PASS
    repository.runs.add(7, OTHER, PATH)
    assert outcome(replace(evidence, ci_runs=((RUN, await asked(github, evidence)),))) is Outcome.FAIL


async def test_a_run_that_does_not_exist(github: FakeGitHub) -> None:
    assert await asked(github, built(github, run=f"{APP}/actions/runs/8")) is None


@pytest.mark.parametrize("finished_on", ["2026-11-21T10:00:00Z", ""])
async def test_an_old_run_or_one_of_no_day_may_have_been_deleted(github: FakeGitHub, finished_on: str) -> None:
    evidence = built(github, run=f"{APP}/actions/runs/8", finished_on=finished_on)
    later = TODAY + KEPT if finished_on else TODAY
    told = await asked(github, evidence, today=later)
    assert isinstance(told, Unreadable)
    assert told.code is UnknownReason.CODE_HOST


async def test_a_platform_that_was_built_long_before_the_others(github: FakeGitHub) -> None:
    """An index may be put together of new builds and of old ones, whose run GitHub has deleted."""
    old = built(github, run=f"{APP}/actions/runs/8", finished_on=f"{TODAY - KEPT - timedelta(1)}T10:00:00Z")
    new = replace(built(github).platforms[0], platform="linux/arm64")
    evidence = replace(old, platforms=(*old.platforms, new))
    async with open_code_hosts(GitHubOptions(api=github.api)) as hosts:
        told = dict(await ci_runs(evidence, POLICY, hosts, TODAY) or ())
    assert isinstance(told[f"{APP}/actions/runs/8"], Unreadable)
    assert isinstance(told[RUN], CiRun)


async def test_a_workflow_file_without_a_run(github: FakeGitHub) -> None:
    foreign = {"run": "", "mode": Mode.FOREIGN}
    assert await asked(github, built(github, **foreign)) == CiRun(APP, workflow=PATH)
    assert await asked(github, built(github, **foreign, revision=OTHER)) is None
    assert await asked(github, built(github, **foreign, workflow=".github/workflows/x.yml")) is None
    github.repositories["acme/app"].is_private = True
    assert isinstance(await asked(github, built(github, **foreign)), Unreadable)


async def test_a_private_repository_is_unknown_and_asked_with_the_token_only_where_the_policy_names_it(
    github: FakeGitHub,
) -> None:
    github.repositories["acme/app"].is_private = True
    evidence = built(github)
    assert isinstance(await asked(github, evidence), Unreadable)
    assert isinstance(await asked(github, evidence, token=github.token), Unreadable)
    assert not any(sent for *_, sent in github.asked)
    ours = (r"https://github\.com/acme/",)
    assert isinstance(await asked(github, evidence, token=github.token, sources=ours), CiRun)


@pytest.mark.parametrize("status", [403, 429, 502])
async def test_no_answer(github: FakeGitHub, status: int) -> None:
    github.broken = status
    evidence = built(github)
    told = await asked(github, evidence)
    assert isinstance(told, Unreadable)
    report = reported(replace(evidence, ci_runs=((RUN, told),)), POLICY)
    assert report.verdict == reported(evidence, PLAIN).verdict
    assert [result.rule for result in report.unknown()] == [ID]
    assert not report.unknown_told()


async def test_a_slow_host_ends_in_time(github: FakeGitHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "SECONDS", 0.0)
    assert isinstance(await asked(github, built(github)), Unreadable)


async def test_nobody_is_asked_by_the_built_in_policy_nor_about_other_servers(github: FakeGitHub) -> None:
    async with open_code_hosts(GitHubOptions(api=github.api)) as hosts:
        assert await ci_runs(built(github), PLAIN, hosts) is None
        assert await ci_runs(built(github), POLICY, None) is None
        assert await ci_runs(built(github, run="https://gitlab.com/acme/app/actions/runs/7"), POLICY, hosts) == ()
        assert await ci_runs(built(github, run="", workflow=""), POLICY, hosts) == ()
    assert not github.asked


async def test_only_some_of_many_runs_are_asked_for(github: FakeGitHub) -> None:
    run = f"{APP}/actions/runs"
    names = range(1, BUILDS_MAX + 3)
    many = image(*(platform(f"linux/{one}", provenance=provenance(run=f"{run}/{one}")) for one in names))
    async with open_code_hosts(GitHubOptions(api=github.api)) as hosts:
        found = dict(await ci_runs(many, POLICY, hosts, TODAY + timedelta(0)) or ())
    assert len(found) == len(names)
    late = [one for one in found.values() if isinstance(one, Unreadable) and one.code is UnknownReason.OVER_LIMIT]
    assert len(late) == 2
