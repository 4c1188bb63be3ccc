"""The port to everything that holds images: what it offers, and the errors it promises."""

from typing import Protocol

from bot.oci.manifest import MANIFEST_MAX, Content, Descriptor
from bot.oci.reference import Reference
from bot.oci.referrer_list import Referrer


class Registry(Protocol):
    """A registry over HTTP, an OCI layout on disk, or a fake in tests.

    Every method raises only RegistryError: NotFoundError when it answered that it does not have it, DeniedError,
    RateLimitedError, UnavailableError, UntrustworthyError (digest or size), TooLargeError, ForbiddenAddressError.
    In a search for evidence, NotFoundError is a DanglingTagError when the tag is there, and its manifest is not.
    Contents are verified against the digest they were asked by; `Content.digest` is always the own hash.
    """

    async def manifest(self, reference: Reference, *, limit: int = MANIFEST_MAX) -> Content:
        """The manifest or index that `reference.target` names; at most `limit` bytes. On Docker Hub a counted pull."""

    async def resolve(self, reference: Reference) -> str:
        """The digest that `reference.target` stands for at this moment, without a pull (HEAD)."""

    async def blob(self, reference: Reference, descriptor: Descriptor, *, limit: int) -> Content:
        """A blob of the reference's repository, with the descriptor's digest and size; at most `limit` bytes."""

    async def referrers(self, reference: Reference) -> tuple[Referrer, ...]:
        """Who refers to `reference.digest`: the referrers API, else the fallback tag; empty when there are none.

        Descriptors are as the registry gave them: `artifact_type` may lie, open the manifest (distribution-spec,
        "Listing Referrers"). Each says which list names it.
        """

    async def tags(self, reference: Reference) -> tuple[str, ...]:
        """All tags of the reference's repository, in the registry's order."""
