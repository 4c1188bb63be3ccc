"""What `docker login`, `podman login` and `skopeo login` leave behind, and whose credentials are meant.

https://docs.docker.com/reference/cli/docker/login/#configure-the-credential-store
https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md
"""

import base64
from collections.abc import Iterator
from typing import Final

from pydantic import Field

from bot.errors import MalformedError
from bot.oci.auth.config_file import CONFIG_MAX
from bot.oci.auth.credentials import Credential, CredentialKind
from bot.oci.canonical import canonical_name, canonical_registry
from bot.oci.documents import Wire, read
from bot.oci.reference import DEFAULT_REGISTRY

HUB_KEY: Final = "https://index.docker.io/v1/"
"""What Docker Hub is called in config.json, and to helpers."""

_HUB_KEYS: Final = (HUB_KEY, "docker.io", "index.docker.io", "registry-1.docker.io")


class Login(Wire):
    """One entry under `auths`; e.g. {"auth": "dXNlcjpzZWNyZXQ="}."""

    auth: str = Field(default="", repr=False)
    username: str = Field(default="", repr=False)
    password: str = Field(default="", repr=False)
    identitytoken: str = Field(default="", repr=False)
    registrytoken: str = Field(default="", repr=False)

    def credential(self) -> Credential | None:
        """None when the secret is kept elsewhere. Raises MalformedError."""
        user, secret = (self.username, self.password) if self.username else _decode(self.auth)
        if self.registrytoken:
            return Credential(CredentialKind.REGISTRY, user, self.registrytoken)
        if self.identitytoken:
            return Credential(CredentialKind.IDENTITY, user, self.identitytoken)
        return Credential(CredentialKind.LOGIN, user, secret) if user and secret else None


class DockerConfig(Wire):
    """The parts of config.json and auth.json that are about credentials."""

    auths: dict[str, Login] = Field(default_factory=dict, repr=False)
    helpers: dict[str, str] = Field(default_factory=dict, alias="credHelpers")
    store: str = Field(default="", alias="credsStore")

    def login(self, registry: str, repository: str) -> Login | None:
        """The entry for that repository: of the longest namespace, else of the registry."""
        for key in _keys(registry, repository):
            if (found := self.auths.get(key)) is not None:
                return found
        named = {_canonical(key): found for key, found in reversed(self.auths.items())}
        return next((named[key] for key in _keys(registry, repository) if key in named), None)

    def only_what_stands_in_it(self) -> "DockerConfig":
        """Without helpers: a variable must not make us run programs."""
        return DockerConfig(auths=self.auths)

    def helper(self, registry: str) -> tuple[str, str]:
        """The helper's name, and what the registry is called there; ("", "") when there is none."""
        for name in (*_names(registry), *self.helpers):
            if (helper := self.helpers.get(name)) and (name in _names(registry) or _canonical(name) == registry):
                return helper, _names(registry)[0]
        return (self.store, _names(registry)[0]) if self.store else ("", "")


def parse_config(data: bytes | str, *, what: str) -> DockerConfig:
    """The configuration. Raises MalformedError that names `what` and quotes nothing of it."""
    if len(data) > CONFIG_MAX:
        raise MalformedError(f"{what} has more than the limit of {CONFIG_MAX} bytes")
    return read(data, DockerConfig, what=what)


def _names(registry: str) -> tuple[str, ...]:
    return _HUB_KEYS if registry == DEFAULT_REGISTRY else (registry,)


def _keys(registry: str, repository: str) -> Iterator[str]:
    """registry/a/b/c, registry/a/b, registry/a, registry."""
    parts = repository.split("/")
    for count in range(len(parts), 0, -1):
        yield "/".join((registry, *parts[:count]))
    yield from _names(registry)


def _canonical(key: str) -> str:
    """A key with the registry's one name; old clients wrote https://host/v1/. What is not a name stays as it is."""
    _, scheme, address = key.rpartition("://")
    try:
        return canonical_registry(address.partition("/")[0]) if scheme else canonical_name(key)
    except MalformedError:
        return key


def _decode(auth: str) -> tuple[str, str]:
    """User and secret; old clients padded with NULs, and what `base64` prints has lines."""
    try:
        text = base64.b64decode(auth.replace("\r", "").replace("\n", ""), validate=True).decode().rstrip("\0")
    except ValueError as error:  # no base64, or no text
        raise MalformedError("an `auth` in the docker configuration is not base64 of user:secret") from error
    user, _, secret = text.partition(":")
    return user, secret
