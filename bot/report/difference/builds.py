"""How two builds of one platform differ, as their provenance tells: mode, builder, workflow, source, base images."""

from collections.abc import Iterator
from typing import Final

from packageurl import PackageURL

from bot.report.difference.document import Aspect, DifferenceKind, ImageChange
from bot.report.difference.links import compare_link
from bot.report.evidence import PlatformSummary, ProvenanceSummary, SbomSummary
from bot.report.part import State
from bot.rules.builders import builder_of

NONE: Final = "none"
_STRENGTH: Final = {"min": 0, "max": 1}
"""BuildKit's modes; others cannot be compared with these."""

_UNREAD: Final = "the mode cannot be read: its version or its build type is not known"

BASES_MAX: Final = 20
"""Base images of one platform that are told; a build with more stages is rare."""


def compare_builds(subject: str, before: PlatformSummary, after: PlatformSummary, server: str) -> Iterator[ImageChange]:
    """The changes of one platform's provenance and SBOM."""
    presence = _presence(subject, Aspect.PROVENANCE, before.provenance, after.provenance)
    yield from presence
    if not presence and before.provenance.state is State.PRESENT:
        yield from _provenance(subject, before.provenance, after.provenance, server)
    yield from _presence(subject, Aspect.SBOM, before.sbom, after.sbom)


def _presence(
    subject: str,
    aspect: Aspect,
    before: ProvenanceSummary | SbomSummary,
    after: ProvenanceSummary | SbomSummary,
) -> tuple[ImageChange, ...]:
    """There or not there. What could not be read on one side is not lost."""
    unread = [one for one in (before, after) if one.state is State.UNREADABLE]
    if unread:
        at_stake = before.state is not State.ABSENT and after.state is not State.PRESENT
        return (
            ImageChange(
                kind=DifferenceKind.UNKNOWN,
                aspect=aspect,
                subject=subject,
                before=_said(before),
                after=_said(after),
                reason=unread[-1].reason or "no reason given",
                may_be_lost=at_stake,
            ),
        )
    if before.state is after.state:
        return ()
    kind = DifferenceKind.LOST if after.state is State.ABSENT else DifferenceKind.GAINED
    return (ImageChange(kind=kind, aspect=aspect, subject=subject, before=_said(before), after=_said(after)),)


def _said(summary: ProvenanceSummary | SbomSummary) -> str:
    match summary.state:
        case State.ABSENT:
            return NONE
        case State.UNREADABLE:
            return "could not be read"
        case State.PRESENT:
            shape = summary.mode if isinstance(summary, ProvenanceSummary) else ", ".join(summary.formats)
            return shape or "of an unknown kind"


def _provenance(
    subject: str, before: ProvenanceSummary, after: ProvenanceSummary, server: str
) -> Iterator[ImageChange]:
    if before.mode != after.mode:
        kind = DifferenceKind.UNKNOWN if None in {before.mode, after.mode} else DifferenceKind.CHANGED
        if before.mode in _STRENGTH and after.mode in _STRENGTH:
            weaker = _STRENGTH[after.mode] < _STRENGTH[before.mode]
            kind = DifferenceKind.LOST if weaker else DifferenceKind.GAINED
        yield ImageChange(
            kind=kind,
            aspect=Aspect.MODE,
            subject=subject,
            before=before.mode or "unknown",
            after=after.mode or "unknown",
            reason=_UNREAD if kind is DifferenceKind.UNKNOWN else "",
            may_be_lost=kind is DifferenceKind.UNKNOWN and _may_be_weaker(before.mode, after.mode),
        )
    for aspect, old, new in (
        (Aspect.BUILDER, builder_of(before.builder_id or ""), builder_of(after.builder_id or "")),
        (Aspect.WORKFLOW, before.workflow or "", after.workflow or ""),
        (Aspect.SOURCE, before.source or "", after.source or ""),
        (Aspect.REVISION, before.revision or "", after.revision or ""),
    ):
        if old != new:
            is_revision = aspect is Aspect.REVISION and before.source == after.source
            url = compare_link(after.source or "", old, new, server=server) if is_revision else ""
            yield ImageChange(
                kind=DifferenceKind.CHANGED,
                aspect=aspect,
                subject=subject,
                before=old or NONE,
                after=new or NONE,
                url=url,
            )
    yield from _bases(subject, before.base_images, after.base_images)


def _may_be_weaker(before: str | None, after: str | None) -> bool:
    """Whether a mode may be lost, where one of them cannot be read."""
    return before == "max" if after is None else after == "min"


def _bases(subject: str, before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[ImageChange]:
    old, new = _by_name(before), _by_name(after)
    changed = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    for name in changed[:BASES_MAX]:
        yield ImageChange(
            kind=DifferenceKind.CHANGED,
            aspect=Aspect.BASE_IMAGES,
            subject=subject,
            before=", ".join(old.get(name, ())) or NONE,
            after=", ".join(new.get(name, ())) or NONE,
        )


def _by_name(purls: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Base images by their names, each as a person writes it; what is not a purl counts for itself."""
    found: dict[str, set[str]] = {}
    for purl in purls:
        try:
            read = PackageURL.from_string(purl)
        except ValueError:
            continue  # `(and 12 more)`: a list that was cut
        name = "/".join(part for part in (read.namespace, read.name) if part)
        digest = dict(read.qualifiers).get("digest", "")
        version = (f":{read.version}" if read.version else "") + (f"@{digest[:19]}…" if digest else "")
        found.setdefault(name, set()).add(f"{name}{version}")
    return {name: tuple(sorted(versions)) for name, versions in found.items()}
