"""A registry over HTTP, behind the port of registry.py.

https://github.com/opencontainers/distribution-spec/blob/main/spec.md
"""

import hashlib
import logging
from collections import OrderedDict
from collections.abc import Collection
from contextlib import suppress
from typing import Final, Literal

from bot.errors import (
    AbsenceHiddenError,
    DanglingTagError,
    NotFoundError,
    TooLargeError,
    UnavailableError,
    UntrustworthyError,
)
from bot.oci import tally
from bot.oci.caller import Caller
from bot.oci.head_trust import REFUSING, HeadTrust, is_sought
from bot.oci.hosts import place_of
from bot.oci.listed_tags import ListedTags
from bot.oci.manifest import MANIFEST_MAX, MANIFEST_TYPES, Content, Descriptor
from bot.oci.reference import Reference, is_digest, is_evidence_tag
from bot.oci.referrer_list import Referrer
from bot.oci.referrers import ReferrerSearch
from bot.oci.shared_hosts import SharedHosts
from bot.oci.tag_list import list_tags
from bot.oci.wire.answers import NOT_FOUND, expect, expect_content
from bot.oci.wire.messages import OK, RegistryRequest, Response

ACCEPT: Final = {"Accept": ", ".join(MANIFEST_TYPES)}
"""All in one line: with a shorter list some registries answer 404 for what is there."""

DIGEST_HEADER: Final = "Docker-Content-Digest"

NO_HEAD: Final = frozenset({405, 501})
"""Answers of servers that take GET alone; presigned URLs are for GET alone too."""

PAGE: Final = "text/"
"""The type of what no registry writes, but the gateway before it: its registry may be away since a moment ago."""

MISNAMING_MAX: Final = 256
"""Places that are remembered because their digests were wrong: a HEAD tells nothing there."""

log = logging.getLogger(__name__)  # not structlog: the terminal command would wait for its import


class HttpRegistry:
    """Every registry that is reached over HTTP; the reference says which one."""

    def __init__(
        self, caller: Caller, *, local: bool = False, shared: SharedHosts | None = None, limited: Collection[str] = ()
    ) -> None:
        """`local`: on a person's own machine. `shared`: what other processes know of hosts.

        `limited`: see ListedTags.
        """
        self._caller = caller
        self._misnaming: OrderedDict[str, None] = OrderedDict()
        self._heads = HeadTrust(self._status_of, self._read)
        self._listed = ListedTags(caller, self._head, local=local, limited=limited)
        self._referrers = ReferrerSearch(caller, self._sought, self._listed.shows, self._heads, shared)

    async def manifest(self, reference: Reference, *, limit: int = MANIFEST_MAX) -> Content:
        """See Registry.manifest. One GET, which Docker Hub counts as a pull.

        In a search, for a tag of evidence, none where it is absent: see ListedTags.
        """
        if tally.current().searching and not reference.digest and is_evidence_tag(reference.tag):
            return await self._sought(reference, limit=limit)
        return await self._get(reference, limit)

    async def _sought(self, reference: Reference, *, limit: int = MANIFEST_MAX) -> Content:
        """The manifest under a tag that is mostly absent: a HEAD first, unless the list of tags has told already.

        Raises DanglingTagError when it is only the manifest that is not there.
        """
        listed = await self._listed.has(reference)
        if listed:
            with suppress(NotFoundError):
                return await self._get(reference, limit)
        elif listed is False:
            raise _unlisted(reference)
        digest = await self._head_of(reference, is_listed=bool(listed))
        try:
            return await self._get(reference.at(digest), limit)
        except NotFoundError as error:
            raise DanglingTagError(str(error), digest=digest, host=error.host) from error

    async def _head_of(self, reference: Reference, *, is_listed: bool) -> str:
        """The digest under a tag that is sought. What the list has and the registry does not give is not absent."""
        try:
            return await self._head(reference)
        except NotFoundError as error:
            if not is_listed:
                raise
            text = f"{reference} is in the repository's list of tags, and its manifest is not there"
            raise UnavailableError(text, host=reference.registry) from error

    async def _get(self, reference: Reference, limit: int) -> Content:
        algorithm = reference.digest.partition(":")[0] or "sha256"
        ask = self._manifest_ask(reference, limit=limit, algorithm=algorithm)
        response = expect_content(await self._caller.call(reference, ask, redirects=True))
        if reference.digest and response.digest != reference.digest:
            raise _other_bytes(response, reference.digest)
        if _names_another(response, algorithm):
            self._misnaming[place_of(reference)] = None
            if len(self._misnaming) > MISNAMING_MAX:
                self._misnaming.popitem(last=False)
        also = "" if reference.digest else _by_sha512(response)
        if not reference.digest and not also:
            await self._require_one_meaning(reference, response)
        return Content(response.body, response.digest, response.media_type, also)

    async def _require_one_meaning(self, reference: Reference, response: Response) -> None:
        """A tag whose header names another digest than that of the bytes, where the registry has the other one, too.

        Docker and containerd pull what the header names, and others what was sent. Raises UntrustworthyError.
        """
        told = response.headers.get(DIGEST_HEADER, "")
        if told == response.digest or not is_digest(told) or not await self._heads.finds(reference.at(told)):
            return
        text = (
            f"{response.ask.what}: {response.ask.url.host} says that it is {told}, which is there, and sent"
            f" {response.digest}, so it is not known which of them is pulled"
        )
        raise UntrustworthyError(text, host=reference.registry, tried=response.tried)

    async def resolve(self, reference: Reference) -> str:
        """See Registry.resolve. One HEAD; where that brings no digest, a GET. For tags of evidence, see ListedTags."""
        listed = await self._listed.has(reference)
        if listed is False:
            raise _unlisted(reference)
        return await self._head_of(reference, is_listed=bool(listed))

    async def _head(self, reference: Reference) -> str:
        if not reference.digest and place_of(reference) in self._misnaming:
            return (await self._get(reference, MANIFEST_MAX)).digest
        response = await self._heads.beside(reference, self._status_of(reference))
        told = response.headers.get(DIGEST_HEADER, "")
        if response.status == OK and (reference.digest or is_digest(told)):
            self._heads.note(reference)
            return reference.digest or told
        if response.status != OK and response.status not in NO_HEAD and response.ask.led_by is None:
            await self._refused(reference, response)
        return (await self._get(reference, MANIFEST_MAX)).digest

    async def _refused(self, reference: Reference, response: Response) -> None:
        """Raises what the answer to a HEAD means; nothing when only a GET can tell.

        An answer that comes for every HEAD says nothing of the tag.
        """
        if response.status not in REFUSING:
            expect(response)
        is_page = response.media_type.startswith(PAGE)
        if not is_sought(reference):
            if self._heads.is_meant(reference) and not is_page:
                expect(response)
            return
        if response.status == NOT_FOUND and self._heads.is_plain(reference) and not is_page:
            expect(response)
        means, level = await self._heads.means(reference, afresh=is_page)
        tally.follow(level)
        if means is False:
            return
        if means is None:
            raise _unproved(response)
        if response.status != NOT_FOUND and await self._heads.hides_absence(reference):
            raise _hidden(response)
        expect(response)

    async def _status_of(self, reference: Reference) -> Response:
        ask = self._manifest_ask(reference, method="HEAD")
        return await self._caller.call(reference, ask, redirects=True)

    async def _read(self, reference: Reference) -> Response:
        ask = self._manifest_ask(reference, limit=MANIFEST_MAX)
        return await self._caller.call(reference, ask, redirects=True)

    async def blob(self, reference: Reference, descriptor: Descriptor, *, limit: int) -> Content:
        """See Registry.blob. One GET, and one more for each redirect."""
        what = f"{reference.familiar}@{descriptor.digest}"
        if descriptor.size > limit:
            text = f"{what} has {descriptor.size} bytes, more than the limit of {limit}"
            raise TooLargeError(text, host=reference.registry)
        ask = RegistryRequest(
            registry=reference.registry,
            what=what,
            url=self._caller.endpoint(reference).url(f"{reference.repository}/blobs/{descriptor.digest}"),
            limit=limit,
            size=descriptor.size,
            algorithm=descriptor.digest.partition(":")[0],
        )
        response = expect_content(await self._caller.call(reference, ask, redirects=True))
        if response.digest != descriptor.digest:
            raise _other_bytes(response, descriptor.digest)
        return Content(response.body, response.digest, descriptor.media_type)

    async def referrers(self, reference: Reference) -> tuple[Referrer, ...]:
        """See Registry.referrers. One GET; without the API, or when it is empty, a HEAD or a GET more."""
        return await self._referrers.find(reference)

    async def tags(self, reference: Reference) -> tuple[str, ...]:
        """See Registry.tags. One GET a page."""
        tags = await list_tags(self._caller, reference)
        self._listed.note(reference, tags)
        return tags

    def _manifest_ask(
        self, reference: Reference, *, method: Literal["GET", "HEAD"] = "GET", limit: int = 0, algorithm: str = "sha256"
    ) -> RegistryRequest:
        path = f"{reference.repository}/manifests/{reference.target}"
        return RegistryRequest(
            registry=reference.registry,
            what=str(reference),
            url=self._caller.endpoint(reference).url(path),
            method=method,
            headers=ACCEPT,
            limit=limit,
            algorithm=algorithm,
            pull=method == "GET",
        )


def _unlisted(reference: Reference) -> NotFoundError:
    text = f"{reference} was not found on {reference.registry}: the repository's list of tags does not have it"
    return NotFoundError(text, host=reference.registry)


def _unproved(response: Response) -> UnavailableError:
    ask = response.ask
    text = f"{ask.what}: {ask.url.host} answered {response.status} to a HEAD, and it could not be seen what that means"
    return UnavailableError(text, host=ask.registry, tried=response.tried)


def _hidden(response: Response) -> AbsenceHiddenError:
    ask = response.ask
    text = (
        f"{ask.what}: {ask.url.host} answered {response.status}, and answers the same for tags that nobody has pushed,"
        " so it cannot be seen whether it is there. Let the login read all repositories behind this one (Artifactory:"
        " the remote ones of a virtual repository), or check the image under the repository that it was pushed to"
    )
    return AbsenceHiddenError(text, host=ask.registry, tried=response.tried)


def _by_sha512(response: Response) -> str:
    """The sha512 by which the registry has what it sent, when it says so and that is true; else ""."""
    told = response.headers.get(DIGEST_HEADER, "")
    if not told.startswith("sha512:") or told != f"sha512:{hashlib.sha512(response.body).hexdigest()}":
        return ""
    return told


def _names_another(response: Response, algorithm: str) -> bool:
    """Whether the header names another digest than that of the bytes. The bytes decide."""
    told = response.headers.get(DIGEST_HEADER, response.digest)
    if not told.startswith(f"{algorithm}:") or told == response.digest:
        return False
    log.warning("registry_names_another_digest", extra={"what": response.ask.what, "own": response.digest})
    return True


def _other_bytes(response: Response, digest: str) -> UntrustworthyError:
    ask = response.ask
    told = {"registry": ask.registry, "what": ask.what, "host": ask.url.host, "found": response.digest}
    log.error("digest_mismatch", extra=told)
    text = f"{ask.what} does not match its digest: {ask.url.host} sent bytes that hash to {response.digest}"
    return UntrustworthyError(f"{text} instead of {digest}", host=ask.registry, tried=response.tried)
