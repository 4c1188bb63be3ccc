"""An image that is built into the local store, and pushed from there."""

from collections.abc import Iterable, Iterator

from bot.rules import Remediation, Severity
from bot.workflows.builds import Build
from bot.workflows.model import FileKind
from bot.workflows.operations import ImageOperation, Push, Retag
from bot.workflows.rule import LintContext, LintFinding, LintRule

rule = LintRule(
    __name__,
    title="Pushed from the local store",
    severity=Severity.HIGH,
    rationale=(
        "docker build and load put the image into docker's own store, and docker push takes it from there: provenance "
        "and SBOM are left behind on the way, or never asked for."
    ),
    remediation=Remediation(
        "Let buildx push what it builds.",
        "docker buildx build --provenance=mode=max --sbom=true -t quay.io/acme/app:1.2.3 --push .",
        "sh",
        "docker buildx imagetools inspect --raw IMAGE | jq '.manifests[]|{digest,platform,annotations}'",
    ),
    explains=frozenset({"provenance-missing", "provenance-mode-min", "sbom-missing", "provenance-lost", "sbom-lost"}),
    references=("https://docs.docker.com/build/metadata/attestations/",),
)


@rule
def check(context: LintContext) -> Iterator[LintFinding]:
    """Every build into the local store whose name, or a name that it is given later, is pushed later."""
    jobs = [job.operations for job in context.file.jobs]
    rooms = [tuple(one for job in jobs for one in job)] if context.file.kind is FileKind.MAKE else jobs
    for room in rooms:
        for at, build in enumerate(room):
            if isinstance(build, Build) and build.load is True and build.push is False:
                pushed = _pushed(build, room if context.file.kind is FileKind.MAKE else room[at + 1 :])
                if pushed:
                    message = (
                        f"{pushed} goes through docker's own store to docker push, and loses its attestations there"
                    )
                    yield rule.at(context, build.place, message)


def _pushed(build: Build, later: Iterable[ImageOperation]) -> str:
    """The name under which that image is pushed, or ""."""
    names = {name.tagged for name in build.names or () if not name.is_local}
    for operation in later:
        match operation:
            case Retag(source=source, name=name) if source.tagged in names | {one.tagged for one in build.names or ()}:
                names |= set() if name.is_local else {name.tagged}
            case Push(names=pushed, tool="docker push"):
                if found := next((name.tagged for name in pushed if name.tagged in names), ""):
                    return found
    return ""
