"""Helper verbs: look at a text for one rule, fix it, and wrap steps into a workflow."""

from textwrap import dedent, indent

from bot.workflows.find import fixed_text, lint_text
from bot.workflows.rules import Follow, LintFinding

WORKFLOW = ".github/workflows/ci.yml"


def nothing(_: str) -> None:
    return None


def found(rule: str, text: str, name: str = WORKFLOW, follow: Follow = nothing) -> list[LintFinding]:
    """What one rule says."""
    return [finding for finding in lint_text(name, dedent(text), follow) if finding.rule == rule]


def places(rule: str, text: str, name: str = WORKFLOW, follow: Follow = nothing) -> list[tuple[int, str]]:
    """Line and severity of what one rule says."""
    return [(one.line, one.severity.value) for one in found(rule, text, name, follow)]


def fixed(rule: str, text: str, name: str = WORKFLOW) -> str:
    """The text with that rule's findings fixed; looking again, the rule has nothing more to say that can be."""
    text = dedent(text)
    after = fixed_text(name, text, found(rule, text, name))
    assert not [one for one in found(rule, after, name) if one.fixable]
    assert fixed_text(name, after, found(rule, after, name)) == after
    return after


def job(steps: str, head: str = "") -> str:
    """A workflow of one job; its first step stands on line 6, plus the lines of `head`."""
    lines = [*dedent(head).splitlines(), "on: push", "jobs:", "  image:", "    runs-on: ubuntu-latest", "    steps:"]
    return "\n".join([*lines, indent(dedent(steps).strip("\n"), "      ")]) + "\n"


def build(*inputs: str, uses: str = "docker/build-push-action@v7", id_: str = "build") -> str:
    """A build step, its `uses` on the first line."""
    return "\n".join([f"- uses: {uses}", f"  id: {id_}", "  with:", *(f"    {line}" for line in inputs)]) + "\n"


def run(*lines: str, env: str = "") -> str:
    """A script step; its first command stands on the second line."""
    head = f"  env: {{ {env} }}\n" if env else ""
    return "- run: |\n" + "".join(f"    {line}\n" for line in lines) + head
