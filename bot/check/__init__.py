"""The heart: gather evidence, judge it, report."""

from datetime import UTC, datetime
from typing import Final

from bot.check._judge import judge
from bot.check._unchecked import unchecked
from bot.evidence.gather import gather
from bot.evidence.options import GatherOptions
from bot.evidence.search import SignatureSearch
from bot.oci.reference import Reference
from bot.oci.registry import Registry
from bot.policy import Policies
from bot.report import Report

__all__ = ["check", "judge", "unchecked"]

_DEFAULT: Final = GatherOptions()


async def check(
    reference: Reference,
    registry: Registry,
    policies: Policies,
    *,
    options: GatherOptions = _DEFAULT,
    search: SignatureSearch | None = None,
) -> Report:
    """Look at the image and say what the policy for it makes of that.

    Raises RegistryError when not even the image itself could be looked at: then no rule is judged, and `unchecked`
    makes a report that says so.
    """
    evidence = await gather(reference, registry, options, search=search)
    return judge(evidence, policies.for_image(reference), now=datetime.now(UTC))
