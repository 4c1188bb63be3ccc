"""docker/bake-action, read into a build.

https://github.com/docker/bake-action#inputs
"""

import re
from collections.abc import Iterator

from bot.workflows.builds import Ask, Asked, Build
from bot.workflows.editors.table import TableEditor
from bot.workflows.images import Name, read_name
from bot.workflows.outputs import read_outputs
from bot.workflows.readers.docker_actions import Used, ask_of
from bot.workflows.text import Place
from bot.workflows.tools.docker_build import tags_given
from bot.workflows.unresolved import SECRET, items_of, known, only_unresolved
from bot.workflows.versions import BAKE, BAKE_YIELDS_TO_FILE, newest_of

_BAKE_FILE = re.compile(r"\$\{\{ steps\.([A-Za-z_][\w-]*)\.outputs\.bake-file(?:-tags)? \}\}")
_SET_ARGUMENT = re.compile(r"\.args\.([A-Za-z_]\w*)=([^\n]*)")


def bake(used: Used) -> Build:
    """A step of docker/bake-action. From 6.10 on, what it does not say the bake file does, which is read by itself."""
    output = read_outputs(_output_in_set(line) for line in used.lines("set") if ".output=" in line)
    sets = [line.partition(".attest=")[2] for line in used.lines("set") if ".attest=" in line]
    return Build(
        tool=used.action.name,
        place=used.action.place,
        provenance=_ask_bake(used, "provenance", sets),
        sbom=_ask_bake(used, "sbom", sets),
        push=True if output.push else used.on("push", otherwise=output.push),
        load=True if output.load else used.on("load", otherwise=output.load),
        names=_names_in_bake(used),
        editor=TableEditor(used.source, used.step.inputs),
        step=used.step.id,
        builder=used.builder,
        action=used.action,
        buildx=used.buildx,
        secret_args=tuple(_secrets_in_set(used)),
        reached=_targets(used),
        gives_tags=tags_given(used.lines("set")),
    )


def _targets(used: Used) -> tuple[str, ...]:
    """The targets and groups that it names; none where it leaves them to the bake file or to the run."""
    named = items_of(" ".join(used.lines("targets")))
    return named if all(map(known, named)) else ()


def _names_in_bake(used: Used) -> tuple[Name, ...] | None:
    """The images that docker/metadata-action hands to the targets of the bake file; None where it hands over none."""
    made = [_BAKE_FILE.fullmatch(line.removeprefix("cwd://")) for line in used.lines("files")]
    images = [image for one in made if one for image in used.metadata.get(one[1], ())]
    if not images or any(only_unresolved(image) for image in images):
        return None
    return tuple(Name(read_name(image).repository, tag="${tag}") for image in images)


def _output_in_set(line: str) -> str:
    """What a line of `set` says of the output; an expression that decides whether it says so stays whole."""
    before, _, output = line.partition(".output=")
    return output if known(before) else line


def _secrets_in_set(used: Used) -> Iterator[tuple[str, Place]]:
    """`set: *.args.TOKEN=${{ secrets.TOKEN }}`."""
    node = used.step.inputs.scalar("set") if used.step.inputs else None
    for found in _SET_ARGUMENT.finditer(used.source.text, node.place.start, node.place.end) if node else ():
        if SECRET.search(found[2]):
            yield found[1], Place(found.start(1), found.end(2))


def _ask_bake(used: Used, what: str, sets: list[str]) -> Ask:
    said, version = ask_of(used, what, sets), used.action.version
    yields = version is None or used.action.name != BAKE or newest_of(version) >= BAKE_YIELDS_TO_FILE or what == "sbom"
    return Ask(Asked.UNKNOWN) if yields and said.asked is Asked.SILENT and said.place is None else said
