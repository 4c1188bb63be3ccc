"""The fake registry answers like a real one, and spoils only what it was told to."""

from pathlib import Path

import aiohttp

from tests.fake_registry import FakeRegistry
from tests.registry_faults import Flip, Status
from tests.registry_shelf import digest_of

ACCEPT = {"Accept": "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json"}


async def test_a_layout_is_served_by_tag_and_digest(samples: Path) -> None:
    async with FakeRegistry() as registry, aiohttp.ClientSession(headers=ACCEPT) as session:
        digest = registry.add_layout(samples / "min_2p_dflt", "demo/app", tag="1.0")
        for target in ("1.0", "min_2p_dflt", digest):
            async with session.get(f"{registry.url}/v2/demo/app/manifests/{target}") as answer:
                assert digest_of(await answer.read()) == digest
                assert answer.headers["Docker-Content-Digest"] == digest
        assert registry.count("GET", "/manifests/") == 3


async def test_a_fault_strikes_as_often_as_it_was_told_to() -> None:
    async with FakeRegistry() as registry, aiohttp.ClientSession(headers=ACCEPT) as session:
        digest = registry.push_image("demo/app", tag="1")
        registry.fault("/manifests/", Status(503), times=1, after=1)
        seen = []
        for _ in range(3):
            async with session.get(f"{registry.url}/v2/demo/app/manifests/1") as answer:
                seen.append(answer.status)
        assert seen == [200, 503, 200]
        registry.fault("/manifests/", Flip())
        async with session.get(f"{registry.url}/v2/demo/app/manifests/{digest}") as answer:
            assert digest_of(await answer.read()) != digest
