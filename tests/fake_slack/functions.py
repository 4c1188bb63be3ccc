"""functions.*: a step of a workflow ends once, with outputs that are text."""

import json
from typing import Any

from tests.fake_slack.guard import broken
from tests.fake_slack.workspace import SlackError, Workspace

ERROR_MAX = 1_000
OUTPUT_MAX = 10_000


def complete_success(space: Workspace, args: dict[str, Any]) -> dict[str, Any]:
    step = _open(space, args)
    outputs = args.get("outputs")
    outputs = json.loads(outputs) if isinstance(outputs, str) else outputs
    if not isinstance(outputs, dict) or not all(isinstance(one, str) for one in outputs.values()):
        raise SlackError("parameter_validation_failed")
    if any(len(one) > OUTPUT_MAX or broken(one, None) for one in outputs.values()):
        raise SlackError("fake_slack_unescaped", errors=outputs)
    step["outputs"] = outputs
    return {}


def complete_error(space: Workspace, args: dict[str, Any]) -> dict[str, Any]:
    step = _open(space, args)
    error = args.get("error")
    if not isinstance(error, str) or not 0 < len(error) <= ERROR_MAX:
        raise SlackError("invalid_arguments")
    step["error"] = error
    return {}


def _open(space: Workspace, args: dict[str, Any]) -> dict[str, Any]:
    step = space.steps.get(str(args.get("function_execution_id", "")))
    if step is None:
        raise SlackError("invalid_function_execution_id")
    if step:
        raise SlackError("function_execution_not_in_running_state")
    return step
