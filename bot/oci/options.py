"""What an operator, or a person at a terminal, can set about registries."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import Struct, field

from bot.errors import SettingsError
from bot.oci.grammar import HOST
from bot.values import Hiding

if TYPE_CHECKING:  # it brings yarl, and most have no proxy
    from bot.oci.wire.outbound import Outbound


class RegistryOptions(Hiding, Struct, frozen=True, kw_only=True):
    """How registries are reached. Hosts are written as in references: host[:port].

    Raises SettingsError that names the variable: an entry that fits nothing would be a rule that never applies.
    """

    HIDDEN = frozenset({"environment"})

    private_hosts: tuple[str, ...] = ()  # may have private, loopback or link-local addresses, and other ports than 443
    insecure_hosts: tuple[str, ...] = ()  # spoken to over plain HTTP
    realms: Mapping[str, str] = field(default_factory=dict)  # registry -> the URL that its tokens come from
    mirrors: Mapping[str, str] = field(default_factory=dict)  # registry[/namespace] -> registry[/namespace] or oci:PATH
    tag_apis: Mapping[str, str] = field(default_factory=dict)  # registry -> quay, hub or tags: how its tags are listed
    registry_auth: Path | None = None  # a docker config.json for this program alone
    concurrency: int = 16  # requests at once to one host, at first; some hosts get fewer (wire/gates.py)
    concurrency_max: int = 64  # as long as it keeps up; of all processes that share a store
    local: bool = False  # on a person's own machine: hosts that they name may be on it, or in their network
    allow_layouts: bool = False  # `oci:PATH` in references
    environment: Mapping[str, str] = field(default_factory=dict)  # for credentials: HOME, DOCKER_CONFIG, …
    user_agent: str = "provenance-bot"
    proxies: "Outbound | None" = None  # the operator's; None = dialled directly, or as a terminal's variables say

    def __post_init__(self) -> None:
        _check_hosts("PROVENANCE_PRIVATE_HOSTS", self.private_hosts)
        _check_hosts("PROVENANCE_INSECURE_HOSTS", self.insecure_hosts)
        _check_hosts("PROVENANCE_REALMS", tuple(self.realms))
        _check_hosts("PROVENANCE_TAG_APIS", tuple(self.tag_apis))
        for realm in self.realms.values():
            if not _is_web_address(realm):
                raise SettingsError(f"PROVENANCE_REALMS: {realm[:100]!r} is not a URL like https://auth.corp/token")


def _check_hosts(setting: str, hosts: tuple[str, ...]) -> None:
    for host in hosts:
        if not HOST.fullmatch(host):
            raise SettingsError(f"{setting}: {host[:100]!r} is not a host[:port] like registry.corp:5000")


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return (
            parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and "@" not in parts.netloc
        )
    except ValueError:
        return False
