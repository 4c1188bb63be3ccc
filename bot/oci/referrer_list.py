"""A list of referrers, as the API or the index under a fallback tag gives it.

https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers
"""

from enum import StrEnum
from typing import Final

from pydantic import Field, PrivateAttr

from bot.errors import MalformedError, OverLimitError, TooLargeError, UnavailableError
from bot.oci.bounded import require_few_values
from bot.oci.documents import Wire, read
from bot.oci.manifest import Descriptor

REFERRERS_MAX: Final = 200
"""Referrers of one digest; everybody who may push can add any number."""


SCHEMA: Final = 2
"""What every index says of itself (image-spec, image-index.md, schemaVersion)."""


class ListedBy(StrEnum):
    """Which list names it. Most clients ask for one list alone: the API's, and the tag's where the API is not there."""

    API = "api"
    TAG = "tag"  # the registry has no referrers API
    TAG_ALONE = "tag-alone"  # the registry has the API, and its answer lacks it


class ApiRefusal(StrEnum):
    """What a registry answers in place of the API's list, as sentences and the store call it."""

    NOT_A_LIST = "200"  # with something that is not a list
    REDIRECT = "3xx"  # to a web site, as GHCR does; clients follow it to a page that is not a list
    BAD_REQUEST = "400"
    NOT_FOUND = "404"
    NAME_UNKNOWN = "404 NAME_UNKNOWN"  # it says that the repository is not there
    NOT_ALLOWED = "405"
    NOT_ACCEPTABLE = "406"
    NOT_IMPLEMENTED = "501"


class Referrer(Descriptor):
    """One entry of a list of referrers. Its `artifact_type` is what the list says, which need not be true."""

    _by: ListedBy | None = PrivateAttr(default=None)
    _refusal: ApiRefusal | None = PrivateAttr(default=None)

    @property
    def by(self) -> ListedBy | None:
        """Which list names it; None for a layout on disk, which has no list."""
        return self._by

    @property
    def refusal(self) -> ApiRefusal | None:
        """What the registry answered in place of the API's list, where it is `ListedBy.TAG`."""
        return self._refusal

    def listed(self, by: ListedBy, refusal: ApiRefusal | None = None) -> "Referrer":
        """The same entry, known to be in that list."""
        same = self.model_copy()
        same._by, same._refusal = by, refusal  # noqa: SLF001 - its own
        return same


class _Listed(Wire):
    """An index of any length; the limit is ours to name."""

    schema_version: int = Field(default=0, alias="schemaVersion")
    manifests: tuple[Referrer, ...] | None = None


def read_referrers(body: bytes, *, what: str, host: str) -> dict[str, Referrer]:
    """The referrers by digest. Raises UnavailableError when it is not a list, TooLargeError when it is too long."""
    _require_few_values(body, what=what, host=host)
    try:
        listed = read(body, _Listed, what=what).manifests
    except MalformedError as error:
        raise UnavailableError(str(error), host=host) from error
    if listed is None:
        raise UnavailableError(f"{what}: the answer holds no list", host=host)
    require_few(len(listed), what=what, host=host)
    return {descriptor.digest: descriptor for descriptor in listed}


def is_list(body: bytes, *, what: str, host: str) -> bool:
    """Whether it is a list of referrers, whatever it was called: some registries send all JSON as one type.

    Raises TooLargeError when it has too many values to tell.
    """
    _require_few_values(body, what=what, host=host)
    try:
        listed = read(body, _Listed, what="an answer")
    except MalformedError:
        return False
    return listed.schema_version == SCHEMA and listed.manifests is not None


def require_few(count: int, *, what: str, host: str) -> None:
    """Raises TooLargeError when so many referrers are more than we open."""
    if count > REFERRERS_MAX:
        raise TooLargeError(f"{what} are {count} manifests, more than REFERRERS_MAX = {REFERRERS_MAX}", host=host)


def _require_few_values(body: bytes, *, what: str, host: str) -> None:
    try:
        require_few_values(body, what=what)
    except OverLimitError as error:
        raise TooLargeError(str(error), host=host) from error
