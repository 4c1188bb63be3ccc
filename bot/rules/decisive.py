"""Which of a platform's statements of provenance a rule has to ask, where one of them decides for the others."""

from collections.abc import Iterator
from typing import Final

from bot.attestations.provenance import Mode, Provenance
from bot.evidence import PlatformEvidence

WEAK: Final = frozenset({"", "github", "labels"})
"""Places whose revision may not be that of the sources: GitHub's is that of the workflow file."""


def names_commit(provenance: Provenance) -> bool:
    """Whether the statement itself names the commit of the sources."""
    is_weak = provenance.source_from in WEAK or provenance.is_revision_labelled
    return bool(provenance.revision) and not is_weak


def decisive(platform: PlatformEvidence) -> Iterator[Provenance]:
    """The one that is judged, and all others of BuildKit: what one leaves out, another one may name.

    Other builders tell of things in their own terms: their tools among the images, their own workflow's ref.
    """
    if isinstance(platform.provenance, Provenance):
        yield platform.provenance
    for one in platform.provenances:
        if one is not platform.provenance and one.mode in {Mode.MAX, Mode.MIN}:
            yield one
