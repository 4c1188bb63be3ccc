"""The attestations part of the fake GitHub: pages, bundles in the list or by address, plain or Snappy-compressed.

The blob store is a place of its own. It refuses requests that bring a token, as Azure's does with a signed address.
"""

import json
import re
from typing import Any, Final, Literal, TypeAlias

import cramjam
from aiohttp import web
from msgspec import Struct, field

Form: TypeAlias = Literal["inline", "by-url", "snappy"]
DIGEST: Final = re.compile(r"sha(256:[0-9a-f]{64}|512:[0-9a-f]{128})")
PER_PAGE_MAX: Final = 100


class Attestations(Struct):
    """Of one repository: bundles by digest, in the order in which they were stored."""

    by_digest: dict[str, list[tuple[bytes, Form]]] = field(default_factory=dict)
    has_one_page: bool = False  # a page that the first one names is gone

    def store(self, digest: str, bundle: bytes, form: Form = "inline") -> None:
        self.by_digest.setdefault(digest, []).append((bundle, form))


class BlobStore(Struct):
    """Where bundles are that the list names by address."""

    url: str = ""
    blobs: list[tuple[bytes, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def add(self, bundle: bytes, form: Form) -> str:
        compressed = form == "snappy"
        body = bytes(cramjam.snappy.compress_raw(bundle)) if compressed else bundle
        self.blobs.append((body, "application/x-snappy" if compressed else "application/json"))
        return f"{self.url}/attestations/{len(self.blobs) - 1}.json.sn?sig=fake"

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.path_qs)
        if "Authorization" in request.headers or "sig" not in request.query:
            return web.Response(status=403)
        body, kind = self.blobs[int(request.match_info["number"])]
        return web.Response(body=body, content_type=kind)


def listed(repository: str, stored: Attestations, request: web.Request, rest: str, store: BlobStore) -> web.Response:
    """One page of the list, as https://docs.github.com/en/rest/repos/attestations#list-attestations describes it."""
    digest = rest.removeprefix("/attestations/")
    per_page = request.query.get("per_page", "30")
    if not DIGEST.fullmatch(digest) or not per_page.isdigit() or not 0 < int(per_page) <= PER_PAGE_MAX:
        return web.json_response({"message": "Validation Failed"}, status=422)
    found = stored.by_digest.get(digest)
    if not found:
        return web.json_response({"message": "Not Found"}, status=404)
    first = int(request.query.get("after", "0"))
    last = first + int(per_page)
    if first and stored.has_one_page:
        return web.json_response({"message": "Not Found"}, status=404)
    entries = [_entry(bundle, form, store) for bundle, form in found[first:last]]
    headers = {}
    if last < len(found):
        base = f"{request.scheme}://{request.host}/repos/{repository}/attestations/{digest}"
        headers["Link"] = f'<{base}?per_page={per_page}&after={last}>; rel="next"'
    return web.json_response({"attestations": entries}, headers=headers)


def _entry(bundle: bytes, form: Form, store: BlobStore) -> dict[str, Any]:
    if form == "inline":
        return {"bundle": json.loads(bundle), "repository_id": 1, "bundle_url": store.add(bundle, "snappy")}
    return {"bundle": None, "repository_id": 1, "bundle_url": store.add(bundle, form), "initiator": "user"}
