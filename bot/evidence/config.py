"""An image's configuration: labels, history, and the texts in it that everybody can read.

https://github.com/opencontainers/image-spec/blob/main/config.md
"""

from collections.abc import Iterator
from typing import Any, ClassVar, Final

from pydantic import Field

from bot.attestations.exposed import bounded
from bot.attestations.exposed_text import keyed, leaves, within
from bot.attestations.provenance import Exposed, RecordPlace
from bot.evidence import ImageConfig
from bot.oci.documents import Annotations, Wire
from bot.oci.manifest import Content, Platform

CREATED_MAX: Final = 40
"""Characters of a time; one with nanoseconds and a zone has 35."""

PLATFORM_MAX: Final = 100
"""Characters of a platform's name; real ones have 10 to 40."""

UNSAID: Final = frozenset({"", "unknown"})
"""Words with which a configuration does not say what it runs on."""

HISTORY_MAX: Final = 2_000
"""Steps of an image's history; layers themselves are at most 127 in Docker."""


class _Runtime(Wire):
    """How a container of it runs; other fields matter only when they can be read in two ways."""

    also_known: ClassVar[tuple[str, ...]] = (
        "User",
        "WorkingDir",
        "ExposedPorts",
        "Volumes",
        "StopSignal",
        "Healthcheck",
        "Shell",
        "OnBuild",
        "ArgsEscaped",
    )

    env: tuple[str, ...] = Field(default=(), alias="Env")
    labels: Annotations = Field(default_factory=dict, alias="Labels")
    entrypoint: Any = Field(default=None, alias="Entrypoint")
    command: Any = Field(default=None, alias="Cmd")


class _Step(Wire):
    """One step of the history."""

    created_by: str = ""
    comment: str = ""
    author: str = ""


class ConfigDocument(Wire):
    """The configuration as it stands in the registry."""

    also_known: ClassVar[tuple[str, ...]] = ("author", "os.features", "id", "parent", "comment", "container_config")

    os: str = ""
    architecture: str = ""
    variant: str = ""
    os_version: str = Field(default="", alias="os.version")
    config: _Runtime = _Runtime()
    created: Any = None
    history: tuple[_Step, ...] = Field(default=(), max_length=HISTORY_MAX)
    rootfs: dict[str, Any] = Field(default_factory=dict)

    @property
    def platform(self) -> Platform:
        """What it runs on; unknown/unknown when it does not say."""
        return Platform(
            os=self.os or "unknown",
            architecture=self.architecture or "unknown",
            variant=self.variant,
            os_version=self.os_version,
        )


def read_config(content: Content) -> tuple[Platform, ImageConfig]:
    """The platform, and what matters of the rest. Raises MalformedError."""
    document = content.read(ConfigDocument)
    diff_ids = document.rootfs.get("diff_ids")
    found = bounded(_texts(document), where="the image's configuration")
    platform = document.platform
    config = ImageConfig(
        labels=tuple(sorted(document.config.labels.items())),
        history=tuple((step.created_by, step.comment, step.author) for step in document.history),
        exposed=found.texts,
        unread=found.unread,
        created=document.created[:CREATED_MAX] if isinstance(document.created, str) else "",
        layers=len(diff_ids) if isinstance(diff_ids, list) else 0,
        platform=str(platform)[:PLATFORM_MAX] if {document.os, document.architecture}.isdisjoint(UNSAID) else "",
    )
    return platform, config


def _texts(document: ConfigDocument) -> Iterator[Exposed]:
    for variable in document.config.env:
        key, _, value = variable.partition("=")
        yield from keyed(RecordPlace.IMAGE_ENVIRONMENT, key, value)
    for label, value in document.config.labels.items():
        yield Exposed(RecordPlace.IMAGE_LABEL, label, value)
    words = leaves(RecordPlace.IMAGE_COMMAND, [document.config.entrypoint, document.config.command])
    if command := " ".join(word.value for word in words):
        yield from within(RecordPlace.IMAGE_COMMAND, command)
    for step in document.history:
        yield from within(RecordPlace.IMAGE_HISTORY, step.created_by)
