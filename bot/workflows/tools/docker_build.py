"""`docker build`, `docker buildx build`, `bake` and `docker compose build`: what they ask for, and where it goes."""

from collections.abc import Iterable, Iterator

from bot.values import replace
from bot.workflows.asks import asked_by, asked_by_attests
from bot.workflows.builds import Ask, Asked, Build
from bot.workflows.editors.flags import FlagEditor, NoEditor
from bot.workflows.images import read_name
from bot.workflows.outputs import Output, read_outputs
from bot.workflows.places import dockerfile_in, is_aside
from bot.workflows.shell.flags import Flag, Flags, read_flags
from bot.workflows.shell.values import Arg
from bot.workflows.text import Place
from bot.workflows.tools.line import Line
from bot.workflows.unresolved import SECRET, known

DEFAULT_TARGET = "default"
"""The group or the target that bake builds when none is named."""
SILENCING = "BUILDX_NO_DEFAULT_ATTESTATIONS"
"""Set to a true value, buildx adds nothing that was not asked for."""

_SWITCHES = frozenset(
    [
        "--push",
        "--load",
        "--no-cache",
        "--pull",
        "-q",
        "--quiet",
        "--rm",
        "--force-rm",
        "--compress",
        "--squash",
        "--check",
        "-D",
        "--debug",
        "--print",
        "--with-dependencies",
        "--no-deps",
    ]
)


def build(line: Line, verb: Arg | None, args: tuple[Arg, ...], tool: str) -> Build:
    """`docker build` or `docker buildx build`."""
    flags = read_flags(args, _SWITCHES, wants_rest=True)
    output = _output(flags)
    tags = [text for flag in flags.all("-t", "--tag") for text in flag.texts] or list(output.names)
    builder = flags.last("--builder")
    return Build(
        tool=tool,
        place=line.place(),
        provenance=_ask(line, flags, "provenance"),
        sbom=_ask(line, flags, "sbom"),
        push=output.push,
        load=True if tool == "docker build" and not output.push and not flags.last("-o", "--output") else output.load,
        names=None if flags.unsure and not tags else tuple(map(read_name, tags)),
        editor=FlagEditor(line.source, line.exact(verb.word) if verb else None),
        step=line.step,
        builder=None if builder and not known(builder.value or "") else builder.value if builder else "",
        aside=any(is_aside(f"{arg.text}/x") for arg in _paths(flags)),
        dockerfile="" if flags.unsure else dockerfile_in(_context(flags), flags.value("-f", "--file")),
        stage=flags.value("--target"),
        made_from=tuple(flag.value for flag in flags.all("-f", "--file", "--target") if flag.value),
        archived=output.archived,
        apart=output.apart,
        secret_args=tuple(_secret_args(line, flags)),
    )


def _context(flags: Flags) -> str:
    return flags.rest[-1].text if flags.rest else "$"


def _paths(flags: Flags) -> Iterator[Arg]:
    """Where the build's files are: its context, and its Dockerfile."""
    yield from flags.rest[-1:]
    yield from (flag.at for flag in flags.all("-f", "--file"))


def _secret_args(line: Line, flags: Flags) -> Iterator[tuple[str, Place]]:
    for flag in flags.all("--build-arg"):
        for text in flag.texts:
            name, equals, value = text.partition("=")
            if SECRET.search(value if equals else line.env.get(name, "")):
                yield name, line.place(flag.at.word)
                break


def bake(line: Line, verb: Arg | None, args: tuple[Arg, ...]) -> Build:
    """`docker buildx bake`: what the command line does not say, the bake file does, and that is looked at by itself."""
    flags = read_flags(args, _SWITCHES)
    sets = [flag.value or "" for flag in flags.all("--set")]
    output = _output(flags, *(one.partition(".output=")[2] for one in sets if ".output=" in one))
    overrides = [flag for flag in flags.all("--set") if ".attest=" in (flag.value or "")]

    def ask(what: str) -> Ask:
        said = _ask(line, flags, what)
        overridden = asked_by_attests([(flag.value or "").partition(".attest=")[2] for flag in overrides], what)
        if said.place is None and overridden is not Asked.SILENT:
            return Ask(overridden, line.place(overrides[-1].at.word), writable=False)
        return said if said.asked is not Asked.SILENT else Ask(Asked.UNKNOWN)

    asked, place = (ask("provenance"), ask("sbom")), line.place()
    said = flags.unsure or any(
        one.place for one in asked
    )  # else the bake file decides, and nothing is to be fixed here
    editor = FlagEditor(line.source, line.exact(verb.word) if verb else None) if said else NoEditor()
    named = tuple(text for arg in flags.rest for text in arg.texts)
    reached = () if flags.unsure or not all(map(known, named)) else named or (DEFAULT_TARGET,)
    return Build(
        "docker buildx bake",
        place,
        *asked,
        output.push,
        output.load,
        names=None,
        editor=editor,
        reached=reached,
        gives_tags=tags_given(sets),
    )


def tags_given(sets: Iterable[str]) -> tuple[str, ...]:
    """The targets to which overrides such as `app.tags=acme/app:1` give tags; `*.tags=` takes them away."""
    given = (one.partition(".tags=") for one in sets)
    return tuple(target for target, _, tag in given if tag and known(target))


def compose_build(line: Line, args: tuple[Arg, ...]) -> Build:
    """`docker compose build`: the compose file says what is asked for."""
    flags = read_flags(args, _SWITCHES)
    unknown = Ask(Asked.UNKNOWN)
    return Build(
        "docker compose build",
        line.place(),
        unknown,
        unknown,
        flags.on("--push"),
        not flags.on("--push"),
        None,
        NoEditor(),
    )


def _output(flags: Flags, *more: str) -> Output:
    written = read_outputs([*(flag.value or "" for flag in flags.all("-o", "--output")), *more])
    push, load = _either(written.push, flags.on("--push")), _either(written.load, flags.on("--load"))
    return replace(written, push=push, load=load)


def _either(*sides: bool | None) -> bool | None:
    return True if True in sides else None if None in sides else False


def _ask(line: Line, flags: Flags, what: str) -> Ask:
    if flag := flags.last(f"--{what}"):
        return _said(line, flag, asked_by(flag.value or "true"))
    attests = list(flags.all("--attest"))
    answer = asked_by_attests([flag.value or "" for flag in attests], what)
    for flag in attests:
        if f"type={what}" in (flag.value or "").split(","):
            return _said(line, flag, answer)
    if answer is Asked.SILENT and flags.unsure:
        return Ask(Asked.UNKNOWN)
    silenced = line.env.get(SILENCING, "").lower() in {"1", "true"}
    return Ask(Asked.OFF if silenced and what == "provenance" and answer is Asked.SILENT else answer)


def _said(line: Line, flag: Flag, answer: Asked) -> Ask:
    place = line.exact(flag.at.word)
    return Ask(answer, place, writable=place is not None and len(flag.texts) == 1)
