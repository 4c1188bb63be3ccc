"""A coroutine of the command is run to its end; what it returns may be large, and nobody writes it out."""

import pytest

from bot.cli.event_loop import result_of


class Large:
    """Says when somebody makes text of it."""

    written = 0

    def __repr__(self) -> str:
        self.written += 1
        return "text"


async def made(one: Large) -> Large:
    return one


async def failing() -> None:
    raise LookupError("as it was")


def test_what_was_made_is_handed_back_and_not_written_out() -> None:
    large = Large()
    assert result_of(made(large)) is large
    assert not large.written


def test_an_error_comes_through() -> None:
    with pytest.raises(LookupError, match="as it was"):
        result_of(failing())
