"""A sign step that runs more often than the step that installs cosign."""

from collections.abc import Iterator

from bot.file_rule import Remediation, Severity
from bot.workflows.conditions import parts_of
from bot.workflows.model import Job, Step
from bot.workflows.operations import ImageOperation, Sign
from bot.workflows.rule import LintContext, LintFinding, LintRule
from bot.workflows.versions import COSIGN_INSTALLER

rule = LintRule(
    __name__,
    title="cosign is not always there when it is called",
    severity=Severity.MEDIUM,
    rationale=(
        "The step that installs cosign has a condition that the sign step has not. Where that does not hold, the sign "
        "step fails, because runners have no cosign of their own."
    ),
    remediation=Remediation(
        "Give both steps the same condition.",
        "      - uses: sigstore/cosign-installer@v4\n        if: github.event_name != 'pull_request'\n"
        "      - run: cosign sign --yes quay.io/acme/app@${DIGEST}\n        if: github.event_name != 'pull_request'",
        "yaml",
    ),
    explains=frozenset({"signature-missing"}),
)


@rule
def check(context: LintContext) -> Iterator[LintFinding]:
    """Every step that calls cosign, and whose condition surely lets it run without the installer."""
    for job in context.file.jobs:
        for at, step in enumerate(job.steps):
            sign = next((one for one in step.operations if _surely_calls_cosign(one)), None)
            if sign and (condition := _missing(job, at, step)):
                message = f"cosign is installed only if {condition}, and this step runs in other cases, too"
                yield rule.at(context, sign.place, message)


def _surely_calls_cosign(one: ImageOperation) -> bool:
    """An `if` of the script may ask for the very thing that the installer's condition asks for."""
    return isinstance(one, Sign) and "cosign" in one.tool and not one.sometimes


def _missing(job: Job, at: int, step: Step) -> str:
    """The condition of the installer that the step does not have; "" when it has, or when that cannot be told."""
    installers = [one for one in job.steps[:at] if one.uses and one.uses.name == COSIGN_INSTALLER]
    if not installers or any(one.local for one in job.steps[:at]):
        return ""
    own = parts_of(_condition(step))
    theirs = [parts_of(_condition(one)) for one in installers]
    if all(one - own and own <= one for one in theirs):
        return " && ".join(sorted(theirs[0] - own))
    return ""


def _condition(step: Step) -> str:
    return step.node.text("if") if step.node else ""
