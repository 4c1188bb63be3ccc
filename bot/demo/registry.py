"""A small read-only registry that serves the demo's OCI layouts.

https://github.com/opencontainers/distribution-spec/blob/main/spec.md#endpoints (end-1, end-2, end-3, end-8a)

No part of a request becomes a file path: names, tags and digests are looked up in tables that are built at start.
"""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from aiohttp import web
from msgspec import Struct, field

BLOB: Final = "application/octet-stream"


class StoredContent(Struct, frozen=True):
    """A manifest or blob of a repository."""

    digest: str
    media_type: str
    path: Path


class SampleRepository(Struct):
    """The content of OCI layouts, by tag and digest."""

    tags: dict[str, StoredContent] = field(default_factory=dict)
    manifests: dict[str, StoredContent] = field(default_factory=dict)
    blobs: dict[str, StoredContent] = field(default_factory=dict)

    def add(self, layout: Path, tag: str) -> None:
        """Add a layout whose index.json lists exactly one image, under that tag."""
        (top,) = json.loads((layout / "index.json").read_bytes())["manifests"]
        self.tags[tag] = self._manifest(layout, top)

    def _manifest(self, layout: Path, descriptor: Mapping[str, Any]) -> StoredContent:
        item = _item(layout, descriptor, descriptor["mediaType"])
        self.manifests[item.digest] = item
        document = json.loads(item.path.read_bytes())
        for child in document.get("manifests", ()):
            if _item(layout, child, "").path.is_file():  # a layout may omit platforms
                self._manifest(layout, child)
        contents = (document.get("config"), *document.get("layers", ()))
        for content in (content for content in contents if content):
            blob = _item(layout, content, BLOB)
            if blob.path.is_file():  # the samples do not include the layers of the images
                self.blobs[blob.digest] = blob
        return item


def _item(layout: Path, descriptor: Mapping[str, Any], media_type: str) -> StoredContent:
    algorithm, _, rest = descriptor["digest"].partition(":")
    return StoredContent(descriptor["digest"], media_type, layout / "blobs" / algorithm / rest)


class DemoRegistry:
    """The HTTP handlers."""

    def __init__(self, repositories: Mapping[str, SampleRepository]) -> None:
        self._repositories = repositories

    def mount(self, app: web.Application) -> None:
        """Add the read endpoints."""
        app.add_routes(
            [
                web.get("/v2/", self.root),
                web.get("/v2/{name:.+}/manifests/{reference}", self.manifest),
                web.get("/v2/{name:.+}/blobs/{digest}", self.blob),
                web.get("/v2/{name:.+}/tags/list", self.tags),
            ],
        )

    async def root(self, request: web.Request) -> web.Response:  # noqa: ARG002 - end-1 has no parameters
        """end-1: this is a registry."""
        return web.json_response({})

    async def manifest(self, request: web.Request) -> web.Response:
        """By tag or digest; handles HEAD, too."""
        repository = self._repository(request)
        reference = request.match_info["reference"]
        item = repository.tags.get(reference) or repository.manifests.get(reference)
        return _found(item) if item else _absent("MANIFEST_UNKNOWN", "manifest unknown")

    async def blob(self, request: web.Request) -> web.Response:
        """By digest."""
        item = self._repository(request).blobs.get(request.match_info["digest"])
        return _found(item) if item else _absent("BLOB_UNKNOWN", "blob unknown")

    async def tags(self, request: web.Request) -> web.Response:
        """All tags."""
        name = request.match_info["name"]
        return web.json_response({"name": name, "tags": sorted(self._repository(request).tags)})

    def _repository(self, request: web.Request) -> SampleRepository:
        return self._repositories.get(request.match_info["name"], SampleRepository())


def _found(item: StoredContent) -> web.Response:
    return web.Response(
        body=item.path.read_bytes(),
        content_type=item.media_type,
        headers={"Docker-Content-Digest": item.digest, "ETag": f'"{item.digest}"'},
    )


def _absent(code: str, message: str) -> web.Response:
    return web.json_response({"errors": [{"code": code, "message": message}]}, status=404)


@asynccontextmanager
async def serving(repositories: Mapping[str, SampleRepository]) -> AsyncIterator[str]:
    """Serve the repositories on a free local port while the block runs; yields host:port."""
    app = web.Application()
    DemoRegistry(repositories).mount(app)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        yield f"{host}:{port}"
    finally:
        await runner.cleanup()
