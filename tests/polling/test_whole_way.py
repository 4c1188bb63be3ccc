"""From a poll to a check, from the check to the release, and from there to the second look: with a worker."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

from bot.jobs.open_checker import open_checker
from bot.jobs.polling import open_poller
from bot.jobs.queue import open_queue
from bot.jobs.worker import work
from bot.oci.reference import Reference
from bot.releases import ReleaseName
from bot.store import Store
from bot.store.releases import Releases
from bot.store.second_looks import SecondLooks
from bot.store.silence import SilentSource
from tests.fake_registry import FakeRegistry
from tests.jobs.parts import HASTE, Teller
from tests.real_redis import RedisServer
from tests.waiting import eventually

if TYPE_CHECKING:
    from bot.polling.second.rounds import SecondRounds


class Nobody:
    """Whoever is told something here hears that the test is wrong."""

    async def notice_silence(self, silent: SilentSource, *, channel: str) -> None:
        raise AssertionError(silent, channel)

    async def publish_unreachable(
        self, subject: str, image: str, what_was_tried: str, *, channel: str, retry_at: datetime | None = None
    ) -> None:
        raise AssertionError(subject, image, what_was_tried, channel, retry_at)


async def test_what_polling_notices_is_checked_told_and_looked_at_again(
    empty_store: RedisServer, store: Store, samples: Path
) -> None:
    async with FakeRegistry() as fake:
        settings = empty_store.settings(
            watch=(f"{fake.host}/demo/app",), private_hosts=(fake.host,), settle=0.0, poll=0.2, slack_bot_token=None
        )
        fake.add_layout(samples / "max-sbom_2p_dflt", "demo/app", tag="1.0.0")
        stop, teller = asyncio.Event(), Teller()
        async with (
            open_checker(settings, store) as checker,
            open_queue(store, settings) as queue,
            open_poller(store, settings, queue, Nobody()) as poller,
        ):
            second = cast("SecondRounds", poller.also[1].__self__)  # type: ignore[attr-defined]
            second.plan.chance = lambda: 0.0
            working = asyncio.create_task(work(store, settings, stop, checker=checker, publisher=teller, timing=HASTE))
            lease = await poller.leases.take()
            assert lease is not None

            async def polled(version: str) -> bool:
                await poller.round(lease)
                release = await Releases(store).load(ReleaseName("demo/app", version))
                return release is not None and bool(release.judged)

            await eventually(lambda: polled("1.0.0"))
            assert teller.told == []  # a first look is quiet
            digest = fake.add_layout(samples / "min_2p_dflt", "demo/app", tag="1.1.0")
            del fake.repository("demo/app").tags["min_2p_dflt"]  # the name that the layout itself has
            await eventually(lambda: polled("1.1.0"))
            await eventually(teller.has_told(1))

            second._planned_at = 0.0
            image = Reference(fake.host, "demo/app", "1.1.0")

            async def looked() -> bool:
                await poller.round(lease)
                return (await SecondLooks(store).load(str(image))).outcome == "SAME"

            await eventually(looked)
            fake.tag("demo/app", "1.0.0", digest)

            async def told() -> bool:
                await poller.round(lease)
                return any(image.endswith(":1.0.0") for image, _, _ in teller.told)

            await eventually(told)
            stop.set()
            await working
        assert {image.rpartition(":")[2] for image, _, _ in teller.told} == {"1.0.0", "1.1.0"}
