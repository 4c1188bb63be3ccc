"""The provenance does not say from which source the image was built."""

from collections.abc import Iterator

from bot.attestations.provenance import Provenance
from bot.context import Context
from bot.remedies import build
from bot.rules.rule import Finding, Remediation, Rule, Severity
from bot.rules.unknowns import unread_provenance

rule = Rule(
    __name__,
    title="The provenance names no source repository or revision",
    severity=Severity.MEDIUM,
    needs=frozenset({"provenance-missing"}),
    rationale=(
        "Without repository and commit, provenance answers neither \u201cwhich change brought this in\u201d nor"
        " \u201cis the fix in there\u201d. BuildKit records them when it builds from a git context, or when the local"
        " folder is a git checkout and git is installed beside buildx; a folder copied without .git has none."
    ),
    remediation=Remediation(
        "Build from a git context, or inside a full checkout.",
        "- uses: docker/build-push-action@v7\n"
        "  with:\n"
        "    context: ${{ github.server_url }}/${{ github.repository }}.git#${{ github.sha }}\n",
        "yaml",
        build.SEE_HERE,
    ),
    references=(build.DOCS_PROVENANCE, build.SPEC_PROVENANCE),
)


@rule
def check(context: Context) -> Iterator[Finding]:
    """Looked for in every place: the context, the checkout, the CI's variables, the labels."""
    evidence = context.evidence
    for platform in evidence.platforms:
        yield from unread_provenance(rule, evidence, platform)
        match platform.provenance:
            case Provenance(source="", revision=""):
                yield rule.fail(platform, "neither a source repository nor a revision is named")
            case Provenance(source=""):
                yield rule.fail(platform, "a revision is named, but no source repository")
            case Provenance(revision=""):
                yield rule.fail(platform, "a source repository is named, but no revision")
            case _:
                continue
