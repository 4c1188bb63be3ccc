"""What is asked of one image, and where that comes from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Protocol

from bot.context import Expected
from bot.oci.reference import Reference
from bot.rules import Rule, Severity

if TYPE_CHECKING:  # heavy, and only there when a file names keys
    from cryptography.x509 import Certificate

    from bot.signatures.keys import NamedKey


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
    asks a rule asks those that it needs, too: `closed` adds them, as strictly as the rule itself unless `advise` names
    them. `severities` replaces the rules' own.
    """

    name: str
    require: frozenset[str]
    advise: frozenset[str] = frozenset()
    severities: Mapping[str, Severity] = field(default_factory=dict)
    expected: Expected = field(default_factory=Expected)
    waivers: tuple[Waiver, ...] = ()
    keys: tuple["NamedKey", ...] = ()  # with which signatures are checked
    certificates: tuple["Certificate", ...] = ()  # Notation's trust store
    layouts: frozenset[str] = frozenset()  # signature layouts that the image's users can read; empty: all of them
    platforms: tuple[str, ...] = ()  # that the image is expected to have, e.g. linux/arm64
    settle: float = 600.0  # seconds after a push in which a missing signature is not reported
    channel: str = ""  # where it is told, "" = the default channel
    owners: tuple[str, ...] = ()  # who is called when it first fails: ids of Slack users and groups, or names
    workflow: str = ""  # the file that builds the image, where its provenance does not say it
    may_fix: tuple[str, ...] = ()  # ids of Slack users who may let a pull request be opened
    sisters: tuple[str, ...] = ()  # registries that hold the same tags
    is_ignored: bool = False  # the policy says to leave this tag alone
    is_rolling: bool = False  # the tag moves by design

    def required(self, rules: Iterable[Rule]) -> frozenset[str]:
        """The rules that decide between pass and fail: the required ones and all that they need.

        What is advised by name stays advice, even where a required rule needs it: "a signature that is there must
        hold" does not ask for one. A rule that is always asked is always required.
        """
        asked = tuple(rules)
        always = frozenset(rule.id for rule in asked if rule.always)
        return closed(self.require, asked) - (self.advise - self.require) | always

    def severity(self, rule: Rule) -> Severity:
        """How bad it is here when that rule fails."""
        return self.severities.get(rule.id, rule.severity)

    def waiver(self, rule: str) -> Waiver | None:
        """The waiver of that rule that lasts longest, whether or not it has expired. See also `Rule.always`."""
        return max((waiver for waiver in self.waivers if waiver.rule == rule), key=lambda w: w.until, default=None)


class Policies(Protocol):
    """Where policies come from: the built-in one, or a file."""

    def for_image(self, image: Reference) -> Policy:
        """What is asked of that image."""


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
