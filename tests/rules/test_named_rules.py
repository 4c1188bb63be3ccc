"""No text names a rule that does not exist."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.rules import catalogue
from bot.workflows.rules import catalogue as lint_catalogue
from tests.conftest import ROOT

ROOMS = ("bot", "handlers", "deploy", "docs")
TYPES = {".py", ".md", ".yaml", ".yml", ".html", ".toml", ".sh"}
KNOWN = {rule.id for rule in catalogue()} | {rule.id for rule in lint_catalogue()}
SUBJECTS = sorted({rule.partition("-")[0] for rule in KNOWN})
NAMED = re.compile(rf"`((?:{'|'.join(SUBJECTS)})-[a-z]+(?:-[a-z]+)*)`")
OTHERS = {"tag-apis", "provenance-lint"}  # a key of the settings; the hook of pre-commit
"""Words in backticks that look like rules, and are something else."""


def texts() -> Iterator[Path]:
    yield from ROOT.glob("*.md")
    for room in ROOMS:
        yield from (file for file in (ROOT / room).rglob("*") if file.suffix in TYPES)


def test_every_rule_that_a_text_names_exists() -> None:
    named = {(str(file.relative_to(ROOT)), rule) for file in texts() for rule in NAMED.findall(file.read_text("utf-8"))}
    assert not {(file, rule) for file, rule in named if rule not in KNOWN | OTHERS}


@pytest.mark.parametrize("rule", [*catalogue(), *lint_catalogue()])
def test_rules_name_only_rules_in_what_they_say(rule: object) -> None:
    said = " ".join(str(getattr(rule, name)) for name in ("title", "rationale", "remediation"))
    assert not set(NAMED.findall(said)) - KNOWN - OTHERS
