"""The table of the lint rules in docs/lint.md, which this keeps true."""

import re

from bot.rules import Severity
from bot.workflows.formats.table import render
from bot.workflows.rules import catalogue
from tests.conftest import ROOT


def test_the_document_has_the_table_of_the_lint_rules() -> None:
    """Renew it with `provenance lint --rules`."""
    document = (ROOT / "docs" / "lint.md").read_text("utf-8")
    found = re.search(r"<!-- lint-rules:start -->\n+(.*?)\n*<!-- lint-rules:end -->", document, re.DOTALL)
    assert found is not None
    assert found[1].strip() == render(catalogue()).strip()


def test_the_worst_first() -> None:
    severities = [line.split("|")[2].strip() for line in render(catalogue()).splitlines()[2:]]
    assert len(severities) == len(catalogue())
    assert severities == sorted(severities, key=[severity.value for severity in Severity].index)
