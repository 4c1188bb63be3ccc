"""What a name may turn out to be: the first of all that a matrix may make of it."""

from collections.abc import Iterator

import pytest

from bot.workflows.held import TEXTS_MAX, chosen, texts_of


class Values(tuple[str, ...]):
    """Values of a matrix, which know how many of them were asked for."""

    __slots__ = ()
    asked = 0

    def __iter__(self) -> Iterator[str]:
        for value in super().__iter__():
            Values.asked += 1
            yield value


def test_of_many_the_first_are_told_and_the_others_are_not_made() -> None:
    Values.asked = 0
    held = {f"matrix.{name}": Values(f"{name}{at}" for at in range(64)) for name in "abc"}
    texts = texts_of("${{ matrix.a }}-${{ matrix.b }}-${{ matrix.c }}", held)
    assert texts == tuple(f"a0-b0-c{at}" for at in range(TEXTS_MAX))
    assert Values.asked <= 4 * TEXTS_MAX


def test_texts_that_are_the_same_count_once() -> None:
    assert texts_of("${{ env.a }}", {"env.a": ("x", "x", "y")}) == ("x", "y")


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("${{ matrix.arm && 'ubuntu-24.04-arm' || 'ubuntu-24.04' }}", ("ubuntu-24.04-arm", "ubuntu-24.04")),
        ("${{ matrix.os == 'arm' && 'a' || 'b' }}", ("a", "b")),
        (
            "${{ (matrix.os == 'arm' || startsWith(github.ref, 'x')) && 'a' || inputs.big && 'b' || 'c' }}",
            ("a", "b", "c"),
        ),
    ],
)
def test_what_an_expression_chooses_from(text: str, answers: tuple[str, ...]) -> None:
    assert chosen(text) == answers


@pytest.mark.parametrize(
    "text",
    [
        "ubuntu-latest",
        "${{ inputs.runner || 'ubuntu-latest' }}",
        "${{ matrix.arm && vars.RUNNER || 'ubuntu-latest' }}",
        "${{ matrix.arm && 'a' || matrix.big && 'b' }}",  # false, where neither is
        "${{ matrix.arm && 'a' || 'b' }}-large",
        "${{ matrix.arm && format('{0}', 'a') || 'b' }}",
    ],
)
def test_what_may_be_anything_is_left(text: str) -> None:
    assert chosen(text) == (text,)
