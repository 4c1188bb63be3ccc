"""A release tag stands for another digest than before."""

from collections.abc import Iterator

from bot.context import Context
from bot.evidence import Unreadable
from bot.remedies import tags
from bot.rules.rule import Finding, Remediation, Rule, Severity, SkippedReason

rule = Rule(
    __name__,
    title="A release tag was moved",
    severity=Severity.HIGH,
    of_change=True,
    of_artifacts=True,
    rationale=(
        "People take a release's tag for a fixed thing: they write it into deployments, pull it again months later and"
        " expect the same files. A tag that moves gives half of a cluster another program than the other half, and what"
        " was tested or approved under that name is not what runs. Replacing a trusted tag is also how a malicious"
        " image is spread by somebody who can push."
    ),
    remediation=Remediation(
        "Find out who pushed it. If nobody meant to, restore the digest that the tag stood for first, and rotate what"
        " can push there. If it was meant, release it under a new version, and let the registry refuse to overwrite"
        " tags. A tag that moves by design belongs in the policy's `rolling`.",
        tags.RESTORE,
        "sh",
        tags.SEE_FIRST,
    ),
    references=(tags.IMMUTABLE_HUB, tags.IMMUTABLE_HARBOR, tags.IMMUTABLE_ECR),
)


@rule
def check(context: Context) -> Iterator[Finding]:
    """Compared with the digest that was seen first; asked of tags that must not move."""
    if not context.evidence.image.tag:
        yield rule.not_asked("image", "it was asked for by digest, so it has no tag that could move")
    elif _is_rolling(context):
        yield rule.not_asked("image", "the tag moves by design", SkippedReason.ROLLING_TAG)
    elif isinstance(context.moved_from, Unreadable):
        told = f"what the tag stood for before could not be looked up: {context.moved_from.reason}"
        yield rule.unread("image", context.moved_from, told)
    elif not context.moved_from:
        told = "nobody knows what the tag stood for before"
        yield rule.not_asked("image", told, SkippedReason.NOT_SEEN_BEFORE)
    elif context.moved_from != context.evidence.digest:
        yield rule.fail("image", f"it stood for {context.moved_from}, and now it stands for {context.evidence.digest}")


def _is_rolling(context: Context) -> bool:
    """As the policy says; where it says nothing of this tag, as its name does."""
    expected, release = context.expected, context.release
    return expected.is_rolling or (release is not None and release.is_rolling and not expected.is_release)
