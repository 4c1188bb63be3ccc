"""Values that never change: another one like it, and the fields that one is made of, whichever kind it is."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from msgspec import Struct

from bot.values import field_names, replace

ROOT = Path(__file__).parents[1]


class Point(Struct, frozen=True):
    x: int
    y: int = 2


class Nothing(Struct, frozen=True):
    pass


@dataclass(frozen=True, slots=True)
class Hidden:
    word: str = field(repr=False)
    count: int = field(default=0, init=False)


def test_a_value_is_copied_with_changes() -> None:
    assert replace(Point(1), y=3) == Point(1, 3)
    assert replace(Hidden("a"), word="b") == Hidden("b")


@pytest.mark.parametrize("value", [Point(1), Hidden("a")])
def test_a_field_that_is_not_there_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        replace(value, z=1)  # type: ignore[type-var]


def test_the_fields_are_those_that_it_is_made_of() -> None:
    assert field_names(Point(1)) == ("x", "y")
    assert field_names(Nothing()) == ()
    assert field_names(Hidden("a")) == ("word",)


@pytest.mark.parametrize("other", [1, "x", {"x": 1}, Point, Hidden, None])
def test_anything_else_has_none(other: object) -> None:
    assert field_names(other) is None


def strange_fields(text: str) -> Iterator[str]:
    """Fields of a class that were made by the other kind's `field`, and would be its default value."""
    tree = ast.parse(text)
    makers = {
        alias.asname or alias.name: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name == "field"
    } | {"msgspec.field": "msgspec", "dataclasses.field": "dataclasses"}
    for kind in ast.walk(tree):
        if isinstance(kind, ast.ClassDef):
            wanted = "dataclasses" if any("dataclass" in ast.unparse(one) for one in kind.decorator_list) else "msgspec"
            for line in kind.body:
                made_by = line.value if isinstance(line, ast.AnnAssign) else None
                if isinstance(made_by, ast.Call) and makers.get(ast.unparse(made_by.func), wanted) != wanted:
                    yield ast.unparse(line).partition(":")[0]


@pytest.mark.parametrize(
    ("text", "strange"),
    [
        ("from msgspec import Struct, field\nclass A(Struct):\n    x: int = field(default=1)", []),
        ("from dataclasses import field\nclass A(Struct):\n    x: int = field(default=1)", ["x"]),
        ("from msgspec import field\n@dataclass(slots=True)\nclass A:\n    x: int = field(default=1)", ["x"]),
        ("import msgspec\n@dataclass\nclass A:\n    x: int = msgspec.field(default=1)", ["x"]),
    ],
)
def test_a_field_of_the_other_kind_is_found(text: str, strange: list[str]) -> None:
    assert list(strange_fields(text)) == strange


def test_structs_and_dataclasses_have_their_own_fields() -> None:
    """No linter sees it: the class would take the whole `field(...)` for the default."""
    files = (path for room in ("bot", "handlers", "tests", "bench") for path in (ROOT / room).rglob("*.py"))
    texts = {path: text for path in files if "= field(" in (text := path.read_text()) or "= msgspec.field(" in text}
    assert len(texts) > 100
    assert {path.name: found for path, text in texts.items() if (found := list(strange_fields(text)))} == {}
