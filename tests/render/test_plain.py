"""Untrusted text in a terminal."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from bot.render.plain import plain, plain_lines


def test_escape_sequences_are_written_out() -> None:
    assert plain("\x1b[2Jgone\x9b1m") == "\\x1b[2Jgone\\x9b1m"


def test_text_that_turns_the_direction_is_written_out() -> None:
    assert plain("a\u202eb\u200bc") == "a\\u202eb\\u200bc"


def test_a_line_stays_a_line() -> None:
    assert plain("one\ntwo\r\u2028three") == "one\\ntwo\\r\\u2028three"


def test_letters_of_all_scripts_stay() -> None:
    assert plain("Größe 大小") == "Größe 大小"


def test_ascii_alone_where_nothing_else_may_be() -> None:
    assert plain("“Größe” – 大…", ascii_only=True) == '"Gr\\xf6\\xdfe" - \\u5927...'  # noqa: RUF001 - that is what it is about


def test_snippets_keep_their_lines() -> None:
    assert plain_lines("a:\r\n\tb: 1\n\x1b\n") == ("a:", "    b: 1", "\\x1b")


@given(st.text(), st.booleans())
def test_nothing_unseen_is_left(text: str, ascii_only: bool) -> None:  # noqa: FBT001 - drawn
    shown = plain(text, ascii_only=ascii_only)
    assert all(unicodedata.category(character)[0] != "C" for character in shown)
    assert not ascii_only or shown.isascii()
