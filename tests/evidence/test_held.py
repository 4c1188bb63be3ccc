"""The statements of a large image are not all in memory at once, and what is read twice is read right."""

import gc
from typing import Any, Self, cast

from bot.evidence import ImageConfig
from bot.evidence.asking import LARGE, LARGE_AT_ONCE
from bot.evidence.gather import gather
from bot.evidence.options import GatherOptions
from bot.oci.manifest import Content, Descriptor
from bot.oci.reference import Reference
from bot.oci.registry import Registry
from bot.values import replace
from tests.attestations.predicates import v1
from tests.evidence.building import Builder
from tests.oci.opened import opened

PLATFORMS = [f"linux/arch{number}" for number in range(20)]


class Counted(bytes):
    """Bytes of a blob that say when they are let go."""

    alive = 0
    most = 0

    def __new__(cls, data: bytes) -> Self:
        made = super().__new__(cls, data)
        cls.alive += 1
        cls.most = max(cls.most, cls.alive)
        return made

    def __del__(self) -> None:
        type(self).alive -= 1


class Counting:
    """A registry whose blobs are counted for as long as they are held."""

    def __init__(self, inner: Registry) -> None:
        self._inner = inner

    async def blob(self, reference: Reference, descriptor: Descriptor, *, limit: int) -> Content:
        content = await self._inner.blob(reference, descriptor, limit=limit)
        return replace(content, data=Counted(content.data)) if "in-toto" in descriptor.media_type else content

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - the other methods, as they are
        return getattr(self._inner, name)


async def test_no_more_statements_are_held_than_are_fetched_at_once(image: Builder) -> None:
    children = []
    for name in PLATFORMS:
        child = image.platform(name)
        statements = [image.statement(child, v1(), padding=f"{name} {number}") for number in range(2)]
        children += [child, image.attestation(child, *statements)]
    image.index(*children)
    Counted.most = 0
    async with opened(image.registry) as registry:
        counting = cast("Registry", Counting(registry))
        evidence = await gather(image.reference, counting, GatherOptions(concurrency=4))
    gc.collect()
    assert sum(len(platform.statements) for platform in evidence.platforms) == 2 * len(PLATFORMS)
    assert 0 < Counted.most <= 4
    assert Counted.alive == 0


async def test_of_large_statements_two_are_held(image: Builder) -> None:
    children = []
    for name in PLATFORMS[:6]:
        child = image.platform(name)
        children += [child, image.attestation(child, image.statement(child, v1(), padding=name + "x" * LARGE))]
    image.index(*children)
    Counted.most = 0
    async with opened(image.registry) as registry:
        evidence = await gather(image.reference, cast("Registry", Counting(registry)))
    assert all(platform.statements for platform in evidence.platforms)
    assert 0 < Counted.most <= LARGE_AT_ONCE + 1  # a thread that is done lets go a moment later


async def test_one_blob_for_several_platforms_is_read_for_each(image: Builder) -> None:
    first, second = image.platform("linux/amd64"), image.platform("linux/arm64")
    layer = image.statement(first, v1())
    image.index(first, second, image.attestation(first, layer), image.attestation(second, layer))
    evidence = await image.gather()
    amd64, arm64 = evidence.platforms
    assert amd64.statements[0].digest == arm64.statements[0].digest
    assert amd64.statements[0].subject_matches
    assert not arm64.statements[0].subject_matches


async def test_a_configuration_that_is_called_a_statement_elsewhere_is_still_read(image: Builder) -> None:
    config = image.config("linux/amd64")
    child = image.platform("linux/amd64", config=config)
    layer = {**config, "mediaType": "application/vnd.in-toto+json"}
    image.index(child, image.attestation(child, layer))
    evidence = await image.gather(GatherOptions(config="always"))
    assert isinstance(evidence.platforms[0].config, ImageConfig)
