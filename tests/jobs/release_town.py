"""Two registries with the names that people know, a policy of releases, and a worker."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.intake.job import CheckJob
from bot.jobs.open_checker import open_checker
from bot.jobs.parts import Checker
from bot.jobs.queue import DocketQueue, open_queue
from bot.jobs.worker import work
from bot.oci.manifest import OCI_MANIFEST
from bot.releases import Release, ReleaseName
from bot.report import Report, Result
from bot.settings import Settings
from bot.store import Store
from bot.store.releases import Releases
from bot.store.reports import Reports
from tests.fake_registry import FakeRegistry
from tests.jobs.idle import is_idle_until
from tests.jobs.parts import HASTE, Teller
from tests.registry_shelf import descriptor
from tests.waiting import eventually

FULL, BARE = "max-sbom_2p_dflt", ""
POLICY = r"""
images:
  - match: "{quay.io,docker.io}/demo/{app,web}"
    group: demo
    sisters: [quay.io, docker.io]
    releases: '^\d+\.\d+$'
    settle: 0s
    complete: COMPLETE
    require: [provenance-missing, provenance-lost, sbom-lost, tag-moved, tag-registries-differ, release-incomplete]
"""


def bare_image(registry: FakeRegistry, repository: str, tag: str) -> str:
    """One platform, and nothing beside it."""
    config, layer = b'{"os": "linux", "architecture": "amd64"}', f"layer of {tag}".encode()
    for blob in (config, layer):
        registry.push_blob(repository, blob)
    document = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": descriptor(config, "application/vnd.oci.image.config.v1+json"),
        "layers": [descriptor(layer, "application/vnd.oci.image.layer.v1.tar+gzip")],
    }
    return registry.push_manifest(repository, document, tag=tag)


@dataclass
class Town:
    """Two registries with the names that people know, and a worker."""

    quay: FakeRegistry
    hub: FakeRegistry
    store: Store
    queue: DocketQueue
    teller: Teller
    samples: Path
    checker: Checker

    def put(self, registry: FakeRegistry, tag: str, sample: str = FULL, repository: str = "demo/app") -> str:
        if sample == BARE:
            return bare_image(registry, repository, tag)
        return registry.add_layout(self.samples / sample, repository, tag=tag)

    def retag(self, registry: FakeRegistry, repository: str, old: str, new: str) -> None:
        """The second tag stands for what the first one stands for."""
        tags = registry.repository(repository).tags
        tags[new] = tags[old]

    async def push(self, *images: str) -> None:
        """Say that these were pushed, and wait until nothing more happens at once."""
        for image in images:
            job = CheckJob(image=image, origin="webhook", asked_at=await self.store.now())
            await self.queue.enqueue(job, key=f"{image}|")
        await self.rest()

    async def rest(self) -> None:
        await eventually(self._is_done)

    async def _is_done(self) -> bool:
        """Nothing runs, and what waits is for later than a new look at a member."""
        return await is_idle_until(self.store, self.queue, time.time() + 5)

    async def release(self, version: str, *, rolling: bool = False) -> Release:
        found = await Releases(self.store).load(ReleaseName("demo", version, is_rolling=rolling))
        assert found is not None
        return found

    async def report(self, image: str) -> Report:
        found = await Reports(self.store).latest(image)
        assert found is not None
        return found.report

    async def says(self, image: str, rule: str) -> Result:
        return next(result for result in (await self.report(image)).results if result.rule == rule)


@asynccontextmanager
async def opened(store: Store, samples: Path, folder: Path, *, complete: str, workers: int = 1) -> AsyncIterator[Town]:
    policy = folder / "policy.yaml"
    policy.write_text(POLICY.replace("COMPLETE", complete))
    async with FakeRegistry() as quay, FakeRegistry() as hub:
        hosts = [quay.host, hub.host]
        settings = Settings.model_validate(
            {
                "policy": policy,
                "mirrors": {"quay.io": quay.host, "docker.io": hub.host},
                "private_hosts": hosts,
                "insecure_hosts": hosts,
                "github_api": "",
            }
        )
        stop, teller = asyncio.Event(), Teller()
        async with open_checker(settings, store) as checker, open_queue(store, settings) as queue:
            jobs = [
                asyncio.create_task(work(store, settings, stop, checker=checker, publisher=teller, timing=HASTE))
                for _ in range(workers)
            ]
            try:
                yield Town(quay, hub, store, queue, teller, samples, checker)
            finally:
                stop.set()
                await asyncio.gather(*jobs)


QUAY, HUB = "quay.io/demo/app", "docker.io/demo/app"
WEB, HUB_WEB = "quay.io/demo/web", "docker.io/demo/web"
