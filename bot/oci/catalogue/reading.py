"""What the readers of both APIs share: a bounded request, a page as a model, and only names of the grammar."""

from typing import Final, TypeVar

from yarl import URL

from bot.errors import MalformedError, UnavailableError
from bot.oci.caller import Caller
from bot.oci.catalogue.listing import ListedTag
from bot.oci.documents import Wire, read
from bot.oci.grammar import PATH
from bot.oci.reference import Reference, is_digest, is_tag
from bot.oci.wire.answers import expect
from bot.oci.wire.messages import RegistryRequest

PAGE_MAX: Final = 4 * 1024 * 1024
"""Bytes of one page; 100 tags of ten platforms each have about 300 KB on Docker Hub."""

P = TypeVar("P", bound=Wire)


def ask_for(reference: Reference, url: URL, what: str = "") -> RegistryRequest:
    """A request of that page, one at a time for each host."""
    return RegistryRequest(
        registry=reference.registry,
        what=what or f"the list of tags of {reference.familiar}",
        url=url,
        headers={"Accept": "application/json"},
        limit=PAGE_MAX,
        gate="tags",
    )


async def page_of(caller: Caller, ask: RegistryRequest, model: type[P]) -> P:
    """The page. Raises RegistryError; what is not such a page is UnavailableError."""
    response = expect(await caller.ask(ask))
    try:
        return read(response.body, model, what=ask.what)
    except MalformedError as error:
        raise UnavailableError(str(error), host=ask.registry) from error


def tag_of(name: str, digest: str) -> ListedTag | None:
    """The tag; None for what is not a tag's name. A digest that is not one is not told."""
    return ListedTag(name, digest if is_digest(digest) else "") if is_tag(name) else None


def repository_of(asked: str, namespace: str, name: str) -> str:
    """namespace/name; "" for one that is not a repository's, or of another namespace than was asked."""
    path = f"{asked}/{name}"
    return path if namespace in ("", asked) and "/" not in name and PATH.fullmatch(path) else ""
