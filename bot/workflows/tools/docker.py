"""docker, docker buildx and docker compose command lines.

https://docs.docker.com/reference/cli/docker/
"""

from collections.abc import Iterator

from bot.values import replace
from bot.workflows.images import Name, read_name
from bot.workflows.operations import DOCKER_MANIFEST, Annotate, Boot, ImageOperation, ImagePush, Merge, Pull, Retag
from bot.workflows.shell.flags import read_flags
from bot.workflows.shell.values import Arg
from bot.workflows.tools.build_tools import run_in_docker
from bot.workflows.tools.docker_build import bake, build, compose_build
from bot.workflows.tools.line import Line
from bot.workflows.unresolved import known, only_unresolved

_GROUPS = {"buildx", "image", "builder", "manifest", "imagetools", "compose"}
_TAKES_VALUE = {"--context", "-c", "--config", "-H", "--host", "-l", "--log-level", "--builder", "-f", "--file", "-p"}
_SWITCHES = frozenset(
    [
        "-a",
        "--all-tags",
        "-q",
        "--quiet",
        "--disable-content-trust",
        "--bootstrap",
        "--use",
        "--append",
        "--leave",
        "--amend",
        "-a",
        "--insecure",
        "--purge",
        "--dry-run",
        "--prefer-index",
    ]
)


def read(line: Line) -> Iterator[ImageOperation]:
    """What a `docker …` line does to images."""
    verbs, args, verb = _verbs(line.args[1:])
    match verbs:
        case ["build"] | ["buildx" | "builder" | "image", "build"] | ["buildx", "b"]:
            yield build(line, verb, args, "docker buildx build" if verbs[0] == "buildx" else "docker build")
        case ["buildx", "bake" | "f"]:
            yield bake(line, verb, args)
        case ["compose", "build"]:
            yield compose_build(line, args)
        case ["buildx", "create" | "inspect"]:
            yield from _boot(line, verbs[1], verb, args)
        case ["buildx", "imagetools", "create"]:
            yield from _merge(line, args)
        case ["manifest", "create"]:
            yield from _manifest_create(line, args)
        case _:
            yield from _moved(line, verbs, args)


def _moved(line: Line, verbs: list[str], args: tuple[Arg, ...]) -> Iterator[ImageOperation]:
    """Images between this machine and a registry."""
    match verbs:
        case ["manifest", "push"]:
            yield from _push(line, args, "docker manifest push")
        case ["manifest", "annotate"] if names := _names(args):
            yield Annotate(names[0], line.place())
        case ["run"] | ["container", "run"]:
            yield from run_in_docker(line, args)
        case ["push"] | ["image", "push"]:
            yield from _push(line, args, "docker push")
        case ["pull"] | ["image", "pull"]:
            yield from (Pull(name, line.place()) for name in _names(read_flags(args, _SWITCHES).rest))
        case ["tag"] | ["image", "tag"] if len(names := _names(args)) > 1:
            yield from (Retag(names[0], name, line.place()) for name in names[1:])


def read_depot(line: Line) -> Iterator[ImageOperation]:
    """`depot build`, `depot bake`: the same flags on a builder of Depot's."""
    verbs, args, verb = _verbs(line.args[1:])
    if verbs == ["build"]:
        yield build(line, verb, args, "depot build")
    elif verbs == ["bake"]:
        yield replace(bake(line, verb, args), tool="depot bake")


def read_compose(line: Line) -> Iterator[ImageOperation]:
    """The older `docker-compose …`."""
    verbs, args, _ = _verbs(line.args[1:])
    if verbs == ["build"]:
        yield compose_build(line, args)


def _verbs(args: tuple[Arg, ...]) -> tuple[list[str], tuple[Arg, ...], Arg | None]:
    """The subcommand's words, the arguments behind it, and its last word; global flags are passed over."""
    verbs: list[str] = []
    at = 0
    while at < len(args):
        text = args[at].text
        if text.startswith("-"):
            at += 2 if text in _TAKES_VALUE else 1
            continue
        verbs.append(text)
        at += 1
        if text not in _GROUPS:
            return verbs, args[at:], args[at - 1]
    return verbs, (), None


def _names(args: tuple[Arg, ...]) -> list[Name]:
    return [read_name(text) for arg in args for text in arg.texts if not only_unresolved(text)]


def _boot(line: Line, verb: str, at: Arg | None, args: tuple[Arg, ...]) -> Iterator[Boot]:
    flags = read_flags(args, _SWITCHES)
    name = flags.last("--name")
    said = name.texts if name else flags.rest[0].texts if verb == "inspect" and flags.rest else ("",)
    builder = said[0] if len(said) == 1 and known(said[0]) else None
    booted = flags.on("--bootstrap")
    if verb == "create" or booted:
        place = line.exact(at.word) if at else None
        driver = flags.last("--driver")
        kind = driver.value if driver else "docker-container" if verb == "create" else None
        yield Boot(builder, booted is not False, bool(flags.on("--use")), line.place(), place, kind)


def _push(line: Line, args: tuple[Arg, ...], tool: str) -> Iterator[ImagePush]:
    flags = read_flags(args, _SWITCHES)
    if names := [read_name(text) for arg in flags.rest for text in arg.texts]:
        first = names[:1] if tool == "docker manifest push" else names
        yield ImagePush(tuple(first), line.place(), tool, line.extent())


def _merge(line: Line, args: tuple[Arg, ...]) -> Iterator[Merge]:
    flags = read_flags(args, _SWITCHES)
    targets = [read_name(text) for flag in flags.all("-t", "--tag") for text in flag.texts]
    yield Merge("docker buildx imagetools create", tuple(targets), tuple(_names(flags.rest)), line.place())


def _manifest_create(line: Line, args: tuple[Arg, ...]) -> Iterator[Merge]:
    flags = read_flags(args, _SWITCHES)
    texts = [text for arg in flags.rest for text in arg.texts]  # the first is the list, known or not
    target, sources = tuple(map(read_name, texts[:1])), [text for text in texts[1:] if not only_unresolved(text)]
    plain = all(flag.name in {"--amend", "-a"} for flag in flags.flags) and not line.command.redirected
    plain = plain and not any(map(only_unresolved, texts))  # may hold --amend
    takes_unknown = any(map(only_unresolved, texts[1:]))
    names = tuple(map(read_name, sources))
    yield Merge(DOCKER_MANIFEST, target, names, line.place(), plain, line.extent(), takes_unknown)
