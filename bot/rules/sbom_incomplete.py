"""An SBOM without the minimum elements."""

from collections.abc import Iterator
from typing import Final

from bot.attestations.sbom import Sbom
from bot.context import Context
from bot.evidence import Unreadable
from bot.remedies import build
from bot.rules.rule import Finding, Remediation, Rule, Severity

SHARE_MAX: Final = 0.1
"""Share of packages that may have no value for an element: scanners cannot identify every file."""

rule = Rule(
    __name__,
    title="The SBOM does not have the minimum elements",
    severity=Severity.LOW,
    needs=frozenset({"sbom-empty"}),
    rationale=(
        "The NTIA's minimum elements make an SBOM usable by others: who wrote it and when, and for each package a"
        " name, a version and an identifier that a vulnerability database understands. Customers and regulators ask"
        " for these by name."
    ),
    remediation=Remediation(
        "Use a scanner that writes purls, and keep package managers' lock files and manifests where it can read them."
        " BuildKit's own scanner fills in author and time.",
        build.BUILD_BY_HAND,
        "sh",
        build.SEE_HERE,
    ),
    references=("https://www.ntia.gov/report/2021/minimum-elements-software-bill-materials-sbom", build.DOCS_SBOM),
)


@rule
def check(context: Context) -> Iterator[Finding]:
    """Judged by the fullest SBOM of each platform; one finding names all missing elements."""
    for platform in context.evidence.platforms:
        match platform.sbom:
            case Unreadable() as unread:
                yield rule.unread(platform, unread)
            case Sbom() as sbom if lacking := list(_lacking(sbom)):
                yield rule.fail(platform, f"the {sbom.format} document does not have {', '.join(lacking)}")
            case _:
                continue


def _lacking(sbom: Sbom) -> Iterator[str]:
    if not sbom.has_author:
        yield "an author"
    if not sbom.has_timestamp:
        yield "a timestamp"
    for count, what in (
        (sbom.nameless, "a name"),
        (sbom.versionless, "a version"),
        (sbom.unidentified, "a purl or CPE"),
    ):
        if count > SHARE_MAX * sbom.packages:
            yield f"{what} for {count} of {sbom.packages} packages"
