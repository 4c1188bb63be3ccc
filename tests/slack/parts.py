"""Reports and an outbox for the tests of posting; impatient, but with the real store and the real client."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

import aiohttp
from msgspec import Struct, field

from bot.errors import PostingError, StoreError
from bot.oci.reference import Reference
from bot.policy import default_policy
from bot.releases import place
from bot.render.release.view import ImageView, Mentions, ReleaseView
from bot.render.slack.check_failure import CheckFailure
from bot.report import CauseSummary, FindingSummary, RemediationSummary, Report, Result, Verdict
from bot.rules import Outcome, Severity
from bot.slack.answers import Answers
from bot.slack.destinations import Destinations
from bot.slack.ephemeral import Ephemeral
from bot.slack.outbox import Outbox
from bot.slack.problems import UNDELIVERED
from bot.slack.requester import Asker, Requester
from bot.slack.transport import TransportLimits
from bot.slack.web_api import SlackTransport, client_for
from bot.store import Store
from bot.store.threads import Threads
from bot.values import replace
from tests.fake_slack import FakeSlack
from tests.making import digest

IMAGE: Final = "quay.io/acme/app:1.2.3"
TITLE: Final = "acme/app 1.2.3"
"""Of its release."""

CHANNEL: Final = "C0RELEASES"
START: Final = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
HASTE: Final = TransportLimits(each=0.0, looks=(0.0, 0.0), stale=0.0, again=0.0)
CALL_MAX: Final = 20.0
"""Seconds until a call counts as lost; longer than any call on a busy machine, so that only a fault loses one."""

IMPATIENT: Final = 0.5
"""The same where Slack hangs, and the test would wait for it."""

LOCK_MS: Final = 60_000
"""A sender that stalls on a busy machine keeps its turn; `dying.py` has locks that end."""


def failing(rule: str, *, message: str = "it is not there", **more: object) -> Result:
    """A result that failed on one platform, with a cure."""
    said: dict[str, object] = {
        "outcome": Outcome.FAIL,
        "severity": Severity.HIGH,
        "title": f"{rule} is what failed",
        "required": True,
        "findings": (FindingSummary(subject="linux/amd64", message=message),),
        "causes": (CauseSummary(cause="c", sureness="likely", because="buildx was called without a flag"),),
        "remediation": RemediationSummary(  # each rule has a fix of its own
            text="Build with the flag.", snippet=f"docker buildx build --flag .  # {rule}", verify="docker inspect"
        ),
    }
    return Result.model_validate({"rule": rule, **said, **more})


def passing(rule: str) -> Result:
    return Result(rule=rule, outcome=Outcome.PASS, severity=Severity.HIGH, title=f"{rule} is well", required=True)


def report(*results: Result, image: str = IMAGE, content: str = "one", minute: int = 0, **more: object) -> Report:
    """A report on an image with that content; its verdict follows from the results."""
    outcomes = {result.outcome for result in results}
    verdict = next((v for o, v in _WORST.items() if o in outcomes), Verdict.PASS)
    said = {"verdict": verdict, "policy": "default", "results": results, **more}
    checked_at = START + timedelta(minutes=minute)
    return Report.model_validate({"image": image, "digest": digest(content), "checked_at": checked_at, **said})


_WORST: Final = {Outcome.FAIL: Verdict.FAIL, Outcome.UNKNOWN: Verdict.UNKNOWN}


def release(*reports: Report, **more: object) -> ReleaseView:
    """The release of the first image, made of these; named as the policy without a key `group` does."""
    image = Reference.parse(reports[0].image)
    placed = place(image, default_policy())
    name = str(placed.release) if placed else reports[0].image
    images = tuple(ImageView(one.image, report=one, is_open=one.is_waiting) for one in reports)
    return replace(ReleaseView(name, name.removesuffix(" (rolling)"), images), **more)  # type: ignore[arg-type]


class Office(Struct):
    """An outbox between a store and a pretended Slack."""

    slack: FakeSlack
    store: Store
    outbox: Outbox
    threads: Threads
    owners: tuple[str, ...] = ()  # whom the policy names
    mentions: Mentions = Mentions.PARENT  # and where
    held: list[str] = field(default_factory=list)  # why something waits for a person

    async def publish(
        self, told: Report | ReleaseView, *, channel: str = CHANNEL, requested_by: str = "", response_url: str = ""
    ) -> None:
        view = release(told) if isinstance(told, Report) else told
        view = replace(view, owners=view.owners or self.owners, mentions=self.mentions)

        async def load() -> ReleaseView:
            return view

        async with self._held():
            await self.outbox.publish(
                load, subject=view.subject, channel=channel, asker=Asker(requested_by, response_url)
            )

    @asynccontextmanager
    async def _held(self) -> AsyncIterator[None]:
        """As a worker does: what a person must do something about first is kept for later."""
        try:
            yield
        except PostingError as error:
            if error.code != UNDELIVERED:
                raise
            self.held.append(str(error))

    async def fail(  # noqa: PLR0913 - what a failure has
        self,
        tried: str,
        *,
        image: str = IMAGE,
        retry_at: datetime | None = None,
        final: bool = False,
        at: float = 0.0,
        response_url: str = "",
    ) -> None:
        """A check of that image, of the release TITLE, did not work."""
        failure = CheckFailure(image, tried, retry_at, final, at=at)
        await self.outbox.publish_failure(TITLE, failure, channel=CHANNEL, asker=Asker(response_url=response_url))

    async def insist(self, told: Report | ReleaseView, *, channel: str = CHANNEL, tries: int = 30, **more: str) -> int:
        """As a worker does: again until it went through; how many tries it took."""
        for count in range(1, tries + 1):
            try:
                await self.publish(told, channel=channel, **more)
            except (PostingError, StoreError) as error:
                if error.retry_after is None:
                    raise
            else:
                return count
        raise AssertionError("it never went through")

    def texts(self, channel: str = CHANNEL) -> list[str]:
        """What stands in the channel, parents and replies, in the order of posting."""
        return [str(message["text"]) for message in self.slack.space.channels[channel].messages.values()]


@asynccontextmanager
async def opened(
    slack: FakeSlack,
    store: Store,
    *,
    limits: TransportLimits = HASTE,
    call_max: float = CALL_MAX,
    lock_ms: int = LOCK_MS,
    **more: str,
) -> AsyncIterator[Office]:
    """One worker's outbox; two of them are two workers."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=call_max)) as session:
        client = client_for(slack.space.token, slack.api, session)
        places = Destinations(store, SlackTransport(client, limits), more.get("default", ""))
        requester = Requester(Answers(store, Ephemeral(store, session, slack.api), client))
        outbox = Outbox(store, places, requester, base_url=more.get("base_url", ""), lock_ms=lock_ms)
        yield Office(slack, store, outbox, Threads(store))
