"""What it costs to publish an image where there is no Slack: whole path behind the job, embedded store.

First all images are checked and remembered; then each is published once, one after the other, as a worker does.
"""

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from bench.registry import image, running_registry
from bench.saying import say
from bench.worker import StoreWork, settings_for
from bot import logs
from bot.cli.garbage import started
from bot.context import Phase
from bot.jobs.open_checker import open_checker
from bot.jobs.release_views import ReleaseViews
from bot.oci.reference import Reference
from bot.render.release.view import ReleaseView
from bot.slack.outbox import open_outbox
from bot.slack.requester import Asker
from bot.store import open_store
from bot.store.releases import Releases
from bot.store.reports import Reports

IMAGES: Final = 100


async def settled(_: str) -> Phase:
    return Phase.SETTLED


async def measure(host: str, count: int) -> str:
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_for(Path(folder), host)
        async with (
            open_store(settings) as store,
            open_checker(settings, store) as checker,
            open_outbox(settings, store) as outbox,
        ):
            references = [Reference.parse(image(host, number)) for number in range(count)]
            reports = Reports(store)
            for reference in references:
                report = await checker.check(reference, phase_of=settled)
                await reports.save(report, started=await store.now(), policy=checker.check_policy(reference).version)
            views = ReleaseViews(Releases(store), reports, checker)
            started()
            asked, start, used = await StoreWork.of(store), time.perf_counter(), time.process_time()
            for reference in references:
                placement = checker.check_policy(reference).placement
                assert placement is not None
                release, name = placement.release, str(reference)

                async def load() -> ReleaseView:
                    return await views.of(release, name, await store.now())  # noqa: B023 - called before the next one

                await outbox.publish(load, subject=str(release), channel="", asker=Asker())
            seconds, used = time.perf_counter() - start, time.process_time() - used
            work_of_store = (await StoreWork.of(store)).per_image(asked, count)
    return f"{seconds / count * 1000:5.1f} ms, {used / count * 1000:5.1f} ms CPU an image; {work_of_store}"


def main() -> None:
    logs.configure("json")
    count = int(sys.argv[1]) if len(sys.argv) > 1 else IMAGES
    with running_registry(count, 0.0) as host:
        say(asyncio.run(measure(host, count)))


if __name__ == "__main__":
    main()
