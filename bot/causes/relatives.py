"""Other images that were looked at, and what they are to this one: a copy of it, or made by the same build."""

from collections.abc import Iterator

from bot.causes.platforms import provenances
from bot.context import Context
from bot.evidence import Evidence


def copies(context: Context) -> tuple[Evidence, ...]:
    """The same repository and tag elsewhere, and the release before: where this image may have come from."""
    own, baseline = context.evidence, context.earlier
    seen = tuple(one.found for one in context.same_tag if isinstance(one.found, Evidence))
    images = {one.image for one in seen}
    same = (sister for sister in context.sisters if _is_copy(sister, own) and sister.image not in images)
    return (*seen, *same, *([baseline] if baseline and baseline.image == own.image else []))


def siblings(context: Context) -> tuple[Evidence, ...]:
    """Other images of the same run, or else of the same commit."""
    own = context.evidence
    builds = set(origins(own))
    others = (sister for sister in context.sisters if sister.digest != own.digest and sister.image != own.image)
    return tuple(sister for sister in others if builds & set(origins(sister)))


def _is_copy(sister: Evidence, own: Evidence) -> bool:
    same = sister.image.repository == own.image.repository and sister.image.tag == own.image.tag
    return same and sister.image.registry != own.image.registry


def origins(evidence: Evidence) -> Iterator[str]:
    """Words that images of one build have in common: the run's address, the commit of a repository."""
    for provenance in provenances(evidence.platforms):
        if provenance.run:
            yield provenance.run.partition("/attempts/")[0]
        if provenance.source and provenance.revision:
            yield f"{provenance.source}@{provenance.revision.removesuffix('-dirty')}"
