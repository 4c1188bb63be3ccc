"""`/provenance rule <id>`: what a rule asks, why, and how to mend it."""

import difflib
from collections.abc import Iterable
from typing import Final

from bot.render.slack.escape import code, link, prose
from bot.render.slack.words import rule_page
from bot.rules import Rule, catalogue
from handlers.commands.slash_command import CommandContext, SlashCommand

HELP: Final = "rule <id>: what a rule asks, and how to mend it"

SNIPPET_MAX: Final = 1500


async def run(asked: SlashCommand, desk: CommandContext) -> str:
    """The rule in words, or which rules there are."""
    rules = {rule.id: rule for rule in catalogue()}
    words = asked.words()
    if len(words) != 1:
        return f"Which rule? There are {_names(rules)}."
    if found := rules.get(words[0].lower().replace("_", "-")):
        return _about(found, desk.base_url)
    close = difflib.get_close_matches(words[0], rules, n=3)
    instead = f"Did you mean {_names(close)}?" if close else f"There are {_names(rules)}."
    return f"I do not know the rule {code(words[0], 80)}. {instead}"


def _about(rule: Rule, base_url: str) -> str:
    cure = rule.remediation
    parts = [f"*{rule.id}* ({rule.severity}): {prose(rule.title)}", prose(rule.rationale, 1000)]
    parts.append(f"*What to do*: {prose(cure.text, 800)}")
    if cure.snippet:
        parts.append(_fenced(cure.snippet))
    if cure.verify:
        parts.append(f"*Then verify with*: {code(cure.verify, 300)}")
    if page := rule_page(base_url, rule.id):
        parts.append(link(page, "About this rule"))
    return "\n".join(parts)


def _fenced(snippet: str) -> str:
    """Our own text, and escaped like any other; line by line, so that lines stay lines."""
    lines = [code(line, 200) for line in snippet[:SNIPPET_MAX].splitlines() if line.strip()]
    return "\n".join(lines)


def _names(ids: Iterable[str]) -> str:
    return ", ".join(code(id_, 80) for id_ in ids)
