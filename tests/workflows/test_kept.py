"""What was worked out about a short text is kept; about a long one anew each time: memory has a bound."""

from collections.abc import Callable

from bot.workflows.kept import LENGTH_MAX, TEXTS_MAX, kept
from bot.workflows.shell.commands import Command, commands_of


def asking() -> tuple[list[str], Callable[[str], str]]:
    """The texts that were worked on, and the work."""
    asked: list[str] = []

    def work(text: str) -> str:
        asked.append(text)
        return text.upper()

    return asked, kept(work)


def test_short_texts_are_looked_at_once_and_long_ones_each_time() -> None:
    asked, look = asking()
    long = "b" * (LENGTH_MAX + 1)
    assert [look("a"), look("a"), look(long), look(long)] == ["A", "A", long.upper(), long.upper()]
    assert asked == ["a", long, long]


def test_so_many_are_kept_and_no_more() -> None:
    asked, look = asking()
    for number in range(TEXTS_MAX + 1):
        look(str(number))
    look("0")
    assert asked.count("0") == 2


def test_words_of_commands_inside_of_others_stand_where_they_are_in_the_whole_script() -> None:
    text = 'A=1 x "y $(one two `three $(four)`)" | B=$(five)\n'

    def words_in(command: Command) -> list[tuple[int, int]]:
        inner = [place for one in command.inside for place in words_in(one)]
        return [*((word.start, word.end) for word in command.words), *inner]

    found = [text[start:end] for command in commands_of(text) for start, end in words_in(command)]
    assert [word for word in found if word.isalpha()] == ["x", "one", "two", "three", "four", "five"]
