"""Runs the steps of a composite action as a runner does: expressions in `env` and `with`, then bash."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from ruamel.yaml import YAML

from tests.conftest import ROOT
from tests.shipping.wheels import run

EXPRESSION = re.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}")


class Ran(Struct):
    """What an action left behind."""

    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    log: str = ""
    summary: str = ""


def load(path: str) -> Any:  # noqa: ANN401 - YAML
    """A file of the repository."""
    return YAML(typ="safe", pure=True).load((ROOT / path).read_text())


def action() -> dict[str, Any]:
    """action.yml."""
    found: dict[str, Any] = load("action.yml")
    return found


def perform(names: set[str], inputs: dict[str, str], folder: Path, **more: str) -> Ran:
    """The named steps, one after the other. `more` are variables of the machine; defaults of the runner's are empty."""
    document, ran = action(), Ran()
    defaults = {name: str(one.get("default", "")) for name, one in document["inputs"].items()}
    known = {f"inputs.{name}": "" if "${{" in text else text for name, text in defaults.items()}
    known |= {f"inputs.{name}": value for name, value in inputs.items()}
    known |= {"github.action_path": str(ROOT), "runner.temp": str(folder)}
    for step in document["runs"]["steps"]:
        if step.get("name") not in names:
            continue
        output, summary = folder / "output", folder / "summary"
        output.write_text("")
        environment: dict[str, Any] = {name: _filled(text, known) for name, text in step["env"].items()} | more
        ran.log += run(
            *("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]),
            at=folder,
            **environment,
            RUNNER_TEMP=str(folder),
            GITHUB_OUTPUT=str(output),
            GITHUB_STEP_SUMMARY=str(summary),
        ).out
        told = dict(line.split("=", 1) for line in output.read_text().splitlines())
        ran.outputs[step.get("id", "")] = told
        known |= {f"steps.{step.get('id', '')}.outputs.{name}": value for name, value in told.items()}
        ran.summary = summary.read_text() if summary.exists() else ""
    return ran


def _filled(text: str, known: Mapping[str, str]) -> str:
    return EXPRESSION.sub(lambda found: known[found[1]], text)
