"""From a report to a change of the workflow, as it stands now."""

from collections.abc import AsyncIterator

import pytest

from bot.check.fixing import in_name_of, prepare
from bot.context import Expected
from bot.errors import SourceNotFoundError, UsageError
from bot.policy import Policy, default_policy
from bot.report import Report
from bot.values import replace
from tests.check.built import BEFORE, PATH, minimal, reaching, shelf
from tests.fake_github import FakeGitHub
from tests.making import NOW, reported

OURS = replace(default_policy(), expected=Expected(sources=(r"https://github\.com/acme/",)))


@pytest.fixture
async def github() -> AsyncIterator[FakeGitHub]:
    async with FakeGitHub() as fake:
        yield fake


def failing(commit: str, policy: Policy = OURS) -> Report:
    return reported(minimal(commit), policy, now=NOW)


async def test_all_that_fails_and_can_be_mended_is_one_change(github: FakeGitHub) -> None:
    repository, commit = shelf(github)
    async with reaching(github, token=True) as hosts:
        fix = await prepare(failing(commit), OURS, hosts)
    assert "provenance-mode-min" in fix.rules
    assert fix.diff.count("+          provenance: mode=max") == 2
    assert [path for path, _ in fix.proposal.files] == [PATH]
    assert fix.proposal.branch.startswith("provenance/attest-")
    assert "`provenance-mode-min`" in fix.proposal.body
    assert in_name_of(fix, "alice").proposal.body.endswith("Proposed from Slack by `alice`.\n")
    assert in_name_of(fix, "`@all` <b>\u202e").proposal.body.endswith("Proposed from Slack by `all b`.\n")
    assert in_name_of(fix, "\u202e") == fix
    assert not github.changes()
    assert repository.branches.keys() == {"main"}


async def test_the_change_is_made_for_the_newest_version(github: FakeGitHub) -> None:
    repository, commit = shelf(github)
    newer = BEFORE.replace("name: release", "name: publish")
    repository.commit({PATH: newer})
    async with reaching(github, token=True) as hosts:
        first = await prepare(failing(commit), OURS, hosts)
        assert first.proposal.files[0][1].startswith(newer[:80])
        again = await prepare(failing(commit), OURS, hosts)
        assert again.proposal.branch == first.proposal.branch
        repository.commit({PATH: newer.replace("publish", "again")})
        assert (await prepare(failing(commit), OURS, hosts)).proposal.branch != first.proposal.branch


async def test_what_is_mended_already_needs_no_change(github: FakeGitHub) -> None:
    repository, commit = shelf(github)
    async with reaching(github, token=True) as hosts:
        fix = await prepare(failing(commit), OURS, hosts)
        repository.commit(dict(fix.proposal.files))
        with pytest.raises(UsageError, match="nothing that I can fix"):
            await prepare(failing(commit), OURS, hosts)


async def test_a_repository_that_the_policy_does_not_name_is_left_alone(github: FakeGitHub) -> None:
    _, commit = shelf(github)
    async with reaching(github, token=True) as hosts:
        with pytest.raises(UsageError, match="policy does not name that repository"):
            await prepare(failing(commit), default_policy(), hosts)
    assert not github.asked


async def test_without_a_token_it_says_so(github: FakeGitHub) -> None:
    _, commit = shelf(github)
    async with reaching(github) as hosts:
        with pytest.raises(UsageError, match="no token"):
            await prepare(failing(commit), OURS, hosts)


async def test_an_image_whose_workflow_nobody_knows(github: FakeGitHub) -> None:
    report = reported(minimal("", workflow=""), OURS, now=NOW)
    async with reaching(github, token=True) as hosts:
        with pytest.raises(UsageError, match="do not know which workflow"):
            await prepare(report, OURS, hosts)


async def test_a_workflow_that_is_gone_from_the_default_branch(github: FakeGitHub) -> None:
    github.repository("acme/app", {"README.md": "x"})
    async with reaching(github, token=True) as hosts:
        with pytest.raises(SourceNotFoundError):
            await prepare(failing("f" * 40), OURS, hosts)


async def test_a_report_that_was_tampered_with_leads_nowhere_else(github: FakeGitHub) -> None:
    _, commit = shelf(github)
    report = failing(commit)
    assert report.workflow
    evil = report.workflow.model_copy(update={"path": "../../../user"})
    async with reaching(github, token=True) as hosts:
        with pytest.raises(UsageError):
            await prepare(report.model_copy(update={"workflow": evil}), OURS, hosts)
    assert not github.asked
