"""A secret that is handed to a build as an argument."""

import re
from collections.abc import Iterator

from bot.file_rule import Remediation, Severity
from bot.workflows.builds import Asked, Build
from bot.workflows.doubts import Doubt
from bot.workflows.kept_args import keeps_argument
from bot.workflows.model import Job
from bot.workflows.public_keys import made_public
from bot.workflows.readers import bake
from bot.workflows.rule import LintContext, LintFinding, LintRule
from bot.workflows.stores import Driver, driver_of
from bot.workflows.upgrade import can_say, may_not_say, reads_no_version
from bot.workflows.versions import BAKE, BUILD_PUSH, FORKED_BUILDS, PASSES_FALSE, newest_of

rule = LintRule(
    __name__,
    title="A secret is passed as a build argument",
    severity=Severity.CRITICAL,
    rationale=(
        "Build arguments stand in max provenance, whichever stage takes them, and in the image's history when a stage "
        "that the image is made from uses them: everybody who can pull the image can read them. Min mode would hide "
        "one of the two places and revoke nothing."
    ),
    remediation=Remediation(
        "Pass it as a secret, mount it in the Dockerfile, and replace the one that was published.",
        "# in the Dockerfile: RUN --mount=type=secret,id=token,env=TOKEN ./fetch.sh\n"
        "with:\n  secrets: |\n    token=${{ secrets.TOKEN }}",
        "yaml",
    ),
    explains=frozenset({"provenance-secret-exposed"}),
    references=("https://docs.docker.com/build/building/secrets/",),
)

_WORD = re.compile(r"[\w-]+")
_CONTEXT = "secrets"  # the word of an expression, which is not a name
_SHORT_LIVED = re.compile(r"\bsecrets\.GITHUB_TOKEN\b")


@rule
def check(context: LintContext) -> Iterator[LintFinding]:
    """Every build argument that takes its value from `secrets`."""
    pushed = {id(build) for _, build in context.builds()}
    for job in context.file.jobs:
        for build in (one for one in job.operations if isinstance(one, Build) and one.secret_args):
            common = context.doubts_of_build(job, build) + (() if id(build) in pushed else (Doubt.NOT_PUSHED,))
            for name, place in build.secret_args:
                by_name = build.tool == bake.TOOL
                what = "is a secret by its name" if by_name else "is filled from a secret"
                where, unsure = _where(context, job, build, name)
                message = f"the build argument {name} {what}, and can be read in {where}"
                written = context.file.source.text[place.start : place.end]
                doubts = (*common, *unsure, *_doubts(name, written))
                severity = Severity.HIGH if by_name or where == _IN_PUBLIC else None
                yield rule.at(context, place, message, severity=severity).doubted(doubts)


_IN_PUBLIC = "the provenance, which is max in a public repository"


def _where(context: LintContext, job: Job, build: Build, name: str) -> tuple[str, tuple[Doubt, ...]]:
    """Where people can read the argument, and why that is not certain."""
    if build.provenance.asked is Asked.FULL:
        return "the provenance", ()
    text = context.dockerfile(build)
    if text is not None and keeps_argument(text, build.stage, name):
        return "the image", ()
    by_bake = build.tool == bake.TOOL and context.around.bake_by_action
    by_action = build.action is not None and build.action.name in {BUILD_PUSH, BAKE, *FORKED_BUILDS}
    if build.provenance.asked is Asked.SILENT and (by_bake or (by_action and _is_max_in_public(context, job, build))):
        return _IN_PUBLIC, ()
    return "the image", (Doubt.DOCKERFILE_UNKNOWN if text is None else Doubt.NOT_KEPT,)


def _is_max_in_public(context: LintContext, job: Job, build: Build) -> bool:
    """Whether the action asks for max by itself, where the repository is public."""
    action = build.action
    if action is None or may_not_say(action) or not can_say(action) or reads_no_version(build):
        return False
    passes_false = action.version is not None and newest_of(action.version) == PASSES_FALSE.get(action.name)
    return not passes_false and driver_of(context.file, job, build) is Driver.OTHER


def _doubts(name: str, written: str) -> Iterator[Doubt]:
    """Why it may be no harm that people can read this argument."""
    if _SHORT_LIVED.search(written):
        yield Doubt.SHORT_LIVED
    if made_public((name, *(word for word in _WORD.findall(written) if word.lower() != _CONTEXT))):
        yield Doubt.MADE_PUBLIC
