"""The difference of two images. Pure: what had to be fetched is handed in."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from bot.attestations.packages import PackageList
from bot.evidence.contents import PlatformContents
from bot.report.difference.builds import compare_builds
from bot.report.difference.document import Aspect, Difference, DifferenceKind, ImageChange, PackagesDifference, Side
from bot.report.difference.links import GITHUB
from bot.report.difference.packages import compare_packages
from bot.report.difference.sides import compare_documents, compare_platforms, pairs
from bot.report.difference.signed import compare_signatures
from bot.report.document import Report
from bot.report.evidence import PlatformSummary, ProvenanceSummary, SbomSummary
from bot.report.part import State
from bot.unreadable import Unreadable


class Compared(Struct, frozen=True):
    """One image: its report, and the contents of its platforms by their digests, as far as they were fetched."""

    report: Report
    contents: Mapping[str, PlatformContents]


def compare(
    before: Compared, after: Compared, *, readers: frozenset[str] = frozenset(), server: str = GITHUB
) -> Difference:
    """What `after` has lost, gained or changed.

    `readers` are the signature layouts that the image's users can read, empty for all; `server` is the web address of
    the operator's GitHub, for links between commits.
    """
    old, new = before.report, after.report
    changes = [*compare_platforms(old, new), *compare_signatures(old, new, readers)]
    packages: list[PackagesDifference] = []
    for name, one, other in pairs(old, new):
        if one.digest != other.digest:
            changes += _size(name, before.contents.get(one.digest), after.contents.get(other.digest))
        changes += compare_builds(name, _as_sought(old, one), _as_sought(new, other), server)
        packages += _packages(name, (before, one), (after, other))
    changes += compare_documents(old, new, changes)
    order = list(DifferenceKind)
    return Difference(
        before=_side(old),
        after=_side(new),
        changes=tuple(sorted(changes, key=lambda change: order.index(change.kind))),
        packages=tuple(packages),
    )


def _as_sought(report: Report, platform: PlatformSummary) -> PlatformSummary:
    """The platform; what it lacks is unread where a place that may hold it did not answer: a part, or a code host."""
    reason = _unsought(report)
    if not reason:
        return platform
    why = {"state": State.UNREADABLE, "reason": reason}
    lacking: dict[str, ProvenanceSummary | SbomSummary] = {"provenance": platform.provenance, "sbom": platform.sbom}
    absent = {key: one for key, one in lacking.items() if one.state is State.ABSENT}
    return platform.model_copy(update={key: one.model_copy(update=why) for key, one in absent.items()})


def _unsought(report: Report) -> str:
    """Where something may be that was not seen; "" when all was looked at."""
    if report.unread:
        return f"not in what could be read of the index: {report.unread[0]}"
    if report.search is not None and report.search.state == "incomplete":
        return f"not in the registry, and elsewhere: {report.search.reason}"
    return ""


def _side(report: Report) -> Side:
    return Side(image=report.image, digest=report.digest, verdict=report.verdict)


def _size(name: str, before: PlatformContents | None, after: PlatformContents | None) -> Iterator[ImageChange]:
    """Sizes are only told: one that could not be read says nothing about what is lost."""
    if before is None or after is None:
        return
    if isinstance(before.size, int) and isinstance(after.size, int) and before.size != after.size:
        sizes = {"before": str(before.size), "after": str(after.size)}
        yield ImageChange(kind=DifferenceKind.CHANGED, aspect=Aspect.SIZE, subject=name, **sizes)


def _packages(
    name: str, before: tuple[Compared, PlatformSummary], after: tuple[Compared, PlatformSummary]
) -> Iterator[PackagesDifference]:
    """Nothing when a side has no SBOM: that it is lost is told elsewhere."""
    sides = (before, after)
    if any(platform.sbom.state is not State.PRESENT for _, platform in sides):
        return
    if before[1].digest == after[1].digest and not any(side.contents.get(one.digest) for side, one in sides):
        return  # one and the same, and so nobody fetched them
    lists = [side.contents.get(platform.digest) for side, platform in sides]
    unread = [_unread(contents) for contents in lists]
    if why := next(filter(None, unread), ""):
        yield PackagesDifference(platform=name, state="unknown", reason=why)
        return
    found = compare_packages(name, *(_lists(contents) for contents in lists))
    if found is not None:
        yield found


def _lists(contents: PlatformContents | None) -> Sequence[PackageList]:
    return [one for one in contents.packages if isinstance(one, PackageList)] if contents else []


def _unread(contents: PlatformContents | None) -> str:
    """Why the packages are not known, "" when they are. One SBOM of several that cannot be read may be the one."""
    if contents is None:
        return "the SBOMs were not fetched"
    if not contents.packages:
        return "the SBOM does not stand in the registry as an attestation"
    return next((one.reason for one in contents.packages if isinstance(one, Unreadable)), "")
