"""One second look at one image: a HEAD for its tag, and one for each place where its evidence was.

Only that something is gone or another one is not said by a HEAD alone.
"""

from typing import Final, Protocol

from msgspec import Struct

from bot.errors import DeniedError, NotFoundError, RegistryError, TooLargeError, UnavailableError
from bot.oci import tally
from bot.oci.manifest import Content
from bot.oci.reference import Reference, fallback_tag
from bot.oci.referrer_list import Referrer
from bot.polling.second.outcomes import Reason, SecondFinding, SecondOutcome
from bot.polling.second.places import FALLBACK, REFERRERS, TAG, mark_of
from bot.releases import Member, Release
from bot.store.second_looks import SecondLook

ABSENT: Final = ""


class AskedAgain(Protocol):
    """The registries, as a second look needs them."""

    async def resolve(self, reference: Reference) -> str:
        """The tag's digest; a HEAD. Raises RegistryError."""

    async def manifest(self, reference: Reference) -> Content:
        """What the tag stands for; a GET, which Docker Hub counts. Raises RegistryError."""

    async def referrers(self, reference: Reference) -> tuple[Referrer, ...]:
        """Who refers to the digest. Raises RegistryError."""

    async def tags(self, reference: Reference) -> tuple[str, ...]:
        """All tags of the repository. Raises RegistryError."""


class LookedAgain(Struct, frozen=True):
    """What is looked at: the member, its release, where its evidence was, and what the look before this one knew."""

    member: Member
    release: Release
    places: tuple[str, ...]
    before: SecondLook


async def look_again(registry: AskedAgain, looked: LookedAgain) -> SecondFinding:
    """Look. Raises RateLimitedError; every other RegistryError means that nobody can say."""
    with tally.counting():
        try:
            digest = await registry.resolve(looked.member.image)
        except NotFoundError:
            await _require_gone(registry, looked.member.image)
            return SecondFinding(SecondOutcome.DECAYED, Reason.TAG_GONE)
        if digest != looked.member.digest:
            digest = await _of_bytes(registry, looked.member.image, digest)
        if digest != looked.member.digest:
            return SecondFinding(SecondOutcome.DRIFTED, Reason.TAG_MOVED, digest)
        marks = await _marks(registry, looked)
        if ABSENT in marks.values():
            return SecondFinding(SecondOutcome.DECAYED, Reason.EVIDENCE_GONE, digest, marks)
        known = looked.before.marks if looked.before.digest == digest else {}
        moved = any(known.get(place, mark) != mark for place, mark in marks.items())
        if _sisters_differ(looked):
            return SecondFinding(SecondOutcome.DRIFTED, Reason.SISTERS_DIFFER, digest, marks, moved)
        return SecondFinding(SecondOutcome.SAME, digest=digest, marks=marks, moved=moved)


async def _of_bytes(registry: AskedAgain, image: Reference, told: str) -> str:
    """What the tag really stands for: some registries name another digest in answer to a HEAD than they give."""
    try:
        return (await registry.manifest(image)).digest
    except TooLargeError:
        return told


async def _require_gone(registry: AskedAgain, image: Reference) -> None:
    """A HEAD that says 404 has no words, and a gateway whose registry is down says it, too: so the list is asked.

    Raises UnavailableError when the list has the tag, or when it is not the registry that answers.
    """
    try:
        tags = await registry.tags(image)
    except NotFoundError as error:
        if error.wordless:
            raise UnavailableError(f"{error}; that is not an answer of a registry", host=error.host) from error
    except (DeniedError, TooLargeError):  # it answers as a registry
        return
    else:
        if image.tag in tags:
            raise UnavailableError(f"{image} is listed, and its manifest is not there", host=image.registry)


def unreachable(error: RegistryError) -> SecondFinding:  # noqa: ARG001 - whatever it was, it says nothing about the image
    """The registry did not say."""
    return SecondFinding(SecondOutcome.UNREACHABLE, Reason.NO_ANSWER)


async def _marks(registry: AskedAgain, looked: LookedAgain) -> dict[str, str]:
    """What each place holds now, "" for nothing. A place that is known to be a list of referrers is asked as one."""
    marks = {}
    for place in looked.places:
        digest = place.removeprefix(FALLBACK)
        listed = f"{REFERRERS}{digest}"
        if place.startswith(TAG):
            marks[place] = await _resolved(registry, looked.member.image.tagged(place.removeprefix(TAG)))
        elif listed in looked.before.marks:
            marks[listed] = await _referrers(registry, looked.member.image, digest)
        elif mark := await _resolved(registry, looked.member.image.tagged(fallback_tag(digest))):
            marks[place] = mark
        elif place in looked.before.marks:
            marks[place] = ABSENT
        else:
            marks[listed] = await _referrers(registry, looked.member.image, digest)
    return marks


async def _resolved(registry: AskedAgain, reference: Reference) -> str:
    try:
        return await registry.resolve(reference)
    except NotFoundError:
        return ABSENT


async def _referrers(registry: AskedAgain, image: Reference, digest: str) -> str:
    return mark_of(await registry.referrers(Reference(image.registry, image.repository, digest=digest)))


def _sisters_differ(looked: LookedAgain) -> bool:
    image = looked.member.image
    sisters = (
        other
        for other in looked.release.members
        if other.digest and (other.image.repository, other.image.tag) == (image.repository, image.tag)
    )
    return any(sister.digest != looked.member.digest for sister in sisters)
