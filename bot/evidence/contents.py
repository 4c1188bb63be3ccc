"""What is fetched only to compare two images: how large each platform is, and which packages its SBOMs list.

A check needs neither. The manifests cost a counted pull a platform, the SBOMs are blobs, which nobody counts.
"""

import asyncio
from typing import Final

from msgspec import Struct

from bot.attestations.head import is_sbom_type
from bot.attestations.packages import PackageList
from bot.attestations.packages_reading import read_packages
from bot.attestations.reading import StatementEvidence
from bot.errors import MalformedError, RegistryError, UnavailableError
from bot.evidence import Evidence, PlatformEvidence, Unreadable
from bot.evidence.asking import aside
from bot.evidence.options import GatherOptions
from bot.oci.kind import read_manifest
from bot.oci.manifest import Descriptor
from bot.oci.reference import Reference
from bot.oci.registry import Registry
from bot.unreadable import over_limit, unreadable

PLATFORMS_MAX: Final = 32
"""Platforms whose contents are fetched; large official images have about 12."""

SBOMS_MAX: Final = 8
"""SBOMs of one platform; BuildKit writes one for the image and one for each further stage that is scanned."""

ENVELOPED: Final = 2
"""An envelope or a bundle is a third larger than the SBOM that it holds; twice its limit is enough."""

AT_ONCE: Final = 4
"""Manifests at the same time. SBOMs are read one after the other: each may have 32 MB."""


class PlatformContents(Struct, frozen=True):
    """One platform's contents. `size` are the bytes of its layers and configuration, as a pull transfers them."""

    size: int | Unreadable
    packages: tuple[PackageList | Unreadable, ...] = ()  # of each SBOM that is a statement about the platform


async def read_contents(
    evidence: Evidence, registry: Registry, options: GatherOptions, *, known: frozenset[str] = frozenset()
) -> dict[str, PlatformContents]:
    """The contents of all platforms, by their digests; of none whose digest is `known`: it is the same on both sides.

    Raises UnavailableError when it took longer than `options.deadline`. What fails for one platform is in its entry.
    """
    wanted = {one.digest: one for one in evidence.platforms if one.digest not in known}
    left = over_limit(f"the image has more than PLATFORMS_MAX = {PLATFORMS_MAX} platforms")
    asked = list(wanted.values())[:PLATFORMS_MAX]
    try:
        async with asyncio.timeout(options.deadline):
            sizes = await _sizes([one.digest for one in asked], evidence.image, registry)
            packages = {one.digest: await _packages(one, evidence.image, registry, options) for one in asked}
    except TimeoutError:
        why = f"{evidence.image}: fetching its SBOMs took longer than {options.deadline:g} s"
        raise UnavailableError(why, host=evidence.image.registry) from None
    found = {digest: PlatformContents(sizes[digest], packages[digest]) for digest in sizes}
    return found | {digest: PlatformContents(left, (left,)) for digest in wanted if digest not in found}


async def _sizes(digests: list[str], image: Reference, registry: Registry) -> dict[str, int | Unreadable]:
    gate = asyncio.Semaphore(AT_ONCE)

    async def ask(digest: str) -> int | Unreadable:
        async with gate:
            try:
                manifest = read_manifest(await registry.manifest(image.at(digest)))
            except (RegistryError, MalformedError) as error:
                return unreadable(error, digest)
        return sum(layer.size for layer in (manifest.config, *manifest.layers))

    return dict(zip(digests, await asyncio.gather(*map(ask, digests)), strict=True))


async def _packages(
    platform: PlatformEvidence, image: Reference, registry: Registry, options: GatherOptions
) -> tuple[PackageList | Unreadable, ...]:
    found = {one.digest: one for one in platform.statements if one.subject_matches and is_sbom_type(one.predicate_type)}
    read = [await _read(one, image, registry, options) for one in list(found.values())[:SBOMS_MAX]]
    if len(found) > SBOMS_MAX:
        read.append(over_limit(f"{platform.platform} has more than SBOMS_MAX = {SBOMS_MAX} SBOMs"))
    return tuple(read)


async def _read(
    one: StatementEvidence, image: Reference, registry: Registry, options: GatherOptions
) -> PackageList | Unreadable:
    """The packages of one SBOM. It was read before, so its size and its subject are known."""
    what = f"SBOM {one.digest}"
    try:
        described = Descriptor(digest=one.digest, size=one.size)
        blob = await registry.blob(image, described, limit=options.sbom_max * ENVELOPED)
        return await aside(blob.data, _listed, blob.data, what)
    except (RegistryError, MalformedError) as error:
        return unreadable(error, one.digest)


def _listed(data: bytes, what: str) -> PackageList:
    return read_packages(data, what=what)
