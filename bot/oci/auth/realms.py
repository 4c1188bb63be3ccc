"""Whom to ask for a token, and who may see credentials: known realms, and a registry's own host."""

import json
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from yarl import URL

from bot.errors import ForbiddenAddressError
from bot.oci.canonical import canonical_registry
from bot.oci.hosts import Endpoint, authority

if TYPE_CHECKING:
    from bot.oci.auth.challenge import Challenge

KNOWN: Final[Mapping[str, tuple[str, str]]] = {
    "docker.io": ("https://auth.docker.io/token", "registry.docker.io"),
    "quay.io": ("https://quay.io/v2/auth", "quay.io"),
    "ghcr.io": ("https://ghcr.io/token", "ghcr.io"),
    "registry.gitlab.com": ("https://gitlab.com/jwt/auth", "container_registry"),
}
"""registry -> realm and service. Asking there first saves the 401."""


_LOGIN: Final = re.compile(r"//[^/?#]*@")


class RealmTrust(StrEnum):
    """What a realm may be told."""

    FULL = "credentials"
    NAMELESS = "anonymous requests alone"


class Realm(Struct, frozen=True):
    """Where a registry's tokens come from."""

    url: URL
    service: str
    trust: RealmTrust


class Realms:
    """The table above, the operator's own, and what registries say, in that order of trust."""

    def __init__(self, told: Mapping[str, str], *, local: bool) -> None:
        self._told = {canonical_registry(registry): realm for registry, realm in told.items()}
        self._local = local

    def known(self, registry: str) -> Realm | None:
        """The realm to ask without having been sent there."""
        if registry in KNOWN and registry not in self._told:
            url, service = KNOWN[registry]
            return Realm(URL(url), service, RealmTrust.FULL)
        return None

    def of(self, endpoint: Endpoint, challenge: "Challenge") -> Realm:
        """The realm that a registry named, with what it may be told.

        Raises ForbiddenAddressError when it may not even be asked; the text says what to set (PROVENANCE_REALMS).
        """
        url = _plain_url(challenge.realm)
        expected = self._told.get(endpoint.registry) or KNOWN.get(endpoint.registry, ("",))[0]
        origin = URL(endpoint.origin)
        if url is not None and expected and _same(url, URL(expected)):
            return Realm(url, challenge.service, RealmTrust.FULL)
        if url is not None and (url.scheme, authority(url)) == (origin.scheme, authority(origin)):
            return Realm(url, challenge.service, RealmTrust.FULL)
        if url is not None and not expected and self._local and url.scheme == "https":
            return Realm(url, challenge.service, RealmTrust.NAMELESS)
        hint = "which is not a URL without a login in it" if url is None else wanted(endpoint.registry, url)
        raise ForbiddenAddressError(
            f"{endpoint.registry} wants its tokens to come from {_shown(challenge.realm)!r}; {hint}",
            host=endpoint.registry,
        )


def _plain_url(text: str) -> URL | None:
    """An absolute http(s) URL without user and fragment."""
    try:
        url = URL(text)
        plain = url.scheme in ("http", "https") and url.host and url.port and not url.user and not url.fragment
    except ValueError:
        return None
    return url if plain else None


def _same(one: URL, other: URL) -> bool:
    """The same place; what the query says is the registry's business."""
    places = [(url.scheme, authority(url), url.path.rstrip("/")) for url in (one, other)]
    return places[0] == places[1]


def wanted(registry: str, realm: URL) -> str:
    """What to set when that realm is right."""
    table = json.dumps({registry: _shown(str(realm.with_query(None)))})
    return f"if that is right, set PROVENANCE_REALMS='{table}'"


def _shown(text: str) -> str:
    """Printable and cut, without a login: messages go to channels and logs."""
    return _LOGIN.sub("//", "".join(character for character in text if character.isprintable()))[:100]
