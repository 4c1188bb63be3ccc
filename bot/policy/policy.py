"""The policy for one image: which rules apply, and what they compare with."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Literal, Protocol

from msgspec import Struct, field

from bot.context import Expected
from bot.oci.reference import Reference
from bot.policy.owners import OwnerKind, kind_of
from bot.rules import Rule, Severity

if TYPE_CHECKING:  # slow to import, and needed only when a policy file names keys
    from cryptography.x509 import Certificate

    from bot.signatures.keys import NamedKey


class Waiver(Struct, frozen=True):
    """A rule that may fail for this image: why, and until which day (UTC, that day included).

    `who` is the Slack user who waived it, "" for one of the policy file.
    """

    rule: str
    reason: str
    until: date
    who: str = ""


class Policy(Struct, frozen=True):
    """Which rules apply to one image.

    `require` decides between pass and fail, `advise` between pass and warn. A rule in neither is not used. The rules
    that a listed rule needs apply, too (`with_needs`): they are required or advised like that rule, unless `advise`
    lists them. `severities` replaces the rules' own severities.
    """

    name: str
    require: frozenset[str]
    advise: frozenset[str] = frozenset()
    severities: Mapping[str, Severity] = field(default_factory=dict)
    expected: Expected = field(default_factory=Expected)
    waivers: tuple[Waiver, ...] = ()
    keys: tuple["NamedKey", ...] = ()  # public keys that verify signatures
    certificates: tuple["Certificate", ...] = ()  # Notation's trust store
    settle: float = 600.0  # seconds after a push in which a missing signature is not reported
    complete: float = 3 * 3600.0  # seconds after a release's first push in which its other images are awaited
    watch: float = 24 * 3600.0  # seconds between two later looks at what was released; 0 = none
    passes: Literal["", "each", "digest", "none"] = ""  # what is posted of a release that passes; "" = by kind of tag
    mentions: Literal["parent", "thread"] = "parent"  # where owners are mentioned
    since: Mapping[str, date] = field(default_factory=dict)  # from which day on images can fulfil a rule, for audits
    channel: str = ""  # the Slack channel; "" = the default channel
    owners: tuple[str, ...] = ()  # mentioned when it first fails: ids of Slack users and groups, or names
    workflow: str = ""  # the file that builds the image, if its provenance does not name it
    may_fix: tuple[str, ...] = ()  # ids of Slack users who may let a pull request be opened
    may_waive: tuple[str, ...] = ()  # ids of Slack users who may waive a rule, besides the owners
    is_ignored: bool = False  # the policy ignores pushes of this tag
    group: str = ""  # the name of what is released together; "" = the repository's path
    releases: str = ""  # pattern of tags that must not move; its group `version` is the version
    rolling: str = ""  # pattern of tags that move by design

    def required(self, rules: Iterable[Rule]) -> frozenset[str]:
        """The rules that decide between pass and fail: the required rules and the rules that they need.

        A rule that is advised by name stays advice, even if a required rule needs it: "every signature must be valid"
        does not require a signature. A rule with `always` is always required, and so is what goes with a required one:
        who requires a signature requires that it is valid.
        """
        asked = tuple(rules)
        always = frozenset(rule.id for rule in asked if rule.always)
        beside = {other for rule in asked if rule.id in self.require for other in rule.goes_with}
        return with_needs(self.require | beside, asked) - (self.advise - self.require) | always

    def severity(self, rule: Rule) -> Severity:
        """The severity of that rule under this policy."""
        return self.severities.get(rule.id, rule.severity)

    def lets_waive(self, user: str) -> bool:
        """Whether that Slack user may waive a rule: one of `may_waive`, or an owner who is named by their own id.

        Nobody here knows who is in a user group.
        """
        return user in self.may_waive or (kind_of(user) is OwnerKind.USER and user in self.owners)

    def waiver(self, rule: str) -> Waiver | None:
        """The waiver of that rule with the latest end, expired or not. See also `Rule.always`."""
        return max((waiver for waiver in self.waivers if waiver.rule == rule), key=lambda w: w.until, default=None)


class Policies(Protocol):
    """Where policies come from: the built-in one, or a file."""

    def for_image(self, image: Reference) -> Policy:
        """The policy for that image."""

    def names(self) -> tuple[str, ...]:
        """The names of all policies, in their order; the built-in one last."""

    def named(self, name: str, image: Reference) -> Policy | None:
        """The policy of that name for that image, whichever applies to it; None if there is none."""

    def listed(self) -> tuple[str, ...]:
        """The globs that select images, without braces, in the policy's order."""

    def watched(self) -> tuple[str, ...]:
        """The globs of images that the policy itself has watched."""

    def channels(self) -> tuple[str, ...]:
        """The Slack channels that it names, in its order."""


def with_needs(ids: frozenset[str], rules: Iterable[Rule]) -> frozenset[str]:
    """Those rules and all rules that they need, so that no listed rule is skipped because a needed one is not used."""
    needs = {rule.id: rule.needs for rule in rules}
    found: set[str] = set()
    waiting = list(ids & needs.keys())
    while waiting:
        id_ = waiting.pop()
        if id_ not in found:
            found.add(id_)
            waiting.extend(needs[id_])
    return frozenset(found)
