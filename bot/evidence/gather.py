"""Everything that can be learned about one image, in as few round trips as its shape allows.

Index, then the manifests of platforms and attestations, then statements, each level at once: three round trips and
five counted pulls for two platforms. The configurations of the platforms are asked for beside the statements.
"""

import asyncio
from dataclasses import replace
from typing import Final

from bot.errors import UnavailableError
from bot.evidence import Evidence
from bot.evidence.options import GatherOptions
from bot.oci.ambiguity import noticing
from bot.oci.reference import Reference
from bot.oci.registry import Registry
from bot.oci.tally import counting, joined
from bot.signatures.search import SignatureSearch

_DEFAULT: Final = GatherOptions()


async def gather(
    reference: Reference,
    registry: Registry,
    options: GatherOptions = _DEFAULT,
    *,
    search: SignatureSearch | None = None,
) -> Evidence:
    """Look at everything about the image that the reference names.

    Raises RegistryError when the image itself could not be had, or when it all took longer than `options.deadline`;
    what fails below it is in the evidence, as missing (the registry said so) or as unreadable (anything else).
    """
    try:
        async with asyncio.timeout(options.deadline):
            return await _gather(reference, registry, options, search)
    except TimeoutError:
        why = f"{reference}: looking at it took longer than CHECK_DEADLINE = {options.deadline:g} s"
        raise UnavailableError(why, host=reference.registry) from None


async def _gather(
    reference: Reference, registry: Registry, options: GatherOptions, search: SignatureSearch | None
) -> Evidence:
    with counting() as counts, noticing() as notices:
        content = await registry.manifest(reference)
        # A terminal imports them while the first answer is on its way (bot/cli/gathering.py).
        from bot.evidence.asking import Asking  # noqa: PLC0415
        from bot.evidence.examining import examine  # noqa: PLC0415

        asking = Asking(reference, content, registry, counts, concurrency=options.concurrency)
        evidence = await examine(reference, asking, options, search)
        joined()
        return replace(evidence, requests=asking.spent, ambiguous=notices.all)
