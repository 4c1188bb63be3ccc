"""GitHub's attestations API: the Sigstore bundles that a repository holds about one digest.

https://docs.github.com/en/rest/repos/attestations#list-attestations

An entry holds the bundle itself, or (API version 2026-03-10 and later) only the address of a copy in a blob store. That
copy is Snappy-compressed; the token is never sent there.
"""

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from msgspec import Struct

from bot.errors import SourceUnavailableError
from bot.workflows.address import Repository
from bot.workflows.github_exchange import Exchange, Reply

LIST_MAX: Final = 16 * 1024 * 1024
"""Bytes of one page; a bundle with its certificate and log entry has about 20 KB."""

PER_PAGE: Final = 30
PAGES_MAX: Final = 4

BUNDLES_MAX: Final = 64
"""Bundles about one digest; each run of a workflow adds one or two."""

BUNDLE_MAX: Final = 8 * 1024 * 1024
"""Bytes of one bundle, compressed or not; an SBOM attestation may have megabytes."""

SEEN_SECONDS: Final = 3600.0
"""For which it is remembered that a repository could be seen; it may become private."""

SEEN_MAX: Final = 1024
"""Repositories of which that is remembered."""

SNAPPY: Final = "application/x-snappy"

_NEXT: Final = re.compile(r'<([^<>]{1,2000})>\s*;\s*rel="next"')


class ListedBundles(Struct, frozen=True):
    """The bundles about one digest. `left` when more are there, over BUNDLES_MAX or PAGES_MAX, that were not read.

    `is_denied` for a 404: it says that there is none, or that we may not see the repository.
    """

    bundles: tuple[bytes, ...] = ()
    left: bool = False
    is_denied: bool = False


class SeenRepositories:
    """Repositories that could be seen within the hour."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock`: seconds."""
        self._clock = clock
        self._until: dict[Repository, float] = {}

    def __contains__(self, repository: Repository) -> bool:
        return self._clock() < self._until.get(repository, 0.0)

    def add(self, repository: Repository) -> None:
        """It could be seen now."""
        if len(self._until) >= SEEN_MAX:
            self._until.clear()
        self._until[repository] = self._clock() + SEEN_SECONDS


@dataclass(frozen=True, slots=True)
class AttestationsApi:
    """Lists and fetches. Blob stores that a bundle's address may name are in `exchange.hosts`."""

    exchange: Exchange
    seen: SeenRepositories = field(default_factory=SeenRepositories, compare=False)

    async def about(self, repository: Repository, digest: str) -> ListedBundles:
        """Every bundle of that repository about the digest; a 404 means that there is none that we may see.

        Raises SourceDeniedError for 401 and 403, SourceUnavailableError for a rate limit and everything else, such as
        a page that was named and is gone.
        """
        what = f"attestations of {repository}"
        base = f"{self.exchange.api.rstrip('/')}/repos/{repository.owner}/{repository.name}/attestations/"
        url, found = f"{base}{digest}?per_page={PER_PAGE}", list[bytes]()
        for page in range(PAGES_MAX):
            reply = await self.exchange.ask("GET", url, what=what, limit=LIST_MAX)
            if reply.status == HTTPStatus.NOT_FOUND and not page:
                return ListedBundles(is_denied=True)
            entries = _entries(reply, what)
            room = BUNDLES_MAX - len(found)
            found += [await self._bundle(entry, what) for entry in entries[:room]]
            url = _next(reply, base, what)
            if len(entries) > room or not url:
                return ListedBundles(tuple(found), left=len(entries) > room)
        return ListedBundles(tuple(found), left=True)

    async def sees(self, repository: Repository) -> bool:
        """Whether we may see that repository; False for one that is private to us, or is not there.

        Raises SourceUnavailableError.
        """
        if repository not in self.seen:
            what = f"the repository {repository}"
            url = f"{self.exchange.api.rstrip('/')}/repos/{repository.owner}/{repository.name}"
            reply = await self.exchange.ask("GET", url, what=what, limit=LIST_MAX)
            if reply.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}:
                return False
            if reply.status != HTTPStatus.OK:
                raise SourceUnavailableError(f"{what}: answered {reply.status}")
            self.seen.add(repository)
        return True

    async def _bundle(self, entry: Mapping[str, Any], what: str) -> bytes:
        """The bundle as JSON. One that the answer holds is taken as it is; else its copy is fetched."""
        bundle, address = entry.get("bundle"), entry.get("bundle_url")
        if isinstance(bundle, dict) and bundle:
            return json.dumps(bundle).encode()
        if not isinstance(address, str) or not address:
            raise SourceUnavailableError(f"{what}: an entry has neither a bundle nor an address of one")
        reply = await self.exchange.ask("GET", address, what=f"{what}: a bundle", limit=BUNDLE_MAX, accept="*/*")
        if reply.status != HTTPStatus.OK:
            raise SourceUnavailableError(f"{what}: a bundle answered {reply.status}")
        return _decompressed(reply.body, what) if _is_compressed(reply) else reply.body


def _entries(reply: Reply, what: str) -> list[Mapping[str, Any]]:
    """The list of one page. Raises SourceDeniedError, SourceUnavailableError."""
    allowed = reply.expected(what, hint="; PROVENANCE_GITHUB_TOKEN may not read them")
    entries = allowed.document(what).get("attestations")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise SourceUnavailableError(f"{what}: the answer holds no list of attestations")
    return entries


def _next(reply: Reply, base: str, what: str) -> str:
    """The next page's address, "" on the last one. Only this list's own pages are followed."""
    match = _NEXT.search(reply.headers.get("Link", ""))
    if match is None:
        return ""
    if not match[1].startswith(base):
        raise SourceUnavailableError(f"{what}: the next page is at another address")
    return match[1]


def _is_compressed(reply: Reply) -> bool:
    """By the type that the store says, or by the content: JSON begins with a brace."""
    return reply.headers.get("Content-Type", "").startswith(SNAPPY) or reply.body.lstrip()[:1] != b"{"


def _decompressed(body: bytes, what: str) -> bytes:
    """One Snappy block, with its length checked before any memory is taken for it."""
    import cramjam  # noqa: PLC0415 - most repositories have no attestations

    try:
        length = cramjam.snappy.decompress_raw_len(body)
        if length > BUNDLE_MAX:
            raise SourceUnavailableError(f"{what}: a bundle has {length} bytes, BUNDLE_MAX is {BUNDLE_MAX}")
        return bytes(cramjam.snappy.decompress_raw(body))
    except cramjam.DecompressionError:
        raise SourceUnavailableError(f"{what}: a bundle is not Snappy-compressed JSON") from None
