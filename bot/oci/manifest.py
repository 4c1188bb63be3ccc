"""The documents of the OCI image specification, as they come over the wire.

https://github.com/opencontainers/image-spec/blob/main/manifest.md and image-index.md
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, ClassVar, Final, Self, TypeVar, cast

import pydantic_core
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic.functional_validators import BeforeValidator
from pydantic_core import PydanticCustomError

from bot.errors import MalformedError, OverLimitError
from bot.oci.ambiguity import (
    Notices,
    Twofold,
    by_fold,
    folded,
    is_watched,
    joined,
    notice,
    notice_repeated,
    reading,
    watching,
    with_all,
)
from bot.oci.reference import DIGEST

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

BRACKETS_MAX: Final = 50_000
"""Lists and objects of one manifest, index or configuration; 4 MB of `{}` would take seconds to look at."""

KEPT_MAX: Final = 64 * 1024
"""Bytes of a document that stays parsed beside its bytes, which takes ten times as many; most have a few thousand."""

M = TypeVar("M", bound=BaseModel)

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*")
"""The words of a model's name: those of SBOMHead are SBOM and Head."""


def without_nulls(value: object) -> object:
    """An object without the members that are null: Go writes null where nothing is, and reads it as nothing."""
    if isinstance(value, dict) and None in value.values():
        return {key: member for key, member in value.items() if member is not None}
    return value


Annotations = Annotated[dict[str, str], BeforeValidator(without_nulls)]


class Wire(BaseModel):
    """A document from outside: unknown keys are ignored, null is absence, nothing changes after reading."""

    # Validators are built at first use: the terminal command sends its first request before it needs any.
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True, defer_build=True)

    also_known: ClassVar[tuple[str, ...]] = ()
    """Keys that other readers decode at this place and we do not."""

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, value: object) -> object:
        return without_nulls(_unfolded(value, cls) if isinstance(value, dict) and is_watched() else value)


@cache
def _known(model: type[Wire]) -> dict[str, str]:
    """The keys that mean something in that model's objects, by their folded form."""
    return by_fold((*(field.alias or name for name, field in model.model_fields.items()), *model.also_known))


@cache
def _exact(model: type[Wire]) -> frozenset[str]:
    """The same as they are written: none of them is a folded one, and nearly all keys are among them."""
    return frozenset(_known(model).values())


def _unfolded(value: dict[str, Any], model: type[Wire]) -> dict[str, Any]:
    """The object as a reader without regard to case sees it, which is noted; of two lists, both."""
    exact = _exact(model)
    strange = folded((key for key in value if key not in exact), _known(model))
    if not strange:
        return value
    read = {key: member for key, member in value.items() if key not in strange}
    for key, name in strange.items():
        notice(Twofold.FOLDED_KEY, key)
        read[name] = joined(value[key], read[name]) if name in read else value[key]
    return read


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
            raise PydanticCustomError("too_many", "it lists {count} manifests, INDEX_ENTRIES_MAX is {most}", told)
        return value


@dataclass(frozen=True, slots=True)
class Content:
    """Bytes that hash to `digest`, and what they are said to be.

    `read` is the only way from bytes to a model. `also` is another true digest of them, when the registry has them
    under that one: what refers to it there need not refer to `digest`.
    """

    data: bytes
    digest: str
    media_type: str = ""
    also: str = ""
    _made: dict[type[BaseModel] | None, tuple[Notices | None, Any]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

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
        self._require_few()
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

    def _require_few(self) -> None:
        if self.data.count(b"{") + self.data.count(b"[") > BRACKETS_MAX:
            raise OverLimitError(f"{self.digest} has more than BRACKETS_MAX = {BRACKETS_MAX} lists and objects")

    @property
    def is_index(self) -> bool:
        """Decided by the body's shape when there is one, since headers and `mediaType` may disagree."""
        document = parse(self.data, what=self.digest)
        if isinstance(document, dict) and ("manifests" in document) != ("layers" in document):
            return "manifests" in document
        return self.media_type in INDEX_TYPES


def parse(data: bytes | str, *, what: str) -> Any:  # noqa: ANN401 - JSON is anything
    """JSON of bounded depth, without NaN; in a document that a verdict rests on, equal keys are noted.

    Raises MalformedError that names `what`.
    """
    document = parse_plain(data, what=what)
    if is_watched():
        text = data if isinstance(data, str) else data.decode()  # it was read already, so it is UTF-8
        if notice_repeated(text):
            return with_all(text)
    return document


def parse_plain(data: bytes | str, *, what: str) -> Any:  # noqa: ANN401 - JSON is anything
    """JSON of bounded depth, without NaN; of equal keys the last one counts. Raises MalformedError like `parse`."""
    try:
        return pydantic_core.from_json(data, allow_inf_nan=False)
    except (ValueError, RecursionError) as error:
        raise MalformedError(f"{what} is not JSON: {error}") from error


def read(data: bytes | str, model: type[M], *, what: str) -> M:
    """JSON as a model. Raises MalformedError that names `what` and the first thing that does not fit."""
    return fit(parse(data, what=what), model, what=what)


def fit(document: object, model: type[M], *, what: str) -> M:
    """A parsed document as a model. Raises MalformedError like `read`."""
    try:
        return model.model_validate(document, by_alias=True, by_name=False)  # media_type does not stand for mediaType
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "document"
        raise MalformedError(f"{what} is {_not_valid(model)}: {where}: {first['msg']}") from error


@cache
def _not_valid(model: type[BaseModel]) -> str:
    """E.g. "not a valid manifest". A private model has no name for people; what was read is named anyway."""
    name = model.__name__
    if name.startswith("_"):
        return "not valid"
    return f"not a valid {' '.join(_WORD.findall(name)).lower()}"
