"""Alerts and dashboard ask for measures that exist, with labels that they have. promtool runs the alerts themselves."""

import json
import re
from collections.abc import Iterator

import pytest
from ruamel.yaml import YAML

from bot import errors
from bot.jobs import readings
from bot.metrics import program
from bot.metrics.series import Measure
from bot.store.slack_problems import ProblemCode
from tests.conftest import ROOT
from tests.shipping.wheels import run

DEPLOY = ROOT / "deploy"
OURS = re.compile(r"(provenance_\w+)(?:\{([^}]*)\})?")


def known() -> dict[str, set[str]]:
    """Every sample's name, and its labels."""
    found: dict[str, set[str]] = {}
    for counter in program.COUNTERS:
        found[f"{counter.measure.name}_total"] = set(counter.measure.labels)
    for timing in program.TIMINGS:
        found[f"{timing.measure.name}_bucket"] = {*timing.measure.labels, "le"}
    levels = [level.measure for level in program.LEVELS]
    looked_up = [each for each in vars(readings).values() if isinstance(each, Measure)]
    return found | {measure.name: set(measure.labels) for measure in (*levels, *looked_up)}


def alerts() -> Iterator[str]:
    for group in YAML(typ="safe", pure=True).load((DEPLOY / "alerts.yaml").read_text())["groups"]:
        yield from (rule["expr"] for rule in group["rules"])


def panels() -> Iterator[str]:
    for panel in json.loads((DEPLOY / "grafana-dashboard.json").read_text())["panels"]:
        yield from (target["expr"] for target in panel["targets"])


@pytest.mark.parametrize("expression", [*alerts(), *panels()])
def test_each_expression_names_what_exists(expression: str) -> None:
    measures = known()
    found = OURS.findall(expression)
    assert found
    for name, chosen in found:
        assert name in measures
        by = {word.strip() for words in re.findall(r"by \(([^)]*)\)", expression) for word in words.split(",")}
        assert by | set(re.findall(r"(\w+)(?:!?[=~]+)\"", chosen)) <= {*measures[name], "le"}


def test_alerts_name_errors_and_problems_that_exist() -> None:
    text = (DEPLOY / "alerts.yaml").read_text()
    named = set(re.findall(r'error="(\w+)"', text))
    assert named
    assert all(issubclass(getattr(errors, name), errors.ProvenanceBotError) for name in named)
    assert set(re.findall(r'code!="([\w-]+)"', text)) <= set(ProblemCode)


def test_every_measure_is_shown() -> None:
    shown = {name for expression in (*alerts(), *panels()) for name, _ in OURS.findall(expression)}
    assert set(known()) - shown <= {"provenance_events_total"}


@pytest.mark.shipped
def test_promtool_runs_the_alerts() -> None:
    assert "11 rules found" in run("promtool", "check", "rules", "alerts.yaml", at=DEPLOY).out
    assert "SUCCESS" in run("promtool", "test", "rules", "alerts-test.yaml", at=DEPLOY).out
