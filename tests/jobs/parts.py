"""A checker and a publisher that do as the test says, and a worker to go with them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Final

from msgspec import Struct, field

from bot.context import Phase
from bot.intake.job import CheckJob
from bot.jobs.answerer import Answerer
from bot.jobs.parts import CheckPolicy, PhaseOf, Progress, no_progress
from bot.jobs.talker import Talker
from bot.jobs.timing import Timing
from bot.jobs.worker import work
from bot.oci.reference import Reference
from bot.policy import default_policy
from bot.releases import Placement, Release, place
from bot.releases.expected import ExpectedMember
from bot.render.release.view import ReleaseView
from bot.render.slack.check_failure import CheckFailure
from bot.report import FindingSummary, Report, Result, Verdict
from bot.rules import Outcome, Severity
from bot.settings import Settings
from bot.slack.outbox import ReleaseSource
from bot.slack.requester import NOBODY, Asker, Opens
from bot.store import Store
from bot.values import replace
from tests.making import digest
from tests.reports import report
from tests.waiting import PATIENCE

IMAGE: Final = "quay.io/acme/app:1.2.3"
HASTE: Final = Timing(
    check=PATIENCE,
    publish=PATIENCE,
    redelivery=PATIENCE,  # on a busy machine, a worker that lives may say nothing for seconds
    together=0,
    lock_again=0.05,
    again=(0.02, 0.02, 0.02),
    quiet=5,
    looks=(),
    reconnect=0.1,
    beat=0.5,
    poll=0.02,
)


MORTAL: Final = replace(HASTE, check=20, publish=20, redelivery=5)
"""Of a worker that is killed: how long its jobs and its images' locks wait for another one."""


async def settled(digest: str) -> Phase:  # noqa: ARG001 - whatever it is
    """The phase of what nobody pushed a moment ago."""
    return Phase.SETTLED


async def settling(digest: str) -> Phase:  # noqa: ARG001 - whatever it is
    """The phase of what was pushed a moment ago."""
    return Phase.SETTLING


def push(image: str = IMAGE, **changes: Any) -> CheckJob:  # noqa: ANN401 - any field
    return CheckJob.model_validate({"image": image, "origin": "webhook", **changes})


def question(image: str = IMAGE, **changes: Any) -> CheckJob:  # noqa: ANN401 - any field
    return CheckJob.model_validate({"image": image, "origin": "command", "user": "U1", "channel": "C1", **changes})


def judged(outcome: Outcome, *, rule: str = "signature-missing", required: bool = True, reason: str = "") -> Report:
    """A report in which one rule came to that outcome."""
    said = (FindingSummary(subject="image", message="x", outcome=outcome, reason=reason or None),)
    result = Result(rule=rule, outcome=outcome, severity=Severity.HIGH, title=rule, required=required, findings=said)
    return report(IMAGE).model_copy(update={"results": (result,), "verdict": Verdict.UNKNOWN})


AWAITED = judged(Outcome.UNKNOWN, reason="awaiting-signature")
UNREAD = judged(Outcome.UNKNOWN, rule="provenance-missing", reason="unreadable")


class Looker(Struct):
    """A checker. `answers` are given one after the other, the last one for ever; errors are raised."""

    answers: list[Report | Exception] = field(default_factory=lambda: [report(IMAGE)])
    says: CheckPolicy = field(default_factory=lambda: CheckPolicy("v1"))
    gate: asyncio.Event | None = None  # a look lasts until it is set
    looks: list[str] = field(default_factory=list)
    phases: list[Phase] = field(default_factory=list)
    stands_for: str = ""  # what the tag stands for; "" = each time for something else
    fresh: list[bool] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)  # the images whose digest was asked for
    at_once: int = 0
    most_at_once: int = 0

    def check_policy(self, reference: Reference) -> CheckPolicy:
        return replace(self.says, placement=place(reference, default_policy()))

    def expected_with(
        self,
        arrived: Placement,  # noqa: ARG002
        before: Release | None,  # noqa: ARG002
    ) -> tuple[ExpectedMember, ...]:
        return ()

    async def digest(self, reference: Reference) -> str:
        self.asked.append(str(reference))
        return self.stands_for or digest(f"{reference} is pushed {len(self.asked)} times")

    async def check(self, reference: Reference, *, phase_of: PhaseOf, fresh: bool = True) -> Report:
        self.looks.append(str(reference))
        self.fresh.append(fresh)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            answer = await self._answer(reference)
            self.phases.append(await phase_of(answer.digest))
            return answer
        finally:
            self.at_once -= 1

    async def _answer(self, reference: Reference) -> Report:
        if self.gate is not None:
            await self.gate.wait()
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer.model_copy(update={"image": str(reference)})


class Trouble(Struct):
    image: str
    said: str
    retry_at: datetime | None
    final: bool
    channel: str
    at: float


class Teller(Struct):
    """A publisher. `errors` are raised one after the other, before it works."""

    errors: list[Exception] = field(default_factory=list)
    told: list[tuple[str, str, str]] = field(default_factory=list)  # image or release, channel, who asked
    releases: list[ReleaseView] = field(default_factory=list)  # of each that was published
    owners: list[tuple[str, ...]] = field(default_factory=list)  # of each that was told
    troubles: list[Trouble] = field(default_factory=list)
    has_thread: bool = True

    async def publish(self, load: ReleaseSource, *, subject: str, channel: str, asker: Asker = NOBODY) -> bool:
        if self.errors:
            raise self.errors.pop(0)
        release = await load()
        assert release.subject == subject
        self.releases.append(release)
        if asker.opens is not Opens.NEVER:
            images = ",".join(one.image for one in release.images)
            self.told.append((images, channel, asker.user))
            self.owners.append(release.owners)
        return self.has_thread

    async def answer(self, image: ReleaseView, subject: str, *, channel: str, asker: Asker) -> None:  # noqa: ARG002
        if self.errors:
            raise self.errors.pop(0)
        self.told.append((image.images[0].image, channel, asker.user))
        self.owners.append(image.owners)

    async def publish_failure(
        self,
        subject: str,  # noqa: ARG002
        failure: CheckFailure,
        *,
        channel: str,
        asker: Asker = NOBODY,  # noqa: ARG002
    ) -> None:
        if self.errors:
            raise self.errors.pop(0)
        self.troubles.append(
            Trouble(failure.image, failure.tried, failure.retry_at, failure.final, channel, failure.at)
        )

    def has_told(self, times: int) -> Callable[[], bool]:
        return lambda: len(self.told) >= times

    def has_trouble(self, times: int = 1) -> Callable[[], bool]:
        return lambda: len(self.troubles) >= times


def settings(**changes: Any) -> Settings:  # noqa: ANN401 - any field
    return Settings.model_validate({"concurrency": 4, "settle_max": 120.0, **changes})


@asynccontextmanager
async def working(  # noqa: PLR0913 - the parts of a worker
    store: Store,
    checker: Looker,
    publisher: Teller,
    *,
    timing: Timing = HASTE,
    progress: Progress = no_progress,
    stop: asyncio.Event | None = None,
    answerer: Answerer | None = None,
    talker: Talker | None = None,
) -> AsyncIterator["asyncio.Task[None]"]:
    """A worker, stopped at the end of the block."""
    stop = stop or asyncio.Event()
    task = asyncio.create_task(
        work(
            store,
            settings(),
            stop,
            checker=checker,
            publisher=publisher,
            answerer=answerer,
            talker=talker,
            timing=timing,
            progress=progress,
        )
    )
    try:
        yield task
    finally:
        stop.set()
        await task
