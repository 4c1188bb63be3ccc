"""Edits by position."""

from bot.workflows.edits import Edit, Fix, apply, compatible, insert, replace
from bot.workflows.text import Place


def test_only_what_is_meant_changes() -> None:
    fixes = [insert(1, "X"), replace(Place(2, 3), "Y"), insert(1, "Z"), insert(4, "!")]
    assert apply("abcd", compatible(fixes)) == "aXZbYd!"


def test_the_same_edit_twice_is_one() -> None:
    fixes = [replace(Place(0, 1), "x"), Fix((Edit(Place(0, 1), "x"), Edit(Place(2, 2), "y")))]
    assert apply("ab", compatible(fixes)) == "xby"


def test_what_clashes_waits() -> None:
    assert compatible([replace(Place(0, 2), "x"), replace(Place(1, 3), "y")]) == [replace(Place(0, 2), "x")]
    assert compatible([replace(Place(0, 2), "x"), replace(Place(0, 2), "y")]) == [replace(Place(0, 2), "x")]
    assert compatible([replace(Place(0, 2), "x"), insert(1, "y")]) == [replace(Place(0, 2), "x")]
    assert len(compatible([insert(1, "x", alone=True), insert(1, "y", alone=True)])) == 1
    assert len(compatible([insert(1, "x"), insert(1, "y"), replace(Place(1, 2), "z")])) == 3
