"""A shell variable in an action's input, where no shell will ever see it."""

import re
from collections.abc import Iterator

from bot.file_rule import Remediation, Severity
from bot.workflows.edits import replace
from bot.workflows.nodes import Scalar, scalars
from bot.workflows.readers.github_env import CONTEXT_OF
from bot.workflows.rule import LintContext, LintFinding, LintRule
from bot.workflows.shell.dollar import expression
from bot.workflows.text import Place
from bot.workflows.versions import BAKE, BUILD_PUSH, FORKED_BUILDS, METADATA

rule = LintRule(
    __name__,
    title="A shell variable stands literally in an action's input",
    severity=Severity.MEDIUM,
    rationale=(
        "An action's inputs are filled in by GitHub's expressions, not by a shell: ${GITHUB_SHA} arrives as these "
        "very letters, and the image's label says nothing."
    ),
    remediation=Remediation(
        "Write the expression.",
        "          labels: |\n            org.opencontainers.image.revision=${{ github.sha }}",
        "yaml",
        "docker buildx imagetools inspect IMAGE --format '{{json .Image}}'",
    ),
    explains=frozenset({"image-label-unexpanded", "image-revision-mismatch"}),
    references=("https://docs.github.com/en/actions/reference/workflows-and-actions/contexts",),
)

_ACTIONS = {BUILD_PUSH, BAKE, METADATA, *FORKED_BUILDS}
_FREE_TEXT = {"labels", "annotations"}
_VARIABLE = re.compile(r"\$(?<![\\$]\$)(?:\{([A-Z_][A-Z0-9_]*)\}|([A-Z_][A-Z0-9_]*))")


@rule
def check(context: LintContext) -> Iterator[LintFinding]:
    """GITHUB_… in any input of a build action, and any variable in its labels and annotations."""
    for _, step in context.steps():
        if step.uses is None or step.uses.name not in _ACTIONS or step.inputs is None:
            continue
        for key, value in step.inputs.entries():
            for scalar in scalars(value):
                if context.file.source.text.find("$", *scalar.place) >= 0:
                    yield from _in_text(context, key.value, scalar)


def _in_text(context: LintContext, key: str, scalar: Scalar) -> Iterator[LintFinding]:
    text = context.file.source.text
    for found in _VARIABLE.finditer(text, scalar.place.start, scalar.place.end):
        name = found[1] or found[2]
        meaning = CONTEXT_OF.get(name)
        if not name.startswith("GITHUB_") and key not in _FREE_TEXT:
            continue
        place = Place(found.start(), found.end())
        instead = f"; write {expression(meaning)}" if meaning else ""
        message = f"{found[0]} stays as it is in the input {key}: no shell reads it{instead}"
        fix = replace(place, expression(meaning)) if meaning and not scalar.anchored else None
        yield rule.at(context, place, message, fix=fix)
