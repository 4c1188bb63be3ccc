"""What in a policy file changes nothing: keys, rules and waivers that no rule or image ever meets."""

from collections.abc import Iterator
from typing import Final

from bot.policy.default import advised, default_policy
from bot.policy.entry import PolicyEntry
from bot.policy.file import FilePolicies
from bot.policy.match import asked, expected_by
from bot.policy.policy import with_needs
from bot.readers.reader import EvidenceKind
from bot.readers.table import ROWS
from bot.rules import catalogue

Warned = tuple[tuple[str | int, ...], str]
"""A key of an entry, and the warning about it."""


def unused(entry: PolicyEntry) -> Iterator[Warned]:
    """Keys that only rules would read that the entry does not use."""
    require, advise = asked(entry)
    users: dict[str, list[str]] = {}
    for rule in catalogue():
        for key in rule.compares:
            users.setdefault(key, []).append(rule.id)
    for key, rules in sorted(users.items()):
        if getattr(entry, key) and (require | advise).isdisjoint(rules):
            yield (key,), f"has no effect: the entry does not use {' or '.join(sorted(rules))}"


def incomplete(entry: PolicyEntry) -> Iterator[Warned]:
    """Rules that the entry lists, but that are skipped because the entry does not set what they compare with."""
    expected = expected_by(entry, is_release=entry.releases is not None)
    unasked = {rule.id: rule.wants for rule in catalogue() if not rule.asked(expected)}
    for key in ("require", "advise"):
        for rule in getattr(entry, key) or ():
            if rule in unasked:
                yield (key,), f"{rule} is always skipped: the entry does not set {unasked[rule]}"


def unused_rules(entry: PolicyEntry) -> Iterator[Warned]:
    """Rules that the entry gives a severity or a first day, and does not use."""
    used = _used(*asked(entry))
    for key in ("severity", "since"):
        for rule in getattr(entry, key):
            if rule not in used:
                yield (key, rule), "has no effect: the entry does not use that rule"


def nothing(entry: PolicyEntry) -> Iterator[Warned]:
    """Lists that leave no rule, where the entry does not ignore its images anyway."""
    if not entry.ignore and not any(asked(entry)):
        key = "require" if entry.require is not None else "advise"
        yield (key,), "requires nothing and advises nothing: every image passes that can be read"


def unread(entry: PolicyEntry) -> Iterator[Warned]:
    """Kinds of evidence that a tool never reads, so that it never lacks them."""
    for number, use in enumerate(entry.readers):
        never = [kind for kind in use.kinds if kind not in ROWS[use.reader].looks]
        if never and use.kinds != tuple(EvidenceKind):
            kinds = " or ".join(f"{'an' if kind is EvidenceKind.SBOM else 'a'} {kind.value}" for kind in never)
            yield ("readers", number), f"{use.reader.value} does not read {kinds}, so nothing is said about that"


def same_names(policies: FilePolicies) -> Iterator[str]:
    """Names that several policies have: reports name the policy, and readers look for the wrong entry."""
    first = {default_policy().name: -1}
    for place, entry in enumerate(policies.file.images):
        if not entry.name:
            continue
        earlier = first.setdefault(entry.name, place)
        if earlier < 0:
            yield policies.said(("images", place, "name"), "is the name of the built-in policy, too")
        elif earlier != place:
            line = policies.line("images", earlier)
            yield policies.said(("images", place, "name"), f"is the name of the entry in line {line}, too")


def useless_waivers(policies: FilePolicies) -> Iterator[str]:
    """Waivers of a rule that cannot be waived, or that no policy uses."""
    always = {rule.id for rule in catalogue() if rule.always}
    built_in = default_policy()
    used = _used(built_in.require, advised()).union(*(_used(*asked(entry)) for entry in policies.file.images))
    for place, waiver in enumerate(policies.file.waivers):
        if waiver.rule in always:
            yield policies.said(("waivers", place, "rule"), f"has no effect: {waiver.rule} cannot be waived")
        elif waiver.rule not in used:
            yield policies.said(("waivers", place, "rule"), f"has no effect: no entry uses {waiver.rule}")


def _used(require: frozenset[str], advise: frozenset[str]) -> frozenset[str]:
    """All rules that are asked: those listed, those that they need, those that go with them, those of every policy."""
    rules = catalogue()
    beside = {other for rule in rules if rule.id in require for other in rule.goes_with}
    always = {rule.id for rule in rules if rule.always}
    return with_needs(require | advise | beside, rules) | always


IN_AN_ENTRY: Final = (nothing, unused, unused_rules, incomplete, unread)
