"""Where a script's characters stand in its file."""

import pytest

from bot.workflows.nodes import Mapping
from bot.workflows.shell.script import of_scalar
from bot.workflows.text import SourceText
from bot.workflows.yaml_reader import read_yaml

SPELLINGS = [
    "run: |\n  docker push \\\n    there # why\n",
    "run: |-  # header\n\n  docker push\n\n  there\n",
    "run: >\n  docker push\n  there\n",
    "run: docker push there\n",
    "run: docker push\n  there\n",
    "run: 'docker push there'\n",
    'run: "docker push there"\n',
    "run: &x !!str |2\n    docker push there\n",
    "run: |\n  docker\tpush there",
]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("text", SPELLINGS)
def test_every_spelling_of_a_text(text: str, newline: str) -> None:
    source = SourceText("x", text.replace("\n", newline))
    (node,) = read_yaml(source)
    assert isinstance(node, Mapping)
    scalar = node.scalar("run")
    assert scalar
    script = of_scalar(source, scalar)
    for word in ("docker", "push", "there"):
        start = script.text.index(word)
        place = script.place(start, start + len(word))
        assert place
        assert source.text[place.start : place.end] == word


@pytest.mark.parametrize("text", ['run: "docker \\x70ush"\n', "run: 'don''t push'\n"])
def test_escapes_are_not_mapped(text: str) -> None:
    source = SourceText("x", text)
    (node,) = read_yaml(source)
    assert isinstance(node, Mapping)
    scalar = node.scalar("run")
    assert scalar
    assert of_scalar(source, scalar).place(0, 3) is None
