"""The one fake registry: a real HTTP server on 127.0.0.1 that serves images from memory.

    async with FakeRegistry() as registry:
        digest = registry.add_layout(samples / "min_2p_dflt", "demo/app", tag="1.0")
        ...                                         # ask for f"{registry.host}/demo/app:1.0"
        assert registry.count("GET", "/manifests/") == 3

Every request is kept in `registry.requests`. `registry.fault("/blobs/", Flip())` spoils the answers of every path that
contains the text, `times=2` only the first two; the faults stand in registry_faults.py.
"""

import asyncio
import ssl
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import msgspec
from aiohttp import web
from msgspec import Struct

from tests.registry_apis import HubApi, QuayApi, Stamps
from tests.registry_auth import Auth
from tests.registry_faults import Answer, Fault, refuse
from tests.registry_pages import Pages
from tests.registry_pages import Referrers as Referrers  # noqa: PLC0414 - named with the registry
from tests.registry_shelf import (
    EMPTY_TYPE,
    OCI_MANIFEST,
    Repository,
    descriptor,
    encode,
    load_layout,
    subject_of,
)


class Asked(Struct, frozen=True):
    """One request that arrived."""

    method: str
    path: str  # as sent, with its query
    headers: Mapping[str, str]
    body: bytes = b""
    at: float = msgspec.field(default_factory=time.monotonic)


class _Placed(Struct):
    part: str
    fault: Fault
    method: str
    left: int | None
    skip: int


@dataclass(slots=True, kw_only=True)
class FakeRegistry:
    """A registry on 127.0.0.1 (`host` is host:port). Give `shelf` of another one to serve the same contents."""

    auth: Auth | None = None
    referrers: Referrers = Referrers.API
    fallback_tags: bool | None = None  # written as clients do; None: only where the API is not there
    lying_fallback: bool = False
    page_size: int = 1000
    link_base: str = ""  # the part before the path in Link headers, e.g. "https://elsewhere.example"
    headers: dict[str, str] = field(default_factory=dict)  # sent with every answer
    digest_header: bool = True  # False: no Docker-Content-Digest
    api: str = ""  # "quay" or "hub": has that API, too (registry_apis.py)
    stamps: Stamps = field(default_factory=Stamps)  # the clock of Quay's API
    oldest_first: bool = False  # Quay's API lies about its order
    hidden: set[str] = field(default_factory=set)  # repositories that answer 401 even with a token
    shelf: "FakeRegistry | None" = None
    tls: ssl.SSLContext | None = None
    address: str = "127.0.0.1"
    host: str = field(init=False, default="")
    requests: list[Asked] = field(init=False, default_factory=list)
    _repositories: dict[str, Repository] = field(init=False, default_factory=lambda: defaultdict(Repository))
    _faults: list[_Placed] = field(init=False, default_factory=list)
    _runner: web.AppRunner | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        if self.fallback_tags is None:
            self.fallback_tags = self.referrers is not Referrers.API
        if self.shelf is not None:
            self._repositories = self.shelf._repositories

    # --- contents

    def repository(self, name: str) -> Repository:
        """Its manifests, blobs and tags, free to be changed."""
        return self._repositories[name]

    def add_layout(self, folder: Path, repository: str, *, tag: str = "") -> str:
        """Everything of an OCI layout under that repository; returns the digest of its first entry."""
        digest = load_layout(folder, self.repository(repository), tag=tag)
        if self.fallback_tags:
            self.repository(repository).write_fallbacks(lying=self.lying_fallback)
        return digest

    def push_manifest(
        self, repository: str, document: Mapping[str, Any] | bytes, *, media_type: str = "", tag: str = ""
    ) -> str:
        """A manifest or index, under its digest and, when given, a tag. Returns the digest."""
        data = encode(document)
        digest = self.repository(repository).add_manifest(data, media_type, tag=tag)
        subject = subject_of(data)
        if subject and self.fallback_tags:
            self.repository(repository).write_fallback(subject, lying=self.lying_fallback)
        return digest

    def push_blob(self, repository: str, data: bytes) -> str:
        return self.repository(repository).add_blob(data)

    def push_image(self, repository: str, *, tag: str = "", layer: bytes = b"layer", **more: object) -> str:
        """A small image of one layer and an empty config; `more` are further keys of the manifest, e.g. subject."""
        self.push_blob(repository, layer)
        self.push_blob(repository, b"{}")
        document = {
            "schemaVersion": 2,
            "mediaType": OCI_MANIFEST,
            "config": descriptor(b"{}", EMPTY_TYPE),
            "layers": [descriptor(layer, "application/octet-stream")],
            **more,
        }
        return self.push_manifest(repository, document, tag=tag)

    def tag(self, repository: str, tag: str, digest: str) -> None:
        """Point a tag at a digest, as a push of it would."""
        self.repository(repository).tags[tag] = digest

    def lose(self, repository: str, digest: str) -> None:
        """Forget a manifest or blob that others may still name."""
        self.repository(repository).manifests.pop(digest, None)
        self.repository(repository).blobs.pop(digest, None)

    # --- what goes wrong, and what was asked

    def fault(self, part: str, fault: Fault, *, method: str = "", times: int | None = None, after: int = 0) -> None:
        """Spoil the answers to paths that contain `part`; only the first `times`, and not the first `after` ones."""
        self._faults.append(_Placed(part, fault, method, times, after))

    def heal(self) -> None:
        """No faults any more."""
        self._faults.clear()

    def count(self, method: str = "", part: str = "") -> int:
        """How many requests of that method had the text in their path."""
        return sum(1 for asked in self.requests if method in ("", asked.method) and part in asked.path)

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://{self.host}"

    # --- the server

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=8 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0, handler_cancellation=True)
        await self._runner.setup()
        await web.TCPSite(self._runner, self.address, 0, ssl_context=self.tls).start()
        address, port = self._runner.addresses[0][:2]
        self.host = f"{address}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            await asyncio.sleep(0)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        headers = {name: ", ".join(request.headers.getall(name)) for name in request.headers}
        asked = Asked(request.method, request.raw_path, headers, await request.read())
        self.requests.append(asked)
        answer = self._answer(request, asked)
        answer = Answer(answer.status, answer.body, {**answer.headers, **self.headers})
        fault = self._fault_for(asked)
        return answer.response() if fault is None else await fault.send(request, answer)

    def _fault_for(self, asked: Asked) -> Fault | None:
        for placed in self._faults:
            if placed.part not in asked.path or placed.method not in ("", asked.method) or placed.left == 0:
                continue
            if placed.skip:
                placed.skip -= 1
                continue
            if placed.left is not None:
                placed.left -= 1
            return placed.fault
        return None

    def _answer(self, request: web.Request, asked: Asked) -> Answer:
        path = request.rel_url.raw_path
        if path == "/token":
            return (self.auth or Auth()).token(asked.method, asked.headers, asked.body, request.query)
        if self.api == "quay" and path.startswith("/api/v1/repository"):
            return QuayApi(self._shown(), self.stamps, self.oldest_first).answer(path, request.query)
        if self.api == "hub" and path.startswith("/v2/repositories/"):
            return HubApi(self._shown()).answer(path, request)
        name, kind, target = _route(path)
        if not self._may_read(request, name):
            return self._challenge(name)
        return self._read(request, name, kind, target)

    def _read(self, request: web.Request, name: str, kind: str, target: str) -> Answer:
        match kind:
            case "manifests":
                return self._manifest(name, target, ", ".join(request.headers.getall("Accept", [])))
            case "blobs":
                return self._blob(name, target)
            case "tags" if name not in self._repositories:
                return refuse(404, "NAME_UNKNOWN", "repository name not known to registry")
            case "tags":
                return self._pages.tags(name, self._held(name), request.query)
            case "referrers":
                return self._pages.referrers(name, target, self._held(name), self.referrers, request.query)
            case _:
                return Answer(200, b"{}", {"Content-Type": "application/json"})

    @property
    def _pages(self) -> Pages:
        return Pages(self.page_size, self.link_base)

    def _shown(self) -> dict[str, Repository]:
        """What the APIs show to anybody."""
        return {name: held for name, held in self._repositories.items() if name not in self.hidden}

    def _held(self, name: str) -> Repository:
        """What is there, without making it by asking."""
        return self._repositories.get(name) or Repository()

    def _manifest(self, name: str, target: str, accept: str) -> Answer:
        found = self._held(name).find(target)
        if found is None:
            return refuse(404, "MANIFEST_UNKNOWN", "manifest unknown")
        digest, stored = found
        if stored.media_type not in accept and "*/*" not in accept:
            return refuse(404, "MANIFEST_UNKNOWN", "OCI manifest found, but accept header does not support it")
        headers = {"Content-Type": stored.media_type}
        if self.digest_header:
            headers["Docker-Content-Digest"] = digest
        return Answer(200, stored.data, headers)

    def _blob(self, name: str, digest: str) -> Answer:
        data = self._held(name).blobs.get(digest)
        if data is None:
            return refuse(404, "BLOB_UNKNOWN", "blob unknown to registry")
        return Answer(200, data, {"Content-Type": "application/octet-stream", "Docker-Content-Digest": digest})

    def _may_read(self, request: web.Request, name: str) -> bool:
        given = request.headers.get("Authorization", "")
        return name not in self.hidden and (self.auth is None or self.auth.admits(given))

    def _challenge(self, name: str) -> Answer:
        refusal = refuse(401, "UNAUTHORIZED", "authentication required")
        challenge = (self.auth or Auth()).challenge(self.url, name)
        return Answer(401, refusal.body, {**refusal.headers, "WWW-Authenticate": challenge})


def _route(path: str) -> tuple[str, str, str]:
    """Repository, kind and target of /v2/<name>/<kind>/<target>."""
    if path.endswith("/tags/list"):
        return path.removeprefix("/v2/").removesuffix("/tags/list"), "tags", ""
    name, _, target = path.removeprefix("/v2/").rpartition("/")
    name, _, kind = name.rpartition("/")
    return name, kind, target
