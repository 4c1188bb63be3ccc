"""CI event payloads and e-mail addresses in the provenance."""

from collections.abc import Iterator

from bot.attestations.provenance import Provenance
from bot.context import Context
from bot.remedies import build
from bot.rules.rule import Finding, Remediation, Rule, Severity
from bot.rules.unknowns import unread_parts, unread_provenance

rule = Rule(
    __name__,
    title="The provenance publishes private data",
    severity=Severity.LOW,
    rationale=(
        "buildx copies the whole event that started a GitHub Actions run into the provenance, in both modes: names"
        " and e-mail addresses of committers, inputs of manual runs, links with access tokens. Nobody needs it to"
        " verify the image, and it cannot be removed later."
    ),
    remediation=Remediation(
        "Disable the copy where the builder is created. Repository, ref and run stay recorded by the build itself.",
        "- uses: docker/setup-buildx-action@v4\n  with:\n    driver-opts: provenance-add-gha=false\n",
        "yaml",
        "docker buildx imagetools inspect IMAGE --format '{{json .Provenance}}' | grep -c github_event_payload\n"
        "# prints 0 when it is gone\n",
    ),
    references=(build.DOCS_PROVENANCE, "https://docs.docker.com/build/builders/drivers/docker-container/"),
)


@rule
def check(context: Context) -> Iterator[Finding]:
    """Names the places, never the values."""
    evidence = context.evidence
    yield from unread_parts(rule, evidence)
    for platform in evidence.platforms:
        yield from unread_provenance(rule, evidence, platform)
        statements = platform.everything_told or (platform.provenance,)
        places = [place for each in statements if isinstance(each, Provenance) for place in each.private_data]
        for place in dict.fromkeys(places):
            yield rule.fail(platform, place)
