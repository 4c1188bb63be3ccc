"""Base images that the policy does not list."""

from collections.abc import Iterator

from bot.attestations.secrets import shown
from bot.context import Context
from bot.evidence import Unreadable
from bot.remedies import build
from bot.rules.decisive import decisive
from bot.rules.patterns import is_listed
from bot.rules.rule import Finding, Remediation, Rule, Severity

rule = Rule(
    __name__,
    title="Built from a base image that the policy does not list",
    severity=Severity.MEDIUM,
    needs=frozenset({"provenance-mode-min"}),
    asked=lambda expected: bool(expected.base_images),
    wants="base images",
    compares=frozenset({"base_images"}),
    rationale=(
        "Whatever is in a base image is in the release. With a list of the approved ones, another base image is"
        " noticed in a review and not in an audit. Images of all stages are listed: a compiler's image affects the"
        " result as much as the last stage does."
    ),
    remediation=Remediation(
        "Build from an image of the list, or check who publishes this one and add it to the policy's base images.",
        "# Dockerfile: by digest, so that it is the approved image\n"
        "FROM docker.io/library/eclipse-temurin:21-jre@sha256:…\n",
        "dockerfile",
        build.SEE_HERE,
    ),
    references=(build.SPEC_PROVENANCE, "https://github.com/package-url/purl-spec"),
)


@rule
def check(context: Context) -> Iterator[Finding]:
    """A pattern is for the whole purl, or for its beginning when it ends in a slash."""
    for platform in context.evidence.platforms:
        if isinstance(platform.provenance, Unreadable):
            yield rule.unread(platform, platform.provenance)
        for image in dict.fromkeys(base for one in decisive(platform) for base in one.base_images):
            if not is_listed(image, context.expected.base_images):
                yield rule.fail(platform, f"built from {shown(image)}")
