"""From watches to the repositories that are polled: globs over a namespace are expanded where the registry lists it."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final, Protocol, TypeAlias

from msgspec import Struct

from bot.errors import InvalidReferenceError
from bot.oci.catalogue.apis import TagApi, tag_api
from bot.oci.reference import Reference, is_evidence_tag
from bot.policy.globs import expand, is_named, is_tag_named, split_glob
from bot.store.watches import Watch

ANY_TAG: Final = "x"
"""A repository's reference needs a tag; this one is never asked for."""

_WILD: Final = frozenset("*?")


class RefusalReason(StrEnum):
    """Why a glob is not polled."""

    NO_REGISTRY = "no-registry"
    NO_NAMESPACE = "no-namespace"
    NOT_LISTED = "not-listed"
    NOT_A_NAME = "not-a-name"


SENTENCES: Final = {
    RefusalReason.NO_REGISTRY: "it does not name one registry",
    RefusalReason.NO_NAMESPACE: "it does not name one namespace, e.g. `quay.io/acme/*`",
    RefusalReason.NOT_LISTED: "this registry does not list its repositories; name each of them",
    RefusalReason.NOT_A_NAME: "it does not name a repository",
}


class Refusal(Struct, frozen=True):
    """A glob that is not polled. Webhooks may still announce what it matches."""

    glob: str
    reason: RefusalReason

    @property
    def why(self) -> str:
        """The reason in words."""
        return SENTENCES[self.reason]

    def __str__(self) -> str:
        return f"{self.glob} cannot be polled: {self.why}"


class Namespace(Struct, frozen=True):
    """Repositories of a namespace whose names fit the glob."""

    registry: str
    namespace: str
    glob: str  # of the whole name, without a tag

    def holds(self, repository: str) -> bool:
        """Whether the glob matches that repository (namespace/name)."""
        return is_named(self.glob, Reference(self.registry, repository, ANY_TAG))


Place: TypeAlias = Reference | Namespace | Refusal


class PollTarget(Struct, frozen=True):
    """A repository to poll. `tags` are globs of the tags that are watched; none = all of them."""

    repository: Reference
    tags: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """registry/repository."""
        return self.repository.name

    def wants(self, tag: str) -> bool:
        """Whether that tag is watched, or holds evidence about one that may be."""
        return not self.tags or is_evidence_tag(tag) or any(is_tag_named(glob, tag) for glob in self.tags)

    def joined(self, other: "PollTarget") -> "PollTarget":
        """The same repository, watched for both reasons."""
        both = () if not self.tags or not other.tags else tuple(dict.fromkeys((*self.tags, *other.tags)))
        return PollTarget(self.repository, both)


class TableOfApis(Struct, frozen=True):
    """What the settings say, without a connection."""

    table: Mapping[str, str]

    def api(self, registry: str) -> TagApi:
        """The API of that registry."""
        return tag_api(registry, self.table)


class ApiOf(Protocol):
    """Knows which API a registry has; a catalogue does."""

    def api(self, registry: str) -> TagApi:
        """The API of that registry."""


def places(watch: Watch, apis: ApiOf) -> Iterable[tuple[Place, tuple[str, ...]]]:
    """What the watch names, each with the globs of its tags."""
    for glob in expand(watch.glob):
        name, tag = split_glob(glob)
        tags = (tag,) if tag and not watch.tags else watch.tags
        yield place_of(name, apis), tags


def refusals(watch: Watch, table: Mapping[str, str]) -> tuple[Refusal, ...]:
    """What the watch names that cannot be polled."""
    return tuple(place for place, _ in places(watch, TableOfApis(table)) if isinstance(place, Refusal))


def place_of(name: str, apis: ApiOf) -> Place:
    """What a glob without braces and without a tag names."""
    registry, _, path = name.partition("/")
    if not path or _WILD & set(registry):
        return Refusal(name, RefusalReason.NO_REGISTRY)
    if not _WILD & set(path):
        return _repository(name)
    namespace, _, rest = path.partition("/")
    if not rest or _WILD & set(namespace):
        return Refusal(name, RefusalReason.NO_NAMESPACE)
    if not apis.api(registry).lists_repositories:
        return Refusal(name, RefusalReason.NOT_LISTED)
    sample = _repository(f"{registry}/{namespace}/x")
    return sample if isinstance(sample, Refusal) else Namespace(sample.registry, namespace, name)


def _repository(name: str) -> Reference | Refusal:
    try:
        return Reference.parse(f"{name}:{ANY_TAG}")
    except InvalidReferenceError:
        return Refusal(name, RefusalReason.NOT_A_NAME)
