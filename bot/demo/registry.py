"""A small registry that can only be read: it serves the demo's OCI layouts under names of our choice.

https://github.com/opencontainers/distribution-spec/blob/main/spec.md#endpoints (end-1, end-2, end-3, end-8a)

Nothing of a request ever becomes a file's path: names, tags and digests are looked up in tables made at the start.
"""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from aiohttp import web

BLOB: Final = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Item:
    """A content of a repository."""

    digest: str
    media_type: str
    path: Path


@dataclass(slots=True)
class Repository:
    """What one layout holds, under a tag."""

    tags: dict[str, Item] = field(default_factory=dict)
    manifests: dict[str, Item] = field(default_factory=dict)
    blobs: dict[str, Item] = field(default_factory=dict)

    def add(self, layout: Path, tag: str) -> None:
        """Take in a layout whose index.json names one image; that one gets the tag."""
        (top,) = json.loads((layout / "index.json").read_bytes())["manifests"]
        self.tags[tag] = self._manifest(layout, top)

    def _manifest(self, layout: Path, descriptor: Mapping[str, Any]) -> Item:
        item = _item(layout, descriptor, descriptor["mediaType"])
        self.manifests[item.digest] = item
        document = json.loads(item.path.read_bytes())
        for child in document.get("manifests", ()):
            if _item(layout, child, "").path.is_file():  # layouts may leave platforms out
                self._manifest(layout, child)
        contents = (document.get("config"), *document.get("layers", ()))
        for content in (content for content in contents if content):
            blob = _item(layout, content, BLOB)
            if blob.path.is_file():  # the samples come without the layers of the images themselves
                self.blobs[blob.digest] = blob
        return item


def _item(layout: Path, descriptor: Mapping[str, Any], media_type: str) -> Item:
    algorithm, _, rest = descriptor["digest"].partition(":")
    return Item(descriptor["digest"], media_type, layout / "blobs" / algorithm / rest)


class Shelf:
    """The handlers; every answer comes from a table."""

    def __init__(self, repositories: Mapping[str, Repository]) -> None:
        self._repositories = repositories

    def mount(self, app: web.Application) -> None:
        """The end points of reading."""
        app.add_routes(
            [
                web.get("/v2/", self.root),
                web.get("/v2/{name:.+}/manifests/{reference}", self.manifest),
                web.get("/v2/{name:.+}/blobs/{digest}", self.blob),
                web.get("/v2/{name:.+}/tags/list", self.tags),
            ],
        )

    async def root(self, request: web.Request) -> web.Response:  # noqa: ARG002 - end-1 asks for nothing
        """That it is a registry at all."""
        return web.json_response({})

    async def manifest(self, request: web.Request) -> web.Response:
        """By tag or digest; HEAD comes here too."""
        repository = self._repository(request)
        reference = request.match_info["reference"]
        item = repository.tags.get(reference) or repository.manifests.get(reference)
        return _found(item) if item else _absent("MANIFEST_UNKNOWN", "manifest unknown")

    async def blob(self, request: web.Request) -> web.Response:
        """By digest."""
        item = self._repository(request).blobs.get(request.match_info["digest"])
        return _found(item) if item else _absent("BLOB_UNKNOWN", "blob unknown")

    async def tags(self, request: web.Request) -> web.Response:
        """All of them; there are few."""
        name = request.match_info["name"]
        return web.json_response({"name": name, "tags": sorted(self._repository(request).tags)})

    def _repository(self, request: web.Request) -> Repository:
        return self._repositories.get(request.match_info["name"], Repository())


def _found(item: Item) -> web.Response:
    return web.Response(
        body=item.path.read_bytes(),
        content_type=item.media_type,
        headers={"Docker-Content-Digest": item.digest, "ETag": f'"{item.digest}"'},
    )


def _absent(code: str, message: str) -> web.Response:
    return web.json_response({"errors": [{"code": code, "message": message}]}, status=404)


@asynccontextmanager
async def serving(repositories: Mapping[str, Repository]) -> AsyncIterator[str]:
    """Serve them on a free port of this machine; host:port, for as long as the block lasts."""
    app = web.Application()
    Shelf(repositories).mount(app)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        yield f"{host}:{port}"
    finally:
        await runner.cleanup()
