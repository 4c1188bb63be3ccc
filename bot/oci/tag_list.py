"""All tags of a repository, page by page.

https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-tags
"""

from typing import Final

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from bot.errors import MalformedError, TooLargeError, UnavailableError
from bot.oci.caller import Caller
from bot.oci.documents import Wire, read
from bot.oci.reference import Reference, is_tag
from bot.oci.wire.answers import expect
from bot.oci.wire.messages import RegistryRequest, Response
from bot.oci.wire.pages import following, next_page

TAGS_PAGE_MAX: Final = 4 * 1024 * 1024
"""Bytes of one page; distribution 2.8 sends all tags at once."""

TAGS_PAGES_MAX: Final = 50
"""Pages; Quay has 100 tags on one."""

TAGS_MAX: Final = 1_000_000
"""Tags of all pages, which take 100 MB; a page of 4 MiB may hold nearly as many."""

PAGE_SIZE: Final = 1000
"""Always asked for: without it some send all. ECR refuses more."""

TAIL: Final = "/tags/list"

FEW: Final = 500
"""Tags up to which a list is worth more than a HEAD for each tag that is sought: some 35 KB."""


class _TagList(Wire):
    """e.g. {"name": "team/app", "tags": ["1.0", "latest"]}; `tags` is null in an empty repository."""

    tags: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _has_one_of_its_keys(cls, value: object) -> object:
        """What has neither is another document, e.g. an error that came with a 200: not a list without tags."""
        if isinstance(value, dict) and not value.keys() & {"name", "tags"}:
            raise PydanticCustomError("no_list", "it has neither name nor tags")
        return value


async def list_tags(caller: Caller, reference: Reference) -> tuple[str, ...]:
    """The tags in the registry's order, each once. Raises RegistryError; a list is whole or there is none."""
    ask = _ask(caller, reference, PAGE_SIZE)
    found: dict[str, None] = {}
    seen = {ask.url}
    for _ in range(TAGS_PAGES_MAX):
        response = expect(await caller.call(reference, ask, tail=TAIL))
        found |= dict.fromkeys(tag for tag in _read(response).tags if is_tag(tag))
        if len(found) > TAGS_MAX:
            raise TooLargeError(f"{ask.what} has more than TAGS_MAX = {TAGS_MAX} tags", host=ask.registry)
        url = next_page(response)
        if url is None or url in seen:
            return tuple(found)
        seen.add(url)
        ask = following(ask, response, url)
    text = f"{ask.what} fills more than TAGS_PAGES_MAX = {TAGS_PAGES_MAX} pages"
    raise TooLargeError(text, host=reference.registry)


async def few_tags(caller: Caller, reference: Reference) -> frozenset[str] | None:
    """All tags if they are FEW, else None. One GET. Raises RegistryError."""
    response = expect(await caller.call(reference, _ask(caller, reference, FEW), tail=TAIL))
    return frozenset(_read(response).tags) if next_page(response) is None else None


def _ask(caller: Caller, reference: Reference, most: int) -> RegistryRequest:
    return RegistryRequest(
        registry=reference.registry,
        what=f"the list of tags of {reference.familiar}",
        url=caller.endpoint(reference).url(f"{reference.repository}/tags/list", f"n={most}"),
        headers={"Accept": "application/json"},
        limit=TAGS_PAGE_MAX,
        gate="tags",
    )


def _read(response: Response) -> _TagList:
    try:
        return read(response.body, _TagList, what=response.ask.what)
    except MalformedError as error:
        raise UnavailableError(str(error), host=response.ask.registry) from error
