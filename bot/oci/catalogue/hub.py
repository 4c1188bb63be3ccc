"""Docker Hub's own API: tags with digests, in no order that holds, and the repositories of a namespace.

https://docs.docker.com/reference/api/hub/latest/; read as anybody. Neither counts as a pull.
"""

from typing import Final

from yarl import URL

from bot.oci.caller import Caller
from bot.oci.canonical import DEFAULT_REGISTRY
from bot.oci.catalogue.listing import ListedTag, TagListing
from bot.oci.catalogue.reading import ask_for, page_of, repository_of, tag_of
from bot.oci.documents import Wire
from bot.oci.reference import Reference

ORIGIN: Final = "https://hub.docker.com"

PAGE: Final = 100
PAGES_MAX: Final = 50
"""Pages of tags, 5,000 of them; and of repositories."""


class _Tag(Wire):
    name: str = ""
    digest: str = ""


class _Tags(Wire):
    """e.g. {"count": 1, "next": null, "results": [{"name": "1.0", "digest": "sha256:…"}]}."""

    next: str = ""
    results: tuple[_Tag, ...]  # what has none is another document, and not a list without tags


class _Repository(Wire):
    namespace: str = ""
    name: str = ""


class _Repositories(Wire):
    next: str = ""
    results: tuple[_Repository, ...]


async def list_tags(caller: Caller, reference: Reference) -> TagListing:
    """All tags. `next` only says that there are more: we go where we know, not where an answer says.

    Raises RegistryError.
    """
    found: dict[str, ListedTag] = {}
    for page in range(1, PAGES_MAX + 1):
        url = _url(caller, reference, f"{reference.repository}/tags", page)
        answer = await page_of(caller, ask_for(reference, url), _Tags)
        fresh = {one.name: tag for one in answer.results if (tag := tag_of(one.name, one.digest))}
        has_more = bool(fresh.keys() - found.keys())
        found = fresh | found
        if not answer.next:
            return TagListing(tuple(found.values()), is_whole=True)
        if not has_more:
            break
    return TagListing(tuple(found.values()), is_whole=False)


async def list_repositories(caller: Caller, reference: Reference, namespace: str) -> tuple[str, ...]:
    """The public repositories of the namespace, as namespace/name. Raises RegistryError."""
    found: dict[str, None] = {}
    for page in range(1, PAGES_MAX + 1):
        url = _url(caller, reference, f"{namespace}/", page)
        answer = await page_of(caller, ask_for(reference, url, f"the repositories of {namespace}"), _Repositories)
        fresh = [name for one in answer.results if (name := repository_of(namespace, one.namespace, one.name))]
        has_more = bool(set(fresh) - set(found))
        found |= dict.fromkeys(fresh)
        if not answer.next or not has_more:
            break
    return tuple(found)


def _url(caller: Caller, reference: Reference, path: str, page: int) -> URL:
    origin = ORIGIN if reference.registry == DEFAULT_REGISTRY else caller.endpoint(reference).origin
    return URL(f"{origin}/v2/repositories/{path}?page_size={PAGE}&page={page}", encoded=True)
