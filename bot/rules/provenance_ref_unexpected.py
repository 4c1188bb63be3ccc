"""A release tag was not built from the Git tag of that name."""

import re
from collections.abc import Iterator
from typing import Final

from bot.attestations.secrets import shown
from bot.context import Context
from bot.remedies import build
from bot.rules.decisive import decisive
from bot.rules.rule import Finding, Remediation, Rule, Severity
from bot.rules.unknowns import unread_provenance
from bot.unreadable import UnknownReason

rule = Rule(
    __name__,
    title="A release tag was not built from the Git tag of that name",
    severity=Severity.MEDIUM,
    needs=frozenset({"provenance-source-missing"}),
    compares=frozenset({"git_tag"}),
    asked=lambda expected: expected.is_release,
    wants="releases that this tag is one of",
    rationale=(
        "Release 1.2.3 should be built from the Git tag 1.2.3, so that anybody can read its source. Built from a"
        " branch, it may contain another commit, and a branch moves; a Git tag that was created again later says"
        " nothing about the image that was pushed."
    ),
    remediation=Remediation(
        "Start the release build from the push of the Git tag.",
        "on:\n  push:\n    tags: ['v?[0-9]+.[0-9]+.[0-9]+*']\n",
        "yaml",
        build.SEE_HERE,
    ),
    references=(build.SPEC_PROVENANCE,),
)

GIT_TAG: Final = "refs/tags/"

_FLAVOUR: Final = re.compile(r"-[a-z]+(?:-[a-z]+)*", re.ASCII)
"""A suffix of a version for another build of the same source: -native, -distroless; never -rc1 or -fix-1."""


@rule
def check(context: Context) -> Iterator[Finding]:
    """Only where a statement names a ref; a local build does not record one."""
    evidence = context.evidence
    if not context.expected.is_release or not evidence.image.tag:
        return
    for platform in evidence.platforms:
        yield from unread_provenance(rule, evidence, platform)
        for ref in dict.fromkeys(one.ref for one in decisive(platform) if one.ref):
            told = f"tag {evidence.image.tag} was built from {shown(ref)}"
            is_fine = _is_tag_of(ref, evidence.image.tag, context.expected.git_tag)
            if is_fine is None:
                why = f"{told}, and does not say whether that is a Git tag or a branch"
                yield rule.unknown(platform, UnknownReason.AMBIGUOUS, why)
            elif not is_fine:
                yield rule.fail(platform, told)


def _is_tag_of(ref: str, tag: str, git_tag: str) -> bool | None:
    """Whether the Git ref is that tag: with or without "v", a component's name before it, a flavour behind.

    None for a name that may be a tag's or a branch's, as in `docker buildx build https://github.com/acme/app#v1.2.3`.
    """
    full = f"refs/{ref}" if ref.startswith(("heads/", "tags/")) else ref
    if full.startswith("refs/") and not full.startswith(GIT_TAG):
        return False
    is_named = _names_version(full.removeprefix(GIT_TAG), tag, git_tag)
    return is_named if full.startswith(GIT_TAG) or not is_named else None


def _names_version(name: str, tag: str, git_tag: str) -> bool:
    version = _version(name, git_tag).removeprefix("v")
    rest = tag.removeprefix("v")
    return bool(version) and rest.startswith(version) and _is_flavour(rest[len(version) :])


def _version(tag: str, git_tag: str) -> str:
    """The version that the Git tag names, as the policy writes them; else what follows a component's name."""
    if not git_tag:
        return re.split(r"[/@]", tag)[-1]
    from bot.rules.capture import version_in  # noqa: PLC0415 - only where a policy says how Git tags are written

    found = version_in(git_tag, tag)
    return found.version if found else ""


def _is_flavour(text: str) -> bool:
    return not text or _FLAVOUR.fullmatch(text) is not None
