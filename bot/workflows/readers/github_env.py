"""What GitHub's environment and expressions mean to a script.

https://docs.github.com/en/actions/reference/workflows-and-actions/variables
"""

import re

from bot.workflows.nodes import Mapping, Scalar
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


def spell(name: str) -> str:
    """A shell variable that we do not know, as the expression that means the same."""
    return expression(CONTEXT_OF.get(name, f"env.{name}"))


def texts(table: Mapping | None) -> dict[str, str]:
    """An `env:` or `with:` table's texts, expressions in one spelling."""
    found = table.flat() if table else {}
    return {name: normal(value.value) for name, value in found.items() if isinstance(value, Scalar)}


def resolve(text: str, env: dict[str, str]) -> str:
    """The text with `env.NAME` filled in, where the file itself sets it to something without unresolved parts."""
    return _ENV.sub(lambda found: env[found[1]] if known(env.get(found[1], "$")) else found[0], normal(text))
