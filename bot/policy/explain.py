"""Which entry of a policy file applies to an image, which rules it sets, and which other entries it hides."""

from collections.abc import Iterator
from datetime import date
from textwrap import fill
from typing import Final

from bot.oci.reference import Reference
from bot.policy.file import FilePolicies
from bot.policy.match import entries_for
from bot.policy.policy import Policies, Policy, Waiver, with_needs
from bot.readers.reader import told
from bot.rules import catalogue

WIDTH: Final = 110
"""Characters of a line with names."""


_PASSES: Final = {
    "": "a version that passes is posted, a rolling tag goes into the digest",
    "each": "a release that passes is posted",
    "digest": "a release that passes goes into the digest",
    "none": "a release that passes is not posted",
}

_MENTIONS: Final = {"parent": "first message of a release that fails", "thread": "last reply of its thread"}


def explain(policies: Policies, image: Reference, today: date) -> str:
    """Plain text, one fact per line."""
    return "\n".join(_lines(policies, image, today)) + "\n"


def _lines(policies: Policies, image: Reference, today: date) -> Iterator[str]:
    policy = policies.for_image(image)
    yield str(image)
    yield from _entries(policies, image) if isinstance(policies, FilePolicies) else ["policy     built-in"]
    yield from _tag(policy, image)
    yield from _rules(policy)
    yield from (_waiver(waiver, today) for waiver in policy.waivers)
    yield from _expected(policy)
    yield from _notification(policy)


def _entries(policies: FilePolicies, image: Reference) -> Iterator[str]:
    """The entry that applies, and later entries that also match: these often surprise the author."""
    places = entries_for(policies.file, image)
    if not places:
        yield f"policy     built-in: no entry of {policies.path.name} matches"
        return
    yield f"policy     {_named(policies, places[0])}"
    for place in places[1:]:
        yield f"hidden     {_named(policies, place)}: also matches, but an earlier entry applies"


def _named(policies: FilePolicies, place: int) -> str:
    entry = policies.file.images[place]
    line = policies.line("images", place)
    called = f" ({entry.name})" if entry.name else ""
    return f"{policies.path.name}:{line} images[{place}]{called}, match {' '.join(entry.match)}"


def _tag(policy: Policy, image: Reference) -> Iterator[str]:
    if policy.is_ignored:
        yield f"tag        {image.tag} is ignored: pushes are not reported"
    if policy.expected.is_release:
        yield f"tag        {image.tag} is a release and must not move"
    if policy.expected.is_rolling:
        yield f"tag        {image.tag} moves by design"


def _rules(policy: Policy) -> Iterator[str]:
    rules = sorted(catalogue(), key=lambda rule: rule.id)
    required = policy.required(rules)
    wanted = with_needs(policy.require | policy.advise, rules) | required
    yield from _listed("require", [rule.id for rule in rules if rule.id in required])
    yield from _listed("advise", [rule.id for rule in rules if rule.id in wanted - required])
    unasked = [rule for rule in rules if rule.id in wanted and not rule.asked(policy.expected)]
    for rule in unasked:
        yield f"skipped    {rule.id}: the policy does not set {rule.wants or 'what it compares with'}"
    yield from _listed("not used", [rule.id for rule in rules if rule.id not in wanted])
    for id_, severity in sorted(policy.severities.items()):
        yield f"severity   {id_}: {severity}"


def _listed(word: str, values: list[str]) -> Iterator[str]:
    if values:
        yield fill(f"{word:<10} {', '.join(values)}", WIDTH, subsequent_indent=" " * 11, break_on_hyphens=False)


def _waiver(waiver: Waiver, today: date) -> str:
    state = "waived    " if today <= waiver.until else "expired   "
    return f"{state} {waiver.rule} until {waiver.until.isoformat()}: {waiver.reason}"


def _expected(policy: Policy) -> Iterator[str]:
    for identity in policy.expected.identities:
        yield f"signer     {identity.subject} (issuer {identity.issuer})"
    for key in policy.keys:
        yield f"signer     the key {key.name}"
    for certificate in policy.certificates:
        yield f"signer     certificates issued by {certificate.subject.rfc4514_string()} (Notation)"
    for word, patterns in (
        ("source", policy.expected.sources),
        ("builder", policy.expected.builders),
        ("isolated", policy.expected.isolated_builders),
        ("base", policy.expected.base_images),
    ):
        yield from (f"{word:<10} {pattern}" for pattern in patterns)


def _notification(policy: Policy) -> Iterator[str]:
    facts = {
        "channel": (policy.channel,),
        "owners": policy.owners,
        "workflow": (policy.workflow,),
        "may fix": policy.may_fix,
        "may waive": tuple(dict.fromkeys((*policy.may_waive, *filter(policy.lets_waive, policy.owners)))),
        "sisters": policy.expected.sisters,
        "platforms": policy.expected.platforms,
        "layouts": sorted(policy.expected.layouts),
        "readers": told(policy.expected.readers, policy.expected.unread),
        "git tag": (policy.expected.git_tag.replace("(?P<version>.+)", "{version}").strip("^$"),),
    }
    for word, values in facts.items():
        yield from _listed(word, [value for value in values if value])
    yield f"settle     a missing signature is reported {_span(policy.settle)} after a push"
    yield f"complete   an image that did not arrive is reported {_span(policy.complete)} after its release began"
    yield f"watch      {f'looked at again every {_span(policy.watch)}' if policy.watch else 'not looked at again'}"
    yield f"passes     {_PASSES[policy.passes]}"
    if policy.owners:
        yield f"mentions   owners are mentioned in the {_MENTIONS[policy.mentions]}"
    for rule, day in sorted(policy.since.items()):
        yield f"since      {rule}: audits mark images from before {day.isoformat()}, and do not count them"


def _span(seconds: float) -> str:
    """As in the file, e.g. `10m`."""
    for unit, length in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds and not seconds % length:
            return f"{seconds / length:.0f}{unit}"
    return f"{seconds:.0f}s"
