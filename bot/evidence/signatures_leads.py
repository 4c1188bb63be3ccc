"""Where signatures may be: cosign's tags, and referrers of the index, its platforms and its attestation manifests.

All places are asked at once: HEAD for tags, which are mostly absent, and the list of referrers for each digest.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

from bot.errors import NotFoundError, RegistryError
from bot.evidence import Unreadable
from bot.evidence.asking import unreadable
from bot.oci.manifest import Descriptor
from bot.oci.reference import Reference, fallback_tag
from bot.oci.registry import Registry

QUESTIONS_AT_ONCE: Final = 8
"""Requests at once in one search; the client has its own limit for each host."""

LEADS_MAX: Final = 64
"""Manifests that are opened in one search; re-signing adds a few, flooding would add thousands."""

T = TypeVar("T")
R = TypeVar("R")


class Via(StrEnum):
    """How something was found."""

    SIG = "sig"
    ATT = "att"
    SBOM = "sbom"
    REFERRER = "referrer"


@dataclass(frozen=True, slots=True)
class Lead:
    """A manifest that may hold signatures about the digest `about`."""

    about: str
    carrier: str
    via: Via


@dataclass(frozen=True, slots=True)
class Leads:
    """What round one brought; `unreadable` are the places that could not be asked."""

    found: tuple[Lead, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """One place to ask: a tag or the referrers of a digest."""

    about: str
    via: Via


def places(digest: str, platforms: Iterable[str], attestation_manifests: Iterable[str]) -> tuple[Place, ...]:
    """Every place, those of the index first.

    Signers sign the index, or with `--recursive` each platform; docker/github-builder signs attestation manifests.
    """
    runnable = dict.fromkeys((digest, *platforms))
    tags = [Place(about, via) for about in runnable for via in (Via.SIG, Via.ATT)]
    referrers = [Place(about, Via.REFERRER) for about in dict.fromkeys((*runnable, *attestation_manifests))]
    return (*tags, Place(digest, Via.SBOM), *referrers)


async def follow(image: Reference, registry: Registry, wanted: Iterable[Place]) -> Leads:
    """Ask all places at once. Raises nothing."""
    answers = await at_once(wanted, lambda place: _ask(place, image, registry))
    found = [lead for answer in answers if not isinstance(answer, Unreadable) for lead in answer]
    failed = [answer for answer in answers if isinstance(answer, Unreadable)]
    if len(found) > LEADS_MAX:
        failed.append(Unreadable(f"{len(found)} manifests refer to this image, LEADS_MAX = {LEADS_MAX} are opened"))
    return Leads(tuple(found[:LEADS_MAX]), tuple(failed))


async def at_once(items: Iterable[T], ask: Callable[[T], Awaitable[R]]) -> list[R]:
    """The answers in the items' order."""
    turns = asyncio.Semaphore(QUESTIONS_AT_ONCE)

    async def in_turn(item: T) -> R:
        async with turns:
            return await ask(item)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(in_turn(item)) for item in items]
    return [task.result() for task in tasks]


async def _ask(place: Place, image: Reference, registry: Registry) -> tuple[Lead, ...] | Unreadable:
    try:
        if place.via is Via.REFERRER:
            listed = await registry.referrers(image.at(place.about))
            return tuple(Lead(place.about, one.digest, Via.REFERRER) for one in _once(listed))
        tag = f"{fallback_tag(place.about)}.{place.via}"
        return (Lead(place.about, await registry.resolve(image.tagged(tag)), place.via),)
    except NotFoundError:
        return ()
    except RegistryError as error:
        return _said(place, error)


def _said(place: Place, error: RegistryError) -> Unreadable:
    what = "referrers" if place.via is Via.REFERRER else f"the tag .{place.via}"
    failed = unreadable(error)
    return Unreadable(f"{what} of {place.about[:19]}…: {failed.reason}", failed.passing, failed.retry_at)


def _once(descriptors: Iterable[Descriptor]) -> Iterable[Descriptor]:
    return {descriptor.digest: descriptor for descriptor in descriptors}.values()
