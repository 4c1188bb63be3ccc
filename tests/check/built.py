"""An image that some workflow built, the repository that the workflow stands in, and the way to it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from pydantic import SecretStr

from bot.attestations.provenance import Mode
from bot.check import conclude
from bot.context import Context
from bot.evidence import Evidence
from bot.oci.reference import Reference
from bot.policy import Policy, default_policy
from bot.report import Report, Result
from bot.workflows.hosts import CodeHosts, open_code_hosts
from bot.workflows.options import GitHubOptions
from tests.conftest import ROOT
from tests.fake_github import FakeGitHub, Repository
from tests.making import NOW, image, platform, provenance

PATH: Final = ".github/workflows/release.yml"
BEFORE: Final = (ROOT / "tests" / "fixtures" / "workflows" / "before.yml").read_text()
SOURCE: Final = "https://github.com/acme/app"
SERVER: Final = Reference.parse("quay.io/acme/server:1.2.3")


def minimal(revision: str, **changes: Any) -> Evidence:  # noqa: ANN401 - any field of the provenance
    """The server's image of that commit, in min mode."""
    said = {"builder_id": "", "source": SOURCE, "revision": revision, "workflow": PATH} | changes
    return image(platform(provenance=provenance(Mode.MIN, **said)), image=SERVER)


def shelf(github: FakeGitHub, text: str = BEFORE, *, is_private: bool = False) -> tuple[Repository, str]:
    """The repository with that workflow, and its commit."""
    made = github.repository("acme/app", {PATH: text}, is_private=is_private)
    return made, made.branches["main"]


@asynccontextmanager
async def reaching(github: FakeGitHub, *, token: bool = False) -> AsyncIterator[CodeHosts]:
    """The code host, with a token or without."""
    options = GitHubOptions(api=github.api, token=SecretStr(github.token) if token else None)
    async with open_code_hosts(options) as hosts:
        assert hosts is not None
        yield hosts


async def report_on(evidence: Evidence, hosts: CodeHosts, policy: Policy | None = None) -> Report:
    """As the worker makes it."""
    asked = policy or default_policy()
    return await conclude(Context(evidence, asked.expected), asked, now=NOW, hosts=hosts)


def mode_min(report: Report) -> Result:
    return next(result for result in report.results if result.rule == "provenance-mode-min")
