"""Previews of links to our own pages (unfurling).

A preview says what its channel was told already, and nothing else: whoever pastes a link must not learn by it what
another channel is told. What a rule asks is public.
"""

from typing import TYPE_CHECKING

import structlog
from msgspec import Struct

from bot.intake.talk import Unfurl
from bot.policy import Policies
from bot.releases import place
from bot.render.slack.escape import prose
from bot.render.slack.message import section
from bot.rules import catalogue
from bot.slack.classify import answer_of, failures
from bot.slack.later import raise_if_later
from bot.slack.our_links import OurLink, ReleaseLink, ReportLink, RuleLink, our_link
from bot.store import Store
from bot.store.threads import Address, MessageState, Threads

if TYPE_CHECKING:  # large, and not needed without Slack
    from slack_sdk.web.async_client import AsyncWebClient

log = structlog.get_logger(__name__)


class Unfurls(Struct, frozen=True):
    """Makes them. `base_url` is the address of our pages."""

    store: Store
    client: "AsyncWebClient"
    policies: Policies
    base_url: str

    async def show(self, job: Unfurl) -> None:
        """Again and again the same. Raises StoreError, and PostingError when Slack does not answer now."""
        previews: dict[str, dict[str, object]] = {}
        for url in job.urls:
            link = our_link(url, self.base_url)
            if link is not None and (text := await self._text(link, job)):
                previews[url] = {"blocks": [section("preview", text)]}
        if not previews:
            return
        try:
            await self.client.api_call("chat.unfurl", json={"channel": job.channel, "ts": job.ts, "unfurls": previews})
        except failures() as error:
            refused = answer_of(error)
        else:
            return
        raise_if_later(refused)
        log.warning("link not previewed", channel=job.channel, answer=str(refused))

    async def _text(self, link: OurLink, job: Unfurl) -> str:
        match link:
            case RuleLink(rule):
                found = next((one for one in catalogue() if one.id == rule), None)
                return f"*{found.id}* ({found.severity}): {prose(found.title)}" if found else ""
            case ReleaseLink(name):
                return await self._told(str(name), job)
            case ReportLink(image):
                placement = place(image, self.policies.for_image(image))
                return await self._told(str(placement.release if placement else image), job)

    async def _told(self, subject: str, job: Unfurl) -> str:
        """What that channel was told of that release, as its thread says it now; else ""."""
        thread = await Threads(self.store).get(Address(job.team, job.channel, subject))
        if thread is None or thread.parent.state is not MessageState.POSTED:
            return ""
        return thread.parent.text
