"""Fixes a workflow by pull request: everybody may see the change, the users in the policy may open it."""

from typing import TYPE_CHECKING

import structlog
from msgspec import Struct

from bot.errors import MalformedError, SourceError, UsageError
from bot.oci.reference import Reference
from bot.policy import Policies, Policy
from bot.render.slack.message import MessageDraft
from bot.render.slack.patch import dry_run, outdated, proposed, refusal_of
from bot.report import Report
from bot.store.reports import Reports
from bot.values import replace

if TYPE_CHECKING:  # heavy, and few ask for a fix
    from bot.check.fixing import WorkflowFix
    from bot.workflows.hosts import CodeHosts
    from bot.workflows.pull_requests import PullRequest

log = structlog.get_logger(__name__)

NO_REPORT = "That image has no report yet. Run `/provenance check` first."
PASSES = "No rule fails on that image, so there is nothing to fix."
NO_HOST = (
    "No code host is set (PROVENANCE_GITHUB_API), so the workflow cannot be read, and a pull request is not possible."
    " `/provenance check` and the image's name, then “Show the fix”, says what to change by hand."
)
NOT_YOU = "You may not open this pull request. The policy lists who may under `may_fix`."
NOBODY = "The policy allows nobody to open this pull request. List Slack user ids under `may_fix`."


class OpenedFix(Struct, frozen=True):
    """A pull request, and the rules that failed and that it fixes."""

    pull: "PullRequest"
    rules: tuple[str, ...]


class Fixing(Struct, frozen=True):
    """Both methods may raise StoreError. Errors of GitHub become a message."""

    reports: Reports
    policies: Policies
    hosts: "CodeHosts | None"

    async def show(self, image: Reference, user: str) -> MessageDraft:
        """The change, without making it."""
        try:
            fix = await self._fix(image)
        except (UsageError, SourceError, MalformedError) as error:
            return refusal_of(str(error))
        return dry_run(str(image), fix, why_not=_why_not(self._policy(image), user))

    async def propose(
        self, image: Reference, branch: str, user: str, name: str = ""
    ) -> tuple[MessageDraft, OpenedFix | None]:
        """Open the pull request that was shown as `branch`, once. The permission is checked again.

        `name` is what Slack calls the person; the pull request says it.
        """
        from bot.check.fixing import in_name_of, open_pull_request  # noqa: PLC0415 - see above

        if why_not := _why_not(self._policy(image), user):
            log.warning("pull request refused", image=str(image), user=user)
            return refusal_of(why_not), None
        try:
            fix = await self._fix(image)
            if fix.proposal.branch != branch:
                return outdated(str(image), fix), None
            pull = await open_pull_request(in_name_of(fix, name or user), self._hosts())
        except (UsageError, SourceError, MalformedError) as error:
            return refusal_of(str(error)), None
        log.info("pull request opened or found", image=str(image), user=user, url=pull.url, is_new=pull.is_new)
        opened = OpenedFix(replace(pull, repository=fix.proposal.name), fix.rules)
        return proposed(pull, fix.proposal.name), opened

    async def _fix(self, image: Reference) -> "WorkflowFix":
        from bot.check.fixing import prepare  # noqa: PLC0415 - see above

        hosts = self._hosts()
        return await prepare(await self._report(image), self._policy(image), hosts)

    async def _report(self, image: Reference) -> Report:
        latest = await self.reports.latest(str(image))
        if latest is None:
            raise UsageError(NO_REPORT)
        if not latest.report.failing():
            raise UsageError(PASSES)
        return latest.report

    def _policy(self, image: Reference) -> Policy:
        return self.policies.for_image(image)

    def _hosts(self) -> "CodeHosts":
        if self.hosts is None:
            raise UsageError(NO_HOST)
        return self.hosts


def _why_not(policy: Policy, user: str) -> str:
    if not policy.may_fix:
        return NOBODY
    return "" if user in policy.may_fix else NOT_YOU
