"""A list of referrers, as the API or the index under a fallback tag gives it.

https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers
"""

from typing import Final

from bot.errors import MalformedError, TooLargeError, UnavailableError
from bot.oci.manifest import Descriptor, Wire, read

REFERRERS_MAX: Final = 200
"""Referrers of one digest; everybody who may push can add any number."""


class _Listed(Wire):
    """An index of any length; the limit is ours to name."""

    manifests: tuple[Descriptor, ...] = ()


def read_referrers(body: bytes, *, what: str, host: str) -> dict[str, Descriptor]:
    """The referrers by digest. Raises UnavailableError when it is not a list, TooLargeError when it is too long."""
    try:
        listed = read(body, _Listed, what=what).manifests
    except MalformedError as error:
        raise UnavailableError(str(error), host=host) from error
    require_few(len(listed), what=what, host=host)
    return {descriptor.digest: descriptor for descriptor in listed}


def require_few(count: int, *, what: str, host: str) -> None:
    """Raises TooLargeError when so many referrers are more than we open."""
    if count > REFERRERS_MAX:
        raise TooLargeError(f"{what} are {count} manifests, more than REFERRERS_MAX = {REFERRERS_MAX}", host=host)
