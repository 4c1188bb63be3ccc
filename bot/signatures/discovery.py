"""Where signatures may be: cosign's tags, and referrers of the index, its platforms and its attestation manifests.

All places are asked at once: the manifest under each tag, which is mostly absent, and the referrers of each digest.
A few referrers of one digest are opened while other places are still being asked.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable
from enum import StrEnum
from typing import Final, TypeVar

from msgspec import Struct

from bot.errors import DanglingTagError, NotFoundError, RegistryError, TooLargeError, UntrustworthyError
from bot.oci.manifest import Content
from bot.oci.reference import Reference, fallback_tag
from bot.oci.referrer_list import ApiRefusal, ListedBy, Referrer
from bot.oci.registry import Registry
from bot.oci.tally import joined
from bot.unreadable import UnknownReason, Unreadable, over_limit, unreadable
from bot.values import replace

QUESTIONS_AT_ONCE: Final = 32
"""Requests at once in one search; the client has its own limit for each host."""

SIGNATURES_MANIFEST_MAX: Final = 1024 * 1024
"""Bytes of a manifest that holds signatures; cosign writes certificate and log entry into it, 8 KB for each."""

CANDIDATES_MAX: Final = 64
"""Manifests that are opened in one search; re-signing adds a few, flooding would add thousands."""

FEW: Final = 4
"""Referrers of one digest that are opened at once: signatures, statements. Of more, CANDIDATES_MAX decides first."""

T = TypeVar("T")
R = TypeVar("R")


class Source(StrEnum):
    """How something was found."""

    SIG = "sig"
    ATT = "att"
    SBOM = "sbom"
    REFERRER = "referrer"
    GITHUB_API = "github-api"  # not in the registry: stored.py
    HARDENED = "hardened"  # a referrer in Docker's second registry

    @property
    def is_referrer(self) -> bool:
        """Whether it was listed as a referrer, else it has a tag of its own."""
        return self in (Source.REFERRER, Source.HARDENED)


class ReferrerListing(Struct, frozen=True):
    """One entry of the list of referrers of `about`.

    `artifact_type` is the list's word, which need not be the manifest's own; `by` is None for a layout on disk.
    `refusal` is what the registry answered in place of the API's list, where it is `ListedBy.TAG`.
    """

    about: str
    manifest: str
    artifact_type: str = ""
    by: ListedBy | None = None
    refusal: ApiRefusal | None = None


class Candidate(Struct, frozen=True):
    """A manifest that may hold signatures about the digest `about`. `content` where finding it was reading it."""

    about: str
    manifest: str
    source: Source
    content: Content | None = None


class Discovered(Struct, frozen=True):
    """What round one brought; `unreadable` are the places that could not be asked."""

    found: tuple[Candidate, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    listed: tuple[ReferrerListing, ...] = ()  # all referrers in the image's own registry, opened or not


class _Answered(Struct, frozen=True):
    """What one place holds."""

    found: tuple[Candidate, ...] = ()
    listed: tuple[ReferrerListing, ...] = ()


class Location(Struct, frozen=True):
    """One place to ask: a tag or the referrers of a digest."""

    about: str
    source: Source


def locations(digest: str, platforms: Iterable[str], attestation_manifests: Iterable[str]) -> tuple[Location, ...]:
    """Every place, those of the index first.

    Signers sign the index, or with `--recursive` each platform; docker/github-builder signs attestation manifests.
    Tools that build one image a platform (ko, apko) leave an SBOM beside each.
    """
    runnable = dict.fromkeys((digest, *platforms))
    tags = [Location(about, source) for about in runnable for source in (Source.SIG, Source.ATT, Source.SBOM)]
    referrers = [Location(about, Source.REFERRER) for about in dict.fromkeys((*runnable, *attestation_manifests))]
    return (*tags, *referrers)


async def follow(
    image: Reference, registry: Registry, wanted: Iterable[Location], *, linked: Collection[str] = ()
) -> Discovered:
    """Ask all places at once, and leave out manifests that are `linked` (see KnownImage). Raises nothing."""
    answers = await at_once(wanted, lambda place: _ask(place, image, registry, linked))
    held = [answer for answer in answers if not isinstance(answer, Unreadable)]
    found = [candidate for answer in held for candidate in answer.found]
    failed = [answer for answer in answers if isinstance(answer, Unreadable)]
    if len(found) > CANDIDATES_MAX:
        failed.append(
            over_limit(f"{len(found)} manifests refer to this image, CANDIDATES_MAX = {CANDIDATES_MAX} are opened")
        )
    listed = tuple(one for answer in held for one in answer.listed)
    return Discovered(tuple(found[:CANDIDATES_MAX]), tuple(failed), listed)


async def at_once(items: Iterable[T], ask: Callable[[T], Awaitable[R]]) -> list[R]:
    """The answers in the items' order."""
    turns = asyncio.Semaphore(QUESTIONS_AT_ONCE)

    async def in_turn(item: T) -> R:
        waits = turns.locked()
        async with turns:
            if waits:
                joined()
            return await ask(item)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(in_turn(item)) for item in items]
    joined()
    return [task.result() for task in tasks]


async def _ask(
    place: Location, image: Reference, registry: Registry, linked: Collection[str]
) -> _Answered | Unreadable:
    try:
        if place.source.is_referrer:
            return await _referring(place, image, registry, linked)
        return _Answered((await _tagged(place, image.tagged(f"{fallback_tag(place.about)}.{place.source}"), registry),))
    except NotFoundError:
        return _Answered()
    except RegistryError as error:
        return _said(place, error)


async def _referring(place: Location, image: Reference, registry: Registry, linked: Collection[str]) -> _Answered:
    """Who refers to the digest. What Docker's second registry lists, nobody finds in the image's own one."""
    entries = _once(await registry.referrers(image.at(place.about)))
    is_own = place.source is Source.REFERRER
    listed = tuple(
        ReferrerListing(place.about, one.digest, one.artifact_type, one.by, one.refusal) for one in entries if is_own
    )
    found = [Candidate(place.about, one.digest, place.source) for one in entries if one.digest not in linked]
    if len(found) > FEW:
        return _Answered(tuple(found), listed)
    return _Answered(tuple(await asyncio.gather(*(_opened(one, image, registry) for one in found))), listed)


async def _tagged(place: Location, reference: Reference, registry: Registry) -> Candidate:
    """What stands under the tag. What is there and cannot be had is a candidate, too: opening it tells why."""
    try:
        content = await registry.manifest(reference, limit=SIGNATURES_MANIFEST_MAX)
    except DanglingTagError as error:
        return Candidate(place.about, error.digest, place.source)
    except (TooLargeError, UntrustworthyError):
        return Candidate(place.about, await registry.resolve(reference), place.source)
    return Candidate(place.about, content.digest, place.source, content)


async def _opened(candidate: Candidate, image: Reference, registry: Registry) -> Candidate:
    """The same with its manifest. One that cannot be had now is asked for again, and what fails then is told."""
    try:
        content = await registry.manifest(image.at(candidate.manifest), limit=SIGNATURES_MANIFEST_MAX)
    except RegistryError:
        return candidate
    return replace(candidate, content=content)


def _said(place: Location, error: RegistryError) -> Unreadable:
    what = "referrers" if place.source.is_referrer else f"the tag .{place.source}"
    failed = unreadable(error)
    code = failed.code if failed.code is UnknownReason.ABSENCE_HIDDEN else UnknownReason.UNSEARCHED
    return replace(failed, reason=f"{what} of {place.about[:19]}…: {failed.reason}", code=code)


def _once(entries: Iterable[Referrer]) -> Collection[Referrer]:
    return {one.digest: one for one in entries}.values()
