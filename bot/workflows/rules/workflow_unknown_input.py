"""An input that the action does not have, and that was meant to matter."""

from collections.abc import Iterator

from bot.file_rule import Remediation, Severity
from bot.workflows.action_inputs import INPUTS, meant
from bot.workflows.builds import Action, Build
from bot.workflows.edits import Fix, replace
from bot.workflows.nodes import Mapping, Scalar
from bot.workflows.operations import ImageOperation
from bot.workflows.rule import LintContext, LintFinding, LintRule
from bot.workflows.text import Place, SourceText
from bot.workflows.upgrade import advice, can_say
from bot.workflows.versions import NO_INSTALL_INPUT, newest_of, spell

rule = LintRule(
    __name__,
    title="The action has no such input",
    severity=Severity.MEDIUM,
    rationale="GitHub only warns about an input that an action does not have, and goes on as if it were not there.",
    remediation=Remediation("Use the input's name as the action's documentation has it, or leave it out."),
    explains=frozenset({"provenance-mode-min", "provenance-missing", "sbom-missing"}),
    references=("https://github.com/docker/build-push-action#inputs",),
)

_ACTIONS = INPUTS.keys() | NO_INSTALL_INPUT.keys()
"""Those whose inputs are known."""


@rule
def check(context: LintContext) -> Iterator[LintFinding]:
    """Misspelt inputs of the build actions, those that their version does not have yet, and those that are gone."""
    for job, step in context.steps():
        action, node = step.uses, step.node
        inputs = node.mapping("with") if action and action.name in _ACTIONS and node else None
        for key, _ in inputs.entries() if inputs else ():
            if action and inputs and (found := _trouble(context.file.source, action, inputs, key)):
                message, fix = found
                harmless = key.value == "install" and not any(_is_plain(one) for one in job.operations)
                severity = Severity.LOW if harmless else None
                yield rule.at(context, key.place, message, severity=severity, fix=fix)


def _is_plain(operation: ImageOperation) -> bool:
    """`docker build`, which `install` made an alias of buildx."""
    return isinstance(operation, Build) and operation.tool == "docker build"


def _trouble(source: SourceText, action: Action, inputs: Mapping, key: Scalar) -> tuple[str, Fix | None] | None:
    name, version = key.value, action.version
    gone = NO_INSTALL_INPUT.get(action.name)
    if gone and name == "install" and version and newest_of(version) >= gone:
        told = f"install is not an input of {action.name} {spell(gone, 'v0')}{action.likely}"
        return told, _removed(source, inputs, key)
    if name in {"provenance", "sbom", "attests"} and not can_say(action):
        return f"{action.name} of this version{action.likely} has no input {name}; {advice(action)}", None
    right = meant(action.name, name)
    if not right:
        return None
    double = inputs.entry(right) is not None
    fix = None if double or key.style or key.anchored else replace(key.place, right)
    return f"{action.name} has no input {name}; {right} was meant, perhaps", fix


def _removed(source: SourceText, inputs: Mapping, key: Scalar) -> Fix | None:
    """The entry taken out, with its line when it has one to itself; None when it is the only entry."""
    pairs = inputs.pairs
    at = next(at for at, (one, _) in enumerate(pairs) if one is key)
    start, end = key.place.start, pairs[at][1].place.end
    if len(pairs) < 2:  # noqa: PLR2004 - two entries, one of which stays
        return None
    if inputs.flow:
        cut = Place(pairs[at - 1][1].place.end, end) if at else Place(start, pairs[1][0].place.start)
        return replace(cut, "") if inputs.place.start < cut.start < cut.end < inputs.place.end else None  # no alias
    line, newline = source.line_start(start), source.text.find("\n", end) + 1
    alone = source.begins_line(start) and line == source.line_start(end) and isinstance(pairs[at][1], Scalar)
    return replace(Place(line, newline), "") if alone and newline else None
