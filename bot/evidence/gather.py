"""Everything that can be learned about one image, in as few round trips as its shape allows.

Index, then the manifests of platforms and attestations, then statements, each level at once: three round trips and
five counted pulls for two platforms. The configurations of the platforms are asked for beside the statements.
"""

from typing import Final

from bot.evidence import Evidence
from bot.evidence.asking import Asking
from bot.evidence.examining import examine
from bot.evidence.options import GatherOptions
from bot.oci.first_document import FirstDocument, first_document
from bot.oci.reference import Reference
from bot.oci.registry import Registry
from bot.oci.tally import joined
from bot.signatures.search import SignatureSearch
from bot.values import replace

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
    async with first_document(reference, registry, deadline=options.deadline) as first:
        return await gather_from(first, options, search=search)


async def gather_from(first: FirstDocument, options: GatherOptions, *, search: SignatureSearch | None) -> Evidence:
    """The same, where somebody has asked for the first document; within the block of `first_document`."""
    asking = Asking(first.reference, first.content, first.registry, first.counts, concurrency=options.concurrency)
    evidence = await examine(first.reference, asking, options, search)
    joined()
    first.counts.require_few_values()  # what was not parsed for that reason is not absent, whatever was made of it
    return replace(evidence, requests=asking.spent, ambiguous=first.notices.all)
