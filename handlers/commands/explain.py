"""`/provenance explain <rule>`: explains a rule and its fix."""

import difflib
from collections.abc import Iterable
from typing import Final

from bot.remedies.example import as_example
from bot.render.slack.escape import advice, code, code_block, link, prose
from bot.render.slack.words import rule_page
from bot.rules import Rule, catalogue
from handlers.commands.slash_command import CommandContext, SlashCommand

HELP: Final = "explain <rule>: what a rule checks, and how to fix it"
USAGE: Final = "Which rule? For example: `/provenance explain sbom-missing`; without a rule you get all of them"


async def run(asked: SlashCommand, context: CommandContext) -> str:
    """The explanation of the rule, or the list of all rules."""
    rules = {rule.id: rule for rule in catalogue()}
    words = asked.words()
    if len(words) != 1:
        return f"Which rule? The rules are {_names(rules)}."
    if found := rules.get(words[0].lower().replace("_", "-")):
        return _about(found, context.base_url)
    close = difflib.get_close_matches(words[0], rules, n=3)
    instead = f"Did you mean {_names(close)}?" if close else f"The rules are {_names(rules)}."
    return f"Unknown rule {code(words[0], 80)}. {instead}"


def _about(rule: Rule, base_url: str) -> str:
    remediation = rule.remediation
    parts = [f"*{rule.id}* ({rule.severity}): {prose(rule.title)}", advice(rule.rationale, 1000)]
    parts.append(f"*What to do*: {advice(remediation.text, 800)}")
    if remediation.snippet:
        parts.append(code_block(as_example(remediation.snippet)))
    if remediation.verify:
        parts += ["*Then verify with*:", code_block(as_example(remediation.verify))]
    if page := rule_page(base_url, rule.id):
        parts.append(link(page, "About this rule"))
    return "\n".join(parts)


def _names(ids: Iterable[str]) -> str:
    return ", ".join(code(id_, 80) for id_ in ids)
