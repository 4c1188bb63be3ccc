"""`docker manifest create`: an index that leaves attestations behind."""

import re
from collections.abc import Iterator
from typing import TypeGuard

from bot.file_rule import Remediation, Severity
from bot.workflows.builds import Asked, Build, OtherBuild
from bot.workflows.doubts import Doubt
from bot.workflows.edits import Edit, Fix
from bot.workflows.file_facts import may_be_joined
from bot.workflows.images import stays_here
from bot.workflows.model import CiFile, Job
from bot.workflows.operations import DOCKER_MANIFEST, Annotate, ImageOperation, ImagePush, Merge
from bot.workflows.rule import LintContext, LintFinding, LintRule
from bot.workflows.text import Place, SourceText
from bot.workflows.tools import manifest_tool
from bot.workflows.unresolved import may_be_same

rule = LintRule(
    __name__,
    title="docker manifest create drops attestations",
    severity=Severity.HIGH,
    rationale=(
        "docker manifest create takes one image a platform and leaves provenance and SBOM behind. When the sources "
        "have attestations it fails with “is a manifest list”, and people turn them off to make it work."
    ),
    remediation=Remediation(
        "Join the images with buildx, which takes the attestations along and pushes the index by itself.",
        "docker buildx imagetools create -t quay.io/acme/app:1.2.3 \\\n"
        "  quay.io/acme/app:1.2.3-amd64 quay.io/acme/app:1.2.3-arm64",
        "sh",
        "docker buildx imagetools inspect --raw IMAGE | jq '.manifests[]|{digest,platform,annotations}'",
    ),
    explains=frozenset({"provenance-missing", "sbom-missing", "provenance-lost", "sbom-lost"}),
    references=("https://docs.docker.com/reference/cli/docker/buildx/imagetools/create/",),
)


_CREATE = re.compile(r"manifest[ \t]+create\b")
_MAKE = re.compile(r"\t[@+ -]*")
_DROPS_UNKNOWN = re.compile(r"(?:!=|-ne|grep[ \t]+-v|not)[ \t\"'\\]*unknown")
_AMEND = re.compile(r"(?:--amend|-a)[ \t]+")


@rule
def check(context: LintContext) -> Iterator[LintFinding]:
    """Every `docker manifest create`, but of images that another builder made: those have nothing to lose.

    Only where a build that asks for attestations surely makes one of its sources, something is certainly lost.
    """
    others = _by_other_builders(context.file)
    bare = _bare(context.file)
    for job, merge in _merges(context.file):
        sources = {name.tagged for name in merge.sources}
        if merge.sources and sources <= others:
            continue
        of_sources = context.doubts_of_sources(*merge.sources)
        doubts = ((Doubt.SOURCES_BARE,) if of_sources and bare else of_sources) + context.doubts(job, merge.names)
        message = "docker manifest create leaves provenance and SBOM behind"
        yield rule.at(context, merge.place, message, fix=_fix(context.file.source, job, merge)).doubted(doubts)


def _bare(file: CiFile) -> bool:
    """Whether the file builds images, and every build says that it wants no provenance, and asks for no SBOM."""
    builds = [one for job in file.jobs for one in job.operations if isinstance(one, Build)]
    without = (one.provenance.asked is Asked.OFF and one.sbom.asked in {Asked.OFF, Asked.SILENT} for one in builds)
    return bool(builds) and all(without)


def may_be_taken(file: CiFile, build: Build) -> bool:
    """Whether a `docker manifest create` that no patch changes may take this image: with attestations it would fail.

    So may manifest-tool, whose versions differ about that; a file may name what it takes, which is not read.
    Variables of two scripts may hold the same name, and nobody knows which tags those of an unknown list are.
    """
    taken = file.once(_taken_as_they_are)
    if file.once(_takes_anything) or may_be_joined(file, build.names or ()):
        return True
    if build.names is None:
        return bool(taken)
    return any(may_be_same(name.tagged, one) for name in build.names for one in taken)


def _taken_as_they_are(file: CiFile) -> set[str]:
    merges: list[Merge] = [merge for job, merge in _merges(file) if _fix(file.source, job, merge) is None]
    merges += [one for job in file.jobs for one in job.publishing if _is_of_manifest_tool(one)]
    return {name.tagged for merge in merges for name in merge.sources}


def _takes_anything(file: CiFile) -> bool:
    return any(_is_of_manifest_tool(one) and not one.sources for job in file.jobs for one in job.publishing)


def _is_of_manifest_tool(operation: ImageOperation) -> TypeGuard[Merge]:
    return isinstance(operation, Merge) and operation.tool == manifest_tool.TOOL


def _merges(file: CiFile) -> Iterator[tuple[Job, Merge]]:
    for job in file.jobs:
        for merge in job.publishing:
            if not isinstance(merge, Merge) or merge.tool != DOCKER_MANIFEST:
                continue
            if not any(stays_here(name, file.source) for name in merge.names):
                yield job, merge


def _by_other_builders(file: CiFile) -> set[str]:
    """Names of images that are pushed by jobs in which only other builders build: another rule speaks of those."""
    jobs = [job.operations for job in file.jobs if any(isinstance(one, OtherBuild) for one in job.operations)]
    pushes = [one for job in jobs if not any(isinstance(one, Build) for one in job) for one in job]
    return {name.tagged for one in pushes if isinstance(one, ImagePush) for name in one.names}


def _fix(source: SourceText, job: Job, merge: Merge) -> Fix | None:
    """Imagetools create instead, and no push: when both commands stand there once, plainly."""
    pushes = [
        one
        for one in job.operations
        if isinstance(one, ImagePush) and one.tool == "docker manifest push" and one.names[:1] == merge.names
    ]
    if _DROPS_UNKNOWN.search(source.text):  # what the swap would keep, a filter would drop
        return None
    if any(isinstance(one, Annotate) for one in job.operations):  # imagetools reads the platforms from the images
        return None
    same = [one for one in job.operations if isinstance(one, Merge) and one.names == merge.names]
    if len(pushes) != 1 or len(same) != 1 or merge.extent is None or pushes[0].extent is None or not merge.plain:
        return None
    line = _whole_line(source, pushes[0].extent)
    create = _CREATE.search(source.text, merge.extent.start, merge.extent.end)
    if line is None or create is None:
        return None
    amends = [*_AMEND.finditer(source.text, create.end(), merge.extent.end)]
    if amends and len(merge.sources) == 1:  # it is added to what an earlier run has put into the list
        return None
    edits = [Edit(Place(create.start(), create.end()), "buildx imagetools create -t")]
    edits.extend(Edit(Place(amend.start(), amend.end()), "") for amend in amends)
    return Fix((*edits, Edit(line, "")))


def _whole_line(source: SourceText, extent: Place) -> Place | None:
    """The line of a command that has it to itself, with its newline; None when it shares it, or is the file's last.

    As an item of a list it must not be the only one; make's marks in front of a command go with it.
    """
    text, start, end = source.text, source.line_start(extent.start), source.text.find("\n", extent.end) + 1
    before = text[start : extent.start]
    if not end or text[extent.end : end].strip() or "\n" in text[extent.start : extent.end]:
        return None
    follows, goes_ahead = text.startswith(before, end), text.startswith(before, source.line_start(start - 1))
    beside = before.strip() == "-" and start > 0 and (follows or goes_ahead)
    return Place(start, end) if beside or not before.strip() or _MAKE.fullmatch(before) else None
