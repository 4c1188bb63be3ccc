"""What a cause explains: one rule that failed for one image."""

from typing import Final

from msgspec import Struct

from bot.context import Context
from bot.evidence import PlatformEvidence
from bot.rules import Finding, Outcome

IMAGE: Final = "image"
"""The subject of findings that are about all platforms."""


class Failure(Struct, frozen=True):
    """A rule's id, and what it found."""

    rule: str
    findings: tuple[Finding, ...] = ()

    def platforms(self, context: Context) -> tuple[PlatformEvidence, ...]:
        """Those that the failure is about; all of them when it is about the image."""
        failed = {finding.subject for finding in self.findings if finding.outcome is Outcome.FAIL}
        every = not failed or IMAGE in failed
        return tuple(one for one in context.evidence.platforms if every or one.platform in failed)
