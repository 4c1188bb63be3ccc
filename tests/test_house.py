"""The house's own rules, where no tool checks them."""

import ast
from collections.abc import Iterator
from functools import cache
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


@cache
def text_of(file: Path) -> str:
    return file.read_text("utf-8")


@cache
def nodes_of(file: Path) -> tuple[ast.AST, ...]:
    """Names, texts and imports of the file: what the tests below ask for. Parsed once for all of them."""
    asked = (ast.Constant, ast.ClassDef, ast.Import, ast.ImportFrom)
    return tuple(node for node in ast.walk(ast.parse(text_of(file))) if isinstance(node, asked))


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
        for node in nodes_of(file)
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
    assert any(name in text_of(file) for file in sources("bot"))


SHARED_NAMES = {
    "Push": "an event that a registry announces; and a `docker push` in a pipeline file",
    "Store": "the Redis store; and the place where a build engine keeps images",
}
"""Class names with two meanings, and why each is right in its room."""


def test_a_class_name_has_one_meaning() -> None:
    rooms: dict[str, list[str]] = {}
    for file in sources("bot", "handlers"):
        for node in nodes_of(file):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                rooms.setdefault(node.name, []).append(str(file.relative_to(ROOT)))
    assert {name: files for name, files in rooms.items() if len(files) > 1 and name not in SHARED_NAMES} == {}


def imported_modules(file: Path) -> Iterator[str]:
    """Every module that the file imports, `from package import module` included."""
    for node in nodes_of(file):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def owner_of_private_part(module: str) -> str:
    """The package that a `_private` part of the module's path belongs to; "" if there is no such part."""
    parts = module.split(".")
    private = (at for at, part in enumerate(parts) if part.startswith("_") and not part.startswith("__"))
    return ".".join(parts[: next(private, 0)])


@pytest.mark.parametrize(
    ("module", "owner"),
    [("bot.oci._x", "bot.oci"), ("bot._a.b", "bot"), ("bot.oci.client", ""), ("handlers.__main__", "")],
)
def test_a_private_part_of_a_path_is_seen(module: str, owner: str) -> None:
    assert owner_of_private_part(module) == owner


def test_no_private_module_is_imported_from_another_package() -> None:
    crossing = [
        (str(file.relative_to(ROOT)), module)
        for file in sources("bot", "handlers")
        for module in imported_modules(file)
        if module.startswith(("bot.", "handlers.")) and (owner := owner_of_private_part(module))
        if not ".".join(file.relative_to(ROOT).parts).startswith(f"{owner}.")
    ]
    assert crossing == []
