"""What the operator sets about the login."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from pydantic import SecretStr
from yarl import URL

from bot.errors import SettingsError
from bot.login.role import EVERYBODY, Role
from bot.oci.hosts import authorities, authority
from bot.oci.wire.outbound import Outbound

CALLBACK: Final = "/login/callback"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginOptions:
    """`hosts` are those besides the issuer's own that the provider may name; `base_url` is the pages' public address.

    Raises SettingsError that names the variable.
    """

    issuer: str
    client_id: str
    client_secret: SecretStr | None = field(default=None, repr=False)
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    groups_claim: str = "groups"
    hosts: tuple[str, ...] = ()
    insecure_hosts: tuple[str, ...] = ()
    proxies: Outbound | None = None
    base_url: str = ""
    roles: Mapping[Role, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.issuer:
            raise _wrong("PROVENANCE_OIDC_ISSUER", "is needed", "PROVENANCE_OIDC_ISSUER=https://login.example.org")
        if not self.client_id:
            raise _wrong("PROVENANCE_OIDC_CLIENT_ID", "is needed", "PROVENANCE_OIDC_CLIENT_ID=provenance-bot")
        if not self.base_url:
            why = "is needed: the provider sends visitors back to it"
            raise _wrong("PROVENANCE_BASE_URL", why, "PROVENANCE_BASE_URL=https://bot.example.org")
        if not any(self.roles.values()):
            why = "names no group, so nobody could see a page"
            raise _wrong("PROVENANCE_ROLES", why, """PROVENANCE_ROLES='{"see":["*"],"ask":["developers"]}'""")
        if "openid" not in self.scopes:
            raise _wrong("PROVENANCE_OIDC_SCOPES", "lacks openid", "PROVENANCE_OIDC_SCOPES='openid profile email'")
        if not self.allows(URL(self.issuer)):
            why = "is not an https:// address; to allow that, list its host in PROVENANCE_INSECURE_HOSTS"
            raise _wrong("PROVENANCE_OIDC_ISSUER", why, "PROVENANCE_OIDC_ISSUER=https://login.example.org")

    @property
    def redirect_uri(self) -> str:
        """Where the provider sends the browser back to; the same in every process, whatever a request says."""
        return self.base_url + CALLBACK

    @property
    def known_groups(self) -> frozenset[str]:
        """The groups that a role names."""
        return frozenset(group for groups in self.roles.values() for group in groups) - {EVERYBODY}

    @property
    def dialled(self) -> tuple[str, ...]:
        """Hosts that the provider's documents may name; as the operator sets them, they may be private."""
        return (authority(URL(self.issuer)), *self.hosts)

    def allows(self, url: URL) -> bool:
        """Whether a provider's endpoint may be there: https, unless the host is listed as insecure."""
        if not url.host or url.user or url.fragment or url.scheme not in {"https", "http"}:
            return False
        is_plain = url.scheme == "http" and authority(url) not in authorities(self.insecure_hosts)
        return authority(url) in authorities(self.dialled) and not is_plain


def _wrong(variable: str, why: str, example: str) -> SettingsError:
    return SettingsError(f"{variable}: {why} (PROVENANCE_PAGES=login); for example {example}")
