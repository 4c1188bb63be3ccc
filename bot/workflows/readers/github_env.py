"""What GitHub's environment and expressions mean to a script.

https://docs.github.com/en/actions/reference/workflows-and-actions/variables
"""

import re
from collections.abc import Mapping as Table

from bot.workflows.nodes import Mapping, Node, Scalar, Sequence
from bot.workflows.shell.dollar import expression
from bot.workflows.unresolved import known, normal

CONTEXT_OF = {
    "GITHUB_SHA": "github.sha",
    "GITHUB_REF": "github.ref",
    "GITHUB_REF_NAME": "github.ref_name",
    "GITHUB_REF_TYPE": "github.ref_type",
    "GITHUB_REPOSITORY": "github.repository",
    "GITHUB_REPOSITORY_OWNER": "github.repository_owner",
    "GITHUB_RUN_ID": "github.run_id",
    "GITHUB_RUN_NUMBER": "github.run_number",
    "GITHUB_RUN_ATTEMPT": "github.run_attempt",
    "GITHUB_ACTOR": "github.actor",
    "GITHUB_WORKFLOW": "github.workflow",
    "GITHUB_SERVER_URL": "github.server_url",
    "GITHUB_EVENT_NAME": "github.event_name",
    "GITHUB_JOB": "github.job",
    "GITHUB_BASE_REF": "github.base_ref",
    "GITHUB_HEAD_REF": "github.head_ref",
}
"""Variables of a runner's shell, and the expression that says the same in an input."""

_ENV = re.compile(r"\$\{\{ env\.([A-Za-z_]\w*) \}\}")
_INPUT = re.compile(r"\$\{\{ (inputs\.[A-Za-z_][\w-]*) \}\}")


Inputs = Table[str, str | bool]
"""The known values of a file's own inputs, by name."""

VALUES_MAX = 64
"""Values of one name in a matrix that are looked at."""


def known_values(inputs: Inputs) -> Inputs:
    """The same by the names that expressions use: inputs.sign."""
    return {f"inputs.{name}": value for name, value in inputs.items()}


def matrix_of(job: Mapping) -> dict[str, tuple[str, ...]]:
    """What each name of a job's matrix may be; names whose values are not all written there are left out."""
    strategy = job.mapping("strategy")
    matrix = strategy.mapping("matrix") if strategy else None
    if matrix is None:
        return {}
    rows = [row for row in matrix.sequence("include") if isinstance(row, Mapping)]
    lists = {key.value: value for key, value in matrix.entries() if key.value not in {"include", "exclude"}}
    if matrix.scalar("include") or any(not isinstance(value, Sequence) for value in lists.values()):
        return {}
    names = {*lists, *(key.value for row in rows for key, _ in row.entries())}
    return {name: values for name in names if (values := _values(lists.get(name), rows, name, bool(lists)))}


def _values(listed: Node | None, rows: list[Mapping], name: str, beside: bool) -> tuple[str, ...]:  # noqa: FBT001
    """`beside`: the matrix has lists, so a row may only add to what they make, and the name may be empty elsewhere."""
    nodes: list[Node | None] = [*(listed.items if isinstance(listed, Sequence) else ())]
    nodes += [row.get(name) for row in rows if listed is None or row.get(name) is not None]
    if not all(node is None or (isinstance(node, Scalar) and known(node.value)) for node in nodes):
        return ()
    texts_of = [node.value if isinstance(node, Scalar) else "" for node in nodes]
    return tuple(dict.fromkeys([*texts_of, *([""] if beside and listed is None else [])]))[:VALUES_MAX]


def spell(name: str) -> str:
    """A shell variable that we do not know, as the expression that means the same."""
    return expression(CONTEXT_OF.get(name, f"env.{name}"))


def texts(table: Mapping | None) -> dict[str, str]:
    """An `env:` or `with:` table's texts, expressions in one spelling."""
    if table is None:
        return {}
    return {name: normal(value.value) for name, value in table.flat().items() if isinstance(value, Scalar)}


def resolve(text: str, env: dict[str, str], inputs: Inputs | None = None) -> str:
    """The text with `env.NAME` filled in, where the file itself sets it to something without unresolved parts.

    `inputs.NAME` is filled in, too, where all that call the file agree.
    """
    if "${{" not in text:
        return text
    text = normal(text)
    if "${{ env." in text:
        text = _ENV.sub(lambda found: env[found[1]] if known(env.get(found[1], "$")) else found[0], text)
    if inputs and "${{ inputs." in text:
        text = _INPUT.sub(lambda found: _written(inputs.get(found[1], found[0])), text)
    return text


def _written(value: str | bool) -> str:  # noqa: FBT001 - a value of the CI system
    return ("true" if value else "false") if isinstance(value, bool) else value
