"""Who refers to a digest: the referrers API, and the fallback tag where that is not to be had.

https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final
from weakref import WeakValueDictionary

from msgspec import Struct, field

from bot.errors import (
    DanglingTagError,
    MalformedError,
    NotFoundError,
    OverLimitError,
    TooLargeError,
    UnavailableError,
)
from bot.oci import tally
from bot.oci.ambiguity import reading
from bot.oci.caller import Caller
from bot.oci.head_trust import HeadTrust
from bot.oci.hosts import place_of
from bot.oci.manifest import MANIFEST_MAX, OCI_INDEX, Content
from bot.oci.reference import Reference, fallback_tag
from bot.oci.referrer_list import ApiRefusal, ListedBy, Referrer, is_list, read_referrers, require_few
from bot.oci.referrers_apis import ReferrersApis
from bot.oci.shared_hosts import SharedHosts
from bot.oci.wire.answers import NOT_FOUND, codes, expect, refuses
from bot.oci.wire.messages import OK, RegistryRequest, Response
from bot.oci.wire.pages import following, next_page
from bot.oci.wire.redirects import REDIRECTS

REFERRERS_PAGES_MAX: Final = 10
"""Pages of the API."""

LACKING: Final = frozenset({NOT_FOUND, 405, 406, 501}) | REDIRECTS
"""Statuses of registries without the API; GHCR redirects to its web site."""

BAD_REQUEST: Final = 400
"""Quay's answer about a digest that it does not hold."""

OF_THE_DIGEST: Final = frozenset(
    {"NAME_UNKNOWN", "NAME_INVALID", "MANIFEST_UNKNOWN", "MANIFEST_INVALID", "DIGEST_INVALID", "BLOB_UNKNOWN"}
)
"""Codes of a 404 that speaks of what was asked about, and not of the API (distribution-spec, "Error Codes")."""

FILTERED: Final = "OCI-Filters-Applied"
"""The header of a list that leaves something out. We ask for none."""

Sought = Callable[[Reference], Awaitable[Content]]
Shown = Callable[[Reference], Awaitable[bool | None]]


class _FirstAnswer(Struct, weakref=True):
    """The first question to a registry, and where its answer stands in its chain (tally.py)."""

    known: asyncio.Event = field(default_factory=asyncio.Event)
    level: int = 0


class ReferrerSearch:
    """Asks the API where it is, and the tag where it may be needed."""

    def __init__(
        self, caller: Caller, sought: Sought, shown: Shown, heads: HeadTrust, shared: SharedHosts | None = None
    ) -> None:
        """`sought` reads the manifest under a tag that is mostly absent. Raises NotFoundError when it is.

        `shown`: whether a list of tags has the tag, None without a list. `heads`: whether the registry is there.
        """
        self._caller = caller
        self._heads = heads
        self._sought = sought
        self._shown = shown
        self._apis = ReferrersApis(caller.clock, shared)
        self._first: WeakValueDictionary[str, _FirstAnswer] = WeakValueDictionary()

    async def find(self, reference: Reference) -> tuple[Referrer, ...]:
        """Everybody who refers to `reference.digest`, each once. Raises RegistryError."""
        answer = await self._asked_by_api(reference)
        refusal, listed = (answer, {}) if isinstance(answer, ApiRefusal) else (None, answer)
        found = {digest: one.listed(ListedBy.API) for digest, one in listed.items()}
        # Docker Hub answers with an empty list right after a push: not a proof that nothing refers to it.
        if not found or await self._may_have_older(reference):
            by = ListedBy.TAG if refusal else ListedBy.TAG_ALONE
            tagged = {digest: one.listed(by, refusal) for digest, one in (await self._by_tag(reference)).items()}
            found |= tagged | found
        return tuple(found.values())

    async def _may_have_older(self, reference: Reference) -> bool:
        """Whether the tag may list more than the API: what was pushed before the registry got it, and was not moved."""
        shown = await self._shown(reference.tagged(fallback_tag(reference.digest)))
        return reference.digest == tally.current().searching if shown is None else shown

    async def _asked_by_api(self, reference: Reference) -> dict[str, Referrer] | ApiRefusal:
        """The same as `_by_api`. As long as nobody knows whether the API is there, one asks and the others wait."""
        place, apis = place_of(reference), self._apis
        if apis.is_having(place) or apis.refusal(place):
            return apis.refusal(place) or await self._by_api(reference)
        if (first := self._first.get(place)) is not None:
            await first.known.wait()
            tally.follow(first.level)
            return apis.refusal(place) or await self._by_api(reference)
        first = self._first[place] = _FirstAnswer()
        try:
            await apis.recall(place)
            return apis.refusal(place) or await self._by_api(reference)
        finally:
            first.level = tally.level()
            first.known.set()
            del self._first[place]

    async def _by_api(self, reference: Reference) -> dict[str, Referrer] | ApiRefusal:
        """What the API lists, by digest; the registry's answer when it is not to be used."""
        # Without the filter artifactType: several registries get it wrong.
        ask = RegistryRequest(
            registry=reference.registry,
            what=f"the referrers of {reference}",
            url=self._caller.endpoint(reference).url(f"{reference.repository}/referrers/{reference.digest}"),
            headers={"Accept": OCI_INDEX},
            limit=MANIFEST_MAX,
        )
        found: dict[str, Referrer] = {}
        for page in range(REFERRERS_PAGES_MAX):
            response = await self._caller.call(reference, ask, tail=f"/referrers/{reference.digest}")
            refusal = await self._refused(response, reference)
            if refusal is not None:
                if page:
                    raise _strange(response, "a page is not there")
                return refusal
            found |= read_referrers(response.body, what=ask.what, host=reference.registry)
            await self._apis.found(place_of(reference))
            require_few(len(found), what=ask.what, host=reference.registry)
            url = next_page(response)
            if url is None:
                return found
            ask = following(ask, response, url)
        text = f"{ask.what} fill more than REFERRERS_PAGES_MAX = {REFERRERS_PAGES_MAX} pages"
        raise TooLargeError(text, host=reference.registry)

    async def _refused(self, response: Response, reference: Reference) -> ApiRefusal | None:
        """What it is in place of a list; None for a list. Raises RegistryError when that does not say who refers."""
        place, asked = place_of(reference), response.ask
        if response.status == OK and (
            response.media_type == OCI_INDEX or is_list(response.body, what=asked.what, host=asked.registry)
        ):
            if response.headers.get(FILTERED):
                raise _strange(response, "the registry lists only some")
            return None
        if refuses(response):
            raise _strange(response, "the registry refuses to say")
        if response.status == BAD_REQUEST or (response.status == NOT_FOUND and codes(response) & OF_THE_DIGEST):
            if self._apis.is_having(place) and await self._is_held(reference):
                raise _strange(response, "the registry does not know it, and has it")
        elif response.status == OK or response.status in LACKING:
            if self._apis.is_having(place):
                raise _strange(response, "the answer is not one of a registry that has this API")
            if response.status == NOT_FOUND and await self._is_away(reference):
                raise _strange(response, "the image is not found there either")
            await self._apis.missed(place, _refusal(response))
        else:
            expect(response)
        return _refusal(response)

    async def _is_held(self, reference: Reference) -> bool:
        """Whether the registry has what it says it does not know: the image itself was read a moment ago."""
        searching = tally.current().searching
        return bool(searching) and (reference.digest == searching or await self._heads.finds(reference))

    async def _is_away(self, reference: Reference) -> bool:
        """Whether a 404 may come from a gateway without its registry; it would count for all images of the place."""
        if not tally.current().searching:
            return False
        means, level = await self._heads.means(reference)
        tally.follow(level)
        return means is None

    async def _by_tag(self, reference: Reference) -> dict[str, Referrer]:
        """What the index under the fallback tag lists."""
        fallback = reference.tagged(fallback_tag(reference.digest))
        try:
            content = await self._sought(fallback)
        except DanglingTagError as error:
            raise UnavailableError(f"the list of referrers is gone: {error}", host=reference.registry) from error
        except NotFoundError:
            return {}
        if not _is_index(content, host=reference.registry):
            return {}
        with reading(content.digest):
            return read_referrers(content.data, what=f"the referrers under {fallback}", host=reference.registry)


def _refusal(response: Response) -> ApiRefusal:
    if response.status in REDIRECTS:
        return ApiRefusal.REDIRECT
    if response.status == NOT_FOUND and "NAME_UNKNOWN" in codes(response):
        return ApiRefusal.NAME_UNKNOWN
    return ApiRefusal(str(response.status))


def _strange(response: Response, why: str) -> UnavailableError:
    text = f"{response.ask.what}: {why} ({response.status})"
    return UnavailableError(text, host=response.ask.registry)


def _is_index(content: Content, *, host: str) -> bool:
    try:
        return content.is_index
    except OverLimitError as error:
        raise TooLargeError(str(error), host=host) from error
    except MalformedError:
        return False
