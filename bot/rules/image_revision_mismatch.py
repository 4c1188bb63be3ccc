"""The revision label and the provenance name different commits."""

import re
from collections.abc import Iterator
from typing import Final

from bot.attestations.provenance import Provenance
from bot.attestations.repository import REVISION_LABEL
from bot.attestations.secrets import shown
from bot.context import Context
from bot.evidence import PlatformEvidence
from bot.remedies import build
from bot.rules.config import labels, unread_config
from bot.rules.decisive import names_commit
from bot.rules.image_label_unexpanded import unexpanded
from bot.rules.rule import Finding, Remediation, Rule, Severity
from bot.rules.unknowns import unread_parts, unread_provenance

_COMMIT: Final = re.compile(r"[0-9a-f]{7,64}", re.ASCII)
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
            yield from _compared(platform, platform.provenance)


def _compared(platform: PlatformEvidence, provenance: Provenance) -> Iterator[Finding]:
    label = labels(platform).get(REVISION_LABEL, "").strip()
    if not label or not names_commit(provenance) or unexpanded(REVISION_LABEL, label):
        return
    if not same_revision(label, provenance.revision, provenance.ref):
        said = shown(label)[:_SHOWN_MAX]
        yield rule.fail(platform, f"the label says {said}, the provenance says {shown(provenance.revision)}")


def same_revision(label: str, revision: str, ref: str = "") -> bool:
    """Whether both name one commit: in full, shortened, marked as dirty, or by the name of the ref."""
    short, full = (text.lower().removesuffix("-dirty") for text in (label, revision))
    if short == full or (ref and label in {ref, ref.removeprefix("refs/tags/"), ref.removeprefix("refs/heads/")}):
        return True
    return bool(_COMMIT.fullmatch(short)) and full.startswith(short)
