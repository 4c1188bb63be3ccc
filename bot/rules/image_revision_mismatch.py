"""The revision label and the provenance name different commits."""

import re
from collections.abc import Iterator
from typing import Final

from bot.attestations.provenance import Provenance
from bot.attestations.repository import REVISION_LABEL
from bot.attestations.secrets import shown
from bot.context import Context
from bot.evidence import GitTag, PlatformEvidence
from bot.remedies import build
from bot.rules.config import labels, unread_config
from bot.rules.decisive import names_commit
from bot.rules.image_label_unexpanded import unexpanded
from bot.rules.rule import Finding, Remediation, Rule, Severity
from bot.rules.unknowns import unread_parts, unread_provenance
from bot.unreadable import UnknownReason

_COMMIT: Final = re.compile(r"[0-9a-f]{7,64}", re.ASCII)
_FULL: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?", re.ASCII | re.IGNORECASE)
_SHOWN_MAX: Final = 64

rule = Rule(
    __name__,
    title="The revision label and the provenance differ",
    severity=Severity.MEDIUM,
    rationale=(
        "People and tools follow the label to the commit; auditors follow the provenance. When the two differ, one of"
        " them is wrong: a label inherited from the base image, a value computed before the last commit, or an image"
        " that was not built from the source that it names."
    ),
    remediation=Remediation(
        "Set the label in the build step from the same commit that is checked out. This also replaces a label of"
        " the base image.",
        build.LABELS,
        "yaml",
        build.SEE_CONFIG,
    ),
    references=(build.SPEC_ANNOTATIONS, build.SPEC_PROVENANCE),
)


@rule
def check(context: Context) -> Iterator[Finding]:
    """Silent where one of the two says nothing, or where the label is a placeholder (that has its own rule)."""
    evidence = context.evidence
    yield from unread_parts(rule, evidence)
    for platform in evidence.platforms:
        yield from unread_provenance(rule, evidence, platform)
        if isinstance(platform.provenance, Provenance):
            yield from unread_config(rule, platform)
            known = evidence.git_tag if isinstance(evidence.git_tag, GitTag) else None
            yield from _compared(platform, platform.provenance, known)


def _compared(platform: PlatformEvidence, provenance: Provenance, known: GitTag | None) -> Iterator[Finding]:
    label = labels(platform).get(REVISION_LABEL, "").strip()
    if not label or not names_commit(provenance) or unexpanded(REVISION_LABEL, label):
        return
    revision = (
        dict(known.objects).get(provenance.revision.lower(), provenance.revision) if known else provenance.revision
    )
    if same_revision(label, revision, provenance.ref):
        return
    told = f"the label says {shown(label)[:_SHOWN_MAX]}, the provenance says {shown(provenance.revision)}"
    if revision == provenance.revision and _may_be_tag(provenance, known) and _FULL.fullmatch(label):
        why = f"{told}, which may be the id of an annotated Git tag and not of a commit"
        yield rule.unknown(platform, UnknownReason.AMBIGUOUS, why)
    else:
        yield rule.fail(platform, told)


def _may_be_tag(provenance: Provenance, known: GitTag | None) -> bool:
    """Whether it was built from a Git tag, by its name: then BuildKit 0.26 and later name an annotated tag's own id.

    One that a Git tag names as its commit is a commit for sure.
    """
    is_commit = known is not None and any(same_revision(provenance.revision, commit) for _, commit in known.commits)
    is_from_tag = provenance.source_from == "configSource" and provenance.ref.startswith("refs/tags/")
    return is_from_tag and not is_commit


def same_revision(label: str, revision: str, ref: str = "") -> bool:
    """Whether both name one commit: in full, shortened, marked as dirty, or by the name of the ref."""
    short, full = (text.lower().removesuffix("-dirty") for text in (label, revision))
    if short == full or (ref and label in {ref, ref.removeprefix("refs/tags/"), ref.removeprefix("refs/heads/")}):
        return True
    return bool(_COMMIT.fullmatch(short)) and full.startswith(short)
