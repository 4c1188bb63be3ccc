"""The provenance does not say who built the image."""

from collections.abc import Iterator

from bot.attestations.provenance import Provenance
from bot.context import Context
from bot.remedies import build
from bot.rules.rule import Finding, Remediation, Rule, Severity
from bot.rules.unknowns import unread_provenance

rule = Rule(
    __name__,
    title="The provenance does not say who built the image",
    severity=Severity.MEDIUM,
    needs=frozenset({"provenance-missing"}),
    rationale=(
        "builder.id is what a policy compares: which workflow, which run. BuildKit leaves it empty unless somebody"
        " sets it; Docker's GitHub actions fill in the URL of the run. An empty one usually means that a plain"
        " `docker buildx build` pushed the image, or that the action could not read BuildKit's version and passed no"
        " option, which also causes min mode."
    ),
    remediation=Remediation(
        "Build with docker/build-push-action and set `provenance` explicitly, or set the builder by hand.",
        "docker buildx build --provenance=mode=max,builder-id=https://ci.example/runs/42 --tag IMAGE --push .\n",
        "sh",
        build.SEE_HERE,
    ),
    references=(build.DOCS_PROVENANCE, build.SPEC_PROVENANCE),
)


@rule
def check(context: Context) -> Iterator[Finding]:
    """An empty builder.id, whatever the mode."""
    evidence = context.evidence
    for platform in evidence.platforms:
        yield from unread_provenance(rule, evidence, platform)
        match platform.provenance:
            case Provenance(builder_id=""):
                yield rule.fail(platform, "builder.id is empty")
            case _:
                continue
