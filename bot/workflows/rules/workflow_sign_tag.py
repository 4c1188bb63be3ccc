"""A sign step that names a tag, and not a digest."""

import re
from collections.abc import Iterator

from bot.rules import Remediation, Severity
from bot.workflows.builds import Build
from bot.workflows.edits import Fix, replace
from bot.workflows.happenings import Sign
from bot.workflows.holes import HOLE
from bot.workflows.images import Name
from bot.workflows.model import Job, Step
from bot.workflows.rules._rule import Finding, LintRule, Scene
from bot.workflows.shell.values import Arg
from bot.workflows.text import Place

rule = LintRule(
    __name__,
    title="A tag is signed, and not a digest",
    severity=Severity.MEDIUM,
    rationale=(
        "Between the push and the signature the tag may be moved: then something else is signed than what was built. "
        "cosign says so too, and asks for a digest."
    ),
    remediation=Remediation(
        "Sign the digest that the build step printed.",
        "cosign sign --yes quay.io/acme/app@${{ steps.build.outputs.digest }}",
        "sh",
    ),
    explains=frozenset({"signature-missing"}),
)

_NO_DIGEST = re.compile(r"\$\{\{ github\.[\w.]+ \}\}|\$\{CI_(?:COMMIT_\w+|PIPELINE_I?ID|JOB_ID)\}")
"""Holes that never hold a digest: names and numbers that the CI system gives."""


@rule
def check(scene: Scene) -> Iterator[Finding]:
    """Every signed name that surely has no digest in it."""
    for job, step in scene.steps():
        for sign in step.happenings:
            if not isinstance(sign, Sign) or sign.tool != "cosign sign":
                continue
            for name, arg in sign.images or ():
                if not name.digest and not HOLE.search(_NO_DIGEST.sub("", name.tagged)):
                    place = _place(sign, arg)
                    message = f"{name.tagged} is signed by its tag, which may have moved since it was pushed"
                    yield rule.at(scene, place or sign.place, message, fix=_fix(job, step, name, place))


def _place(sign: Sign, arg: Arg | None) -> Place | None:
    """Where the name stands, when it is written out in the command."""
    return sign.script.place(arg.word.start, arg.word.end) if arg and sign.script and len(arg.texts) == 1 else None


def _fix(job: Job, step: Step, name: Name, place: Place | None) -> Fix | None:
    """The digest of the one earlier step of this job that pushes the very name."""
    earlier = job.steps[: job.steps.index(step)]
    makers = [
        build.step
        for other in earlier
        for build in other.happenings
        if isinstance(build, Build) and any(made.tagged == name.tagged for made in build.names or ())
    ]
    if place is None or len(makers) != 1 or not makers[0] or step.node is None:
        return None
    return replace(place, f"{name.repository}@${{{{ steps.{makers[0]}.outputs.digest }}}}")
