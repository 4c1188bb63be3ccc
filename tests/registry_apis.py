"""Quay's and Docker Hub's own APIs over the fake registry's shelf, as strict as the real ones.

Quay (quay@ffba0c7, endpoints/api/tag.py): /api/v1/repository/<ns>/<repo>/tag/, the newest first, 100 a page at most.
Docker Hub: /v2/repositories/<ns>/<repo>/tags, by name here, since no order holds there; 100 a page at most.
"""

from collections.abc import Mapping

from aiohttp import web
from msgspec import Struct, field

from tests.registry_faults import Answer
from tests.registry_shelf import OCI_INDEX, Repository, encode

MOST = 100
EPOCH = 1_700_000_000


class Stamps(Struct):
    """When each tag got its digest: later ones have higher numbers. `skew` seconds are between that clock and ours."""

    skew: int = 0
    _seen: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    _count: int = 0

    def of(self, name: str, repository: Repository) -> dict[str, int]:
        for tag, digest in repository.tags.items():
            if self._seen.get((name, tag), ("", 0))[0] != digest:
                self._count += 1
                self._seen[name, tag] = (digest, self._count)
        return {tag: EPOCH + self.skew + self._seen[name, tag][1] for tag in repository.tags}


def json_answer(status: int, document: Mapping[str, object]) -> Answer:
    return Answer(status, encode(document), {"Content-Type": "application/json"})


class QuayApi(Struct):
    """Answers below /api/v1/repository."""

    repositories: Mapping[str, Repository]
    stamps: Stamps = field(default_factory=Stamps)
    oldest_first: bool = False  # a lie: Quay has the newest first

    def answer(self, path: str, query: Mapping[str, str]) -> Answer:
        rest = path.removeprefix("/api/v1/repository")
        if rest in ("", "/"):
            return self._list(query)
        if not rest.endswith("/tag/"):
            return json_answer(404, {"error_type": "not_found", "status": 404})
        name = rest.removeprefix("/").removesuffix("/tag/")
        if name not in self.repositories:
            return json_answer(404, {"error_type": "not_found", "status": 404, "detail": "Not Found"})
        return self._tags(name, query)

    def _tags(self, name: str, query: Mapping[str, str]) -> Answer:
        assert query["onlyActiveTags"] == "true"
        size, page = min(int(query.get("limit", 50)), MOST), int(query.get("page", 1))
        repository = self.repositories[name]
        stamps = self.stamps.of(name, repository)
        names = sorted(stamps, key=lambda tag: stamps[tag], reverse=not self.oldest_first)
        shown = names[(page - 1) * size : page * size]
        tags = [
            {
                "name": tag,
                "reversion": False,
                "start_ts": stamps[tag],
                "manifest_digest": repository.tags[tag],
                "is_manifest_list": _is_list(repository, tag),
                "size": None,
                "last_modified": "Tue, 24 Nov 2026 12:00:00 -0000",
            }
            for tag in shown
        ]
        return json_answer(200, {"tags": tags, "page": page, "has_additional": page * size < len(names)})

    def _list(self, query: Mapping[str, str]) -> Answer:
        if "namespace" not in query or query.get("public") != "true":
            return json_answer(400, {"error_type": "invalid_request", "status": 400})
        prefix, start = f"{query['namespace']}/", int(query.get("next_page") or 0)
        names = sorted(name for name in self.repositories if name.startswith(prefix))
        shown = [
            {"namespace": query["namespace"], "name": name.removeprefix(prefix), "is_public": True, "kind": "image"}
            for name in names[start : start + MOST]
        ]
        more = {"next_page": str(start + MOST)} if start + MOST < len(names) else {}
        return json_answer(200, {"repositories": shown, **more})


class HubApi(Struct):
    """Answers below /v2/repositories."""

    repositories: Mapping[str, Repository]

    def answer(self, path: str, request: web.Request) -> Answer:
        rest, query = path.removeprefix("/v2/repositories/"), request.query
        name = rest.removesuffix("/tags")
        if rest.endswith("/tags"):
            if name not in self.repositories:
                return json_answer(404, {"message": "object not found", "errinfo": {}})
            return self._page(request, query, [self._tag(name, tag) for tag in sorted(self.repositories[name].tags)])
        namespace = rest.removesuffix("/")
        names = sorted(name for name in self.repositories if name.startswith(f"{namespace}/"))
        shown = [{"namespace": namespace, "name": name.partition("/")[2], "is_private": False} for name in names]
        return self._page(request, query, shown)

    def _tag(self, name: str, tag: str) -> dict[str, object]:
        digest = self.repositories[name].tags[tag]
        return {
            "name": tag,
            "digest": digest,
            "tag_last_pushed": "2026-11-24T12:00:00.000000Z",
            "images": [{"architecture": "amd64", "os": "linux", "digest": digest, "size": 1}],
        }

    def _page(self, request: web.Request, query: Mapping[str, str], entries: list[dict[str, object]]) -> Answer:
        size, page = min(int(query.get("page_size", 10)), MOST), int(query.get("page", 1))
        shown = entries[(page - 1) * size : page * size]
        if page > 1 and not shown:
            return json_answer(404, {"message": "object not found", "errinfo": {}})
        more = page * size < len(entries)
        following = str(request.url.with_query({"page": str(page + 1), "page_size": str(size)})) if more else None
        return json_answer(200, {"count": len(entries), "next": following, "previous": None, "results": shown})


def _is_list(repository: Repository, tag: str) -> bool:
    found = repository.find(tag)
    return found is not None and found[1].media_type == OCI_INDEX
