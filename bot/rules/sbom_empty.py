"""An SBOM without packages."""

from collections.abc import Iterator

from bot.attestations.sbom import Sbom
from bot.context import Context
from bot.evidence import Unreadable
from bot.remedies import build
from bot.rules.rule import Finding, Remediation, Rule, Severity

rule = Rule(
    __name__,
    title="The SBOM is empty",
    severity=Severity.MEDIUM,
    needs=frozenset({"sbom-missing"}),
    rationale=(
        "An SBOM without a single package passes a check for its presence and answers no question. It happens when the"
        " scanner sees only the last stage of a build, with nothing but a copied binary."
    ),
    remediation=Remediation(
        "Let the scanner see the stages in which dependencies are still recognisable. Go and Rust binaries keep their"
        " own lists unless they are stripped.",
        "# Dockerfile\nARG BUILDKIT_SBOM_SCAN_CONTEXT=true   # before the first FROM: scan the build context\n"
        "FROM golang:1 AS build\nARG BUILDKIT_SBOM_SCAN_STAGE=true     # in a stage: scan that stage, too\n",
        "dockerfile",
        build.SEE_SBOM,
    ),
    references=(build.DOCS_SBOM,),
)


@rule
def check(context: Context) -> Iterator[Finding]:
    """Judged by the fullest SBOM of each platform."""
    for platform in context.evidence.platforms:
        match platform.sbom:
            case Unreadable() as unread:
                yield rule.unread(platform, unread)
            case Sbom(packages=0, format=format_):
                yield rule.fail(platform, f"the {format_} document names no package besides itself")
            case _:
                continue
