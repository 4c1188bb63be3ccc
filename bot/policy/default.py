"""The built-in policy: the same for every image, made for a first look.

It requires provenance in max mode, an SBOM, no exposed secrets, that every signature is valid, and that nothing of this
was lost since the release before. A signature that was never there is only a warning, because many good images have
none; an image with one that could not be verified, or looked for in its registry, is unknown. A rule that nearly every
signed image would fail is left out.
"""

from functools import cache
from typing import Final

from msgspec import Struct

from bot.oci.reference import Reference
from bot.policy.policy import Policies, Policy
from bot.rules import catalogue

REQUIRED: Final = frozenset(
    {
        "document-ambiguous",
        "provenance-missing",
        "provenance-mode-min",
        "provenance-lost",
        "provenance-inconsistent",
        "provenance-secret-exposed",
        "sbom-missing",
        "sbom-lost",
        "attestation-unlinked",
        "attestation-subject-mismatch",
        "attestation-malformed",
        "attestation-missing-blob",
        "signature-invalid",
        "signature-lost",
    },
)
"""What the built-in policy requires. It advises all other rules, except those in LEFT_OUT.

signature-invalid needs signature-missing, which stays advice because it is advised by name.
"""

LEFT_OUT: Final = frozenset({"signature-platform-uncovered", "provenance-run-unconfirmed", "evidence-unseen"})
"""Every image with a signature on the index only would fail the first of them. The second one fails for a workflow that
is started by hand and checks out a tag, and its answers cost more of the code host's rate limit. The third one needs a
policy that names readers."""


class BuiltIn(Struct, frozen=True):
    """The same policy for every image."""

    policy: Policy

    def for_image(self, image: Reference) -> Policy:  # noqa: ARG002 - the protocol's
        """The one policy."""
        return self.policy

    def names(self) -> tuple[str, ...]:
        """Its name."""
        return (self.policy.name,)

    def named(self, name: str, image: Reference) -> Policy | None:  # noqa: ARG002
        """The one policy, by its name."""
        return self.policy if name == self.policy.name else None

    def listed(self) -> tuple[str, ...]:
        """None: it names no image."""
        return ()

    def watched(self) -> tuple[str, ...]:
        """None: it names no image."""
        return ()

    def channels(self) -> tuple[str, ...]:
        """None: it has no channel."""
        return ()


def advised() -> frozenset[str]:
    """Every rule that the built-in policy neither requires nor leaves out."""
    return frozenset(rule.id for rule in catalogue()) - REQUIRED - LEFT_OUT


def default_policy() -> Policy:
    """The built-in policy: provenance in max mode, an SBOM, and no exposed secrets."""
    return Policy(name="default", require=REQUIRED, advise=advised())


@cache
def default_policies() -> Policies:
    """The built-in policy for every image."""
    return BuiltIn(default_policy())
