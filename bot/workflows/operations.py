"""What happens to images besides builds: pushed, merged, copied, signed.

Everything may be an unresolved part; then it is None, or stays in the text as it was written (see `unresolved.py`).
"""

from typing import Final, TypeAlias

from msgspec import Struct

from bot.workflows.builds import Build, OtherBuild
from bot.workflows.edits import Fix
from bot.workflows.images import Name
from bot.workflows.shell.script import Script
from bot.workflows.shell.values import Arg
from bot.workflows.text import Place
from bot.workflows.versions import Cosign

DOCKER_MANIFEST: Final = "docker manifest create"
"""The tool of a `Merge` that leaves attestations out."""


class Boot(Struct, frozen=True):
    """`docker buildx create`. `edit_place` is where --bootstrap can be added."""

    builder: str | None  # "" = not named
    booted: bool
    used: bool
    place: Place
    edit_place: Place | None = None
    driver: str | None = "docker-container"  # None: not known


class Pull(Struct, frozen=True):
    """`docker pull`."""

    name: Name
    place: Place


class Retag(Struct, frozen=True):
    """`docker tag`."""

    source: Name
    name: Name
    place: Place


class ImagePush(Struct, frozen=True):
    """`docker push`: out of the local store."""

    names: tuple[Name, ...]
    place: Place
    tool: str = "docker push"
    extent: Place | None = None  # the whole command


class Merge(Struct, frozen=True):
    """Several images made one index. `plain` when it has no flags that another tool would not understand."""

    tool: str
    names: tuple[Name, ...]
    sources: tuple[Name, ...]
    place: Place
    plain: bool = False
    extent: Place | None = None  # the whole command
    takes_unknown: bool = False  # also images that only the run names


class Annotate(Struct, frozen=True):
    """`docker manifest annotate`: platforms written into a list by hand."""

    name: Name
    place: Place


class Copy(Struct, frozen=True):
    """An image copied between repositories. `loses` says in words what does not survive; "" = nothing we know of."""

    tool: str
    source: Name
    name: Name
    loses: str
    place: Place
    fix: Fix | None = None


class Sign(Struct, frozen=True):
    """`cosign sign` and `cosign attest`, `actions/attest`, and what else signs.

    `images` is None when what is signed is unresolved; `unresolved` has it as it is written. `keyless` is None when an
    unresolved part may hold a key.
    """

    tool: str
    images: tuple[tuple[Name, Arg | None], ...] | None
    keyless: bool | None
    place: Place
    script: Script | None = None
    layout_said: bool = False  # by --new-bundle-format
    cosign: Cosign | None = None
    unresolved: tuple[tuple[str, Arg], ...] = ()
    attaches: frozenset[str] = frozenset()  # "provenance", "sbom": what is signed and attached to the image
    sometimes: bool = False  # an if or a loop of its script decides


class Attached(Struct, frozen=True):
    """Provenance or an SBOM that is added to an image after the push, without a signature that we know of."""

    what: str  # "provenance" or "sbom"
    place: Place


class DatabaseRemoved(Struct, frozen=True):
    """A package manager's database that a Dockerfile deletes from the image."""

    manager: str
    path: str
    place: Place


class UnknownSigner(Struct, frozen=True):
    """Something that may sign: a script, an action or a workflow that we cannot read, or GoReleaser by its `tool`."""

    place: Place
    tool: str = ""


class UnreadPush(Struct, frozen=True):
    """Something that may push an image, and that we do not read. `what` is the command, or what says so.

    `named`: an image's name stands behind it.
    """

    what: str
    place: Place
    named: bool = False


ImageOperation: TypeAlias = (
    Build
    | OtherBuild
    | Boot
    | Pull
    | Retag
    | ImagePush
    | Merge
    | Annotate
    | Copy
    | Sign
    | Attached
    | DatabaseRemoved
    | UnknownSigner
    | UnreadPush
)
