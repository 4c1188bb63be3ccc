"""Words of a shell: as shlex cuts them where shlex can, and what it cannot."""

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.workflows.shell.pieces import Operator, Word
from bot.workflows.shell.words import words
from tests.growth import LINEAR_MAX, growth

PLAIN = st.text(alphabet=st.sampled_from(list("ab-=/:.,@ \t'\"\\#")), max_size=40)


def cut(text: str) -> list[str]:
    return [token.text if isinstance(token, Operator) else token.literal or "" for token in words(text)]


@given(PLAIN)
def test_the_same_words_as_shlex(text: str) -> None:
    try:
        expected = shlex.split(text, comments=False)
    except ValueError:  # a quote that is not closed
        return
    if "#" not in text:
        assert cut(text) == expected


@given(st.text(max_size=60))
def test_every_word_stands_where_it_says(text: str) -> None:
    at = 0
    for token in words(text):
        assert token.start >= at
        at = token.end if isinstance(token, Word) else token.start + len(token.text)
    assert at <= len(text)


def test_comments_begin_at_a_word_only() -> None:
    assert cut("a #b\nc#d 'e #f' # g") == ["a", "\n", "c#d", "e #f"]


def test_continuations_join_lines_and_words() -> None:
    assert cut("a \\\n  b c\\\nd \\\r\n e") == ["a", "b", "cd", "e"]


def test_operators_and_redirections() -> None:
    spaced = "a && b || c ; d | e & f > g 2>& 1 >> h"
    assert cut("a&&b||c;d|e &f>g 2>&1 >>h") == spaced.split()


def test_a_dollar_before_quotes() -> None:
    r"""Bash: in $'…' a backslash keeps a quote from ending it, and the $ of $"…" says nothing."""
    assert cut(r"a $'b\n\'c' d") == ["a", "b\n'c", "d"]
    assert cut(r"[[ $x == *$'\n'* ]] && e") == ["[[", "", "==", "*\n*", "]]", "&&", "e"]
    assert cut(r"""a "$'b" c""") == ["a", "$'b", "c"]
    assert cut("""a $"b c"d e""") == ["a", "b cd", "e"]
    assert cut(r"a $(tr -d $'\'\n') b") == ["a", "", "b"]
    assert cut("a $'never closed") == ["a", "never closed"]


def test_here_documents_are_no_commands() -> None:
    assert cut("cat <<EOF > f\ndocker push x\nEOF\nb") == ["cat", "<<", "EOF", ">", "f", "\n", "b"]
    assert cut("a <<-'E'\n\tx\n\tE\nb") == ["a", "<<-", "E", "\n", "b"]
    assert cut("a <<E\nnever closed") == ["a", "<<", "E", "\n"]


def test_what_is_filled_in_later_stays_a_hole() -> None:
    for text in (
        "$A",
        "${A}",
        "${A:-b c}",
        "$(b c)",
        "`b c`",
        "${{ a b }}",
        '"$A"',
        "x$1",
        "$((1 + 2))",
        "$(a (b) ')')",
    ):
        (word,) = words(text)
        assert isinstance(word, Word)
        assert word.literal is None
        assert (word.start, word.end) == (0, len(text))
    assert cut("'$A' \\$A a$") == ["$A", "$A", "a$"]


@pytest.mark.parametrize(
    "inside",
    [
        'jq "[.[] | select(.n == \\"a\\" or (.b))]" x',
        'echo "$(date "+%Y)%m")"',
        "echo ${A%)} '(' \\) ",
        "cat a # it's (not) closed\necho b",
        'echo "${A:-it\'s}"; (b)',
        "echo $((1 + (2)))",
    ],
)
def test_what_stands_in_a_substitution_ends_where_the_shell_ends_it(inside: str) -> None:
    first, newline, *_ = words(f"A=$({inside})\necho c\n")
    assert isinstance(first, Word)
    assert first.pieces[1].text == inside
    assert isinstance(newline, Operator)


@pytest.mark.parametrize("unit", ['"$(', "${", "'", '"', "#", "(", "\\"])
def test_what_is_never_closed_takes_no_more_than_its_length(unit: str) -> None:
    assert growth(lambda size: list(words("A=$(" + unit * size)), 8_000) < LINEAR_MAX


@pytest.mark.parametrize(
    ("script", "count"),
    [
        ("podman push --sign=<(sed 's/)//' x) quay.io/acme/app", 4),
        ("cosign attest --predicate <(jq . <(cat x)) app", 5),
        ("tee >(cat) x", 3),
        ("tee >(cat", 2),
    ],
)
def test_a_command_in_a_word_is_one_word(script: str, count: int) -> None:
    found = list(words(script))
    assert [type(one) for one in found] == [Word] * count
    assert [one.literal for one in found if isinstance(one, Word)].count(None) == 1


def test_a_loop_reads_what_a_command_writes() -> None:
    found = [one.text if isinstance(one, Operator) else one.literal for one in words("done < <(find .); ls >x")]
    assert found == ["done", "<", None, ";", "ls", ">", "x"]
