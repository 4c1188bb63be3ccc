"""What an operator, or a person at a terminal, can set about registries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryOptions:
    """How registries are reached. Hosts are written as in references: host[:port]."""

    private_hosts: tuple[str, ...] = ()  # may have private, loopback or link-local addresses, and other ports than 443
    insecure_hosts: tuple[str, ...] = ()  # spoken to over plain HTTP
    realms: Mapping[str, str] = field(default_factory=dict)  # registry -> the URL that its tokens come from
    mirrors: Mapping[str, str] = field(default_factory=dict)  # registry[/namespace] -> registry[/namespace] or oci:PATH
    registry_auth: Path | None = None  # a docker config.json for this program alone
    local: bool = False  # on a person's own machine: hosts that they name may be on it, or in their network
    allow_layouts: bool = False  # `oci:PATH` in references
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)  # for credentials: HOME, DOCKER_CONFIG, …
    user_agent: str = "provenance-bot"
