"""The house's own rules, where no tool checks them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.rules import catalogue
from bot.unreadable import UnknownReason
from tests.conftest import ROOT

NAMING_RULES = ("bot/rules", "bot/causes", "bot/policy/default.py", "bot/remedies", "bot/demo", "bot/workflows/rules")
"""Rooms that may name rules. What another one must know about a rule is a field of the rule."""


def sources(*rooms: str) -> Iterator[Path]:
    for room in rooms:
        yield from sorted((ROOT / room).rglob("*.py"))


def test_every_rule_stands_behind_those_it_needs() -> None:
    seen: set[str] = set()
    for rule in catalogue():
        assert rule.needs <= seen
        seen.add(rule.id)


def test_no_other_room_names_a_rule() -> None:
    ids = {rule.id for rule in catalogue()}
    named = [
        (str(file.relative_to(ROOT)), node.value)
        for file in sources("bot", "handlers")
        if not str(file.relative_to(ROOT)).startswith(NAMING_RULES)
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in ids
    ]
    assert not named


def test_a_rule_names_only_rules_that_exist() -> None:
    ids = {rule.id for rule in catalogue()}
    for rule in catalogue():
        assert rule.goes_with.keys() <= ids


@pytest.mark.parametrize("reason", UnknownReason)
def test_every_reason_is_given_by_somebody(reason: UnknownReason) -> None:
    name = f"{UnknownReason.__name__}.{reason.name}"
    assert any(name in file.read_text("utf-8") for file in sources("bot"))
