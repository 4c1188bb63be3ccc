"""An input that the action does not have, and that was meant to matter."""

from collections.abc import Iterator
from difflib import get_close_matches

from bot.rules import Remediation, Severity
from bot.workflows.builds import Action
from bot.workflows.edits import Edit, Fix, replace
from bot.workflows.nodes import Mapping, Node, Scalar
from bot.workflows.rules._rule import Finding, LintRule, Scene
from bot.workflows.rules._upgrade import advice, can_say
from bot.workflows.text import Place, SourceText
from bot.workflows.versions import BAKE, BUILD_PUSH, NO_INSTALL_INPUT, newest_of, spell

rule = LintRule(
    __name__,
    title="The action has no such input",
    severity=Severity.MEDIUM,
    rationale="GitHub only warns about an input that an action does not have, and goes on as if it were not there.",
    remediation=Remediation("Use the input's name as the action's documentation has it, or leave it out."),
    explains=frozenset({"provenance-mode-min", "provenance-missing", "sbom-missing"}),
    references=("https://github.com/docker/build-push-action#inputs",),
)

_INPUTS = {
    BUILD_PUSH: frozenset(
        """add-hosts allow annotations attests build-args build-contexts builder cache-from cache-to call cgroup-parent
        context file github-token labels load network no-cache no-cache-filters outputs platforms provenance pull push
        sbom secret-envs secret-files secrets shm-size ssh tags target ulimit""".split()  # noqa: SIM905 - thirty words
    ),
    BAKE: frozenset(
        """allow builder call files github-token load no-cache provenance pull push sbom set source targets
        workdir""".split()  # noqa: SIM905 - the same
    ),
}
_MATTER = ("provenance", "sbom", "attests", "push", "platforms", "labels", "tags", "builder", "outputs")
_ALIKE = 0.8


@rule
def check(scene: Scene) -> Iterator[Finding]:
    """Misspelt inputs of the build actions, those that their version does not have yet, and those that are gone."""
    for _, step in scene.steps():
        action, inputs = step.uses, step.inputs
        for key, _ in inputs.entries() if action and inputs else ():
            if action and inputs and (found := _trouble(scene.file.source, action, inputs, key)):
                message, fix = found
                yield rule.at(scene, key.place, message, fix=fix)


def _trouble(source: SourceText, action: Action, inputs: Mapping, key: Scalar) -> tuple[str, Fix | None] | None:
    name, version = key.value, action.version
    gone = NO_INSTALL_INPUT.get(action.name)
    if gone and name == "install" and version and newest_of(version) >= gone:
        return f"install is no input of {action.name} {spell(gone, 'v0')}{action.likely}", _removed(source, inputs, key)
    if name in {"provenance", "sbom", "attests"} and not can_say(action):
        return f"{action.name} of this version{action.likely} has no input {name}; {advice(action)}", None
    known = _INPUTS.get(action.name, frozenset())
    alike = get_close_matches(name.lower(), [one for one in _MATTER if one in known], 1, _ALIKE)
    if not known or name.lower() in known or not alike:
        return None
    double = inputs.entry(alike[0]) is not None
    fix = None if double or key.style or key.anchored else replace(key.place, alike[0])
    return f"{action.name} has no input {name}; {alike[0]} was meant, perhaps", fix


def _removed(source: SourceText, inputs: Mapping, key: Scalar) -> Fix | None:
    """The entry's line taken out, when it has one to itself and is not the only entry."""
    value: Node | None = inputs.get(key.value)
    if inputs.flow or len(inputs.pairs) < 2 or value is None or not source.begins_line(key.place.start):  # noqa: PLR2004
        return None
    start, end = source.line_start(key.place.start), source.text.find("\n", value.place.end) + 1
    if (
        not end
        or not isinstance(value, Scalar)
        or value.style in {"|", ">"}
        or source.line_start(value.place.end) != start
    ):
        return None
    return Fix((Edit(Place(start, end), ""),))
