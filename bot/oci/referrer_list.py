"""A list of referrers, as the API or the index under a fallback tag gives it.

https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers
"""

from typing import Final

from pydantic import Field

from bot.errors import MalformedError, TooLargeError, UnavailableError
from bot.oci.documents import Wire, read
from bot.oci.manifest import Descriptor

REFERRERS_MAX: Final = 200
"""Referrers of one digest; everybody who may push can add any number."""


class OnlyTagged(Descriptor):
    """A referrer that the index under the fallback tag lists, and the registry's referrers API does not."""

    @classmethod
    def of(cls, descriptor: Descriptor) -> "OnlyTagged":
        """The same descriptor, which was validated already."""
        return cls.model_construct(descriptor.model_fields_set, **dict(descriptor))


SCHEMA: Final = 2
"""What every index says of itself (image-spec, image-index.md, schemaVersion)."""


class _Listed(Wire):
    """An index of any length; the limit is ours to name."""

    schema_version: int = Field(default=0, alias="schemaVersion")
    manifests: tuple[Descriptor, ...] | None = None


def read_referrers(body: bytes, *, what: str, host: str) -> dict[str, Descriptor]:
    """The referrers by digest. Raises UnavailableError when it is not a list, TooLargeError when it is too long."""
    try:
        listed = read(body, _Listed, what=what).manifests
    except MalformedError as error:
        raise UnavailableError(str(error), host=host) from error
    if listed is None:
        raise UnavailableError(f"{what}: the answer holds no list", host=host)
    require_few(len(listed), what=what, host=host)
    return {descriptor.digest: descriptor for descriptor in listed}


def is_list(body: bytes) -> bool:
    """Whether it is a list of referrers, whatever it was called: some registries send all JSON as one type."""
    try:
        listed = read(body, _Listed, what="an answer")
    except MalformedError:
        return False
    return listed.schema_version == SCHEMA and listed.manifests is not None


def require_few(count: int, *, what: str, host: str) -> None:
    """Raises TooLargeError when so many referrers are more than we open."""
    if count > REFERRERS_MAX:
        raise TooLargeError(f"{what} are {count} manifests, more than REFERRERS_MAX = {REFERRERS_MAX}", host=host)
