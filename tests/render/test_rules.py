"""The catalogue, for people and programs; and the README's table, which a test keeps true."""

import json
import re

import pytest

from bot.render.rules import as_json, explained, listed, markdown, text
from bot.rules import Rule, catalogue
from tests.conftest import ROOT

EVERY = pytest.mark.parametrize("rule", catalogue(), ids=lambda rule: rule.id)


def test_the_document_has_the_table_of_the_rules() -> None:
    """Renew it with `provenance rules --markdown`."""
    document = (ROOT / "docs" / "rules.md").read_text("utf-8")
    found = re.search(r"<!-- rules:start -->\n+(.*?)\n*<!-- rules:end -->", document, re.DOTALL)
    assert found is not None
    assert found[1].strip() == markdown(catalogue()).strip()


def test_one_line_a_rule() -> None:
    lines = text(catalogue()).splitlines()
    assert len(lines) == len(catalogue())
    assert any(re.match(r"sbom-missing +high +No SBOM", line) for line in lines)


def test_topics_together_and_the_worst_first() -> None:
    ids = [rule.id for rule in listed(catalogue())]
    assert ids.index("provenance-secret-exposed") < ids.index("provenance-private-data") < ids.index("sbom-missing")


def test_for_programs() -> None:
    told = {each["rule"]: each for each in json.loads(as_json(catalogue()))}
    assert told["provenance-mode-min"]["needs"] == ["provenance-missing"]
    assert told["provenance-mode-min"]["remediation"]["language"] == "yaml"
    assert told["sbom-lost"]["covers"] == ["sbom-missing"]


def test_what_is_not_told_again() -> None:
    (lost,) = [rule for rule in catalogue() if rule.id == "provenance-lost"]
    assert "Not said again when this one fails: provenance-missing, provenance-mode-min" in explained(lost)


@EVERY
def test_every_rule_explains_itself(rule: Rule) -> None:
    page = explained(rule)
    assert {rule.id, rule.title, *rule.references} <= {*page.splitlines(), page.partition(" ")[0]}
    for prose in (rule.rationale, rule.remediation.text):
        assert prose in " ".join(page.splitlines())


@EVERY
def test_what_a_rule_says_is_wrapped(rule: Rule) -> None:
    prose = explained(rule).partition("\n    ")[0]
    assert max(map(len, prose.splitlines())) <= 100


@EVERY
def test_every_rule_says_why_what_and_how_to_see_that_it_worked(rule: Rule) -> None:
    assert len(rule.rationale) > 80
    assert rule.remediation.text
    assert rule.remediation.verify
    assert bool(rule.remediation.snippet) == bool(rule.remediation.language)
    assert all(reference.startswith("https://") for reference in rule.references)
    assert not rule.title.endswith(".")
