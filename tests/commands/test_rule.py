"""`/provenance explain`, or `rule` as in the first version: every rule of the catalogue can be asked about."""

import html
import re

import pytest

from bot.remedies.example import as_example
from bot.rules import Rule, catalogue
from tests.commands.parts import ask
from tests.fake_slack.messages import check_message


@pytest.mark.parametrize("rule", [rule.id for rule in catalogue()])
async def test_every_rule_is_explained_within_slacks_limits(rule: str) -> None:
    said = await ask(f"rule {rule}", base_url="https://bot.example.org")
    assert said.startswith(f"*{rule}*")
    assert "*What to do*" in said
    assert f"<https://bot.example.org/rules/{rule}|About this rule>" in said
    check_message({"text": said}, update=True)


@pytest.mark.parametrize("rule", catalogue(), ids=lambda rule: rule.id)
async def test_what_is_to_be_pasted_comes_out_as_it_was_written(rule: Rule) -> None:
    said = await ask(f"rule {rule.id}")
    blocks = [html.unescape(block) for block in re.findall(r"```\n(.*?)\n```", said, re.DOTALL)]
    wanted = [as_example(text).strip("\n") for text in (rule.remediation.snippet, rule.remediation.verify) if text]
    assert blocks == wanted


async def test_without_a_page_there_is_no_link() -> None:
    assert "http://" not in await ask("rule sbom-missing", base_url="http://intranet")
    assert "About this rule" not in await ask("rule sbom-missing")


async def test_underscores_and_capitals_are_forgiven() -> None:
    assert (await ask("rule SBOM_missing")).startswith("*sbom-missing*")


async def test_a_typo_is_answered_with_what_may_have_been_meant() -> None:
    assert "Did you mean `sbom-missing`" in await ask("rule sbom-mising")
    check_message({"text": await ask("rule <!channel>")})


@pytest.mark.parametrize("text", ["rule", "rule a b"])
async def test_without_a_rule_all_are_named(text: str) -> None:
    said = await ask(text)
    assert all(f"`{rule.id}`" in said for rule in catalogue())
    check_message({"text": said}, update=True)
