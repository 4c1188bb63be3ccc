"""Lists of the fake registry, page by page: tags, and referrers in each way that was seen in the wild."""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from tests.registry_faults import Answer, refuse
from tests.registry_shelf import OCI_INDEX, Repository, encode


class Referrers(StrEnum):
    """What /v2/<name>/referrers/<digest> answers; each was seen in the wild."""

    API = "as the specification says"
    NONE = "404, as distribution"
    EMPTY = "200 with an empty list, as Docker Hub right after a push"
    BAD_REQUEST = "400, as Quay for a digest that it does not hold"
    ELSEWHERE = "303 to another host, as GHCR"
    LOGIN_PAGE = "200 with a page, as GAR"


class Pages(Struct, frozen=True):
    """`size` entries are on one page; `link_base` is the part before the path in Link headers."""

    size: int
    link_base: str = ""

    def tags(self, name: str, held: Repository, query: Mapping[str, str]) -> Answer:
        """/v2/<name>/tags/list."""
        last = query.get("last", "")
        names = [tag for tag in sorted(held.tags) if tag > last]
        size = min(int(query.get("n", self.size)), self.size)
        page = names[:size]
        headers = {"Content-Type": "application/json"}
        if len(names) > size:
            headers["Link"] = self._link(f"/v2/{name}/tags/list?n={size}&last={page[-1]}")
        return Answer(200, encode({"name": name, "tags": page or None}), headers)

    def referrers(self, name: str, digest: str, held: Repository, way: Referrers, query: Mapping[str, str]) -> Answer:
        """/v2/<name>/referrers/<digest>."""
        match way:
            case Referrers.NONE:
                return Answer(404, b"404 page not found\n", {"Content-Type": "text/plain"})
            case Referrers.BAD_REQUEST:
                return refuse(400, "MANIFEST_INVALID", "manifest invalid")
            case Referrers.ELSEWHERE:
                return Answer(303, b"", {"Location": "https://github.com/-/v2/packages/container/referrers"})
            case Referrers.LOGIN_PAGE:
                return Answer(200, b"<html>sign in</html>", {"Content-Type": "text/html"})
            case Referrers.API | Referrers.EMPTY:
                found = held.referrers(digest) if way is Referrers.API else []
                return self._referrers(f"/v2/{name}/referrers/{digest}", found, int(query.get("start", 0)))

    def _referrers(self, path: str, found: list[dict[str, object]], start: int) -> Answer:
        headers = {"Content-Type": OCI_INDEX}
        if start + self.size < len(found):
            headers["Link"] = self._link(f"{path}?start={start + self.size}")
        page = found[start : start + self.size]
        return Answer(200, encode({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": page}), headers)

    def _link(self, target: str) -> str:
        return f'<{self.link_base}{target}>; rel="next"'
