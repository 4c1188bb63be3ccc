"""The settings: read once from the environment, then passed as an argument.

PORT, REDIS_URL and SLACK_… have the names that hosting platforms use. All others begin with PROVENANCE_.
A list of names is plain or JSON, e.g. PROVENANCE_PRIVATE_HOSTS='a.corp:5000, b.corp' or '["a.corp:5000"]'; tables are
JSON.
"""

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
)

from bot.errors import SettingsError
from bot.login.role import Role
from bot.oci.catalogue.apis import TagApi
from bot.oci.options import RegistryOptions
from bot.settings_values import (
    WebhookSource,
    as_app_token,
    as_bot_token,
    as_channel,
    as_digest,
    as_glob,
    as_host,
    as_issuer,
    as_listening,
    as_network,
    as_plain_address,
    as_proxy,
    as_proxyless,
    as_secure_address,
    as_tag_apis,
)
from bot.signatures.options import RootOptions
from bot.version import own_version
from bot.workflows.address import API, SERVER
from bot.workflows.options import BUNDLE_HOSTS, GitHubOptions

DAY: Final = 24 * 3600
"""Seconds."""

Host = Annotated[str, AfterValidator(as_host)]

if TYPE_CHECKING:
    from bot.login.options import LoginOptions
    from bot.oci.wire.outbound import Outbound


class Exposure(StrEnum):
    """What the pages let visitors do."""

    PUBLIC = "public"  # see everything, and ask for checks
    READ_ONLY = "read-only"
    LOGIN = "login"  # what their groups may (PROVENANCE_ROLES); nothing without a login
    OFF = "off"


class Settings(BaseModel):
    """Everything that an operator can set. The value of a secret is never printed."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, defer_build=True)  # see bot/settings_source.py

    host: str = "127.0.0.1"
    port: int = Field(default=3000, validation_alias=AliasChoices("PORT", "PROVENANCE_PORT", "port"), ge=0, le=65535)
    base_url: Annotated[str, AfterValidator(as_plain_address)] = (
        ""  # public address of the pages, for links in Slack; "" = no links
    )
    webhooks_url: Annotated[str, AfterValidator(as_plain_address)] = (
        ""  # public address of /webhooks/ and /slack/, if another than that of the pages
    )
    pages: Exposure = Exposure.PUBLIC  # what visitors of the pages may do
    oidc_issuer: Annotated[str, AfterValidator(as_issuer)] = ""  # of the provider at which visitors log in
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr | None = None  # None: a public client, which PKCE alone protects
    oidc_scopes: tuple[str, ...] = ("openid", "profile", "email")  # some providers want "groups" here, too
    oidc_groups_claim: str = "groups"  # the claim that holds the groups of a person
    oidc_hosts: tuple[Host, ...] = ()  # where else that provider has endpoints
    roles: dict[Role, tuple[str, ...]] = Field(default_factory=dict)  # "see", "ask", "waive" -> groups; "*" = everybody
    anonymous: tuple[Literal["badges", "feeds"], ...] = ()  # what may be read without a login
    session_idle: int = Field(default=2 * 3600, ge=60, le=DAY)  # seconds without a request; then log in again
    session_max: int = Field(default=12 * 3600, ge=60, le=7 * DAY)  # seconds in all; then groups are asked anew
    pages_port: int | None = Field(default=None, ge=0, le=65535)  # pages are served only there; None = at PORT
    pages_host: str = "127.0.0.1"  # the address of that port
    forwarded: tuple[Annotated[str, AfterValidator(as_network)], ...] = ()  # proxies in front, such as 10.0.0.0/8
    forwarded_header: Literal["x-forwarded-for", "forwarded"] = "x-forwarded-for"  # the one that they write
    metrics: Annotated[str, AfterValidator(as_listening)] = ""  # address of /metrics, such as 127.0.0.1:9090; "" = none
    traces: Annotated[str, AfterValidator(as_plain_address)] = ""  # collector for OTLP over HTTP; "" = none
    data: Path = Path("data")  # folder of the embedded store
    redis_url: SecretStr | None = Field(default=None, validation_alias=AliasChoices("REDIS_URL", "redis_url"))

    slack_bot_token: Annotated[SecretStr, AfterValidator(as_bot_token)] | None = Field(
        default=None,
        validation_alias=AliasChoices("SLACK_BOT_TOKEN", "slack_bot_token"),
    )
    slack_app_token: Annotated[SecretStr, AfterValidator(as_app_token)] | None = Field(
        default=None,
        validation_alias=AliasChoices("SLACK_APP_TOKEN", "slack_app_token"),
    )  # opens Socket Mode; without it, Slack sends HTTP requests
    slack_signing_secret: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("SLACK_SIGNING_SECRET", "slack_signing_secret"),
    )
    slack_channel: Annotated[str, AfterValidator(as_channel)] = Field(
        default="", validation_alias=AliasChoices("SLACK_CHANNEL", "slack_channel")
    )
    slack_api_url: Annotated[str, AfterValidator(as_plain_address)] = "https://slack.com/api/"
    slack_client_id: str = ""  # with it, several workspaces install the app (bot/slack/workspaces/options.py)
    slack_client_secret: SecretStr | None = None
    slack_token_keys: SecretStr | None = None  # "new:BASE64,old:BASE64": seal the tokens in the store
    slack_workspaces: Path | None = None  # a folder for each workspace: T0ACME/policy.yaml, T0ACME/config.json
    slack_authorize_url: Annotated[str, AfterValidator(as_plain_address)] = "https://slack.com/oauth/v2/authorize"

    digest: Annotated[str, AfterValidator(as_digest)] = (
        "daily 09:00 UTC"  # of each channel: "weekly monday 09:00 Europe/Paris", "off"; a channel may choose another
    )

    webhooks: tuple[WebhookSource, ...] = ()
    google_keys_url: Annotated[str, AfterValidator(as_plain_address)] = (
        "https://www.googleapis.com/oauth2/v3/certs"  # the keys that verify Pub/Sub's tokens
    )
    watch: tuple[
        Annotated[str, AfterValidator(as_glob)], ...
    ] = ()  # images whose pushes are checked: "quay.io/microcks/*"
    poll: float = Field(default=900.0, ge=0, le=30 * DAY)  # seconds between looks at a repository; 0 = never
    policy: Path | None = None  # the YAML policy file; None = the built-in policy

    private_hosts: tuple[Host, ...] = ()  # host[:port] that may have private, loopback or link-local addresses
    insecure_hosts: tuple[Host, ...] = ()  # host[:port] reached over plain HTTP
    proxy: Annotated[SecretStr, AfterValidator(as_proxy)] | None = None  # the way out; it may hold user:password@
    no_proxy: tuple[Annotated[str, AfterValidator(as_proxyless)], ...] = ()  # need none, nor do private hosts
    realms: dict[str, str] = Field(default_factory=dict)  # registry -> token realm, if it is on another host
    mirrors: dict[str, str] = Field(default_factory=dict)  # registry or namespace -> registry, namespace or oci:PATH
    tag_apis: Annotated[dict[str, TagApi], AfterValidator(as_tag_apis)] = Field(
        default_factory=dict
    )  # registry -> how its tags are listed: "quay", "hub" (their own APIs) or "tags"
    registry_concurrency: int = Field(default=16, gt=0, le=64)  # requests at once to one registry, at first
    registry_concurrency_max: int = Field(
        default=64, gt=0, le=128
    )  # and as long as it keeps up, of all workers together; to quay.io 8, to Docker Hub 16
    registry_auth: Path | None = None  # a docker config.json for this program only

    trusted_roots: tuple[Path, ...] = ()  # Sigstore trusted roots in JSON: a private instance's, GitHub's
    public_root: bool = True  # whether to trust Sigstore's public instance, too
    tuf: Annotated[str, AfterValidator(as_plain_address)] = ""  # a TUF repository that updates the public root
    tuf_root: Path | None = None  # the initial root of a TUF repository other than Sigstore's
    tuf_cache: Path = Path("~/.cache/provenance-bot/tuf")
    audit_cache: Path = Path("~/.cache/provenance-bot/audits")  # of `provenance audit --resume`

    github_api: Annotated[str, AfterValidator(as_plain_address)] = (
        API  # where workflows are read and pull requests opened; "" = nowhere
    )
    github_server: Annotated[str, AfterValidator(as_secure_address)] = (
        SERVER  # the web address of that code host; links go only there
    )
    github_bundle_hosts: tuple[Host, ...] = BUNDLE_HOSTS  # where the API's attestations may be stored
    github_token: SecretStr | None = None  # used only for repositories that the policy names

    sbom_max: int = Field(default=32 * 1024 * 1024, gt=0)  # bytes
    statement_max: int = Field(default=16 * 1024 * 1024, gt=0, le=40 * 1024 * 1024)  # bytes
    concurrency: int = Field(default=8, gt=0, le=200)  # checks of pushes at once in one worker
    asked_concurrency: int = Field(default=4, gt=0, le=200)  # checks at once that people asked for, beside those
    posts_concurrency: int = Field(default=8, gt=0, le=200)  # reports that are posted at once; most of them wait
    settle: float = Field(default=30.0, ge=0, le=DAY)  # seconds from the last event of a push to its check
    settle_max: float = Field(default=120.0, ge=0, le=DAY)  # seconds after the first event
    push_rate: float = Field(default=5.0, gt=0, le=1000)  # checks a second that one webhook source may start
    push_burst: int = Field(default=60, gt=0, le=100_000)  # and so many at once; all others are stored and start later
    log_format: Literal["json", "console"] = "json"

    # For credential helpers and for credential files of other programs. Copied once.
    _environment: dict[str, str] = PrivateAttr(default_factory=lambda: dict(os.environ))  # noqa: TID251 - the only place that reads it

    @property
    def pages_url(self) -> str:
        """The public address of the pages; "" when there is none, or when they are off."""
        return "" if self.pages is Exposure.OFF else self.base_url

    @property
    def outside_url(self) -> str:
        """Where registries and Slack reach the bot; "" when nobody said it."""
        return self.webhooks_url or self.base_url

    def login_options(self) -> "LoginOptions | None":
        """How visitors log in; None unless PROVENANCE_PAGES is login.

        Raises SettingsError for a login that cannot work, and for parts of one beside pages that are open without it.
        """
        if self.pages is not Exposure.LOGIN:
            for name in ("oidc_issuer", "roles", "anonymous"):
                if getattr(self, name) and self.pages is not Exposure.OFF:
                    raise SettingsError(f"PROVENANCE_{name.upper()} has no effect without PROVENANCE_PAGES=login")
            return None
        from bot.login.options import LoginOptions  # noqa: PLC0415 - only where visitors log in

        return LoginOptions(
            issuer=self.oidc_issuer,
            client_id=self.oidc_client_id,
            client_secret=self.oidc_client_secret,
            scopes=self.oidc_scopes,
            groups_claim=self.oidc_groups_claim,
            hosts=self.oidc_hosts,
            insecure_hosts=self.insecure_hosts,
            proxies=self.proxies(),
            base_url=self.base_url,
            roles=self.roles,
        )

    def registry_options(self, *, local: bool = False) -> RegistryOptions:
        """How to connect to registries. `local`: a command on a person's own machine, not the server.

        Then loopback and private addresses are allowed if the person names them, and `oci:PATH` may be read.
        """
        contact = f" (+{self.base_url})" if self.base_url else ""
        return RegistryOptions(
            private_hosts=self.private_hosts,
            insecure_hosts=self.insecure_hosts,
            realms=self.realms,
            mirrors=self.mirrors,
            tag_apis=self.tag_apis,
            registry_auth=self.registry_auth,
            concurrency=self.registry_concurrency,
            concurrency_max=self.registry_concurrency_max,
            local=local,
            allow_layouts=local,
            environment=self._environment,
            proxies=self.proxies(),
            user_agent=f"provenance-bot/{own_version()}{contact}",
        )

    def github_options(self, *, local: bool = False) -> GitHubOptions:
        """How to connect to the code host. `local` as in `registry_options`: a proxy may be on the way."""
        return GitHubOptions(
            self.github_api,
            self.github_server,
            self.github_token,
            self.github_bundle_hosts,
            self.registry_options(local=local),
        )

    def root_options(self) -> RootOptions:
        """Which trusted roots verify signatures."""
        proxies = self.proxies()
        return RootOptions(self.trusted_roots, self.public_root, self.tuf, self.tuf_root, self.tuf_cache, proxies)

    def proxies(self, *, local: bool = False) -> "Outbound | None":
        """The proxy on the way out, None when there is none. `local`: without one, what a terminal's variables name."""
        if self.proxy is None and not local:
            return None
        from bot.oci.wire.outbound import of_operator, outbound  # noqa: PLC0415 - it brings yarl

        if self.proxy is None:
            return outbound(self._environment)
        return of_operator(self.proxy.get_secret_value(), self.no_proxy, self.private_hosts)
