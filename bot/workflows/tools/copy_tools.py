"""skopeo, crane and regctl command lines: copies, and what they are known to leave behind."""

from collections.abc import Iterator

from bot.workflows.edits import Fix, insert
from bot.workflows.images import read_name, stays_here
from bot.workflows.operations import Copy, ImageOperation, ImagePush, UnknownSigner
from bot.workflows.shell.flags import Flags, read_flags
from bot.workflows.shell.values import Arg
from bot.workflows.tools.line import Line
from bot.workflows.unresolved import only_unresolved

_SKOPEO = frozenset(
    [
        "-a",
        "--all",
        "--preserve-digests",
        "--remove-signatures",
        "-q",
        "--quiet",
        "--src-no-creds",
        "--dest-no-creds",
        "--debug",
        "--policy",
        "--insecure-policy",
        "--dest-compress",
        "--dest-decompress",
        "--dest-force-compress-format",
        "--dest-precompute-digests",
    ]
)
_CRANE = frozenset(
    ["--insecure", "-v", "--verbose", "--allow-nondistributable-artifacts", "-n", "--no-clobber", "-a", "--all-tags"]
)
_REGISTRY = "docker://"
_SEVERAL_PLATFORMS = (_REGISTRY, "oci:")
_FROM_HERE = ("docker-archive:", "oci:", "oci-archive:", "docker-daemon:", "dir:", "containers-storage:")
_LOSSY = {
    "mutate": "crane mutate makes a new image: nothing of the old one's attestations stays",
    "flatten": "crane flatten makes a new image: nothing of the old one's attestations stays",
    "append": "crane append makes a new image: nothing of the old one's attestations stays",
    "rebase": "crane rebase makes a new image: the attestations still speak of the old one",
    "index": "crane index append and filter leave the attestations behind",
}


def read_skopeo(line: Line) -> Iterator[ImageOperation]:
    """`skopeo copy`."""
    at = next((at for at, arg in enumerate(line.args) if arg.text == "copy"), None)
    if at is None:
        return
    flags = read_flags(line.args[at + 1 :], _SKOPEO)
    if len(flags.rest) < 2 or any(only_unresolved(arg.text) for arg in flags.rest[:2]):  # noqa: PLR2004 - from, to
        return
    source, target = flags.rest[0].text, flags.rest[1].text
    loses, fix = _skopeo_loses(line, line.args[at], flags, source) if target.startswith(_REGISTRY) else ("", None)
    yield Copy("skopeo copy", read_name(source), read_name(target), loses, line.place(), fix)
    if any(flag.name.startswith("--sign-by") for flag in flags.flags):
        yield UnknownSigner(line.place(), "skopeo copy")
    if source.startswith(_FROM_HERE) and target.startswith(_REGISTRY):
        yield from _pushed(line, target, "skopeo copy")


def _pushed(line: Line, target: str, tool: str) -> Iterator[ImagePush]:
    """The push of an image that was only on this machine."""
    if not stays_here(name := read_name(target), line.source) and not only_unresolved(target.removeprefix(_REGISTRY)):
        yield ImagePush((name,), line.place(), tool, line.extent())


def _skopeo_loses(line: Line, verb: Arg, flags: Flags, source: str) -> tuple[str, Fix | None]:
    if flags.last("--dest-force-compress-format", "--dest-compress-format") or flags.last("--dest-compress"):
        return "compressing anew gives the platforms new digests, and the attestations still name the old ones", None
    which = flags.last("--multi-arch")
    if flags.on("--all") or flags.on("-a") or flags.unsure or (which and which.value != "system"):
        return "", None
    if not source.startswith(_SEVERAL_PLATFORMS) or "@" in source:
        return "", None
    chosen = flags.last("--override-arch", "--override-os", "--override-variant")  # one platform is meant
    place = line.exact(verb.word) if not which and not chosen else None
    added = " --all" if flags.last("--preserve-digests") else " --all --preserve-digests"
    fix = insert(place.end, added) if place else None
    return "without --all it takes one platform, and leaves the attestations and the other platforms behind", fix


def read_crane(line: Line) -> Iterator[ImageOperation]:
    """`crane copy`, `crane push`, and the commands that make another image."""
    verb = line.args[1].text if len(line.args) > 1 else ""
    flags = read_flags(line.args[2:], _CRANE)
    names = [read_name(text) for arg in flags.rest for text in arg.texts[:1]]
    if verb in {"copy", "cp"} and len(names) > 1:
        loses = "--platform takes one platform, and leaves its attestations behind" if flags.last("--platform") else ""
        yield Copy("crane copy", names[0], names[1], loses, line.place())
    elif verb == "push" and len(names) > 1:
        yield from _pushed(line, flags.rest[1].text, "crane push")
    elif verb in _LOSSY and names:
        yield Copy(f"crane {verb}", names[0], names[-1], _LOSSY[verb], line.place())


def read_regctl(line: Line) -> Iterator[ImageOperation]:
    """`regctl image copy`: all platforms and attestations come along."""
    words = [arg.text for arg in line.args[1:3]]
    flags = read_flags(
        line.args[3:], frozenset({"--referrers", "--digest-tags", "--include-external", "--force-recursive"})
    )
    if words in (["image", "copy"], ["image", "cp"]) and len(flags.rest) > 1:
        yield Copy("regctl image copy", read_name(flags.rest[0].text), read_name(flags.rest[1].text), "", line.place())
