"""The same tag stands for other things in two registries of one group."""

from collections.abc import Iterator

from bot.context import Context, SameTag
from bot.evidence import Evidence, Unreadable
from bot.remedies import tags
from bot.rules.coverage import about_image, covers_all, image_signatures, is_unverifiable, is_valid
from bot.rules.rule import Finding, Remediation, Rule, Severity, SkippedReason
from bot.signatures.signature import Layout, Signature
from bot.unreadable import UnknownReason

rule = Rule(
    __name__,
    title="The tag differs between registries",
    severity=Severity.HIGH,
    of_change=True,
    of_artifacts=True,
    absence=True,
    mutual=True,
    rationale=(
        "The same name and tag in two registries is one release to its users; which one they pull is decided by a"
        " mirror setting. When the two have different digests, when one lacks the tag, or when only one is signed, some"
        " users run something that nobody tested or cannot verify. A push that failed half-way does it, a copy that"
        " recompressed or left signatures behind, and somebody who can push to only one of them."
    ),
    remediation=Remediation(
        "Find out which registry has the digest that the build printed. Copy that one to the other, with its"
        " signatures and without recompressing; and let one build step push to both, so that there is one digest.",
        tags.COPY_TO_SISTER,
        "sh",
        tags.SEE_DIGESTS,
    ),
    references=("https://docs.docker.com/build/ci/github-actions/push-multi-registries/", tags.COPYING),
)


@rule
def check(context: Context) -> Iterator[Finding]:
    """Each other registry that somebody looked at; with one at least, those that nobody looked at are unknown."""
    if not context.same_tag:
        told = "nobody looked for this tag in another registry"
        yield rule.not_asked("image", told, SkippedReason.NO_SAME_TAG)
        return
    for other in context.same_tag:
        match other.found:
            case Unreadable() as unread:
                yield rule.unread("image", unread, _unread(other.image.registry, unread))
            case None:
                yield from _lacking(context, other)
            case Evidence() as found:
                yield from _compared(context, found, is_settled=context.is_settled and other.is_settled)
    seen = {context.evidence.image.registry, *(other.image.registry for other in context.same_tag)}
    for registry in context.expected.sisters:
        if registry not in seen:
            yield rule.unknown("image", UnknownReason.NOT_ASKED, f"nobody looked at {registry}, which the policy names")


def _unread(registry: str, unread: Unreadable) -> str:
    """The reason names the registry, most often."""
    return unread.reason if registry in unread.reason else f"{registry} could not be looked at: {unread.reason}"


def _lacking(context: Context, other: SameTag) -> Iterator[Finding]:
    """The tag may still be on its way there."""
    if context.is_complete and context.is_settled:
        yield rule.fail("image", f"{other.image.registry} has no such tag")
        return
    told = f"{other.image.registry} has no such tag yet"
    reason = UnknownReason.AWAITING_MEMBER if context.is_settled else UnknownReason.AWAITING_SIGNATURE
    yield rule.unknown("image", reason, told)


def _compared(context: Context, other: Evidence, *, is_settled: bool) -> Iterator[Finding]:
    """By digest, and by whether the registry holds a valid signature."""
    if other.digest != context.evidence.digest:
        told = f"{other.image.registry} has {other.digest} for this tag, this is {context.evidence.digest}"
        if is_settled:
            yield rule.fail("image", f"{told}: {_how(context.evidence, other)}")
        else:
            yield _not_yet(f"{other.image.registry} has another digest")
    yield from _signed(context, other, is_settled=is_settled)


def _not_yet(told: str) -> Finding:
    """A push and its signatures reach one registry after the other."""
    why = f"{told}; one of the two was pushed or signed within the policy's settle time"
    return rule.unknown("image", UnknownReason.AWAITING_SIGNATURE, why)


def _how(own: Evidence, other: Evidence) -> str:
    """What is different below the digests."""
    here, there = ({one.digest for one in evidence.platforms} for evidence in (own, other))
    if not here or not there:
        return "another image"
    if here == there:
        return "the same platforms under another index"
    if here & there:
        return f"{len(here & there)} of {len(here | there)} platforms are the same"
    return "no platform is the same; it was built twice, changed by a copy, or pushed by somebody else"


def _signed(context: Context, other: Evidence, *, is_settled: bool) -> Iterator[Finding]:
    """A difference is told from both sides; when one side is not known, nobody knows whether there is one."""
    here, there = _is_signed(context.evidence), _is_signed(other)
    registry = other.image.registry
    if isinstance(there, Unreadable):
        yield rule.unread("image", there, f"not known whether it is signed at {registry}: {there.reason}")
    elif isinstance(here, Unreadable):
        yield rule.unread("image", here, f"not known whether it is signed here: {here.reason}")
    elif here != there:
        where = f"signed here and not at {registry}" if here else f"signed at {registry} and not here"
        yield rule.fail("image", where) if is_settled else _not_yet(where)


def _is_signed(evidence: Evidence) -> bool | Unreadable:
    """Whether that registry holds valid signatures of all of it; or why nobody knows."""
    if covers_all(evidence, _holds) or (not evidence.platforms and about_image(evidence, _holds)):
        return True
    if not evidence.signatures_searched:
        return Unreadable("signatures were not looked for", UnknownReason.NOT_SEARCHED)
    for part in (*evidence.signatures_unreadable, *evidence.unreadable):
        return part
    if image_signatures(evidence, is_unverifiable):
        return Unreadable("a signature could not be verified", UnknownReason.UNVERIFIABLE)
    return False


def _holds(signature: Signature) -> bool:
    """Valid, and kept in the registry; what a code host holds is the same for every registry."""
    return is_valid(signature) and signature.layout is not Layout.GITHUB_API
