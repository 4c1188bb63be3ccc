"""The Git tags of the fake GitHub: listed with the commits that they name, and one by one with the objects."""

import hashlib
from typing import Final

from aiohttp import web
from msgspec import Struct, field

NOT_FOUND: Final = {"message": "Not Found", "documentation_url": "https://docs.github.com/rest"}


class Tags(Struct):
    """Of one repository. `named` has the object's id by the tag's name, `objects` what each annotated tag names."""

    named: dict[str, str] = field(default_factory=dict)
    objects: dict[str, tuple[str, str]] = field(default_factory=dict)

    def add(self, name: str, commit: str, *, annotated: int = 0) -> None:
        """Name a commit, through so many annotated tags."""
        kind, named = "commit", commit
        for number in range(annotated):
            id_ = hashlib.sha1(f"{name} {number} {named}".encode(), usedforsecurity=False).hexdigest()
            self.objects[id_] = kind, named
            kind, named = "tag", id_
        self.named[name] = named

    def commit(self, name: str) -> str:
        """The commit behind all annotated tags."""
        id_ = self.named[name]
        while id_ in self.objects:
            id_ = self.objects[id_][1]
        return id_

    def answer(self, request: web.Request, rest: str) -> web.Response:
        """To /tags, /git/ref/tags/NAME and /git/tags/ID."""
        if rest == "/tags":
            return self._list(request)
        if rest.startswith("/git/tags/"):
            found = self.objects.get(rest.removeprefix("/git/tags/"))
            return web.json_response({"object": _object(*found)}) if found else web.json_response(NOT_FOUND, status=404)
        name = rest.removeprefix("/git/ref/tags/")
        if name not in self.named:
            return web.json_response(NOT_FOUND, status=404)
        id_ = self.named[name]
        kind = "tag" if id_ in self.objects else "commit"
        return web.json_response({"ref": f"refs/tags/{name}", "node_id": "", "object": _object(kind, id_)})

    def _list(self, request: web.Request) -> web.Response:
        """The greatest names first."""
        most, page = int(request.query.get("per_page", "30")), int(request.query.get("page", "1"))
        names = sorted(self.named, reverse=True)
        shown = names[most * (page - 1) : most * page]
        entries = [{"name": one, "commit": {"sha": self.commit(one), "url": ""}, "node_id": ""} for one in shown]
        following = f'<{request.url.update_query(page=page + 1)}>; rel="next"'
        return web.json_response(entries, headers={"Link": following} if most * page < len(names) else {})


def _object(kind: str, id_: str) -> dict[str, str]:
    return {"type": kind, "sha": id_, "url": f"https://api.github.com/git/{kind}s/{id_}"}
