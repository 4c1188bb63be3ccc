"""What is asked of which image. Without any file, the built-in policy asks the same of all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Final, Protocol

from bot.oci.reference import Reference
from bot.rules import Rule, Severity, catalogue
from bot.rules._expected import Expected

REQUIRED: Final = frozenset(
    {
        "provenance-missing",
        "provenance-mode-min",
        "provenance-inconsistent",
        "provenance-secret-exposed",
        "sbom-missing",
        "attestation-unlinked",
        "attestation-subject-mismatch",
        "attestation-malformed",
        "attestation-missing-blob",
    },
)
"""What the built-in policy requires; all other rules it advises."""


@dataclass(frozen=True, slots=True)
class Waiver:
    """A rule that may fail for this image: why, and until which day (UTC, that day included)."""

    rule: str
    reason: str
    until: date


@dataclass(frozen=True, slots=True)
class Policy:
    """What is asked of one image.

    `require` decides between pass and fail, `advise` between pass and warn; a rule in neither is not asked. Whoever
    asks a rule asks those that it needs, too: `closed` adds them. `severities` replaces the rules' own.
    """

    name: str
    require: frozenset[str]
    advise: frozenset[str] = frozenset()
    severities: Mapping[str, Severity] = field(default_factory=dict)
    expected: Expected = field(default_factory=Expected)
    waivers: tuple[Waiver, ...] = ()

    def severity(self, rule: Rule) -> Severity:
        """How bad it is here when that rule fails."""
        return self.severities.get(rule.id, rule.severity)

    def waiver(self, rule: str) -> Waiver | None:
        """The waiver of that rule that lasts longest, whether or not it has expired."""
        return max((waiver for waiver in self.waivers if waiver.rule == rule), key=lambda w: w.until, default=None)


class Policies(Protocol):
    """Where policies come from: the built-in one, or a file."""

    def for_image(self, image: Reference) -> Policy:
        """What is asked of that image."""


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """The same policy for every image."""

    policy: Policy

    def for_image(self, image: Reference) -> Policy:  # noqa: ARG002 - the protocol's
        """The one policy that there is."""
        return self.policy


def default_policy() -> Policy:
    """The built-in policy: provenance in max mode, an SBOM, and nothing in either that should not be there."""
    every = frozenset(rule.id for rule in catalogue())
    return Policy(name="default", require=REQUIRED, advise=every - REQUIRED)


@cache
def default_policies() -> Policies:
    """The built-in policy for every image."""
    return BuiltIn(default_policy())


def closed(ids: frozenset[str], rules: Iterable[Rule]) -> frozenset[str]:
    """Those rules and all that they need, so that a skipped rule never hides a question that was to be asked."""
    needs = {rule.id: rule.needs for rule in rules}
    found: set[str] = set()
    waiting = list(ids & needs.keys())
    while waiting:
        id_ = waiting.pop()
        if id_ not in found:
            found.add(id_)
            waiting.extend(needs[id_])
    return frozenset(found)
