"""The house's own rules, where no tool checks them."""

from bot.rules import catalogue


def test_every_rule_stands_behind_those_it_needs() -> None:
    seen: set[str] = set()
    for rule in catalogue():
        assert rule.needs <= seen
        seen.add(rule.id)
