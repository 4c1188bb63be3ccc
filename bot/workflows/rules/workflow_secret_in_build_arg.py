"""A secret that is handed to a build as an argument."""

import re
from collections.abc import Iterator

from bot.rules import Remediation, Severity
from bot.workflows.builds import Build
from bot.workflows.doubts import Doubt
from bot.workflows.public_keys import made_public
from bot.workflows.readers import bake
from bot.workflows.rule import LintContext, LintFinding, LintRule

rule = LintRule(
    __name__,
    title="A secret is passed as a build argument",
    severity=Severity.CRITICAL,
    rationale=(
        "Build arguments stand in max provenance, and in the image's history when a step uses them: everybody who can "
        "pull the image can read them. Min mode would hide one of the two places and revoke nothing."
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
        for build in (one for one in job.operations if isinstance(one, Build)):
            common = context.doubts_of_build(job, build) + (() if id(build) in pushed else (Doubt.NOT_PUSHED,))
            for name, place in build.secret_args:
                by_name = build.tool == bake.TOOL
                what = "is a secret by its name" if by_name else "is filled from a secret"
                message = f"the build argument {name} {what}, and can be read in the image"
                written = context.file.source.text[place.start : place.end]
                doubts = (*common, *_doubts(name, written))
                yield rule.at(context, place, message, severity=Severity.HIGH if by_name else None).doubted(doubts)


def _doubts(name: str, written: str) -> Iterator[Doubt]:
    """Why it may be no harm that people can read this argument."""
    if _SHORT_LIVED.search(written):
        yield Doubt.SHORT_LIVED
    if made_public((name, *(word for word in _WORD.findall(written) if word.lower() != _CONTEXT))):
        yield Doubt.MADE_PUBLIC
