"""Command lines of tools that are not read, and that push by what they are told: `bashbrew push`, `just push`."""

import re
from collections.abc import Iterator
from typing import Final

from bot.workflows.operations import ImageOperation, UnreadPush
from bot.workflows.text import Place
from bot.workflows.tools.line import Line
from bot.workflows.unresolved import UNRESOLVED, only_unresolved

_PUSHES: Final = re.compile(
    r"(?:^|[^A-Za-z])(?:push|publish)(?:er)?(?:$|[^A-Za-z])|(?:^|[^A-Za-z])(?:push|publish)[A-Z]|[a-z](?:Push|Publish)(?:$|[A-Z])"
    r"|[dD]ocker(?:Image)?Upload|uploadDocker|copyTo\w{0,20}Registry|(?:promote|release|mirror|upload|copy)[-_:.](?:docker|images?|containers?)"
)
TOOLS: Final = frozenset(
    {"apko", "bashbrew", "bazel", "bazelisk", "buck2", "chartpress", "dagger", "img", "inv", "invoke", "jib", "just"}
    | {"mage", "nix", "pants", "plz", "task", "go-task"}
)
"""Tools that make images, or run a task by its name."""
TOOLS_OF_PACKAGES: Final = frozenset(
    {"cargo", "deno", "go", "gradle", "gradlew", "moon", "mvn", "mvnw", "node", "nx", "python", "python3", "rake"}
    | {"ruby", "sbt", "turbo"}
)
"""The same, but what they publish is most often a package: it counts only where a word is about images."""
_KNOWN: Final = TOOLS | TOOLS_OF_PACKAGES
ABOUT_IMAGES: Final = re.compile(
    r"image|docker|container|registr|ghcr|chartpress|(?:^|[^a-z])(?:oci|jib|ecr|gcr|acr|gar|kaniko)(?:$|[^a-z])",
    re.IGNORECASE,
)
_BY_THEMSELVES: Final = {
    "az": re.compile(r"acr build\b"),
    "dotnet": re.compile(r"(?:publish|build|msbuild)(?=.* [-/]p(?:roperty)?[: ]ContainerRegistry=)"),
    "gcloud": re.compile(r"(?:alpha |beta )?builds submit\b"),
    "buildctl": re.compile(r"(?:debug )?build .*\bpush=true\b"),
    "skaffold": re.compile(r"(?:build|run)\b"),
    "werf": re.compile(r"(?:build|export|converge|publish)\b"),
}
"""Tools that push whatever their task is called."""
_OTHERS: Final = frozenset({"${MAKE}", "cr"})
"""Whose targets are read by themselves, or which pushes an index of charts."""
_READ: Final = (".sh", ".bash")
"""Ends of names of scripts that are read as files of their own."""
_LAUNCHERS: Final = {"bundle": "exec", "pipenv": "run", "poetry": "run", "uv": "run"}
"""What runs the program behind its own two words."""
_PUSHES_NOTHING: Final = frozenset(
    {"attach", "cp", "container", "exec", "inspect", "kill", "load", "logs", "network", "ps", "pull", "rm", "rmi"}
    | {"start", "stop", "system", "tag", "version", "volume", "wait"}
)
"""What docker or podman does by these words, where only the run knows which of them it is."""
_IMAGE: Final = re.compile(r"(?:docker://)?(?:[\w-]+\.)+[a-z]+(?::\d+)?/[\w./-]+:[^\s@:/]+")
"""An image with registry and tag: `git` pushes, too, and takes addresses that look like other names."""
_TAKES_FILE: Final = frozenset({"-f", "--config", "--file", "--justfile", "--taskfile"})
_ENDS_NOTHING: Final = re.compile(r"--?(?:dry-run|help|snapshot)(?:=true)?|(?:--|-[DP][\w.-]*\.)push=false")


def read(line: Line) -> Iterator[ImageOperation]:
    """What may push an image, in words: the program, and the word that says so."""
    args = line.args
    if len(args) > 2 and _LAUNCHERS.get(args[0].text) == args[1].text:  # noqa: PLR2004 - two words, and the program
        args = args[2:]
    if not args:
        return
    first = args[0].text
    program = first.rpartition("/")[2]
    if program in _OTHERS or not _may_push(first, program):  # as most
        return
    words = [arg.text for arg in args[1:]]
    if any(_ENDS_NOTHING.fullmatch(word) for word in words):
        return
    if program in _BY_THEMSELVES:
        if found := _BY_THEMSELVES[program].match(" ".join(words)):
            yield UnreadPush(f"{program} {found[0]}", line.place())
    elif word := _word(first, program, words):
        named = only_unresolved(first) and any(map(_IMAGE.fullmatch, words))
        yield UnreadPush(_shown(first, words, word), line.place(), named)


def of_words(program: str, words: list[str], place: Place) -> Iterator[ImageOperation]:
    """The same of words that an action gives to one of these tools."""
    if not any(map(_ENDS_NOTHING.fullmatch, words)) and (word := _word(program, program, words)):
        yield UnreadPush(_shown(program, words, word), place)


def _may_push(first: str, program: str) -> bool:
    """Whether it is one of these tools, or a program of the repository's own."""
    if program in _BY_THEMSELVES or program in _KNOWN or only_unresolved(first):
        return True
    return "/" in first and "/" in UNRESOLVED.sub("", first)


def _word(first: str, program: str, words: list[str]) -> str:
    """The word that says so; "" where none does, or where the program is a script that is read."""
    is_tool = program in _KNOWN
    if program.endswith(_READ):
        return ""
    named = words if is_tool else [first, *words]
    if only_unresolved(first) and words and words[0] in _PUSHES_NOTHING:
        return ""
    told = (word for word in _without_files(named) if _PUSHES.search(UNRESOLVED.sub(" ", word)))
    return next((word for word in told if program not in TOOLS_OF_PACKAGES or ABOUT_IMAGES.search(word)), "")


def _without_files(words: list[str]) -> Iterator[str]:
    """The words without the names of files that an option takes: what is in them is not told by their names."""
    rest = iter(words)
    for word in rest:
        if word in _TAKES_FILE:
            next(rest, "")
        elif word.partition("=")[0] not in _TAKES_FILE:
            yield word


def _shown(first: str, words: list[str], word: str) -> str:
    if word == first:
        return first
    return f"{first} {word}" if words[0] == word else f"{first} … {word}"
