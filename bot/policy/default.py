"""The policy without any file: the same for all images, made for somebody who has just arrived.

Provenance in max mode, an SBOM, and nothing in either that should not be there, are required; so is that a signature
which is there holds. A signature that is not there is a warning: many good images have none, and a first look should
not be a wall of red. Only what nearly every signed image would be warned for is not asked.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

from bot.oci.reference import Reference
from bot.policy.policy import Policies, Policy
from bot.rules import catalogue

REQUIRED: Final = frozenset(
    {
        "document-ambiguous",
        "provenance-missing",
        "provenance-mode-min",
        "provenance-inconsistent",
        "provenance-secret-exposed",
        "sbom-missing",
        "attestation-unlinked",
        "attestation-subject-mismatch",
        "attestation-malformed",
        "attestation-missing-blob",
        "signature-invalid",
    },
)
"""What the built-in policy requires; all other rules it advises, but UNASKED.

signature-invalid needs signature-missing: that stays advice, since it is advised by name.
"""

UNASKED: Final = frozenset({"signature-platform-uncovered"})
"""Not asked by it: every image whose index alone is signed would be warned for."""


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """The same policy for every image."""

    policy: Policy

    def for_image(self, image: Reference) -> Policy:  # noqa: ARG002 - the protocol's
        """The one policy that there is."""
        return self.policy


def advised() -> frozenset[str]:
    """What it advises: every rule that it neither requires nor leaves alone."""
    return frozenset(rule.id for rule in catalogue()) - REQUIRED - UNASKED


def default_policy() -> Policy:
    """The built-in policy: provenance in max mode, an SBOM, and nothing in either that should not be there."""
    return Policy(name="default", require=REQUIRED, advise=advised())


@cache
def default_policies() -> Policies:
    """The built-in policy for every image."""
    return BuiltIn(default_policy())
