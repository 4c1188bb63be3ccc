"""An SBOM of a Linux distribution without the distribution's packages."""

import re
from collections.abc import Iterator
from typing import Final

from bot.attestations.provenance import Provenance
from bot.attestations.sbom import Sbom
from bot.context import Context
from bot.evidence import PlatformEvidence, Unreadable
from bot.remedies import build
from bot.rules.rule import Finding, Remediation, Rule, Severity

DISTRIBUTION_IMAGE: Final = re.compile(
    r"pkg:(?:docker|oci)/(?:[^@?]*/)?"
    r"(?P<name>alpine|debian|ubuntu|fedora|centos|rockylinux|almalinux|amazonlinux|oraclelinux|photon|wolfi-base"
    r"|ubi\d*(?:-minimal|-micro|-init)?|(?:open)?suse[^@?/]*|leap|tumbleweed)(?=[@?]|$)",
    re.ASCII,
)
"""Base images that are a distribution and little else, as purls."""

OTHER_MANAGERS: Final = frozenset({"arch", "archlinux", "buildroot", "busybox", "gentoo", "nixos", "slackware", "void"})
"""Distributions whose packages are neither rpm, deb nor apk."""

rule = Rule(
    __name__,
    title="The SBOM leaves out the operating system's packages",
    severity=Severity.MEDIUM,
    needs=frozenset({"sbom-empty"}),
    rationale=(
        "Most vulnerabilities of an image are in its distribution's packages. When the SBOM names the distribution"
        " but none of its packages, scanners that trust the SBOM report no findings. The usual reason is a"
        " Dockerfile that deletes the package database to save space."
    ),
    remediation=Remediation(
        "Keep the package manager's database in the image (`/var/lib/rpm`, `/var/lib/dpkg`, `/lib/apk/db`); caches"
        " can be deleted. If the database must be deleted, let the scanner read the stage before.",
        "# Dockerfile: cleans the cache and keeps the database\n"
        "RUN microdnf install -y java-21-openjdk-headless && microdnf clean all\n",
        "dockerfile",
        "docker buildx imagetools inspect IMAGE --format '{{json .SBOM}}' \\\n"
        "  | grep -oE 'pkg:(rpm|deb|apk)/' | sort | uniq -c\n"
        "# prints the packages of each manager; nothing means none\n" + build.SEE_HERE,
    ),
    references=(build.DOCS_SBOM,),
)


@rule
def check(context: Context) -> Iterator[Finding]:
    """All SBOMs of the platform count: extra documents about other stages may hold the packages."""
    for platform in context.evidence.platforms:
        if isinstance(platform.sbom, Unreadable):
            yield rule.unread(platform, platform.sbom)
        elif isinstance(platform.sbom, Sbom):
            yield from _judged(platform, platform.sboms or (platform.sbom,))


def _judged(platform: PlatformEvidence, sboms: tuple[Sbom, ...]) -> Iterator[Finding]:
    if any(sbom.os_packages for sbom in sboms):
        return
    named = next((sbom.distribution for sbom in sboms if sbom.distribution), "")
    if named and named.lower() not in OTHER_MANAGERS:
        yield rule.fail(platform, f"the SBOM names {named}, but no rpm, deb or apk package")
    elif not named and (base := _distribution_base(platform)):
        yield rule.fail(platform, f"the base image is {base}, but the SBOM names no rpm, deb or apk package")


def _distribution_base(platform: PlatformEvidence) -> str:
    """The distribution that the image is based on, where it is the only image in the build.

    Provenance lists the images of all stages: with more than one, the base of the last stage is not known.
    """
    match platform.provenance:
        case Provenance(base_images=(base,)):
            found = DISTRIBUTION_IMAGE.match(base)
            return found["name"] if found else ""
        case _:
            return ""
