"""cosign and notation command lines, and those that may sign without saying how.

https://github.com/sigstore/cosign/blob/main/doc/cosign_sign.md
"""

import re
from collections.abc import Iterator

from bot.workflows.images import looks_like_image, read_name
from bot.workflows.operations import Attached, ImageOperation, Sign, UnknownSigner
from bot.workflows.shell.flags import Flags, read_flags
from bot.workflows.shell.values import Arg
from bot.workflows.tools.line import Line
from bot.workflows.unresolved import known, only_unresolved
from bot.workflows.versions import Cosign, read_version

_SWITCHES = frozenset(
    [
        "-y",
        "--yes",
        "-r",
        "--recursive",
        "--upload",
        "--tlog-upload",
        "-f",
        "--force",
        "--allow-insecure-registry",
        "--allow-http-registry",
        "--new-bundle-format",
        "--use-signing-config",
        "--record-creation-timestamp",
        "--sk",
        "--issue-certificate",
        "--insecure-skip-verify",
        "--replace",
        "-d",
        "--verbose",
        "--no-upload",
    ]
)
MAY_SIGN = re.compile(
    r"(?:^|[^a-z])(?:cosign|notation|notary|docker trust|sign(?:ing|ed|er|s|ature)?)(?:[^a-z]|$)", re.IGNORECASE
)
_COMPILING = {
    "cargo": frozenset({"bench", "build", "check", "clippy", "doc", "fmt", "nextest", "test"}),
    "go": frozenset({"build", "mod", "test", "vet"}),
}
"""What these programs do by these words: they compile and test."""
ATTESTED = {"provenance": ("slsa", "provenance"), "sbom": ("spdx", "cyclonedx")}
"""Words in a predicate type that say what it is."""
_ATTACHED = {"provenance": ("slsa", "provenance", "in-toto", "intoto"), "sbom": ("spdx", "cyclonedx", "sbom")}
"""Words in the type or in the file name of an artifact that say what it is."""
_MAY_HOLD_FLAGS = re.compile(r"flag|arg|opt|key", re.IGNORECASE)


def read_oras(line: Line) -> Iterator[ImageOperation]:
    """`oras attach IMAGE FILE`: an SBOM or provenance, by its type or by the file's name."""
    words = " ".join(arg.text for arg in line.args[2:]).lower()
    if [arg.text for arg in line.args[1:2]] == ["attach"]:
        attached = (what for what, names in _ATTACHED.items() if any(name in words for name in names))
        yield from (Attached(what, line.place()) for what in attached)


def read(line: Line) -> Iterator[ImageOperation]:
    """`cosign sign` and `cosign attest`."""
    verb = line.args[1].text if len(line.args) > 1 else ""
    if [arg.text for arg in line.args[1:3]] == ["attach", "sbom"]:
        yield Attached("sbom", line.place())
    if verb not in {"sign", "attest"}:
        return
    flags = read_flags(tuple(map(_long, line.args[2:])), _SWITCHES)
    named = [(text, arg) for arg in flags.rest for text in arg.texts]
    images = tuple((read_name(text), arg) for text, arg in named if not only_unresolved(text))
    unresolved = tuple((text, arg) for text, arg in named if only_unresolved(text))
    yield Sign(
        tool=f"cosign {verb}",
        images=None if unresolved or not images else images,
        keyless=_keyless(line, flags, unresolved),
        place=line.place(),
        script=line.script,
        layout_said=flags.last("--new-bundle-format") is not None,
        unresolved=unresolved,
        attaches=_attaches(flags) if verb == "attest" else frozenset(),
        sometimes=line.command.depth > 0,
    )


def _long(arg: Arg) -> Arg:
    """`-key` as `--key`: cosign 1 took both."""
    text = arg.text
    old = len(text) > 2 and text[0] == "-" and text[1].isalpha()  # noqa: PLR2004 - a dash and one letter
    return arg._replace(texts=(f"-{text}",)) if old and len(arg.texts) == 1 else arg


def _attaches(flags: Flags) -> frozenset[str]:
    """What `--type` names; both where that is not known, so that nothing is called missing."""
    kind = flags.last("--type", "--predicate-type")
    value = (kind.value or "" if kind else "").lower()
    if value and known(value):
        return frozenset(what for what, words in ATTESTED.items() if any(word in value for word in words))
    return frozenset(ATTESTED) if value else frozenset()


def _keyless(line: Line, flags: Flags, unresolved: tuple[tuple[str, Arg], ...]) -> bool | None:
    """Whether the CI system's identity token is needed."""
    if flags.last("--key", "--sk", "--identity-token") or "SIGSTORE_ID_TOKEN" in line.env:
        return False
    return None if any(_MAY_HOLD_FLAGS.search(text) for text, _ in unresolved) else True


def of_image(text: str) -> Cosign | None:
    """The cosign of an image that a job runs in, e.g. ghcr.io/sigstore/cosign/cosign:v3.0.2."""
    name = read_name(text)
    version = read_version(name.tag) if name.repository.endswith("/cosign") else None
    return Cosign(version) if version else None


def read_notation(line: Line) -> Iterator[ImageOperation]:
    """`notation sign`."""
    if len(line.args) > 1 and line.args[1].text == "sign":
        rest = [text for arg in line.args[2:] for text in arg.texts]
        names = tuple((read_name(text), None) for text in rest if looks_like_image(text))
        yield Sign("notation sign", names or None, False, line.place())  # noqa: FBT003 - keyless, as named above


def read_unknown(line: Line) -> Iterator[ImageOperation]:
    """`make sign`, `./scripts/sign-images.sh`, `xargs cosign sign`: something that may sign."""
    if line.args and line.args[0].text not in {"echo", "printf", "#"} and not _compiles(line):
        words = "\n".join([text for arg in line.args for text in arg.texts])
        if may_sign(words):
            yield UnknownSigner(line.place())


def _compiles(line: Line) -> bool:
    """`cargo clippy --features s3-signer`: what it is told to compile signs nothing now."""
    return len(line.args) > 1 and line.args[1].text in _COMPILING.get(line.args[0].text, ())


def may_sign(words: str) -> bool:
    """Whether MAY_SIGN matches. Most texts have no part of its words, and that is quicker to see."""
    low = words.lower()
    if low.isascii() and "sign" not in low and "not" not in low and "trust" not in low:
        return False
    return MAY_SIGN.search(words) is not None
