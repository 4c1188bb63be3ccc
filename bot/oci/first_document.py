"""The document that a name stands for: the first request of a check, which needs nothing of what reads the answer.

So a terminal sends it before it imports that.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from msgspec import Struct

from bot.errors import UnavailableError
from bot.oci.ambiguity import Notices, noticing
from bot.oci.manifest import Content
from bot.oci.reference import Reference
from bot.oci.registry import Registry
from bot.oci.tally import Tally, counting

CHECK_DEADLINE: Final = 120.0
"""Seconds for one image, from the first request to the last; a registry that answers at all is done in a few."""


class FirstDocument(Struct, frozen=True):
    """What the name stands for, and where all that is asked and read after it is counted and noted."""

    reference: Reference
    content: Content
    registry: Registry
    counts: Tally
    notices: Notices


@asynccontextmanager
async def first_document(
    reference: Reference, registry: Registry, *, deadline: float = CHECK_DEADLINE
) -> AsyncIterator[FirstDocument]:
    """Ask for it; inside, the rest of the image is asked for. `deadline`: seconds for both.

    Raises RegistryError when it could not be had, or when both took longer.
    """
    try:
        async with asyncio.timeout(deadline):
            with counting() as counts, noticing() as notices:
                yield FirstDocument(reference, await registry.manifest(reference), registry, counts, notices)
    except TimeoutError:
        why = f"{reference}: looking at it took longer than CHECK_DEADLINE = {deadline:g} s"
        raise UnavailableError(why, host=reference.registry) from None
