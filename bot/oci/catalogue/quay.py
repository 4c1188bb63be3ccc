"""Quay's own API: tags with digests, the newest first, and the repositories of a namespace.

https://docs.quay.io/api/swagger/ (listRepoTags, listRepos); read as anybody, so only public repositories are in it.
"""

from typing import Final

from pydantic import Field
from yarl import URL

from bot.oci.caller import Caller
from bot.oci.catalogue.listing import IsKnown, ListedTag, TagListing
from bot.oci.catalogue.reading import ask_for, page_of, repository_of, tag_of
from bot.oci.documents import Wire
from bot.oci.reference import Reference
from bot.values import replace

PAGE: Final = 100
"""Tags of one page; Quay takes no more."""

PAGES_MAX: Final = 50
"""Pages of tags, 5,000 of them; and of repositories."""

TOKEN_MAX: Final = 1000
"""Characters of the token that names the next page of repositories."""


class _Tag(Wire):
    name: str = ""
    manifest_digest: str = ""


class _Tags(Wire):
    """e.g. {"tags": [{"name": "1.0", "manifest_digest": "sha256:…"}], "page": 1, "has_additional": false}."""

    tags: tuple[_Tag, ...]  # what has none is another document, and not a list without tags
    has_additional: bool = False


class _Repository(Wire):
    namespace: str = ""
    name: str = ""


class _Repositories(Wire):
    """e.g. {"repositories": [{"namespace": "acme", "name": "app"}], "next_page": "gAAAAA…"}."""

    repositories: tuple[_Repository, ...]
    next_page: str = Field(default="", max_length=TOKEN_MAX)


async def list_tags(caller: Caller, reference: Reference, *, is_known: IsKnown, whole: bool) -> TagListing:
    """The tags; unless `whole`, only the pages before the first tag that is known. Raises RegistryError."""
    path = f"api/v1/repository/{reference.repository}/tag/"
    found: dict[str, ListedTag] = {}
    for page in range(1, PAGES_MAX + 1):
        url = _url(caller, reference, path, f"onlyActiveTags=true&limit={PAGE}&page={page}")
        answer = await page_of(caller, ask_for(reference, url), _Tags)
        listed = [tag for one in answer.tags if (tag := tag_of(one.name, one.manifest_digest))]
        has_more = any(tag.name not in found for tag in listed)
        found |= {tag.name: tag for tag in listed if tag.name not in found}  # the newest of a name comes first
        if not answer.has_additional:
            return TagListing(tuple(found.values()), is_whole=True)
        if not has_more or (not whole and any(is_known(tag) for tag in listed)):
            break
    return TagListing(tuple(found.values()), is_whole=False)


async def list_repositories(caller: Caller, reference: Reference, namespace: str) -> tuple[str, ...]:
    """The public repositories of the namespace, as namespace/name. Raises RegistryError."""
    query = f"namespace={namespace}&public=true"
    ask = ask_for(reference, _url(caller, reference, "api/v1/repository", query), f"the repositories of {namespace}")
    found: dict[str, None] = {}
    for _ in range(PAGES_MAX):
        answer = await page_of(caller, ask, _Repositories)
        fresh = [name for one in answer.repositories if (name := repository_of(namespace, one.namespace, one.name))]
        if not answer.next_page or not set(fresh) - set(found):
            return tuple(found | dict.fromkeys(fresh))
        found |= dict.fromkeys(fresh)
        ask = replace(ask, url=ask.url.with_query({**ask.url.query, "next_page": answer.next_page}))
    return tuple(found)


def _url(caller: Caller, reference: Reference, path: str, query: str) -> URL:
    """`path` and `query` consist of validated parts."""
    return URL(f"{caller.endpoint(reference).origin}/{path}?{query}", encoded=True)
