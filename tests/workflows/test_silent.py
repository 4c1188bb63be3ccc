"""A script or a command that was seen to do nothing is not read again, unless something else is known of it then."""

from collections.abc import Iterator

import pytest

from bot.workflows.builds import OtherBuild
from bot.workflows.operations import ImageOperation, ImagePush
from bot.workflows.readers import read_file, silent
from bot.workflows.shell.pieces import Word
from bot.workflows.shell.values import Arg
from bot.workflows.text import SourceText
from bot.workflows.tools import read_line
from bot.workflows.tools.line import Line


def operations(run: str, env: str = "A: b", *, published: frozenset[str] = frozenset()) -> list[ImageOperation]:
    text = f"on: push\njobs:\n  a:\n    steps:\n      - env: {{{env}}}\n        run: {run}\n"
    (job,) = read_file(SourceText(".github/workflows/a.yml", text, published)).jobs
    return list(job.operations)


@pytest.mark.parametrize(
    ("run", "before", "after"),
    [
        ("$TOOL push quay.io/a/b:1", "TOOL: echo", "TOOL: docker"),
        ("docker $VERB quay.io/a/b:1", "VERB: pull-not", "VERB: push"),
        ("earthly +all", "EARTHLY_PUSH: false", "EARTHLY_PUSH: true"),
    ],
)
def test_what_is_silent_with_one_environment_may_speak_with_another(run: str, before: str, after: str) -> None:
    for _ in range(2):
        assert operations(run, before) == []
        assert [type(one) for one in operations(run, after)] in ([ImagePush], [OtherBuild])


def test_what_is_silent_here_may_be_published_elsewhere() -> None:
    for _ in range(2):
        assert operations("podman push a localhost:5000/a:1") == []
        assert operations("podman push a localhost:5000/a:1", published=frozenset({"localhost:5000"}))


def test_what_a_variable_of_the_script_holds_is_asked_each_time() -> None:
    for tool, count in (("echo", 0), ("docker", 1), ("echo", 0), ("docker", 1)):
        assert len(operations(f"TOOL={tool}; $TOOL push quay.io/a/b:1")) == count


def test_outputs_of_a_script_are_told_each_time_it_is_read() -> None:
    text = "on: push\njobs:\n  a:\n    steps:\n      - id: x\n        run: echo tag=1 >> $GITHUB_OUTPUT\n"
    for _ in range(2):
        (job,) = read_file(SourceText(".github/workflows/a.yml", text)).jobs
        assert job.steps[0].outputs == (("tag", ("1",)),)


@pytest.mark.parametrize(("script", "again"), [("ls -l {0}; cd {0}", 0), ("docker push quay.io/{0}/a:1", 1)])
def test_only_what_does_something_is_read_again(monkeypatch: pytest.MonkeyPatch, script: str, again: int) -> None:
    lines = list[Line]()

    def counted(line: Line) -> Iterator[ImageOperation]:
        lines.append(line)
        return read_line(line)

    monkeypatch.setattr("bot.workflows.readers.scripts.read_line", counted)
    run = script.format("counted")
    operations(run)
    assert lines
    lines.clear()
    operations(run)
    operations(f"{run} # in another script")
    assert len(lines) == 2 * again


def test_a_long_script_and_a_long_command_are_read_each_time() -> None:
    script, args = "x" * (silent.LENGTH_MAX + 1), (Arg(Word((), 0, 1), ("x" * (silent.WORDS_MAX + 1),)),)
    alone = silent.situation_of(frozenset())
    silent.seen_script(script, alone).does_nothing = silent.seen_command(args, alone).does_nothing = True
    assert not silent.seen_script(script, alone).does_nothing
    assert not silent.seen_command(args, alone).does_nothing


def test_the_same_variables_are_one_situation_and_others_another_one() -> None:
    one = silent.situation_of(frozenset(), {"A": "b"}, {"inputs.a": True})
    assert one is silent.situation_of(frozenset(), {"A": "b"}, {"inputs.a": True})
    others = [
        silent.situation_of(frozenset({"localhost:5000"}), {"A": "b"}, {"inputs.a": True}),
        silent.situation_of(frozenset(), {"A": "c"}, {"inputs.a": True}),
        silent.situation_of(frozenset(), {"A": "b"}, {"inputs.a": "true"}),
        silent.situation_of(frozenset(), {"A": "b", "inputs.a": "true"}, {}),
    ]
    assert len({one, *others}) == 5


@pytest.mark.parametrize(
    "variables",
    [{f"A{at}": "x" for at in range(silent.NAMES_MAX + 1)}, {"A": "x" * (silent.VALUES_MAX + 1)}],
    ids=["many", "long"],
)
def test_under_too_many_variables_nothing_is_kept(variables: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten thousand of them above ten thousand scripts took 2 GB and half a minute, to hold and to compare them."""
    lines = list[Line]()

    def counted(line: Line) -> Iterator[ImageOperation]:
        lines.append(line)
        return read_line(line)

    monkeypatch.setattr("bot.workflows.readers.scripts.read_line", counted)
    env = ", ".join(f"{name}: {value}" for name, value in variables.items())
    for _ in range(2):
        lines.clear()
        operations("ls -l under-many", env)
        assert len(lines) == 1
