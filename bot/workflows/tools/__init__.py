"""Command lines of build tools, read into what happens to images. One tool a file.

To add one: a file here with `read(line) -> Iterator[ImageOperation]`, and its program's name in `_READERS` below.
"""

import re
from collections.abc import Callable, Iterator

from bot.values import replace
from bot.workflows.operations import ImageOperation, Sign
from bot.workflows.tools import build_tools, copy_tools, cosign, docker, helm, manifest_tool, unread
from bot.workflows.tools.line import Line
from bot.workflows.unresolved import only_unresolved

_READERS: dict[str, Callable[[Line], Iterator[ImageOperation]]] = {
    "docker": docker.read,
    "docker-compose": docker.read_compose,
    "nerdctl": docker.read,
    "depot": docker.read_depot,
    "helm": helm.read,
    "cosign": cosign.read,
    "notation": cosign.read_notation,
    "oras": cosign.read_oras,
    "manifest-tool": manifest_tool.read,
    "skopeo": copy_tools.read_skopeo,
    "crane": copy_tools.read_crane,
    "gcrane": copy_tools.read_crane,
    "regctl": copy_tools.read_regctl,
    "mvn": build_tools.read_maven,
    "mvnw": build_tools.read_maven,
    "gradle": build_tools.read_gradle,
    "gradlew": build_tools.read_gradle,
    "pack": build_tools.read_pack,
    "buildah": build_tools.read_buildah,
    "podman": build_tools.read_buildah,
    "ko": build_tools.read_ko,
    "go": build_tools.read_go,
    "executor": build_tools.read_kaniko,
    "goreleaser": build_tools.read_goreleaser,
    "earthly": build_tools.read_earthly,
    "earth": build_tools.read_earthly,
}
_SIGNERS = {"cosign", "notation"}
"""What these do is known: what is not read here (verify, …) does not sign."""


_WRAPPER = re.compile(
    r"timeout|nice|ionice|stdbuf|doas|try|xargs|(?:[\w-]+[_-])?retry(?:\.(?:sh|bash))?"
    r"|(?:exec(?:ute)?|run)(?:[_-](?:cmd|command|process|step))?"
)
"""Programs, and names that people give their functions, that run the command which they are given."""

_DEFAULT = re.compile(r"\$\{\w+:?[-=]([\w./-]+)\}")
"""`${DOCKER:-docker}`: a program that a variable may replace."""


_LOCATED = re.compile(r"\$\((?:shell )?(?:command -v|which|type -[pP]) ([\w./-]+)[^()]*+\)")
"""`$(command -v docker)`, and the same in a Makefile: where a program is."""


def read_line(line: Line) -> Iterator[ImageOperation]:
    """What one command does to images; nothing when we do not know the program."""
    program = wrapper = _program(line)
    if _WRAPPER.fullmatch(wrapper) or _may_be_empty(line):
        line = _unwrapped(line)
        program = _program(line)
    found = list(_READERS[program](line)) if program in _READERS else []
    if wrapper == "xargs":  # which image, comes from elsewhere
        found = [replace(one, images=None) for one in found if isinstance(one, Sign)]
    yield from found
    if not found and program not in _SIGNERS:
        yield from cosign.read_unknown(line)
        yield from unread.read(line) if program not in _READERS or program in unread.TOOLS_OF_PACKAGES else ()


def _program(line: Line) -> str:
    text = line.args[0].text if line.args else ""
    named = (_DEFAULT.fullmatch(text) or _LOCATED.fullmatch(text)) if "$" in text else None
    return _basename(named[1] if named else text)


def _may_be_empty(line: Line) -> bool:
    """`$DRY_RUN docker push …`: a variable in front of a program is empty when the command is meant."""
    first, second = (line.args[0].text, line.args[1].text) if len(line.args) > 1 else ("", "")
    return only_unresolved(first) and _DEFAULT.fullmatch(first) is None and _basename(second) in _READERS


def _basename(text: str) -> str:
    return text.rpartition("/")[2]


def _unwrapped(line: Line) -> Line:
    at = next((at for at, arg in enumerate(line.args) if _basename(arg.text) in _READERS), 0)
    return line._replace(command=replace(line.command, words=line.command.words[at:]), args=line.args[at:])
