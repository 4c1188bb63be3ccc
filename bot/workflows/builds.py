"""What makes an image, and what it says about attestations."""

from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from bot.workflows.edits import Fix
from bot.workflows.images import Name
from bot.workflows.text import Place
from bot.workflows.versions import Version


class Asked(StrEnum):
    """What a build says about an attestation. An SBOM has no MIN."""

    SILENT = "silent"
    OFF = "off"
    MIN = "min"
    FULL = "full"
    UNKNOWN = "unknown"


class Ask(Struct, frozen=True):
    """What is said about one attestation, and where: `place` is the value; None when nothing is written.

    Not `writable` when it is an anchor or an alias, because a change would then reach further.
    """

    asked: Asked = Asked.SILENT
    place: Place | None = None
    writable: bool = True


class Editor(Protocol):
    """How one kind of file writes that a build wants an attestation."""

    def ask(self, what: str, said: Ask) -> Fix | None:
        """A fix that asks for `what` ("provenance" in max mode, or "sbom") in full; None when it is not mechanical."""


class Action(Struct, frozen=True):
    """`uses: owner/repo@ref # comment`. `likely` when the version is only in a comment beside a commit."""

    name: str
    ref: str
    version: Version | None
    place: Place
    ref_place: Place
    pinned: bool = False
    since: Version | None = None  # beside a commit, a comment that names only a major version: not older than that

    @property
    def likely(self) -> str:
        """A half sentence for messages about a version that only a comment tells."""
        return " (by its comment)" if self.pinned else ""


class Build(Struct, frozen=True):
    """Something that makes an image. `push`, `load` and `names` are None when an unresolved part decides."""

    tool: str
    place: Place
    provenance: Ask
    sbom: Ask
    push: bool | None
    load: bool | None
    names: tuple[Name, ...] | None
    editor: Editor
    step: str = ""
    builder: str | None = ""  # "" = not said
    action: Action | None = None
    buildx: Version | None = None  # that the job installs, where it says
    aside: bool = False  # built from a folder of tests or examples, or named like a test's image
    tags: tuple[str, ...] = ()  # as an action's input has them, where `names` are not known
    reached: tuple[str, ...] = ()  # a bake target: its own name and those of its groups; a bake command: what it names
    dockerfile: str = ""  # its path from the root of the repository; "" where that is not known
    stage: str = ""  # of the Dockerfile; "" the last one
    made_from: tuple[str, ...] = ()  # its Dockerfile, and the stage of it
    archived: bool = False  # written as docker's archive, from which `docker load` takes it
    apart: bool = False  # pushed by digest in several outputs: with attestations, each has another digest
    unnamed: bool = False  # a bake target that is pushed only if a command gives it a name
    gives_tags: tuple[str, ...] = ()  # the bake targets that a bake command gives tags; * are all
    secret_args: tuple[tuple[str, Place], ...] = ()  # build arguments that are filled from secrets: name, and where


class OtherBuild(Struct, frozen=True):
    """A build by a tool that records no provenance. `pushes` when it also pushes by itself; None: not known."""

    tool: str
    pushes: bool | None
    place: Place
    names: tuple[Name, ...] = ()  # under which it pushes, as far as it is known
