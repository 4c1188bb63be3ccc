"""A sign step that names a tag, and not a digest."""

import re
from collections.abc import Iterator

from bot.file_rule import Remediation, Severity
from bot.workflows.doubts import Doubt
from bot.workflows.edits import Fix, replace
from bot.workflows.images import Name, stays_here
from bot.workflows.makers import makers_in
from bot.workflows.model import Job, Step
from bot.workflows.operations import Sign
from bot.workflows.rule import LintContext, LintFinding, LintRule
from bot.workflows.shell.values import Arg
from bot.workflows.text import Place
from bot.workflows.unresolved import UNRESOLVED, known, step_output
from bot.workflows.versions import METADATA

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

_NO_DIGEST = re.compile(
    r"\$\{\{ (?:github\.[\w.]+|(?:steps|needs)\.[\w-]+\.outputs\.(?i:(?:[\w-]+[_-])?(?:version|tag))) \}\}"
    r"|\$\{CI_(?:COMMIT_\w+|PIPELINE_I?ID|JOB_ID|REGISTRY(?:_IMAGE)?|PROJECT_\w+)\}"
)
"""Unresolved parts that never hold a digest: names and numbers that the CI system gives, and versions."""


_OF_ONE_RUN = re.compile(r"github\.(?:sha|run_id|run_number)\b|\bCI_(?:COMMIT_(?:SHORT_)?SHA|PIPELINE_I?ID|JOB_ID)\b")


@rule
def check(context: LintContext) -> Iterator[LintFinding]:
    """Every signed name that surely has no digest in it."""
    for job, step in context.steps():
        for sign in step.operations:
            if not isinstance(sign, Sign) or sign.tool != "cosign sign":
                continue
            for name, arg in sign.images or ():
                if _by_tag(name) and not stays_here(name, context.file.source):
                    place = _place(sign, arg)
                    message = f"{name.tagged} is signed by its tag, which may have moved since it was pushed"
                    doubts = context.doubts(job, (name,)) + (
                        (Doubt.ONE_COMMIT,) if _OF_ONE_RUN.search(name.tag) else ()
                    )
                    fix = _fix(job, step, name, arg, place)
                    yield rule.at(context, place or sign.place, message, fix=fix).doubted(doubts)
            for text, arg in sign.unresolved:
                if maker := _metadata_step(job, text):
                    message = f"the tags of the step {maker} are signed, which may have moved since they were pushed"
                    yield rule.at(context, _place(sign, arg) or sign.place, message).doubted(context.doubts(job))


def _by_tag(name: Name) -> bool:
    """Whether it has no digest, and no unresolved part at the end that may hold one."""
    last = name.tag or UNRESOLVED.sub("$", _NO_DIGEST.sub("x", name.repository)).rpartition("/")[2]
    return not name.digest and known(_NO_DIGEST.sub("", last))


def _metadata_step(job: Job, text: str) -> str:
    """The step of docker/metadata-action whose tags these are; "" when they are something else."""
    output = step_output(text)
    step = job.step(output[0]) if output and output[1] == "tags" else None
    return step.id if step and step.uses and step.uses.name == METADATA else ""


def _place(sign: Sign, arg: Arg | None) -> Place | None:
    """Where the name stands in the command."""
    return sign.script.place(arg.word.start, arg.word.end) if arg and sign.script else None


def _fix(job: Job, step: Step, name: Name, arg: Arg | None, place: Place | None) -> Fix | None:
    """The digest of the one earlier step of this job that pushes the very name, where nothing else is meant there."""
    known_makers = makers_in(job)
    makers = [build.step for build in known_makers.of_tagged(name, known_makers.places[id(step)])]
    if place is None or arg is None or len(arg.texts) != 1 or len(makers) != 1 or not makers[0] or step.node is None:
        return None
    return replace(place, f"{name.repository}@${{{{ steps.{makers[0]}.outputs.digest }}}}")
