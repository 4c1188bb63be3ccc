"""What failed when somebody said something about it; compared with what fails now."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from bot.report import Report
from bot.rules import Outcome

FOUND_MAX: Final = 16_384
"""Failures that are remembered: 64 rules on each of 256 images, which no release exceeds. Fewer would be other ones as
soon as the first are fixed, and an acknowledgement would fall though nothing new fails."""


@dataclass(frozen=True, slots=True)
class Failing:
    """What fails and is required: (image, digest, rule). Advice does not count."""

    found: frozenset[tuple[str, str, str]] = frozenset()

    @property
    def rules(self) -> frozenset[str]:
        """The rules."""
        return frozenset(rule for _, _, rule in self.found)

    @property
    def images(self) -> tuple[tuple[str, str], ...]:
        """The images, each with its digest, in order."""
        return tuple(sorted({(image, digest) for image, digest, _ in self.found}))

    def is_within(self, earlier: "Failing") -> bool:
        """Whether nothing fails that did not fail then: no other rule, no other image, no other digest."""
        return self.found <= earlier.found

    def only(self, rules: Collection[str]) -> "Failing":
        """What of it fails by one of these rules."""
        return Failing(frozenset(one for one in self.found if one[2] in rules))

    @classmethod
    def of(cls, reports: Iterable[Report]) -> "Failing":
        """What fails by these reports."""
        found = (
            (report.image, report.digest, result.rule)
            for report in reports
            for result in report.results
            if result.required and result.outcome is Outcome.FAIL
        )
        return cls(frozenset(sorted(found)[:FOUND_MAX]))


NONE: Final = Failing()
"""Nothing fails."""
