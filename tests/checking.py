"""An image looked at and judged, as the worker and the terminal do it."""

from bot.check import conclude, look
from bot.context import Context
from bot.evidence.options import GatherOptions
from bot.oci.reference import Reference
from bot.oci.registry import Registry
from bot.policy import Policies
from bot.report import Report
from bot.signatures.finder import SignatureFinder
from bot.workflows.hosts import CodeHosts
from tests.making import NOW


async def check(  # noqa: PLR0913 - each is another part that a check needs
    reference: Reference,
    registry: Registry,
    policies: Policies,
    *,
    options: GatherOptions | None = None,
    search: SignatureFinder | None = None,
    hosts: CodeHosts | None = None,
) -> Report:
    """Raises RegistryError."""
    policy = policies.for_image(reference)
    evidence = await look(reference, registry, policy, options=options or GatherOptions(), search=search, hosts=hosts)
    return await conclude(Context(evidence, policy.expected), policy, now=NOW, hosts=hosts)
