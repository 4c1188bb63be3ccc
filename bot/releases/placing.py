"""To which release an image belongs: by the policy's keys `group`, `releases` and `rolling`, else by its name alone."""

from bot.oci.reference import Reference, is_evidence_tag
from bot.policy import Policy
from bot.releases.names import Placement, ReleaseName
from bot.releases.versions import family_of, take_apart
from bot.rules.capture import version_in
from bot.rules.patterns import is_in


def place(image: Reference, policy: Policy) -> Placement | None:
    """Where the image belongs; None if it is not part of a release: a digest without a tag, a layout, a signature.

    Without the policy's `group`, repositories of the same path in all registries are one group.
    """
    tag = image.tag
    if not tag or image.layout or is_evidence_tag(tag):
        return None
    group = policy.group or image.repository
    named = image.tagged(tag)
    if policy.rolling and is_in(policy.rolling, tag):
        return Placement(named, ReleaseName(group, tag, is_rolling=True), take_apart(tag).family)
    if policy.releases and (found := version_in(policy.releases, tag)):
        return Placement(named, ReleaseName(group, found.version), _family(found.before, found.after))
    parts = take_apart(tag)
    if policy.releases and is_in(policy.releases, tag):
        return Placement(named, ReleaseName(group, parts.version or tag), parts.family)
    if not parts.version:
        return Placement(named, ReleaseName(group, tag, is_rolling=True), parts.family)
    return Placement(named, ReleaseName(group, parts.version), parts.family)


def _family(before: str, after: str) -> str:
    """What the policy's pattern allows beside the version; a `v` in front tells nothing apart."""
    parted = after if after[:1] in {"", "-", "_", "."} else f"-{after}"
    return ("" if before.lower() in {"", "v"} else before.lower()) + family_of(parted)
