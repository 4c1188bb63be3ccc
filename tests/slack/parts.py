"""Reports and an outbox for the tests of posting; impatient, but with the real store and the real client."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import aiohttp

from bot.errors import PostingError, StoreError
from bot.report import CauseSummary, FindingSummary, RemediationSummary, Report, Result, Verdict
from bot.rules import Outcome, Severity
from bot.slack.destinations import Destinations
from bot.slack.ephemeral import Ephemeral
from bot.slack.outbox import Outbox
from bot.slack.requester import Requester
from bot.slack.transport import TransportLimits
from bot.slack.web_api import SlackTransport, client_for
from bot.store import Store
from bot.store.threads import Threads
from tests.fake_slack import FakeSlack
from tests.making import digest

IMAGE: Final = "quay.io/acme/app:1.2.3"
CHANNEL: Final = "C0RELEASES"
START: Final = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
HASTE: Final = TransportLimits(each=0.0, looks=(0.0, 0.0), stale=0.0, again=0.0)
CALL_MAX: Final = 0.5
LOCK_MS: Final = 100


def failing(rule: str, *, message: str = "it is not there", **more: object) -> Result:
    """A result that failed on one platform, with a cure."""
    said: dict[str, object] = {
        "outcome": Outcome.FAIL,
        "severity": Severity.HIGH,
        "title": f"{rule} is what failed",
        "required": True,
        "findings": (FindingSummary(subject="linux/amd64", message=message),),
        "causes": (CauseSummary(cause="c", sureness="likely", because="buildx was called without a flag"),),
        "remediation": RemediationSummary(
            text="Build with the flag.", snippet="docker buildx build --flag .", verify="docker inspect"
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


@dataclass(slots=True)
class Office:
    """An outbox between a store and a pretended Slack."""

    slack: FakeSlack
    store: Store
    outbox: Outbox
    threads: Threads
    owners: tuple[str, ...] = ()  # whom the policy names

    async def publish(self, told: Report, *, channel: str = CHANNEL, **more: str) -> None:
        await self.outbox.publish(told, channel=channel, owners=self.owners, **more)

    async def insist(self, told: Report, *, channel: str = CHANNEL, tries: int = 30, **more: str) -> int:
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
    slack: FakeSlack, store: Store, *, limits: TransportLimits = HASTE, **more: str
) -> AsyncIterator[Office]:
    """One worker's outbox; two of them are two workers."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=CALL_MAX)) as session:
        client = client_for(slack.space.token, slack.api, session)
        places = Destinations(store, SlackTransport(client, limits), more.get("default", ""))
        requester = Requester(Ephemeral(store, session, slack.api))
        outbox = Outbox(store, places, requester, base_url=more.get("base_url", ""), lock_ms=LOCK_MS)
        yield Office(slack, store, outbox, Threads(store))
