"""How long a check that a visitor asks for takes to begin, with a backlog of pushes: `make bench ONLY=people`.

The worker is whole: embedded store, real outbox, a pretended Slack at its real pace. Only the checks are pretended;
each takes CHECK_SECONDS. For comparison: before checks and posts were apart and people had a lane, it took 168 s.
"""

import asyncio
import tempfile
import time
from pathlib import Path
from typing import Final

from msgspec import Struct, field

from bench.saying import say
from bot import logs
from bot.jobs.health import look
from bot.jobs.parts import CheckPolicy, PhaseOf
from bot.jobs.queue import open_queue
from bot.jobs.worker import work
from bot.oci.reference import Reference
from bot.releases import Placement, Release
from bot.releases.expected import ExpectedMember
from bot.report import Report, Verdict
from bot.settings import Settings
from bot.slack.outbox import open_outbox
from bot.store import open_store
from tests.fake_slack import FakeSlack
from tests.jobs.parts import push, question
from tests.reports import report

BACKLOG: Final = 1000
PAGES: Final = 10
CHECK_SECONDS: Final = 0.5
CHANNEL: Final = "C0RELEASES"


class SlowChecker(Struct):
    """Notes when each check begins."""

    began: dict[str, float] = field(default_factory=dict)

    def check_policy(self, reference: Reference) -> CheckPolicy:  # noqa: ARG002 - the same for all
        return CheckPolicy("v1")

    def expected_with(
        self,
        arrived: Placement,  # noqa: ARG002
        before: Release | None,  # noqa: ARG002
    ) -> tuple[ExpectedMember, ...]:
        return ()

    async def digest(self, reference: Reference) -> str:
        return report(str(reference)).digest

    async def check(self, reference: Reference, *, phase_of: PhaseOf, fresh: bool = True) -> Report:  # noqa: ARG002
        self.began.setdefault(str(reference), time.monotonic())
        await asyncio.sleep(CHECK_SECONDS)
        return report(str(reference), verdict=Verdict.FAIL)


async def measure(backlog: int, pages: int) -> list[float]:
    """Seconds from a visitor's request to the beginning of its check, one for each."""
    checker, stop = SlowChecker(), asyncio.Event()
    with tempfile.TemporaryDirectory() as folder:
        async with FakeSlack() as slack:
            slack.channel(CHANNEL, "releases")
            settings = Settings.model_validate(
                {
                    "data": Path(folder) / "data",
                    "slack_bot_token": slack.space.token,
                    "slack_api_url": slack.api,
                    "slack_channel": CHANNEL,
                }
            )
            async with (
                open_store(settings) as store,
                open_queue(store, settings) as queue,
                open_outbox(settings, store) as outbox,
            ):
                for number in range(backlog):
                    await queue.enqueue(push(f"quay.io/acme/pushed:{number}"), key=f"k{number}")
                worker = asyncio.create_task(work(store, settings, stop, checker=checker, publisher=outbox))
                while len(checker.began) < 2 * settings.concurrency:  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
                waits = []
                for number in range(pages):
                    image = f"quay.io/acme/page:{number}"
                    asked = time.monotonic()
                    await queue.enqueue(question(image, origin="page", user="", channel=""), key=f"{image}|page")
                    while image not in checker.began:  # noqa: ASYNC110
                        await asyncio.sleep(0.005)
                    waits.append(checker.began[image] - asked)
                found = await look(store, queue)
                say(f"{found.waiting + found.running} of {backlog} pushes were still waiting")
                stop.set()
                worker.cancel()
                await asyncio.wait({worker})
                return waits


def main() -> None:
    """Print it."""
    logs.configure("json")
    waits = sorted(asyncio.run(measure(BACKLOG, PAGES)))
    middle, worst = waits[len(waits) // 2], waits[-1]
    say(f"a visitor's check begins after {middle:.2f} s, {worst:.2f} s at worst, of {len(waits)}")


if __name__ == "__main__":
    main()
