"""What variables hold, followed without running anything."""

from textwrap import dedent

from hypothesis import given
from hypothesis import strategies as st

from bot.workflows.shell.commands import commands_of
from bot.workflows.shell.values import LENGTH_MAX, TEXTS_MAX, Values


def last(text: str, **held: str) -> list[tuple[str, ...]]:
    """The arguments of the last command, each with all that it may stand for."""
    text = dedent(text)
    values = Values(held={name: (value,) for name, value in held.items()})
    args: list[tuple[str, ...]] = []
    for command in commands_of(text):
        args = [arg.texts for arg in values.args(command)] or args
        values.follow(command)
    return args


def test_a_list_that_grows_in_a_loop() -> None:
    script = """
        all=""
        for tag in ${TAGS}; do
          all+="${tag}@${DIGEST} "
        done
        sign ${all}
    """
    assert last(script, TAGS="a:1 b:2", DIGEST="sha") == [("sign",), ("a:1@sha", "b:2@sha")]


def test_assignments_of_all_sorts() -> None:
    assert last("A=1\nA=2\nx $A") == [("x",), ("2",)]
    assert last("if y; then A=1; else A=2; fi\nx $A") == [("x",), ("1", "2")]
    assert last("export A=1 B='2 3'\nx $A \"$B\" $B") == [("x",), ("1",), ("2 3",), ("2", "3")]
    assert last("A=1 x $A") == [("x",), ("${A}",)]
    assert last("A=a\nA+=b\nx $A") == [("x",), ("${A}",)]
    assert last("x $UNKNOWN.$(y z)") == [("x",), ("${UNKNOWN}.$(y z)",)]


def test_what_stands_in_front_of_the_program() -> None:
    assert last("sudo -E A=1 docker push x")[0] == ("docker",)
    assert last("exec env B=2 docker push x")[0] == ("docker",)


def test_commands_in_substitutions_hang_on_theirs() -> None:
    (command,) = commands_of('A="$(b $(c))"')
    (inner,) = command.inside
    assert inner.words[0].literal == "b"
    assert inner.inside[0].words[0].literal == "c"


def test_growth_is_bounded() -> None:
    doubling = "A=x\n" + "A=$A$A\n" * 60 + "y $A"
    assert all(len(text) <= LENGTH_MAX for arg in last(doubling) for text in arg)
    branching = "for a in " + " ".join(map(str, range(500))) + "; do x $a$a$a$a; done"
    assert all(len(arg) <= TEXTS_MAX for arg in last(branching))
    nested = "$(a " * 2_000
    assert last(nested)


@given(st.text(alphabet=st.sampled_from(list("ab $(){}`'\"\\=+;&|<>\n#")), max_size=60))
def test_garbage_does_no_harm(text: str) -> None:
    last(text)
