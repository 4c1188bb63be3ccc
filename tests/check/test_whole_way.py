"""The whole way: an image in a registry, its workflow at GitHub, and the diff in what worker and terminal say."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from bot.attestations.statement import SLSA_V1
from bot.check.code_host import NOT_ASKED
from bot.jobs.open_checker import open_checker
from bot.report import Report, Verdict
from bot.rules import Outcome
from bot.settings import Settings
from tests.attestations.predicates import v1
from tests.check.built import PATH, mode_min
from tests.check.registry import IMAGE, WORKFLOW, push
from tests.fake_github import FakeGitHub
from tests.fake_registry import FakeRegistry
from tests.forks import NOTHING_SET, forked
from tests.jobs.parts import settled
from tests.private_sigstore import PrivateSigstore, statement
from tests.registry_faults import Status


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
        return await checker.check(IMAGE, phase_of=settled)


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
    return await asyncio.to_thread(forked, words, {**NOTHING_SET, **environment})


def environment(found: dict[str, Any], **more: str) -> dict[str, str]:
    return {f"PROVENANCE_{name.upper()}": json.dumps(value) for name, value in found.items()} | more


async def test_the_terminal_does_the_same_when_it_is_asked_to(registry: FakeRegistry, github: FakeGitHub) -> None:
    commit = github.repository("acme/app", {PATH: WORKFLOW}, is_private=True).branches["main"]
    told = environment(push(registry, commit), PROVENANCE_GITHUB_API=github.api)
    code, out, err = await at_terminal("check", str(IMAGE), **told)
    assert code == 1, err
    assert not [path for _, path, _ in github.asked if "/contents/" in path]
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
    assert "workflows/release.yml: the connection to 127.0.0.1 failed" in " ".join(out.split())


async def test_where_the_source_could_not_be_read_neither_says_that_the_image_is_not_signed(
    registry: FakeRegistry, github: FakeGitHub
) -> None:
    """GitHub may hold a signature, and nobody knows of which repository to ask for it."""
    registry.fault("/blobs/", Status(451))
    report = await looked(registry, "f" * 40, github_api=github.api)
    assert {one.outcome for one in report.results if one.rule == "signature-missing"} == {Outcome.UNKNOWN}
    told = environment(push(registry, "f" * 40), PROVENANCE_GITHUB_API=github.api)
    _, out, _ = await at_terminal("check", "--format", "json", str(IMAGE), **told)
    assert {one["outcome"] for one in json.loads(out)["results"] if one["rule"] == "signature-missing"} == {"unknown"}


SIGNED_POLICY = """\
images:
  - match: '*/**'
    require: [signature-missing, signature-identity-unexpected]
    identities:
      - issuer: https://token.actions.githubusercontent.com
        subject: 'https://github\\.com/acme/app/\\.github/workflows/release\\.yml@refs/tags/.+'
"""


async def test_an_image_that_only_github_knows_to_be_signed_passes(
    registry: FakeRegistry, github: FakeGitHub, tmp_path: Path
) -> None:
    sigstore, commit = PrivateSigstore(), github.repository("acme/app", {}).branches["main"]
    root, policy = tmp_path / "root.json", tmp_path / "policy.yaml"
    root.write_text(json.dumps(sigstore.root()))
    policy.write_text(SIGNED_POLICY)
    told = {"github_api": github.api, "trusted_roots": (root,), "public_root": False, "policy": policy}
    unsigned = await looked(registry, commit, **told)
    assert (unsigned.verdict, _outcome(unsigned, "signature-missing")) == (Verdict.FAIL, Outcome.FAIL)

    bundle = sigstore.bundle(statement(unsigned.digest, SLSA_V1, v1()), sigstore.signer())
    github.repositories["acme/app"].attestations.store(unsigned.digest, json.dumps(bundle).encode())
    signed = await looked(registry, commit, **told)
    assert signed.verdict is Verdict.PASS, signed
    assert [(one.layout, one.state) for one in signed.signatures] == [("github-api", "valid")]

    github.broken = 503
    unknown = await looked(registry, commit, **told)
    assert (unknown.verdict, _outcome(unknown, "signature-missing")) == (Verdict.UNKNOWN, Outcome.UNKNOWN)
    assert "GitHub" in next(one for one in unknown.results if one.rule == "signature-missing").findings[0].message

    off = await looked(registry, commit, **(told | {"github_api": ""}))
    assert (off.verdict, NOT_ASKED in off.notes) == (Verdict.FAIL, True)


def _outcome(report: Report, rule: str) -> Outcome:
    return next(result.outcome for result in report.results if result.rule == rule)


async def test_the_terminal_finds_what_only_github_holds(
    registry: FakeRegistry, github: FakeGitHub, tmp_path: Path
) -> None:
    sigstore, commit = PrivateSigstore(), github.repository("acme/app", {}, is_private=True).branches["main"]
    root = tmp_path / "root.json"
    root.write_text(json.dumps(sigstore.root()))
    told = environment(
        push(registry, commit), PROVENANCE_GITHUB_API=github.api, PROVENANCE_GITHUB_TOKEN=github.token
    ) | {"PROVENANCE_TRUSTED_ROOTS": json.dumps([str(root)])}
    _, out, _ = await at_terminal("check", "--format", "json", str(IMAGE), **told)
    digest = json.loads(out)["digest"]
    bundle = sigstore.bundle(statement(digest, SLSA_V1, v1()), sigstore.signer())
    github.repositories["acme/app"].attestations.store(digest, json.dumps(bundle).encode(), "snappy")
    host = urlsplit(github.blobs.url).netloc
    _, out, err = await at_terminal(
        "check", "--format", "json", str(IMAGE), **told, PROVENANCE_GITHUB_BUNDLE_HOSTS=json.dumps([host])
    )
    (signature,) = json.loads(out)["signatures"]
    assert (signature["layout"], signature["state"]) == ("github-api", "valid"), err
