"""A tool that does not find what is there is told in every format, on the page and in Slack."""

import json

import pytest

from bot.context import Expected
from bot.policy import Policy
from bot.render.display import Display
from bot.render.formats import FORMATS, render
from bot.report import Report
from tests.making import image, reported
from tests.render.slack_parts import fix

RULE = "evidence-unseen"
OURS = Policy(name="ours", require=frozenset({RULE}), expected=Expected(readers=("notation", "buildx-imagetools")))
SENTENCE = "not found: it is under cosign's tag .sig"


@pytest.fixture
def report() -> Report:
    return reported(image(), OURS)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_names_the_rule(report: Report, name: str) -> None:
    assert RULE in render(name, [report], Display())


@pytest.mark.parametrize("name", ["json", "markdown", "sarif", "junit", "github", "gitlab"])
def test_formats_with_room_for_it_say_which_tool_and_why(report: Report, name: str) -> None:
    assert SENTENCE in render(name, [report], Display())


def test_a_terminal_says_what_each_tool_finds(report: Report) -> None:
    said = " ".join(render("text", [report], Display(verbose=True)).split())
    assert SENTENCE in said
    assert "notation: signature unseen, provenance not read, SBOM not read" in said
    assert "buildx-imagetools: signature not read, provenance seen, SBOM seen" in said


def test_details_do_not_name_the_rule_again_without_more_to_say(report: Report) -> None:
    assert render("text", [report], Display(verbose=True)).count(f"({RULE}") == 1


def test_markdown_has_a_table_of_the_tools(report: Report) -> None:
    text = render("markdown", [report], Display())
    assert "| reader | signature | provenance | SBOM |" in text
    assert "| buildx-imagetools | not read | seen | seen |" in text
    assert "| reader |" not in render("markdown", [reported(image())], Display())


def test_the_document_has_an_entry_for_each(report: Report) -> None:
    document = json.loads(render("json", [report], Display()))
    first = (document[0] if isinstance(document, list) else document)["readers"][0]
    assert list(first) == ["reader", "version", "signature", "provenance", "sbom", "why"]
    assert first["reader"] == "notation"


def test_slack_says_it(report: Report) -> None:
    (failed,) = report.failing()
    assert SENTENCE in json.dumps(fix(report, failed).blocks)
