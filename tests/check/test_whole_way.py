"""The whole way: an image in a registry, its workflow at GitHub, and the diff in what worker and terminal say."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.context import Phase
from bot.jobs.checker import open_checker
from bot.report import Report
from bot.settings import Settings
from tests.check.built import PATH, mode_min
from tests.check.registry import IMAGE, WORKFLOW, push
from tests.cli.at_terminal import SECONDS
from tests.conftest import ROOT
from tests.fake_github import FakeGitHub
from tests.fake_registry import FakeRegistry


@pytest.fixture
async def registry() -> AsyncIterator[FakeRegistry]:
    async with FakeRegistry() as fake:
        yield fake


@pytest.fixture
async def github() -> AsyncIterator[FakeGitHub]:
    async with FakeGitHub() as fake:
        yield fake


async def looked(registry: FakeRegistry, commit: str, **settings: object) -> Report:
    """As a worker with these settings does."""
    found = push(registry, commit)
    async with open_checker(Settings.model_validate({**found, **settings})) as checker:
        return await checker.check(IMAGE, phase=Phase.SETTLED)


async def test_the_worker_reads_the_workflow(registry: FakeRegistry, github: FakeGitHub) -> None:
    commit = github.repository("acme/app", {PATH: WORKFLOW}).branches["main"]
    report = await looked(registry, commit, github_api=github.api)
    (patch,) = mode_min(report).patches
    assert "+          provenance: mode=max" in patch.diff
    assert mode_min(report).lines[0].url == f"https://github.com/acme/app/blob/{commit}/{PATH}#L6"
    assert not any(sent for _, _, sent in github.asked)


async def test_switched_off_nobody_is_asked_and_the_file_is_still_named(
    registry: FakeRegistry, github: FakeGitHub
) -> None:
    commit = github.repository("acme/app", {PATH: WORKFLOW}).branches["main"]
    report = await looked(registry, commit, github_api="")
    assert report.workflow is not None
    assert report.workflow.state == "named"
    assert not github.asked


async def test_a_private_repository_is_read_with_the_token_where_the_policy_names_it(
    registry: FakeRegistry, github: FakeGitHub, tmp_path: Path
) -> None:
    commit = github.repository("acme/app", {PATH: WORKFLOW}, is_private=True).branches["main"]
    policy = tmp_path / "policy.yaml"
    policy.write_text("images:\n  - match: '*/**'\n    sources: ['https://github\\.com/acme/']\n")
    access = {"github_api": github.api, "github_token": github.token}
    strange = await looked(registry, commit, **access)
    assert strange.workflow is not None
    assert "none that we may see" in strange.workflow.reason
    ours = await looked(registry, commit, policy=policy, **access)
    assert mode_min(ours).patches


async def at_terminal(*words: str, **environment: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr, while the fakes of this process answer."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *words,
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), SECONDS)
    return process.returncode or 0, out.decode(), err.decode()


def environment(found: dict[str, Any], **more: str) -> dict[str, str]:
    return {f"PROVENANCE_{name.upper()}": json.dumps(value) for name, value in found.items()} | more


async def test_the_terminal_does_the_same_when_it_is_asked_to(registry: FakeRegistry, github: FakeGitHub) -> None:
    commit = github.repository("acme/app", {PATH: WORKFLOW}, is_private=True).branches["main"]
    told = environment(push(registry, commit), PROVENANCE_GITHUB_API=github.api)
    code, out, err = await at_terminal("check", str(IMAGE), **told)
    assert (code, github.asked) == (1, []), err
    code, out, err = await at_terminal("check", "--workflow", str(IMAGE), **told, PROVENANCE_GITHUB_TOKEN=github.token)
    assert code == 1, err
    assert f"where: {PATH}, line 6: " in " ".join(out.split())
    assert "+          provenance: mode=max" in out


async def test_the_terminal_checks_all_the_same_when_github_is_away(registry: FakeRegistry) -> None:
    told = environment(push(registry, "f" * 40), PROVENANCE_GITHUB_API="http://127.0.0.1:9")
    code, out, _ = await at_terminal("check", "--workflow", "--format", "json", str(IMAGE), **told)
    assert code == 1
    assert json.loads(out)["workflow"]["state"] == "unreadable"
    code, out, _ = await at_terminal("check", "--workflow", str(IMAGE), **told)
    assert "not read: acme/app/.github/workflows/release.yml: no answer" in " ".join(out.split())
