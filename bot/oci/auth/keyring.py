"""All places where credentials may be, in the order in which they are asked."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.errors import MalformedError, UnavailableError
from bot.oci.auth.config_file import read_file
from bot.oci.auth.credentials import Credential
from bot.oci.options import RegistryOptions
from bot.oci.wire.pace import Pace

if TYPE_CHECKING:
    from bot.oci.auth.docker_config import DockerConfig

REMEMBERED: Final = 600.0
"""Seconds; helpers are slow, and people do log in anew while we run."""

REMEMBERED_MAX: Final = 1024
"""Repositories whose credentials are remembered."""


class Keyring:
    """Credentials by registry and repository, remembered for a while."""

    def __init__(self, options: RegistryOptions, pace: Pace) -> None:
        self._options = options
        self._pace = pace
        self._remembered: OrderedDict[tuple[str, str], tuple[float, Credential | None]] = OrderedDict()

    async def find(self, registry: str, repository: str) -> Credential | None:
        """The credential for that repository; None = anonymous.

        Raises UnavailableError when a configuration or a helper is broken: to go on without would be to guess.
        """
        key = (registry, repository)
        until, credential = self._remembered.get(key, (0.0, None))
        if self._pace.clock() < until:
            return credential
        try:
            credential = await self._look(registry, repository)
        except MalformedError as error:
            text = f"the credentials for {registry} could not be looked up: {error}"
            raise UnavailableError(text, host=registry) from error
        self._remembered[key] = (self._pace.clock() + REMEMBERED, credential)
        if len(self._remembered) > REMEMBERED_MAX:
            self._remembered.popitem(last=False)
        return credential

    def forget(self, registry: str, repository: str) -> None:
        """Look anew next time: these were refused."""
        self._remembered.pop((registry, repository), None)

    async def _look(self, registry: str, repository: str) -> Credential | None:
        for config in await asyncio.to_thread(lambda: list(self._configs())):
            login = config.login(registry, repository)
            if login is not None and (own := login.credential()) is not None:
                return own
            helper, server = config.helper(registry)
            if helper:
                from bot.oci.auth.helper import ask_helper  # noqa: PLC0415 - few have one

                found = await ask_helper(helper, server, self._options.environment, limit=self._pace.helper)
                if found is not None:
                    return found
        return None

    def _configs(self) -> "Iterator[DockerConfig]":
        environment, own = self._options.environment, self._options.registry_auth
        if own is not None:
            yield self._required(own)
        if inline := environment.get("DOCKER_AUTH_CONFIG", ""):
            yield _parsed(inline, "DOCKER_AUTH_CONFIG").only_what_stands_in_it()
        for path in self._paths():
            data = read_file(path)
            if data is not None:
                yield _parsed(data, str(path))

    def _required(self, path: Path) -> "DockerConfig":
        data = read_file(path)
        if data is None:
            raise MalformedError(f"PROVENANCE_REGISTRY_AUTH: the file {path} does not exist")
        return _parsed(data, str(path))

    def _paths(self) -> Iterator[Path]:
        environment = self._options.environment
        home = environment.get("HOME", "")
        if folder := environment.get("DOCKER_CONFIG", ""):
            yield Path(folder) / "config.json"
        elif home:
            yield Path(home) / ".docker" / "config.json"
        if file := environment.get("REGISTRY_AUTH_FILE", ""):
            yield Path(file)
        if folder := environment.get("XDG_RUNTIME_DIR", ""):
            yield Path(folder) / "containers" / "auth.json"
        if folder := environment.get("XDG_CONFIG_HOME", "") or (f"{home}/.config" if home else ""):
            yield Path(folder) / "containers" / "auth.json"  # where podman keeps it on macOS


def _parsed(data: bytes | str, what: str) -> "DockerConfig":
    from bot.oci.auth.docker_config import parse_config  # noqa: PLC0415 - most machines have no configuration

    return parse_config(data, what=what)
