"""The documents of the OCI image specification, as they come over the wire.

https://github.com/opencontainers/image-spec/blob/main/manifest.md and image-index.md
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable
from functools import cached_property
from typing import Any, Final, Self, cast

from msgspec import Struct
from pydantic import BaseModel, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from bot.oci.ambiguity import Notices, Twofold, is_watched, notice, reading, watching
from bot.oci.bounded import count_values, require_few_values
from bot.oci.documents import TOO_MANY, Annotations, M, Wire, fit, parse
from bot.oci.reference import DIGEST
from bot.values import Hiding

OCI_INDEX: Final = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST: Final = "application/vnd.oci.image.manifest.v1+json"
DOCKER_INDEX: Final = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST: Final = "application/vnd.docker.distribution.manifest.v2+json"
INDEX_TYPES: Final = frozenset({OCI_INDEX, DOCKER_INDEX})
MANIFEST_TYPES: Final = (OCI_INDEX, OCI_MANIFEST, DOCKER_INDEX, DOCKER_MANIFEST)
"""What we accept, in one header line; a shorter list makes some registries answer 404."""

MANIFEST_MAX: Final = 4 * 1024 * 1024
"""Bytes; what distribution accepts and the specification asks for (distribution-spec, "Pushing Manifests")."""

INDEX_ENTRIES_MAX: Final = 256
"""Descriptors in one index; large official images have about 30, with attestations."""

KEPT_MAX: Final = 64 * 1024
"""Bytes of a document that stays parsed beside its bytes, which takes ten times as many; most have a few thousand."""


class Platform(Wire):
    """What an image runs on, e.g. linux/arm/v7 (image-index.md, platform)."""

    os: str = "unknown"
    architecture: str = "unknown"
    variant: str = ""
    os_version: str = Field(default="", alias="os.version")

    also_known = ("os.features", "features")

    @property
    def known(self) -> bool:
        """False for the unknown/unknown that attestation manifests carry, and for one without any words."""
        return not {self.os, self.architecture} <= {"unknown", ""}

    @property
    def is_none(self) -> bool:
        """Whether it says, in both words, that nothing runs on it; one that says nothing may be anything."""
        return {"os", "architecture"} <= self.model_fields_set and self.os == self.architecture == "unknown"

    def __str__(self) -> str:
        return "/".join(part for part in (self.os, self.architecture, self.variant) if part)


class Descriptor(Wire):
    """A content's type, digest and size (descriptor.md). `size` in bytes."""

    media_type: str = Field(default="", alias="mediaType")
    digest: str = Field(pattern=re.compile(rf"^(?:{DIGEST.pattern})\Z"))
    size: int = Field(ge=0, strict=True)  # Go takes neither 1.0 nor "1"
    platform: Platform | None = None
    annotations: Annotations = Field(default_factory=dict)
    artifact_type: str = Field(default="", alias="artifactType")
    data: str = Field(default="", repr=False)

    also_known = ("urls",)

    @model_validator(mode="after")
    def _notice_other_data(self) -> Self:
        """The content may stand in the descriptor itself, and then some readers fetch nothing."""
        if self.data and is_watched() and not self._holds_own_data():
            notice(Twofold.EMBEDDED_DATA, "data")
        return self

    def _holds_own_data(self) -> bool:
        algorithm, _, encoded = self.digest.partition(":")
        try:
            data = base64.b64decode(self.data, validate=True)
        except (binascii.Error, ValueError):
            return False
        return hashlib.new(algorithm, data).hexdigest() == encoded


class Manifest(Wire):
    """An image manifest or an artifact in the same form (manifest.md)."""

    media_type: str = Field(default="", alias="mediaType")
    artifact_type: str = Field(default="", alias="artifactType")
    config: Descriptor
    layers: tuple[Descriptor, ...] = ()
    subject: Descriptor | None = None
    annotations: Annotations = Field(default_factory=dict)


class Index(Wire):
    """An image index or a Docker manifest list (image-index.md)."""

    media_type: str = Field(default="", alias="mediaType")
    artifact_type: str = Field(default="", alias="artifactType")
    manifests: tuple[Descriptor, ...] = ()
    subject: Descriptor | None = None
    annotations: Annotations = Field(default_factory=dict)

    @field_validator("manifests", mode="before")
    @classmethod
    def _few(cls, value: object) -> object:
        if isinstance(value, list) and len(value) > INDEX_ENTRIES_MAX:
            told = {"count": len(value), "most": INDEX_ENTRIES_MAX}
            raise PydanticCustomError(TOO_MANY, "it lists {count} manifests, INDEX_ENTRIES_MAX is {most}", told)
        return value


class Content(Hiding, Struct, frozen=True, dict=True):  # `dict`: what was made of it is kept
    """Bytes that hash to `digest`, and what they are said to be.

    `read` is the only way from bytes to a model. `also` is another true digest of them, when the registry has them
    under that one: what refers to it there need not refer to `digest`.
    """

    HIDDEN = frozenset({"data"})

    data: bytes
    digest: str
    media_type: str = ""
    also: str = ""

    @cached_property
    def _made(self) -> dict[type[BaseModel] | None, tuple[Notices | None, Any]]:
        return {}

    @cached_property
    def _values(self) -> int:
        return count_values(self.data)

    def read(self, model: type[M]) -> M:
        """The bytes as that model. Raises MalformedError, which names the digest and what does not fit."""
        with reading(self.digest):
            return cast("M", self._once(model, lambda: fit(self._document(), model, what=self.digest)))

    def parse(self) -> Any:  # noqa: ANN401 - JSON is anything
        """The bytes as JSON; nobody changes what is returned. Raises MalformedError that names the digest."""
        with reading(self.digest):
            return self._document()

    def _document(self) -> Any:  # noqa: ANN401 - JSON is anything
        return self._once(None, self._parsed)

    def _parsed(self) -> Any:  # noqa: ANN401 - JSON is anything
        require_few_values(self.data, what=self.digest, values=self._values)
        return parse(self.data, what=self.digest)

    def _once(self, kind: type[BaseModel] | None, make: Callable[[], object]) -> Any:  # noqa: ANN401 - what `make` makes
        """Several parts of a check read the same document. What it makes us notice, each image has to be told."""
        notices = watching()
        known = self._made.get(kind)
        if known is not None and known[0] is notices:
            return known[1]
        made = make()
        if len(self.data) <= KEPT_MAX:
            self._made[kind] = notices, made
        return made

    @property
    def is_index(self) -> bool:
        """Decided by the body's shape when there is one, since headers and `mediaType` may disagree."""
        document = self.parse()
        if isinstance(document, dict) and ("manifests" in document) != ("layers" in document):
            return "manifests" in document
        return self.media_type in INDEX_TYPES
