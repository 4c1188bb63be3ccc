"""A sign step that runs more often than the step that installs cosign."""

from collections.abc import Iterator

from bot.file_rule import Remediation, Severity
from bot.workflows.conditions import parts_of
from bot.workflows.model import Step
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
        installed: dict[frozenset[str], None] = {}  # the conditions of the installers so far
        for step in job.steps:
            sign = next((one for one in step.operations if _surely_calls_cosign(one)), None)
            if sign and installed and (condition := _missing(tuple(installed), _parts(step))):
                message = f"cosign is installed only if {condition}, and this step runs in other cases, too"
                yield rule.at(context, sign.place, message)
            if step.local:  # it may install cosign, too
                break
            if step.uses and step.uses.name == COSIGN_INSTALLER:
                installed[_parts(step)] = None


def _surely_calls_cosign(one: ImageOperation) -> bool:
    """An `if` of the script may ask for the very thing that the installer's condition asks for."""
    return isinstance(one, Sign) and "cosign" in one.tool and not one.sometimes


def _missing(installed: tuple[frozenset[str], ...], own: frozenset[str]) -> str:
    """The condition of the installer that a step does not have; "" when it has, or when that cannot be told."""
    if all(one - own and own <= one for one in installed):
        return " && ".join(sorted(installed[0] - own))
    return ""


def _parts(step: Step) -> frozenset[str]:
    """The parts of its condition."""
    return parts_of(step.node.text("if") if step.node else "")
